"""The sessions of a person: where they are logged in, and how that ends."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session

from kiks import clock
from kiks.models import User

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def live_sessions(user: User) -> list[UserSession]:
    """Those whose session still exists, the most recently used first; what is left of others is cleared away."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    stored = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now())
    # A new password changes the hash; a session with the old one is dead though its row is there.
    valid = user.get_session_auth_hash()
    alive = {
        session.session_key
        for session in stored
        if _is_of(session, user) and session.get_decoded().get(HASH_SESSION_KEY) == valid
    }
    UserSession.objects.filter(user=user).exclude(session_key__in=alive).delete()
    return [row for row in rows if row.session_key in alive]


def end_sessions(user: User) -> None:
    """End all of them at once, also those that nobody listed."""
    keys = [session.session_key for session in Session.objects.iterator() if _is_of(session, user)]
    end(keys)
    UserSession.objects.filter(user=user).delete()


def end(keys: Iterable[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()


def _is_of(session: Session, user: User) -> bool:
    return session.get_decoded().get(SESSION_KEY) == str(user.pk)


def device_of(user_agent: str) -> str:
    """ "Chrome di Windows": enough to know a device again; the first mark that fits decides."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Peramban lain")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "perangkat lain")
    return f"{browser} di {system}"
