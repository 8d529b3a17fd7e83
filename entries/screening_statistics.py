"""The numbers of a screening: what came in and what became of it, whole and by group, beside earlier editions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q

from competitions.models import Edition, ReportedFigure, Sureness
from competitions.queries import editions_with_history
from entries.models import District, Entry, Screening, ScreeningItem, UnitKind
from entries.states import EntryStatus

RECEIVED, PASSED = "entries_received", "entries_passed"
NO_CATEGORY, NO_DISTRICT = "Tanpa kategori", "Kecamatan tidak tercatat"
UNRECORDED = (NO_CATEGORY, NO_DISTRICT)


@dataclass
class Tally:
    """Each entry that was ever submitted once, by where it stands; counted as the announcement counts.

    What passed and was disqualified later has passed the screening all the same.
    """

    passed: int = 0
    failed: int = 0
    withdrawn: int = 0
    returned: int = 0
    undecided: int = 0

    @property
    def received(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))

    @property
    def rate(self) -> Decimal | None:
        """Passed of what was decided, in per cent; None where nothing was."""
        return rate_of(self.passed, self.passed + self.failed)

    def add(self, status: str, count: int = 1) -> None:
        place = PLACES[EntryStatus(status)]
        setattr(self, place, getattr(self, place) + count)

    def include(self, other: "Tally") -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


PLACES = {
    EntryStatus.PASSED: "passed",
    EntryStatus.DISQUALIFIED: "passed",
    EntryStatus.REJECTED: "failed",
    EntryStatus.WITHDRAWN: "withdrawn",
    EntryStatus.RETURNED: "returned",
    EntryStatus.SUBMITTED: "undecided",
}


@dataclass(frozen=True)
class Group:
    label: str
    tally: Tally


@dataclass(frozen=True)
class Reason:
    """An item of the checklist, and how many entries fail it now: those that failed, and those with their unit."""

    label: str
    failed: int = 0
    returned: int = 0


@dataclass(frozen=True)
class Year:
    """An edition. Of what this system did not run only what was reported is known, and how surely."""

    edition: Edition
    received: int | None
    passed: int | None
    failed: int | None = None
    rate: Decimal | None = None
    sureness: tuple[Sureness, ...] = ()


@dataclass(frozen=True)
class ScreeningStatistics:
    edition: Edition
    whole: Tally
    disqualified: int
    agencies: list[Group]
    kinds: list[Group]
    categories: list[Group]
    districts: list[Group]
    reasons: list[Reason]
    years: list[Year]


@dataclass(frozen=True)
class _Counted:
    """What is looked at of one entry; its unit as it stands today."""

    status: str
    agency: str
    kind: str
    category: str | None
    district: str | None


def statistics_of(edition: Edition) -> ScreeningStatistics:
    """All numbers of one edition; longer lists ask the database no more often."""
    entries = _submitted(edition)
    whole = Tally()
    for entry in entries:
        whole.add(entry.status)
    categories = [*edition.categories.values_list("name", flat=True)]
    districts = [*District.objects.values_list("name", flat=True)]
    return ScreeningStatistics(
        edition=edition,
        whole=whole,
        disqualified=sum(entry.status == EntryStatus.DISQUALIFIED for entry in entries),
        agencies=_grouped(entries, lambda entry: entry.agency),
        kinds=_grouped(entries, lambda entry: UnitKind(entry.kind).label),
        categories=_grouped(entries, lambda entry: entry.category or NO_CATEGORY, categories),
        districts=_grouped(entries, lambda entry: entry.district or NO_DISTRICT, districts),
        reasons=_reasons(edition),
        years=_years(edition),
    )


def rate_of(passed: int, decided: int) -> Decimal | None:
    if not decided:
        return None
    return (Decimal(100 * passed) / decided).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _submitted(edition: Edition) -> list[_Counted]:
    rows = Entry.objects.filter(edition=edition).exclude(status=EntryStatus.DRAFT).order_by("number")
    unit = "innovation__unit"
    columns = (f"{unit}__agency__name", f"{unit}__kind", "category__name", f"{unit}__village__district__name")
    return [_Counted(*row) for row in rows.values_list("status", *columns)]


def _grouped(entries: Iterable[_Counted], key: Callable[[_Counted], str], known: Iterable[str] = ()) -> list[Group]:
    """The largest group first, groups of the same size by name; what is known stands there with nothing too.

    What nobody recorded is no group and stands at the end.
    """
    found = {label: Tally() for label in known}
    for entry in entries:
        found.setdefault(key(entry), Tally()).add(entry.status)
    groups = [Group(label, tally) for label, tally in found.items()]
    return sorted(groups, key=lambda group: (group.label in UNRECORDED, -group.tally.received, group.label))


def _reasons(edition: Edition) -> list[Reason]:
    """Every item of the checklist, the most frequent first; an entry may have failed several.

    The last screening counts, and only while it stands: not where it was taken up again or an objection was granted.
    """
    of_edition = Screening.objects.filter(entry__edition=edition)
    last = of_edition.order_by("entry_id", "-attempt").distinct("entry_id").values("pk")
    standing = (EntryStatus.REJECTED, EntryStatus.RETURNED)
    rows = ScreeningItem.objects.filter(screening__in=last, passed=False)
    counted = rows.order_by().values_list("item", "screening__entry__status").annotate(number=Count("pk"))
    counts = {(item, status): number for item, status, number in counted}
    reasons = [
        Reason(item.label, *(counts.get((item.pk, status), 0) for status in standing))
        for item in edition.checklist.order_by("position", "pk")
    ]
    return sorted(reasons, key=lambda reason: (-reason.failed, -reason.returned))


def _years(edition: Edition) -> list[Year]:
    """This edition and those before it, the oldest first; made-up editions only beside a made-up one."""
    of_its_kind = Q(is_history=True) | Q(is_demo=edition.is_demo)
    before = Q(year__lt=edition.year) | Q(pk=edition.pk)
    editions = list(editions_with_history().filter(of_its_kind, before))
    tallies = _tallies(each for each in editions if not each.is_history)
    return [
        _reported(each) if each.is_history else _counted(each, tallies.get(each.pk, Tally()))
        for each in reversed(editions)
    ]


def _tallies(editions: Iterable[Edition]) -> dict[int, Tally]:
    rows = Entry.objects.filter(edition__in=editions).exclude(status=EntryStatus.DRAFT).order_by()
    tallies: dict[int, Tally] = {}
    for pk, status, number in rows.values_list("edition", "status").annotate(number=Count("pk")):
        tallies.setdefault(pk, Tally()).add(status, number)
    return tallies


def _counted(edition: Edition, tally: Tally) -> Year:
    return Year(edition, tally.received, tally.passed, tally.failed, tally.rate)


def _reported(edition: Edition) -> Year:
    figures: dict[str, ReportedFigure] = {figure.key: figure for figure in edition.figures.all()}
    received, passed = figures.get(RECEIVED), figures.get(PASSED)
    return Year(
        edition,
        received.value if received else None,
        passed.value if passed else None,
        sureness=tuple(dict.fromkeys(Sureness(figure.sureness) for figure in (received, passed) if figure)),
    )
