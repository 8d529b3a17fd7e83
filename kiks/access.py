"""Permission checks turned into booleans, and the one role that the ground floor knows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from kiks.exceptions import RuleBrokenError

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from kiks.models import User


def allowed(check: Callable[..., None], *args: object) -> bool:
    """Whether `check(*args)` would pass; for templates. The action runs the check again."""
    try:
        check(*args)
    except (PermissionDenied, RuleBrokenError):
        return False
    return True


def allowed_once(request: "HttpRequest", check: Callable[..., None], obj: "Model") -> bool:
    """`allowed` for the person of the request, asked once a request: the admin asks it again for each row of a form."""
    known = request.__dict__.setdefault("_allowed", {})
    key = (check, obj._meta.label, obj.pk)
    if key not in known:
        known[key] = allowed(check, request.user, obj)
    return bool(known[key])


def is_committee(user: "User") -> bool:
    """Whether the user holds a seat in the committee."""
    return user.is_authenticated and user.is_staff


def check_is_committee(user: "User") -> None:
    """Raise PermissionDenied unless the user holds a seat in the committee."""
    if not is_committee(user):
        raise PermissionDenied
