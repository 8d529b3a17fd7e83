"""Whom of the units a change of the calendar affects."""

from django.db.models import QuerySet

from competitions.models import Stage, StageKind
from entries.models import Entry, ServiceUnit
from entries.permissions import WRITING_UNITS
from entries.states import EntryStatus
from kiks.models import User

# Before the close of submissions every unit may still enter; afterwards the date matters to those that did.
OPEN_TO_ALL = frozenset({StageKind.REGISTRATION, StageKind.SUBMISSION})
FOR_ENTRANTS = frozenset({StageKind.SCREENING, StageKind.ANNOUNCEMENT})
GONE = frozenset({EntryStatus.WITHDRAWN, EntryStatus.DISQUALIFIED, EntryStatus.DRAFT})


def audience_of_stage(stage: Stage) -> QuerySet[User]:
    if stage.kind in OPEN_TO_ALL:
        return members_of(ServiceUnit.objects.filter(status__in=WRITING_UNITS))
    if stage.kind in FOR_ENTRANTS:
        entered = Entry.objects.filter(edition=stage.edition_id).exclude(status__in=GONE)
        return members_of(ServiceUnit.objects.filter(innovations__entries__in=entered))
    return User.objects.none()


def members_of(units: QuerySet[ServiceUnit]) -> QuerySet[User]:
    """People who act for one of the units today and can log in."""
    return User.objects.filter(
        is_active=True, unit_memberships__left_at__isnull=True, unit_memberships__unit__in=units
    ).distinct()
