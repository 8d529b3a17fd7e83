"""What a finalist sends in for the presentation, and the committee's reminder of what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from entries.audience import members_of
from entries.models import ServiceUnit
from entries.video_links import read_link
from judging.actions.round import lock_round
from judging.finalists import FILES, LARGEST_SLIDES, QUIET_FOR, REMINDER, Preparation, finalists_of
from judging.models import Presentation, Round
from judging.permissions import check_can_prepare, check_can_remind_finalists
from judging.queries import reminded_since
from kiks import audit, clock, mail, storage
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User
from kiks.uploads import too_large

STALE = "Rekan Anda baru saja menyimpan perubahan. Periksa yang tersimpan sekarang, lalu simpan lagi bila perlu."


@contextmanager
def _preparing(presentation: Presentation, by: User, seen: int) -> Iterator[tuple[Presentation, datetime]]:
    """The presentation under its lock, in the version that the person saw."""
    with audit.act(by):
        found = Presentation.objects.select_for_update(of=["self"]).select_related(*FILES)
        presentation = found.get(pk=presentation.pk)
        now = clock.now()
        check_can_prepare(by, presentation, now)
        if presentation.version != seen:
            raise StaleVersionError(STALE, current=presentation)
        yield presentation, now


def _keep(presentation: Presentation, event: str, by: User, *fields: str, **data: object) -> Presentation:
    presentation.version += 1
    presentation.save(update_fields=[*fields, "version"])
    chain = presentation.round.edition.code
    audit.record(f"presentation.{event}", presentation, chain=chain, by=by, version=presentation.version, **data)
    return presentation


def confirm_attendance(presentation: Presentation, *, by: User, seen: int) -> Presentation:
    with _preparing(presentation, by, seen) as (presentation, now):
        if presentation.confirmed_at:
            raise RuleBrokenError("Kehadiran sudah dikonfirmasi.")
        presentation.confirmed_at, presentation.confirmed_by = now, by
        return _keep(presentation, "attendance_confirmed", by, "confirmed_at", "confirmed_by")


def undo_attendance(presentation: Presentation, *, by: User, seen: int) -> Presentation:
    with _preparing(presentation, by, seen) as (presentation, _):
        if not presentation.confirmed_at:
            raise RuleBrokenError("Kehadiran belum dikonfirmasi, jadi tidak ada yang dibatalkan.")
        presentation.confirmed_at = presentation.confirmed_by = None
        return _keep(presentation, "attendance_undone", by, "confirmed_at", "confirmed_by")


def save_preparation(presentation: Presentation, *, by: User, seen: int, data: Preparation) -> Presentation:
    """Who presents, whether the head comes, and the video; the event names no person."""
    if not data.presenter.strip():
        raise RuleBrokenError("Tulis nama penyaji.")
    if data.video_url and not read_link(data.video_url).is_link:
        raise RuleBrokenError("Tautan video harus berupa alamat web lengkap, misalnya https://youtu.be/….")
    with _preparing(presentation, by, seen) as (presentation, _):
        presentation.presenter = data.presenter.strip()
        presentation.presenter_position = data.presenter_position.strip()
        presentation.head_attends = data.head_attends
        presentation.video_url = data.video_url
        fields = ("presenter", "presenter_position", "head_attends", "video_url")
        return _keep(presentation, "prepared", by, *fields, head_attends=data.head_attends)


def put_slides(presentation: Presentation, *, by: User, seen: int, content: bytes) -> Presentation:
    """A PDF that `kiks.uploads.read_pdf` has accepted takes the place of the one before, which stays stored."""
    if len(content) > LARGEST_SLIDES:
        raise RuleBrokenError(too_large(len(content), LARGEST_SLIDES))
    with _preparing(presentation, by, seen) as (presentation, _):
        before = presentation.slides.sha256 if presentation.slides else ""
        document = storage.store(content, content_type="application/pdf")
        if document.sha256 == before:
            raise RuleBrokenError("Berkas yang sama sudah tersimpan. Pilih berkas lain.")
        presentation.slides = document
        return _keep(presentation, "slides_put", by, "slides", sha256=document.sha256, replaces=before)


@dataclass(frozen=True)
class Reminded:
    """Numbers of the entries whose units got a mail, and of those reminded within 24 hours."""

    mailed: tuple[str, ...]
    left_alone: tuple[str, ...]


def remind_finalists(round_: Round, *, by: User) -> Reminded:
    """One mail to each member of a unit that has not sent in everything, at most one in 24 hours."""
    with audit.act(by):
        # The lock of the round keeps two clicks from mailing twice.
        round_ = lock_round(round_)
        now = clock.now()
        check_can_remind_finalists(by, round_, now)
        owing = [row for row in finalists_of(round_, now) if row.is_known and row.missing]
        if not owing:
            raise RuleBrokenError("Semua finalis yang diumumkan sudah melengkapi bahannya.")
        people = {row.presentation.pk: list(members_of_unit(row.presentation)) for row in owing}
        everybody = [person.pk for members in people.values() for person in members]
        recent = reminded_since(everybody, now - QUIET_FOR, template=REMINDER)
        mailed: list[str] = []
        left_alone: list[str] = []
        for row in owing:
            entry = row.presentation.entry
            waiting = [person for person in people[row.presentation.pk] if person.pk not in recent]
            (mailed if waiting else left_alone).append(entry.number)
            for person in waiting:
                mail.queue(REMINDER, to=person, presentation=row.presentation, missing=row.missing)
                # Who is in two units gets one mail a day all the same.
                recent[person.pk] = now
        if mailed:
            audit.record(
                "round.finalists_reminded", round_, chain=round_.edition.code, by=by, entries=mailed, left=left_alone
            )
    return Reminded(tuple(mailed), tuple(left_alone))


def members_of_unit(presentation: Presentation) -> QuerySet[User]:
    return members_of(ServiceUnit.objects.filter(pk=presentation.entry.innovation.unit_id))
