"""What judging keeps about a person, and what holds the person in a role. Marks are nobody's personal data here."""

from typing import Any

from django.db.models import F, Q, QuerySet

from competitions.queries import current_edition
from judging.models import Assignment, Judge, OfficialRecord, PrivateNote, Publication, Recusal
from judging.states import RoundStatus
from kiks.models import User
from kiks.personal_data import facts

type Rows = list[dict[str, Any]]


def of_person(user: User) -> dict[str, Rows]:
    return {
        "Penunjukan sebagai juri": _seats(user),
        "Usulan yang ditugaskan": _assignments(user),
        "Pengunduran diri karena benturan kepentingan": _recusals(user),
    }


def for_oneself(user: User) -> dict[str, Rows]:
    """A judge's notes: promised to be read by nobody else."""
    return {"Catatan pribadi tentang usulan": _notes(user)}


def active_roles(user: User) -> list[str]:
    """A seat lasts until the result of its edition is published; an open round holds its judges in any case."""
    running = current_edition()
    waiting = Q(edition=running, edition__publications__isnull=True) if running else Q(pk=None)
    at_work = Q(assignments__released_at__isnull=True) & Q(
        assignments__round__status__in=[RoundStatus.OPEN, RoundStatus.SETTLING]
    )
    seats = user.judgeships.filter(waiting | at_work).select_related("edition").distinct()
    return [
        f"Masih menjadi juri {seat.label} pada {seat.edition.name}. Tunggu sampai hasilnya diumumkan." for seat in seats
    ]


def official_traces(user: User) -> list[str]:
    """Where the name stands on something official, which stays."""
    traces = ["daftar juri"] if Judge.objects.filter(user=user).exists() else []
    if OfficialRecord.objects.filter(issued_by=user).exists() or Publication.objects.filter(published_by=user).exists():
        traces.append("berita acara atau pengumuman")
    return traces


def _seats(user: User) -> Rows:
    return [
        facts(
            {
                "edisi": seat.edition.name,
                "label": seat.label,
                "lembaga": seat.institution,
                "perangkat daerah asal": seat.agency and seat.agency.name,
                "nomor SK": seat.decree_number,
                "tanggal SK": seat.decree_on and seat.decree_on.isoformat(),
                "riwayat singkat": seat.profile,
                "riwayat hidup (SHA-256)": seat.cv and seat.cv.sha256,
                "keahlian": ", ".join(category.name for category in seat.expertise.all()),
                "ditunjuk pada": seat.appointed_at,
                "pakta integritas ditandatangani pada": seat.pledged_at,
                "sidik jari pakta integritas": seat.pledge_digest,
            }
        )
        for seat in user.judgeships.select_related("edition", "agency", "cv").prefetch_related("expertise")
    ]


def blank_person(user: User) -> None:
    """Of a judge stay name, institution and what was signed; the rest goes."""
    for seat in user.judgeships.all():
        seat.profile, seat.cv = "", None
        seat.save(update_fields=["profile", "cv"])
    _own_notes(user).update(text="", version=F("version") + 1)


def _own_notes(user: User) -> QuerySet[PrivateNote]:
    return PrivateNote.objects.filter(assignment__judge__user=user).exclude(text="")


def _notes(user: User) -> Rows:
    notes = _own_notes(user).select_related("assignment__round__edition", "assignment__entry__innovation")
    return [
        facts(
            {
                "babak": str(note.assignment.round),
                "usulan": f"{note.assignment.entry.number} {note.assignment.entry.innovation.short_name}",
                "catatan": note.text,
            }
        )
        for note in notes.order_by("assignment__round_id", "assignment__entry__number")
    ]


def _assignments(user: User) -> Rows:
    mine = Assignment.objects.filter(judge__user=user).select_related("round__edition", "entry__innovation")
    return [
        facts(
            {
                "babak": str(assignment.round),
                "usulan": f"{assignment.entry.number} {assignment.entry.innovation.short_name}",
                "benturan kepentingan": assignment.get_conflict_display(),
                "dilepas pada": assignment.released_at,
                "alasan dilepas": assignment.release_reason,
            }
        )
        for assignment in mine
    ]


def _recusals(user: User) -> Rows:
    return [
        facts(
            {
                "usulan": recusal.entry.number,
                "alasan": recusal.reason,
                "dinyatakan pada": recusal.declared_at,
            }
        )
        for recusal in Recusal.objects.filter(judge__user=user).select_related("entry")
    ]
