"""What a judge types: the canonical spelling of a mark, and whether the criterion allows it."""

from enum import Enum

from judging.scoring.exact import canonical, is_decimal, most_places, scaled


class MarkProblem(Enum):
    ABOVE_MAX = "above_max"
    OFF_STEP = "off_step"


def canonical_mark(text: str) -> str:
    """Turn "77,50" or "77.50" into "77.5"; raise ValueError for anything that is no plain decimal."""
    spelled = text.strip().replace(",", ".")
    if not is_decimal(spelled):
        raise ValueError(text)
    return canonical(spelled)


def mark_problem(mark: str, maximum: str, step: str | None = None) -> MarkProblem | None:
    """Why the criterion refuses the mark (all decimal texts with a point), or None when it is allowed."""
    texts = (mark, maximum) if step is None else (mark, maximum, step)
    digits = most_places(texts)
    value, most, *steps = (scaled(text, digits) for text in texts)
    if value > most:
        return MarkProblem.ABOVE_MAX
    if steps and value % steps[0]:
        return MarkProblem.OFF_STEP
    return None
