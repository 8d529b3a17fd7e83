"""The people of the made-up edition, with their ready accounts."""

import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password

from judging.demo.script import DemoScript
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import CommitteeMember, User

PASSWORD = "kiks-contoh-2026"  # noqa: S105 - printed by the demo, refused everywhere else
ROLES = {
    "committee": ("Panitia", "ketua@panitia.example"),
    "unit": ("Unit pelayanan", "puskesmas-tipar@upp.example"),
    "judge": ("Juri", "juri1@juri.example"),
}


class Cast:
    """Creates people once; the costly password hash is computed once too, since it is the same for all."""

    def __init__(self, script: DemoScript) -> None:
        self.hash = make_password(PASSWORD)
        self.committee = [self.person(row.email, row.name) for row in script.committee]
        for user in self.committee:
            CommitteeMember.objects.get_or_create(
                user=user, ended_at=None, defaults={"appointed_at": clock.now(), "appointed_by": self.committee[0]}
            )
        self.judges = {row.label: self.person(row.email, row.name) for row in script.judges}
        for user in (*self.committee, *self.judges.values()):
            if not Authenticator.objects.filter(user=user).exists():
                TOTP.activate(user, secret_of(user.email))

    @property
    def chair(self) -> User:
        return self.committee[0]

    def person(self, email: str, name: str) -> User:
        user, _ = User.objects.get_or_create(email=email, defaults={"name": name, "password": self.hash})
        return user


def secret_of(email: str) -> str:
    """The TOTP secret of a demo account: derived from the address, so worthless outside the demo."""
    digest = hashlib.sha256(f"kiks-demo:{email}".encode()).digest()
    return "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32] for byte in digest)


def demo_user(role: str) -> User:
    """The ready account of a role; RuleBrokenError outside the demo."""
    user = User.objects.filter(email=ROLES[role][1]).first()
    if user is None:
        raise RuleBrokenError("Akun contoh tidak ada di sini. Jalankan bin/demo lebih dahulu.")
    return user
