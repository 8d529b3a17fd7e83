"""People and their roles."""

from itertools import count

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client

from kiks import clock
from kiks.models import CommitteeMember, User

_number = count(1)
PASSWORD = "sandi-uji-yang-panjang"


def make_user(name: str = "Orang Uji", email: str = "") -> User:
    return User.objects.create_user(email or f"orang{next(_number)}@contoh.test", PASSWORD, name=name)


def make_committee_user(name: str = "Panitia Uji") -> User:
    user = make_user(name)
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=user)
    return user


def client_of(user: User) -> Client:
    """A client that is logged in, with a second factor where the role asks for one."""
    RecoveryCodes.activate(user)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client
