"""Words without which an act is not done: a reason, a source."""

from kiks.exceptions import RuleBrokenError


def required(text: str, sentence: str) -> str:
    """The text without the space around it; RuleBrokenError with the sentence where nothing was written."""
    text = text.strip()
    if not text:
        raise RuleBrokenError(sentence)
    return text
