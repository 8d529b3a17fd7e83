"""The sessions of a person: where they are logged in, and how that ends."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from kiks import clock
from kiks.models import User


def live_sessions(user: User) -> list[UserSession]:
    """Those whose session still exists, the most recently used first; what is left of others is cleared away."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    stored = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now())
    # Password and deactivation change the hash in a session; a session of another hash is dead already.
    alive = {session.session_key for session in stored if _is_of(session, user)}
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
