"""What units and entries keep about a person, what holds the person in a role, and what is blanked by an erasure."""

from typing import Any

from django.db.models import Q

from entries.models import Attachment, Entry, Objection, ServiceUnit, UnitMember
from kiks.models import User
from kiks.personal_data import facts

type Rows = list[dict[str, Any]]


def of_person(user: User) -> dict[str, Rows]:
    return {
        "Keanggotaan unit": _memberships(user),
        "Unit yang didaftarkan": _registrations(user),
        "Usulan yang ditulis": _entries(user),
        "Lampiran yang diunggah": _attachments(user),
        "Sanggahan yang diajukan": _objections(user),
    }


def active_roles(user: User) -> list[str]:
    """Sentences that say which membership must end first."""
    open_ones = UnitMember.objects.filter(user=user, left_at__isnull=True).select_related("unit__agency")
    return [f"Masih menjadi anggota {member.unit.full_name}. Akhiri dahulu keanggotaannya." for member in open_ones]


def official_traces(user: User) -> list[str]:
    """Where the name stands on something official, which stays."""
    traces = []
    if ServiceUnit.objects.filter(Q(registered_by=user) | Q(verified_by=user)).exists():
        traces.append("pendaftaran atau verifikasi unit")
    if Entry.objects.filter(Q(submitted_by=user) | Q(withdrawn_by=user)).exists():
        traces.append("pengiriman usulan")
    if Objection.objects.filter(Q(raised_by=user) | Q(decided_by=user)).exists():
        traces.append("sanggahan")
    return traces


def blank_person(user: User) -> None:
    """The employee number goes; that there was a membership stays.

    An office whose address or phone is the person's own has none of its own to keep.
    """
    UnitMember.objects.filter(user=user).update(employee_number="")
    ServiceUnit.objects.filter(email__iexact=user.email).update(email="")
    if user.phone:
        ServiceUnit.objects.filter(phone=user.phone).update(phone="")


def _memberships(user: User) -> Rows:
    return [
        facts(
            {
                "unit": member.unit.full_name,
                "jabatan": member.job_title,
                "NIP": member.employee_number,
                "bergabung pada": member.joined_at,
                "berakhir pada": member.left_at,
            }
        )
        for member in UnitMember.objects.filter(user=user).select_related("unit__agency").order_by("joined_at")
    ]


def _registrations(user: User) -> Rows:
    return [
        facts({"unit": unit.full_name, "didaftarkan pada": unit.registered_at, "keadaan": unit.get_status_display()})
        for unit in ServiceUnit.objects.filter(registered_by=user).select_related("agency")
    ]


def _entries(user: User) -> Rows:
    mine = Entry.objects.filter(Q(edited_by=user) | Q(submitted_by=user) | Q(answers__edited_by=user)).distinct()
    return [
        facts(
            {
                "edisi": entry.edition.name,
                "nomor": entry.number,
                "inovasi": entry.innovation.short_name,
                "terakhir diubah": entry.edited_at,
                "dikirim pada": entry.submitted_at,
            }
        )
        for entry in mine.select_related("edition", "innovation")
    ]


def _attachments(user: User) -> Rows:
    mine = Attachment.objects.filter(uploaded_by=user).select_related("entry__innovation")
    return [
        facts(
            {
                "inovasi": attachment.entry.innovation.short_name,
                "nama berkas": attachment.name,
                "diunggah pada": attachment.uploaded_at,
                "dihapus pada": attachment.removed_at,
            }
        )
        for attachment in mine
    ]


def _objections(user: User) -> Rows:
    return [
        facts({"usulan": objection.entry.number, "isi": objection.text, "diajukan pada": objection.raised_at})
        for objection in Objection.objects.filter(raised_by=user).select_related("entry")
    ]
