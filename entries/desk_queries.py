"""The numbers of the bureau's dashboard: this year beside the last one at the same day, and submissions by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from competitions.models import Edition, ReportedFigure, StageKind
from competitions.queries import running_editions, stage_of
from entries.day_plot import DayPlot, plot_of
from entries.models import EntryVersion, ServiceUnit
from entries.participation_queries import REGISTERED
from kiks.formats import JAKARTA, local_date, local_datetime
from kiks.models import AuditEvent


@dataclass(frozen=True)
class Row:
    """One number now and then; `then` is None where nobody counted it."""

    label: str
    now: int
    then: int | None


@dataclass(frozen=True)
class Comparison:
    """This edition on its day `day`, and the earlier one: on the same day, or its total where only that is known."""

    day: int | None
    rows: tuple[Row, ...]
    earlier: Edition | None = None
    is_whole_year: bool = False


@dataclass(frozen=True)
class _Counts:
    registered: int
    drafts: int
    submitted: int


def comparison(edition: Edition, now: datetime) -> Comparison:
    """Registered UPP, drafts and submitted entries, beside the edition before."""
    here = _counts(edition, now)
    begin = _begin(edition)
    day = (now.astimezone(JAKARTA).date() - begin.date()).days + 1 if begin and begin <= now else None
    earlier = _earlier_run(edition)
    if earlier and begin and day and (then_begin := _begin(earlier)):
        # The same day of the edition at the same hour: today is not over yet, so that day must not be either.
        moment = then_begin + timedelta(days=day - 1) + (now.astimezone(JAKARTA) - _midnight(now))
        there = _counts(earlier, moment)
        return Comparison(day, _rows(here, there.registered, there.drafts, there.submitted), earlier)
    reported = _reported(edition)
    if reported:
        figures = dict(reported.figures.values_list("key", "value"))
        rows = _rows(here, figures.get("units_registered"), None, figures.get("entries_received"))
        return Comparison(day, rows, reported, is_whole_year=True)
    return Comparison(day, _rows(here, None, None, None))


def _rows(here: _Counts, registered: int | None, drafts: int | None, submitted: int | None) -> tuple[Row, ...]:
    return (
        Row("UPP terdaftar", here.registered, registered),
        Row("Draf belum dikirim", here.drafts, drafts),
        Row("Usulan dikirim", here.submitted, submitted),
    )


def _midnight(moment: datetime) -> datetime:
    return local_datetime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def _begin(edition: Edition) -> datetime | None:
    """The first midnight (WIB) of the edition: the day on which its first stage opened."""
    first = edition.stages.aggregate(first=Min("opens_at"))["first"]
    return _midnight(first) if first else None


def _earlier_run(edition: Edition) -> Edition | None:
    return running_editions().filter(year__lt=edition.year, is_demo=edition.is_demo).first()


def _reported(edition: Edition) -> Edition | None:
    """The newest edition before that was only reported, and of which something was counted."""
    known = ReportedFigure.objects.filter(key__in=["units_registered", "entries_received"]).values("edition")
    past = Edition.objects.filter(is_history=True, is_demo=False, year__lt=edition.year, pk__in=known)
    return past.order_by("-year").first()


def _counts(edition: Edition, moment: datetime) -> _Counts:
    """How it stood at a moment. An entry counts as submitted from its first submission on."""
    units = ServiceUnit.objects.filter(Q(merged_at__isnull=True) | Q(merged_at__gt=moment), status__in=REGISTERED)
    submitted = _first_versions(edition).filter(frozen_at__lte=moment).count()
    started = AuditEvent.objects.filter(chain=edition.code, kind="entry.started", at__lte=moment).count()
    return _Counts(units.filter(registered_at__lte=moment).count(), max(started - submitted, 0), submitted)


def _first_versions(edition: Edition) -> QuerySet[EntryVersion]:
    return EntryVersion.objects.filter(entry__edition=edition, ordinal=1)


def submission_plot(edition: Edition, now: datetime) -> DayPlot | None:
    """Submissions by day of the submission stage, the year before beside them; None before the stage has opened."""
    stage = stage_of(edition, StageKind.SUBMISSION)
    if stage is None or now < stage.opens_at:
        return None
    earlier = _earlier_run(edition)
    then = stage_of(earlier, StageKind.SUBMISSION) if earlier else None
    return plot_of(
        first=local_date(stage.opens_at),
        last=local_date(stage.closes_at - timedelta(microseconds=1)),
        today=local_date(now),
        counts=_by_day(edition),
        earlier=_by_number(_by_day(earlier), local_date(then.opens_at)) if earlier and then else {},
    )


def _by_day(edition: Edition) -> dict[date, int]:
    """How many entries came for the first time on each day, in Jakarta."""
    days = _first_versions(edition).annotate(day=TruncDate("frozen_at", tzinfo=JAKARTA)).values("day")
    return {row["day"]: row["count"] for row in days.annotate(count=Count("pk")).order_by("day")}


def _by_number(days: dict[date, int], first: date) -> dict[int, int]:
    """The same by number of the day: 1 is the first day of the stage."""
    return {(day - first).days + 1: count for day, count in days.items()}
