"""What a unit sees before it starts an entry: its innovations with every rule, and likely twins of a new one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from competitions.models import Edition
from entries.eligibility import Facts
from entries.likeness import Known, twins
from entries.models import Entry, Innovation, LikelyTwin, Participation, ServiceUnit
from entries.queries import edition_rules
from entries.secrecy import counted_entries, status_for_unit, with_announced
from entries.start_rules import PARTICIPATIONS, Mark, RuleLine, rule_lines
from entries.states import EntryStatus, UnitStatus


@dataclass(frozen=True)
class StartRow:
    """An innovation of the unit: every rule, its entry in this edition, and the last one before."""

    innovation: Innovation
    lines: tuple[RuleLine, ...]
    entry: Entry | None
    last: Entry | None
    entry_status: EntryStatus | None = None

    @property
    def may_enter(self) -> bool:
        return self.entry is None and all(line.mark is not Mark.BROKEN for line in self.lines)

    @property
    def may_start(self) -> bool:
        """A date can be mended and a place becomes free; a participation does not come back."""
        return self.entry is None and not any(
            line.title == PARTICIPATIONS and line.mark is Mark.BROKEN for line in self.lines
        )


@dataclass(frozen=True)
class FoundTwin:
    """An innovation that the new one resembles."""

    innovation: Innovation
    score: Decimal

    @property
    def years(self) -> list[int]:
        """When it took part, from the loaded participations of its identity."""
        return sorted({participation.edition.year for participation in self.innovation.identity.participations.all()})


@dataclass(frozen=True)
class StartPage:
    """The rows of the unit's innovations, and the rules as far as they are known for a new one."""

    rows: list[StartRow]
    new_lines: tuple[RuleLine, ...]


def start_page(unit: ServiceUnit, edition: Edition, now: datetime) -> StartPage:
    rules, facts = edition_rules(edition), _facts_of_unit(unit, edition, now)
    rows = []
    for innovation in _innovations(unit, now):
        # The newest first, as they were loaded.
        entries = list(innovation.entries.all())
        current = next((entry for entry in entries if entry.edition_id == edition.pk), None)
        own = replace(
            facts,
            participations=tuple(
                participation.edition.year
                for participation in innovation.identity.participations.all()
                if participation.edition_id != edition.pk
            ),
            implemented_on=innovation.implemented_on,
        )
        rows.append(
            StartRow(
                innovation,
                rule_lines(own, rules),
                current,
                next((entry for entry in entries if entry.edition_id != edition.pk), None),
                status_for_unit(current, now) if current else None,
            )
        )
    # What may be started stands first, what has an entry or no participation left follows.
    rows.sort(key=lambda row: not row.may_start)
    return StartPage(rows, rule_lines(facts, rules))


def _innovations(unit: ServiceUnit, now: datetime) -> Iterable[Innovation]:
    known = Entry.objects.select_related("edition").prefetch_related("screenings")
    entries = with_announced(known, now).annotate(filled=Count("answers", filter=~Q(answers__text="")))
    participations = Participation.objects.select_related("edition")
    innovations = unit.innovations.select_related("same_as").order_by("short_name", "pk")
    return innovations.prefetch_related(
        Prefetch("participations", participations),
        Prefetch("same_as__participations", participations),
        Prefetch("entries", entries.order_by("-edition__year", "-pk")),
    )


def _facts_of_unit(unit: ServiceUnit, edition: Edition, now: datetime) -> Facts:
    """The facts that all innovations of the unit share: the places that unit and agency have used."""
    counts = counted_entries(edition, now).aggregate(
        of_unit=Count("pk", filter=Q(innovation__unit=unit)),
        of_agency=Count("pk", filter=Q(innovation__unit__agency=unit.agency_id)),
    )
    return Facts(
        now=now,
        unit_verified=unit.status == UnitStatus.VERIFIED,
        unit_entries=counts["of_unit"],
        agency_entries=counts["of_agency"],
    )


def likely_twins(short_name: str, expansion: str, unit: ServiceUnit, edition: Edition) -> list[FoundTwin]:
    """Innovations that may be the one so named: all of the unit, and of the others what took part before.

    What another unit drafts or sends this year is nobody's to learn from a name.
    """
    own = Q(innovation=OuterRef("pk")) | Q(recorded_for=OuterRef("pk"))
    before = Participation.objects.filter(own).exclude(edition=edition)
    comparable = Innovation.objects.filter(Q(unit=unit) | Exists(before))
    if not edition.is_demo:
        comparable = comparable.filter(is_demo=False)
    known = [Known(*row) for row in comparable.order_by("pk").values_list("pk", "short_name", "expansion")]
    found = twins(short_name, expansion, known)
    rows = Participation.objects.select_related("edition")
    innovations = (
        Innovation.objects.filter(pk__in=[twin.key for twin in found])
        .select_related("unit__agency", "same_as")
        .prefetch_related(Prefetch("participations", rows), Prefetch("same_as__participations", rows))
        .in_bulk()
    )
    return [FoundTwin(innovations[twin.key], Decimal(str(twin.score))) for twin in found]


def stated_twins(innovation: Innovation) -> Iterable[LikelyTwin]:
    """What the unit was asked about when it began, for the screening."""
    return innovation.twins.select_related("earlier__unit__agency", "stated_by").order_by("-score", "pk")
