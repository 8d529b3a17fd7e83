"""One act of a page whose refusal stands on the form."""

from collections.abc import Callable

from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm


def performed(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether the form was valid and the act went through."""
    if not form.is_valid():
        return False
    try:
        act()
    except RuleBrokenError as refusal:
        form.add_error(None, list(refusal.sentences))
        return False
    return True
