"""Exceptions whose text is meant for the user."""


class RuleBrokenError(Exception):
    """A rule of the competition forbids this now; the message is an Indonesian sentence that says how to go on."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class WrongStateError(RuleBrokenError):
    """The status of the object does not allow the step."""


class StaleVersionError(RuleBrokenError):
    """Somebody else changed the object in the meantime; `current` is what stands there now."""

    def __init__(self, sentence: str, *, current: object) -> None:
        super().__init__(sentence)
        self.current = current
