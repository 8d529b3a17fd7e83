"""What pages and actions ask about editions, their calendar and their rules."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.db.models import Q, QuerySet, Sum

from competitions.calendar_rules import Window
from competitions.models import Edition, Instrument, Stage, StageChange, StageKind
from kiks.models import User


class TimelineStage(TypedDict):
    """One stage as the timeline component draws it; `state` is past, current or future."""

    kind: str
    name: str
    opens_at: datetime
    closes_at: datetime
    state: str


def running_editions() -> QuerySet[Edition]:
    """Editions that this system runs (history is only recorded) and that were opened to the public, newest first."""
    return Edition.objects.filter(opened_at__isnull=False, is_history=False).order_by("-year", "-id")


def current_edition() -> Edition | None:
    """The edition that everything is about now: the newest that was opened."""
    return running_editions().first()


def editions_with_history() -> QuerySet[Edition]:
    """Every edition that may be shown: run here or reported; newest first, with its reported figures.

    Made-up history exists only so that made-up innovations can have taken part before: it is never shown.
    """
    shown = Edition.objects.filter(Q(is_history=True, is_demo=False) | Q(opened_at__isnull=False))
    return shown.prefetch_related("figures").order_by("-year", "-id")


def stage_of(edition: Edition, kind: StageKind) -> Stage | None:
    return edition.stages.filter(kind=kind).first()


def is_open(stage: Stage, now: datetime) -> bool:
    """The opening moment belongs to the stage, the closing moment no longer does."""
    return stage.opens_at <= now < stage.closes_at


def open_stages(edition: Edition, now: datetime) -> list[Stage]:
    """Stages that are open now, the one that closes first at the front."""
    return list(edition.stages.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at"))


def stage_timeline(edition: Edition, now: datetime) -> list[TimelineStage]:
    """The calendar of the edition, in the order of its opening times."""
    return [
        {
            "kind": stage.kind,
            "name": stage.get_kind_display(),
            "opens_at": stage.opens_at,
            "closes_at": stage.closes_at,
            "state": "future" if now < stage.opens_at else "current" if is_open(stage, now) else "past",
        }
        for stage in edition.stages.order_by("opens_at", "closes_at")
    ]


def windows_of(stages: Iterable[Stage]) -> list[Window]:
    """Stages as the rules of the calendar read them."""
    return [Window(stage.kind, str(stage), stage.opens_at, stage.closes_at) for stage in stages]


def stage_changes(edition: Edition) -> QuerySet[StageChange]:
    """Every change of the public calendar with its reason, newest first."""
    return StageChange.objects.filter(stage__edition=edition).select_related("stage")


def committee_users() -> QuerySet[User]:
    """Everybody who holds a seat in the committee today."""
    return User.objects.filter(is_active=True, committee_seats__ended_at__isnull=True, committee_seats__isnull=False)


def next_deadline(edition: Edition, now: datetime) -> tuple[Stage, datetime] | None:
    """The open stage that closes first, with its closing time; None while nothing is open."""
    stages = open_stages(edition, now)
    return (stages[0], stages[0].closes_at) if stages else None


def weight_total(instrument: Instrument) -> Decimal:
    """Sum of the weights of the criteria, in per cent."""
    return instrument.criteria.aggregate(total=Sum("weight"))["total"] or Decimal(0)


def library_instruments() -> QuerySet[Instrument]:
    """Instruments that any edition may adopt."""
    return Instrument.objects.filter(edition=None)


def unconfirmed_rules(edition: Edition) -> Iterable[str]:
    """What of the edition still waits for the bureau's confirmation, in words for the committee."""
    if edition.rules_confirmed_at is None:
        yield f"Aturan {edition.name}"
    for instrument in edition.instruments.filter(confirmed_at=None):
        yield f"Instrumen {instrument.name}"
