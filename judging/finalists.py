"""What finalists still owe for their presentation, and where their pages stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from entries.models import Entry
from judging.models import Presentation, PresentationDay, Round
from judging.queries import known_presentations
from judging.states import RoundKind
from kiks.calendar_files import CalendarEvent
from kiks.formats import indonesian_datetime
from kiks.uploads import MEGABYTE

REMINDER, QUIET_FOR = "finalist_reminder.txt", timedelta(hours=24)
LARGEST_SLIDES = 20 * MEGABYTE
FILES = ("entry__innovation__unit__agency", "entry__edition", "round__edition", "slides")


@dataclass(frozen=True)
class Preparation:
    """What the unit writes about its presentation."""

    presenter: str
    presenter_position: str
    head_attends: bool
    video_url: str


@dataclass(frozen=True)
class FinalistRow:
    """A finalist as the committee sees it: what is there and what is missing."""

    presentation: Presentation
    missing: tuple[str, ...]
    is_known: bool


def missing_parts(presentation: Presentation) -> tuple[str, ...]:
    """What the unit has not sent in, in words."""
    parts = {
        "konfirmasi kehadiran": presentation.confirmed_at,
        "nama penyaji": presentation.presenter,
        "kehadiran kepala perangkat daerah": presentation.head_attends is not None,
        "bahan presentasi (PDF)": presentation.slides_id,
        "tautan video": presentation.video_url,
    }
    return tuple(name for name, is_there in parts.items() if not is_there)


def presentation_of(pk: int) -> Presentation | None:
    return Presentation.objects.select_related(*FILES).filter(pk=pk).first()


def presented(round_: Round, entry_id: int) -> Presentation | None:
    """What the finalist sent in, for the judge who has the entry in the round."""
    if round_.kind != RoundKind.PRESENTATION:
        return None
    return round_.presentations.filter(entry=entry_id).select_related("slides").first()


def finalists_of(round_: Round, now: datetime) -> list[FinalistRow]:
    """Everybody who presents, in the order of the day."""
    known = set(known_presentations(now).filter(round=round_).values_list("pk", flat=True))
    found = round_.presentations.select_related(*FILES, "confirmed_by").order_by("position")
    return [FinalistRow(row, missing_parts(row), row.pk in known) for row in found]


def running_order(presentation: Presentation) -> QuerySet[Presentation]:
    """Numbers and times of the round, once the own time is set."""
    if presentation.starts_at is None:
        return Presentation.objects.none()
    return presentation.round.presentations.select_related("entry").order_by("position")


def day_of(round_: Round) -> PresentationDay | None:
    return PresentationDay.objects.filter(round=round_).first()


def event_of(presentation: Presentation, day: PresentationDay | None, now: datetime) -> CalendarEvent | None:
    """The slot for a calendar; a later file replaces an earlier one."""
    if day is None or presentation.starts_at is None:
        return None
    minutes = day.presentation_minutes + day.interview_minutes
    lines = [f"Tempat: {day.venue}.", f"Urutan tampil {presentation.position}."]
    if day.what_to_bring:
        lines.append(f"Yang perlu dibawa: {day.what_to_bring}")
    return CalendarEvent(
        uid=f"finalis.{presentation.pk}@kiks.sukabumikota",
        starts_at=presentation.starts_at,
        ends_at=presentation.starts_at + timedelta(minutes=minutes),
        title=f"Presentasi {presentation.entry.innovation.short_name} – {presentation.round.edition.name}",
        text="\n".join(lines),
        sequence=int(now.timestamp()) // 60,
    )


def tasks_of_entries(entries: Iterable[Entry], now: datetime) -> dict[int, tuple[str, str, str]]:
    """Title, address and what is left of the presentation, by entry; `entries` asks for them through settings."""
    found = known_presentations(now).filter(entry__in=[entry.pk for entry in entries]).select_related("round__day")
    return {
        presentation.entry_id: (
            "Siapkan presentasi finalis",
            reverse("judging:finalist", args=[presentation.pk]),
            _left(presentation),
        )
        for presentation in found
    }


def _left(presentation: Presentation) -> str:
    missing = missing_parts(presentation)
    if not missing:
        return "Semua sudah lengkap."
    day = getattr(presentation.round, "day", None)
    until = f" Paling lambat {indonesian_datetime(day.uploads_close_at)}." if day and day.uploads_close_at else ""
    return f"Belum ada: {', '.join(missing)}.{until}"
