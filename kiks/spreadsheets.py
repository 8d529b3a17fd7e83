"""Cells of spreadsheets that go out and come in: text that a program would run is marked as text."""

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "'"


def safe_cell(value: object) -> object:
    """Text that could start a formula gets a leading apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return MARK + value
    return value


def plain_cell(value: object) -> object:
    """What `safe_cell` was given, so that an exported table can be imported again."""
    if isinstance(value, str) and value.startswith(tuple(MARK + start for start in STARTS_FORMULA)):
        return value.removeprefix(MARK)
    return value
