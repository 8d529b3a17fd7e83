"""How far the city is on the way to every service unit being a UPP: numbers of an edition and over the years."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from competitions.models import Edition, StageKind, Sureness
from competitions.queries import editions_with_history
from entries.models import Agency, Entry, ServiceUnit
from entries.states import EntryStatus, UnitStatus

FIGURE = "units_registered"
REGISTERED = frozenset({UnitStatus.REGISTERED, UnitStatus.RETURNED, UnitStatus.VERIFIED, UnitStatus.MERGED})


@dataclass
class AgencyTurnout:
    """The units of one agency, by how far they have come."""

    agency: Agency
    units: int = 0
    registered: int = 0
    verified: int = 0
    entering: int = 0

    @property
    def share(self) -> int:
        """Units that are verified UPP, in whole per cent of all units of the agency."""
        return round(100 * self.verified / self.units) if self.units else 0


@dataclass
class Turnout:
    """The numbers of one edition as of a moment; `outside` are service units that are not yet UPP."""

    edition: Edition
    as_of: datetime
    agencies: list[AgencyTurnout] = field(default_factory=list)
    without_entry: list[ServiceUnit] = field(default_factory=list)
    outside: list[ServiceUnit] = field(default_factory=list)
    drafting: set[int] = field(default_factory=set)

    @property
    def total(self) -> AgencyTurnout:
        whole = AgencyTurnout(agency=Agency(name="Seluruh kota"))
        for row in self.agencies:
            whole.units += row.units
            whole.registered += row.registered
            whole.verified += row.verified
            whole.entering += row.entering
        return whole


@dataclass(frozen=True)
class YearFigure:
    """How many UPP an edition had: counted here where there is no sureness, unknown where there is no value."""

    edition: Edition
    value: int | None
    sureness: Sureness | None = None


def moment_of(edition: Edition, now: datetime) -> datetime:
    """Until when the edition is counted: now, or its end once that has passed. Reads loaded stages."""
    closings = [stage.closes_at for stage in edition.stages.all()]
    return min([now, max(closings)]) if closings else now


def turnout_of(edition: Edition, now: datetime) -> Turnout:
    """Registered, verified, without an entry, not yet UPP; in all and for every agency."""
    as_of = moment_of(edition, now)
    sent, drafting = _entering(edition, as_of)
    found = Turnout(edition, as_of, drafting=drafting)
    rows: dict[int, AgencyTurnout] = {}
    for unit in ServiceUnit.objects.select_related("agency").order_by("agency__name", "name"):
        if not _stands_alone(unit, as_of):
            continue
        row = rows.setdefault(unit.agency_id, AgencyTurnout(unit.agency))
        is_registered, is_verified = _is_registered(unit, as_of), _is_verified(unit, as_of)
        row.units += 1
        row.registered += is_registered
        row.verified += is_verified
        row.entering += is_verified and unit.pk in sent
        if not is_registered:
            found.outside.append(unit)
        # The entries of a unit that was merged later are with its successor now.
        elif is_verified and unit.pk not in sent and unit.status != UnitStatus.MERGED:
            found.without_entry.append(unit)
    found.agencies = list(rows.values())
    return found


def upp_counts(editions: Iterable[Edition], now: datetime) -> dict[int, int]:
    """Verified units by edition, each as of its own moment. Editions with prefetched stages cost one query in all."""
    units = list(
        ServiceUnit.objects.filter(verified_at__isnull=False).only("status", "verified_at", "merged_at", "agency_id")
    )
    return {
        edition.pk: sum(_stands_alone(unit, until) and _is_verified(unit, until) for unit in units)
        for edition in editions
        for until in [moment_of(edition, now)]
    }


def upp_by_year(now: datetime, *, is_public: bool) -> list[YearFigure]:
    """UPP of every edition, the oldest first. The public sees the count of an edition once its registration closed."""
    editions = list(editions_with_history().prefetch_related("stages"))
    counted = upp_counts([edition for edition in editions if not edition.is_history], now)
    years = []
    for edition in sorted(editions, key=lambda edition: (edition.year, edition.pk)):
        reported = next((figure for figure in edition.figures.all() if figure.key == FIGURE), None)
        if edition.is_history:
            sureness = Sureness(reported.sureness) if reported else None
            years.append(YearFigure(edition, reported.value if reported else None, sureness))
        elif not is_public or is_registration_over(edition, now):
            years.append(YearFigure(edition, counted[edition.pk]))
    return years


def is_registration_over(edition: Edition, now: datetime) -> bool:
    return any(stage.kind == StageKind.REGISTRATION and stage.closes_at <= now for stage in edition.stages.all())


def _entering(edition: Edition, as_of: datetime) -> tuple[set[int], set[int]]:
    """Units with an entry that was sent in time and not withdrawn, and units that have begun to write one."""
    kinds: dict[bool, set[int]] = defaultdict(set)
    rows = Entry.objects.filter(edition=edition).exclude(status=EntryStatus.WITHDRAWN)
    for unit, submitted_at in rows.values_list("innovation__unit_id", "submitted_at"):
        kinds[bool(submitted_at and submitted_at <= as_of)].add(unit)
    return kinds[True], kinds[False] - kinds[True]


def _stands_alone(unit: ServiceUnit, as_of: datetime) -> bool:
    """Whether the unit had not yet been merged into another."""
    return unit.merged_at is None or unit.merged_at > as_of


def _is_registered(unit: ServiceUnit, as_of: datetime) -> bool:
    return unit.status in REGISTERED and unit.registered_at is not None and unit.registered_at <= as_of


def _is_verified(unit: ServiceUnit, as_of: datetime) -> bool:
    is_upp = unit.status in (UnitStatus.VERIFIED, UnitStatus.MERGED)
    return is_upp and unit.verified_at is not None and unit.verified_at <= as_of
