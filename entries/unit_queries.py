"""Units by their names and members: which are known, which somebody may mean, who acts for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.http import Http404

from competitions.models import Edition
from competitions.queries import running_editions
from entries.models import Agency, Entry, ServiceUnit, UnitMember
from entries.names import Candidate, is_duplicate, is_same, likely
from entries.queries import units_of
from entries.states import EntryStatus, UnitStatus
from kiks import clock
from kiks.models import User

# An entry that failed, was withdrawn or disqualified is over, whatever happens to its edition.
IN_PLAY = (EntryStatus.DRAFT, EntryStatus.SUBMITTED, EntryStatus.RETURNED, EntryStatus.PASSED)


def known_units() -> QuerySet[ServiceUnit]:
    """Units that nobody has registered yet."""
    return ServiceUnit.objects.filter(status=UnitStatus.KNOWN).select_related("agency").order_by("agency__name", "name")


def names_of(unit: ServiceUnit) -> tuple[str, ...]:
    """The name of the unit, then its earlier names and other spellings."""
    return (unit.name, *(other.name for other in unit.other_names.all()))


def named_units() -> QuerySet[ServiceUnit]:
    """Units that exist, with all their names; the names of a merged one are those of its successor."""
    units = ServiceUnit.objects.exclude(status=UnitStatus.MERGED)
    return units.select_related("agency").prefetch_related("other_names")


def suggested_units(typed: str, limit: int = 8) -> list[ServiceUnit]:
    """The units that somebody may mean who types this, the most likely first."""
    units = {unit.pk: unit for unit in named_units()}
    found = likely(typed, [Candidate(pk, names_of(unit)) for pk, unit in units.items()], limit)
    return [units[match.key] for match in found]


def lookalikes(
    name: str, *, besides: ServiceUnit | None = None, among: Iterable[ServiceUnit] | None = None
) -> list[ServiceUnit]:
    """Other units that most likely are the one of this name; those of the same agency first."""
    agency = besides.agency_id if besides else None
    found = [
        unit
        for unit in (named_units() if among is None else among)
        if unit != besides and any(is_duplicate(name, known) for known in names_of(unit))
    ]
    return sorted(found, key=lambda unit: (unit.agency_id != agency, unit.name))


def same_named_unit(agency: Agency, name: str, *, besides: ServiceUnit | None = None) -> ServiceUnit | None:
    """A unit of the agency that already bears this name, in whatever spelling; of a merged one its successor."""
    for unit in agency.units.select_related("agency", "merged_into__agency").prefetch_related("other_names"):
        if any(is_same(name, known) for known in names_of(unit)) and unit != besides:
            return successor_of(unit)
    return None


def successor_of(unit: ServiceUnit) -> ServiceUnit:
    """The unit that goes on after all mergers; itself where there was none."""
    while unit.merged_into:
        unit = unit.merged_into
    return unit


def active_members(unit: ServiceUnit) -> QuerySet[UnitMember]:
    return unit.members.filter(left_at__isnull=True).select_related("user", "unit__agency")


def member_for(units: Iterable[ServiceUnit], unit_pk: int, pk: int) -> UnitMember:
    """An active membership in one of `units`; to everybody else it does not exist."""
    found = UnitMember.objects.filter(pk=pk, unit_id=unit_pk, unit__in=units, left_at__isnull=True)
    member = found.select_related("user", "unit__agency").first()
    if member is None:
        raise Http404
    return member


def own_member_for(user: User, unit_pk: int, pk: int) -> UnitMember:
    """An active member of a unit for which the user acts."""
    return member_for(units_of(user).order_by(), unit_pk, pk)


def entries_in_play(unit: ServiceUnit) -> QuerySet[Entry]:
    """Entries of the unit that still count for something in an edition that is not over."""
    running = running_editions().exclude(pk__in=past_editions(clock.now()))
    return (
        Entry.objects.filter(innovation__unit=unit, edition__in=running.order_by().values("pk"), status__in=IN_PLAY)
        .select_related("innovation", "edition")
        .order_by("edition", "pk")
    )


def past_editions(now: datetime) -> QuerySet[Edition, Any]:
    """Editions of history, and those whose last stage has closed."""
    ends = Edition.objects.annotate(ends_at=Max("stages__closes_at"))
    return ends.filter(Q(is_history=True) | Q(ends_at__lte=now)).order_by().values("pk")
