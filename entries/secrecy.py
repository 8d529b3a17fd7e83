"""What the units and the public may know of an entry: an outcome stays hidden until the screening is announced."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from competitions.models import Edition
from entries.announcements import SECRET_UNTIL_ANNOUNCED, is_announced, is_decided, objections_until, shown_status
from entries.models import Entry, Screening, ScreeningAnnouncement
from entries.states import EntryStatus, ScreeningOutcome

DECIDED_OR_WAITING = SECRET_UNTIL_ANNOUNCED | {EntryStatus.SUBMITTED}
# Statuses in which an entry takes one of the places that a unit or an agency has.
COUNTED = (EntryStatus.SUBMITTED, EntryStatus.RETURNED, EntryStatus.PASSED)


def _visible(now: datetime) -> QuerySet[ScreeningAnnouncement]:
    """For a subquery of entries: what everybody may see of the screening of their edition."""
    return ScreeningAnnouncement.objects.filter(
        edition=OuterRef("edition"), cancelled_at__isnull=True, visible_from__lte=now
    )


def with_announced(entries: QuerySet[Entry], now: datetime) -> QuerySet[Entry]:
    """With `is_screening_announced` and `may_object_until`, so that a list asks nothing more about its entries."""
    first = _visible(now).order_by("version").values("objections_until")[:1]
    return entries.annotate(is_screening_announced=Exists(_visible(now)), may_object_until=Subquery(first))


def status_for_unit(entry: Entry, now: datetime) -> EntryStatus:
    """`shown_status` of one entry; asks the database only about an outcome, and not where `with_announced` did.

    An entry whose correction did not come is still returned in the eyes of its unit, whatever was decided since.
    """
    if entry.status not in DECIDED_OR_WAITING:
        return EntryStatus(entry.status)
    shown = EntryStatus(entry.status)
    if entry.status in SECRET_UNTIL_ANNOUNCED:
        known = getattr(entry, "is_screening_announced", None)
        shown = shown_status(entry, is_announced=is_announced(entry.edition, now) if known is None else known)
    return EntryStatus.RETURNED if shown == EntryStatus.SUBMITTED and unanswered_return(entry) else shown


def is_being_revised(entry: Entry, now: datetime) -> bool:
    """Whether the unit sees a revision standing open, also where the screening has decided since it could be sent."""
    return entry.revision_opened_at is not None and status_for_unit(entry, now) == EntryStatus.SUBMITTED


def unanswered_return(entry: Entry) -> Screening | None:
    """The last return, unless a correction came after it; walks the loaded screenings."""
    returns = [screening for screening in entry.screenings.all() if screening.outcome == ScreeningOutcome.RETURNED]
    last = max(returns, key=lambda screening: screening.attempt, default=None)
    return last if last and entry.submitted_at and entry.submitted_at < last.screened_at else None


def open_return(entry: Entry) -> Screening | None:
    """The return that the unit answers, or did not answer in time; None where the entry was not returned."""
    if entry.status == EntryStatus.RETURNED:
        return max(entry.screenings.all(), key=lambda screening: screening.attempt)
    return unanswered_return(entry) if entry.status in DECIDED_OR_WAITING else None


def object_until(entry: Entry, now: datetime) -> datetime | None:
    """The end of the masa sanggah of its edition; None before the announcement and where there is none."""
    if hasattr(entry, "may_object_until"):
        return entry.may_object_until
    return objections_until(entry.edition, now)


def is_hidden(entry: Entry, now: datetime) -> bool:
    """Whether the entry has an outcome that nobody outside the committee knows yet."""
    return status_for_unit(entry, now) != entry.status


def is_frozen(entry: Entry, now: datetime) -> bool:
    """Between the issue of the announcement and its moment nothing moves, whatever it says of the entry."""
    return is_hidden(entry, now) and is_decided(entry.edition)


def counted_entries(edition: Edition, now: datetime) -> QuerySet[Entry]:
    """Entries that take a place; one that failed gives it back once that is announced: a free place would tell it."""
    is_counted = Q(status__in=COUNTED) | Q(status=EntryStatus.REJECTED) & ~Exists(_visible(now))
    return Entry.objects.filter(is_counted, edition=edition)
