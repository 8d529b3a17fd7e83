"""What every page needs to draw its frame."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from kiks.access import is_committee
from kiks.accounts import lacks_second_factor
from kiks.models import User
from kiks.navigation import RoleLink


def role_links(user: User) -> list[RoleLink]:
    """The places of the user's roles, committee first; the apps contribute theirs by name in settings."""
    if not user.is_authenticated:
        return []
    own = [RoleLink("admin:index", "Panitia")] if is_committee(user) else []
    return own + [link for path in settings.KIKS_ROLE_LINKS for link in import_string(path)(user)]


def site(request: HttpRequest) -> dict[str, object]:
    """`nav_links` for the header, and whether the whole site shows made-up data.

    `offers_second_factor` asks the database only where a template reads it.
    """
    has_user = hasattr(request, "user")
    return {
        "nav_links": role_links(request.user) if has_user else [],
        "offers_second_factor": partial(lacks_second_factor, request.user) if has_user else False,
        "is_demo_site": settings.KIKS_MODE == "demo",
    }
