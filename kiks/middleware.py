"""A second factor for those who decide, and no copies of private pages in caches."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string

from kiks import clock
from kiks.accounts import client_ip

SEEN_EVERY = 5 * 60
type GetResponse = Callable[[HttpRequest], HttpResponse]


class SecondFactorMiddleware:
    """Committee and judges set up a second factor before they see anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.roles = [import_string(path) for path in settings.KIKS_SECOND_FACTOR_ROLES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        match = request.resolver_match
        if not request.user.is_authenticated or (match.url_name or "").startswith(("mfa_", "account_")):
            return None
        if not getattr(view, "login_required", True):
            return None
        if not request.user.has_second_factor and any(role(request.user) for role in self.roles):
            messages.info(
                request, "Peran Anda memerlukan pengaman kedua. Pasang dahulu salah satu dari yang di bawah ini."
            )
            return redirect("mfa_index")
        return None


class LastSeenMiddleware:
    """Remember when and from where each session was last used; one write in five minutes is exact enough."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Sessions that were not opened by logging in are not listed, so there is nothing to remember.
        if request.user.is_authenticated and get_authentication_records(request, request.user):
            key = request.session.session_key
            if cache.add(f"kiks.seen.{key}", True, SEEN_EVERY):
                seen = {"last_seen_at": clock.now(), "ip": client_ip(request)}
                UserSession.objects.filter(session_key=key).update(**{name: v for name, v in seen.items() if v})
        return self.get_response(request)


class PlainAddressMiddleware:
    """An address with a zero byte names nothing; the database would refuse it with an error instead of an answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)


class NoStoreMiddleware:
    """Pages of a person who is logged in are never stored by a cache between."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response
