"""How django-allauth behaves here: accounts come by registration of a unit or by invitation."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.utils import reset
from django.http import HttpRequest

from kiks.models import User

SITE = "KIKS Kota Sukabumi"
TOO_MANY = "Terlalu banyak percobaan yang gagal. Tunggu beberapa menit, lalu coba lagi."

PERSON = """
    SELECT person.*, EXISTS (SELECT FROM mfa_authenticator factor WHERE factor.user_id = person.id) AS has_second_factor
    FROM kiks_user person WHERE person.id = %s
"""


class AccountBackend(AuthenticationBackend):
    """Accounts as django-allauth knows them; every request asks for one, so that the query is written by hand."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, and at once what every page asks next: whether there is a second factor."""
        user = next(iter(User.objects.raw(PERSON, [user_id])), None)
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up page; who has just logged in is not asked for the password again to set up the second factor."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Alamat email atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.",
        "enter_current_password": "Kata sandi saat ini tidak cocok. Ketik ulang kata sandi saat ini.",
        "incorrect_code": "Kode itu tidak cocok. Tulis kode yang sedang tampil di aplikasi.",
        "incorrect_password": "Kata sandi tidak cocok. Coba lagi, atau buat kata sandi baru dari halaman masuk.",
        "rate_limited": TOO_MANY,
        "too_many_login_attempts": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        records = get_authentication_records(context.request, context.request.user)
        oldest = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > oldest for record in records)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A forgotten password may be made anew; one that was never made waits for its invitation.

        Otherwise the page would open an account whose invitation has run out or was revoked. To whoever looks at the
        page both are the same.
        """
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)
        else:
            self.send_mail("account/email/invitation_first", email, {"user": user, "request": context["request"]})

    def set_password(self, user: User, password: str) -> None:
        """Who made a new password by the link in the mailbox need not wait for the lock to run out."""
        super().set_password(user, password)
        reset(username=user.email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor in the words of this site."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Pengaman kedua ini tidak dapat dilepas.",
        "cannot_generate_recovery_codes": (
            "Kode pemulihan dibuat setelah pengaman kedua terpasang. Pasang dahulu aplikasi atau kunci sandi."
        ),
        "incorrect_code": "Kode itu tidak cocok. Tulis kode yang sedang tampil, atau pakai kode pemulihan.",
        "unverified_email": "Pengaman kedua tidak dapat dipasang untuk alamat email ini. Hubungi panitia.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Kunci sandi {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": SITE}


def lacks_second_factor(user: User) -> bool:
    """Whether this person should be offered one."""
    return user.is_authenticated and not Authenticator.objects.filter(user=user).exists()


def client_ip(request: HttpRequest) -> str | None:
    """Where a request comes from, seen past our own proxy; the same for lock-out, limits and the list of sessions."""
    return get_client_ip(request)


def login_address(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Under which address django-axes counts: as it was typed, whether or not there is an account.

    The library hands credentials over by other names than django-axes looks for; without this every failure would
    count for everybody behind the same address of the network.
    """
    given = (credentials or {}).get("email") or (request.POST.get("login", "") if request else "")
    return given.strip().lower()[:255]
