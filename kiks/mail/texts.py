"""The mails of the ground floor, and what the rooms need to describe theirs."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from kiks.formats import indonesian_datetime
from kiks.mail.wording import MailKind, Placeholder


def address(url_name: str, *args: object) -> str:
    """The full address of a page, as it stands in a mail."""
    return settings.BASE_URL + reverse(url_name, args=args)


def link(meaning: str, path: str, *, is_required: bool = True) -> Placeholder:
    """The placeholder of an address; `path` is only its sample."""
    return Placeholder("tautan", meaning, f"{settings.BASE_URL}{path}", is_required=is_required, fits_subject=False)


def _invitation(context: Mapping[str, Any]) -> dict[str, str]:
    invitation = context["invitation"]
    return {
        "sebagai": invitation.purpose,
        "tautan": context["link"],
        "berlaku_sampai": indonesian_datetime(invitation.expires_at),
    }


MAILS = [
    MailKind(
        template="invitation.txt",
        group="Akun",
        title="Undangan membuat kata sandi",
        when="Panitia mengundang seseorang, atau mengirim ulang undangannya.",
        recipients="Orang yang diundang",
        placeholders=(
            Placeholder("sebagai", "peran yang ditawarkan", "juri KIKS 2026"),
            link("tautan pribadi untuk membuat kata sandi", "/undangan/…/"),
            Placeholder("berlaku_sampai", "akhir masa berlaku tautan", "Rabu, 1 April 2026 pukul 23.59 WIB"),
        ),
        values=_invitation,
    ),
    MailKind(
        template="committee_appointed.txt",
        group="Akun",
        title="Penunjukan sebagai panitia",
        when="Panitia mengundang seseorang yang sudah memiliki akun.",
        recipients="Anggota panitia yang baru",
        placeholders=(link("halaman masuk", "/akun/login/"),),
        values=lambda context: {"tautan": address("account_login")},
    ),
    MailKind(
        template="address_changed.txt",
        group="Akun",
        title="Alamat email akun diganti",
        when="Panitia mengganti alamat email sebuah akun.",
        recipients="Pemilik akun, pada alamat yang lama dan yang baru",
        placeholders=(
            Placeholder("alamat", "alamat email yang baru", "siti.aminah@sukabumikota.go.id", fits_subject=False),
        ),
        values=lambda context: {"alamat": context["new_address"]},
    ),
]
