"""What is announced of a screening, and from when; the moment decides everywhere, also in the unit's own pages."""

from datetime import datetime

from django.db.models import QuerySet

from competitions.models import Edition
from entries.models import Entry, ScreeningAnnouncement
from entries.states import EntryStatus

# What a unit must not learn before the announcement, and what stands in its place.
SECRET_UNTIL_ANNOUNCED = frozenset({EntryStatus.PASSED, EntryStatus.REJECTED})


def standing(edition: Edition) -> QuerySet[ScreeningAnnouncement]:
    """Announcements that were not cancelled, the newest version first, visible or not."""
    return ScreeningAnnouncement.objects.filter(edition=edition, cancelled_at__isnull=True).order_by("-version")


def is_decided(edition: Edition) -> bool:
    """Whether the outcome stands: from the issue of the announcement on, also before its moment."""
    return standing(edition).exists()


def visible(edition: Edition, now: datetime) -> QuerySet[ScreeningAnnouncement]:
    """What everybody may see, the newest version first."""
    return standing(edition).filter(visible_from__lte=now)


def is_announced(edition: Edition, now: datetime) -> bool:
    return visible(edition, now).exists()


def objections_until(edition: Edition, now: datetime) -> datetime | None:
    """The end of the masa sanggah, which the first version set; None before the announcement or without a window."""
    first = visible(edition, now).order_by("version").first()
    return first.objections_until if first else None


def shown_status(entry: Entry, *, is_announced: bool) -> EntryStatus:
    """The status as the unit and the public may know it."""
    if entry.status in SECRET_UNTIL_ANNOUNCED and not is_announced:
        return EntryStatus.SUBMITTED
    return EntryStatus(entry.status)
