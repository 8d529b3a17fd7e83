"""Everything that the system keeps about one person, as a file that people can read."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.utils.module_loading import import_string
from django.utils.text import slugify

from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.formats import local_datetime
from kiks.mail.editing import kinds
from kiks.models import AuditEvent, OutgoingMail, User
from kiks.trail.words import what, which

type Rows = list[dict[str, Any]]
# A mail that the committee must not read holds what a judge wrote.
HIDDEN_TEXT = "Isi surat ini hanya ditampilkan kepada penerimanya."


def moment(value: datetime | None) -> str | None:
    """As machines read it, in the time zone of the city."""
    return local_datetime(value).isoformat(timespec="seconds") if value else None


def export_person(user: User, *, by: User) -> StreamingHttpResponse:
    """The file, for the person or for the committee that was asked for it; that it was made is on record."""
    if by.pk != user.pk:
        check_is_committee(by)
    with audit.act(by):
        audit.record("user.data_exported", user, chain=audit.HOUSE_CHAIN, by=by)
    name = f"data-pribadi-{slugify(user.name) or user.pk}-{clock.now():%Y%m%d}.json"
    return StreamingHttpResponse(
        _text(sections(user, is_own=by.pk == user.pk)),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _text(parts: Iterator[tuple[str, Rows]]) -> Iterator[str]:
    """One JSON object, a section at a time."""
    opening = "{\n"
    for heading, rows in parts:
        yield f"{opening}{json.dumps(heading, ensure_ascii=False)}: {json.dumps(rows, ensure_ascii=False, indent=2)}"
        opening = ",\n"
    yield "\n}\n"


def sections(user: User, *, is_own: bool) -> Iterator[tuple[str, Rows]]:
    """What the ground floor keeps, then what the rooms keep."""
    yield "Akun", [_account(user)]
    yield "Undangan", _invitations(user)
    yield "Keanggotaan panitia", _seats(user)
    yield "Pengaman kedua", _factors(user)
    yield "Sesi", _sessions(user)
    yield "Catatan masuk", _logins(user)
    yield "Surat", _mails(user, is_own)
    for room in _hooks("KIKS_PERSONAL_DATA"):
        yield from room(user).items()
    if is_own:
        for room in _hooks("KIKS_OWN_DATA"):
            yield from room(user).items()
    yield "Jejak tindakan", _acts(user)


def _hooks(setting: str) -> list[Callable[[User], Any]]:
    return [import_string(path) for path in getattr(settings, setting)]


def _account(user: User) -> dict[str, Any]:
    return {
        "nama": user.name,
        "alamat email": user.email,
        "telepon": user.phone,
        "aktif": user.is_active,
        "dibuat pada": moment(user.created_at),
        "terakhir masuk": moment(user.last_login),
        "dinonaktifkan pada": moment(user.deactivated_at),
        "alasan dinonaktifkan": user.deactivation_reason,
        "data pribadi dihapus pada": moment(user.erased_at),
    }


def _invitations(user: User) -> Rows:
    return [
        {
            "sebagai": invitation.purpose,
            "diundang pada": moment(invitation.invited_at),
            "diundang oleh": invitation.invited_by.name,
            "berlaku sampai": moment(invitation.expires_at),
            "diterima pada": moment(invitation.accepted_at),
            "dicabut pada": moment(invitation.revoked_at),
        }
        for invitation in user.invitations.select_related("invited_by")
    ]


def _seats(user: User) -> Rows:
    return [
        {
            "ditunjuk pada": moment(seat.appointed_at),
            "ditunjuk oleh": seat.appointed_by.name,
            "diakhiri pada": moment(seat.ended_at),
        }
        for seat in user.committee_seats.select_related("appointed_by")
    ]


def _factors(user: User) -> Rows:
    """That they are there; never their secrets."""
    return [
        {"jenis": row.type, "dipasang pada": moment(row.created_at), "terakhir dipakai": moment(row.last_used_at)}
        for row in Authenticator.objects.filter(user=user)
    ]


def _sessions(user: User) -> Rows:
    return [
        {
            "alamat IP": row.ip,
            "peramban": row.user_agent,
            "masuk pada": moment(row.created_at),
            "terakhir dipakai": moment(row.last_seen_at),
        }
        for row in UserSession.objects.filter(user=user).order_by("created_at")
    ]


def _logins(user: User) -> Rows:
    """What django-axes keeps under the address: logins, and attempts that failed since the last one."""
    logins = AccessLog.objects.filter(username__iexact=user.email).order_by("attempt_time")
    failed = AccessAttempt.objects.filter(username__iexact=user.email).order_by("attempt_time")
    return [
        {
            "waktu": moment(row.attempt_time),
            "alamat IP": row.ip_address,
            "peramban": row.user_agent,
            "hasil": words,
        }
        for rows, words in ((logins, "masuk"), (failed, "gagal"))
        for row in rows
    ]


def _mails(user: User, is_own: bool) -> Rows:
    """What was written to the person; a mail that waits for its moment is not the person's before."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=clock.now())
    return [
        {
            "alamat": mail.to_address,
            "perihal": mail.subject,
            "isi": mail.text if is_own or not _is_private(mail) else HIDDEN_TEXT,
            "ditulis pada": moment(mail.queued_at),
            "terkirim pada": moment(mail.sent_at),
        }
        for mail in OutgoingMail.objects.filter(due, to_user=user).order_by("id")
    ]


def _is_private(mail: OutgoingMail) -> bool:
    kind = kinds().get(mail.template)
    return kind is not None and kind.is_private


def _acts(user: User) -> Rows:
    """What the person did. The changes of rows beneath an act are its consequence and stay in the trail."""
    events = AuditEvent.objects.filter(actor_id=user.pk).exclude(kind__startswith="row.").order_by("id")
    return [
        {"waktu": moment(at), "tindakan": what(kind), "objek": which(target)}
        for at, kind, target in events.values_list("at", "kind", "target")
    ]


def facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a room: moments as text, everything else as it is."""
    return {name: moment(value) if isinstance(value, datetime) else value for name, value in row.items()}
