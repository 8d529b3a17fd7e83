"""How often one address may ask something of a public page; the rates stand in settings."""

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest

from kiks.exceptions import RuleBrokenError


class TooOftenError(RuleBrokenError):
    """The same address asked more often than a person would."""


def check_rate(request: HttpRequest, action: str) -> None:
    """Raise TooOftenError once the rate of `action` is used up; every call counts, also a GET."""
    used = consume(request, app="kiks", action=action, config=settings.KIKS_RATE_LIMITS, limit_get=True)
    if used is None:
        raise TooOftenError("Terlalu banyak permintaan dari jaringan Anda. Tunggu beberapa menit, lalu coba lagi.")
