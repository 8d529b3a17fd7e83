"""What the control room shows of a round: facts for the committee, and no figure before the visibility table allows."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch

from competitions.models import Edition
from judging import queries
from judging.models import AssignmentDraw, Judge, OfficialRecord, Presentation, Publication, Ranking, Recusal, Round
from judging.states import STANDING_RECORDS, RankingStatus, RecordKind, RoundKind, RoundStatus
from judging.tables import Table, table_of, with_entries
from judging.visibility import Item, Viewer, may_see
from kiks import clock

OUT = {"recused", "released"}
STEPS = ("open", "close", "settle", "confirm", "publish")


@dataclass(frozen=True)
class Step:
    """One step in the life of a round; `state` is past, current or future."""

    name: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True)
class Cell:
    assignment_id: int | None
    state: str


@dataclass(frozen=True)
class Owing:
    """A judge who is behind: entries with an open sheet, each with its assignment, and the last reminder in a day."""

    judge: Judge
    count: int
    pairs: tuple[tuple[str, int], ...]
    reminded_at: datetime | None


@dataclass(frozen=True)
class MatrixRow:
    entry_id: int
    number: str
    name: str
    cells: tuple[Cell, ...]


class RoundRoom:
    """One round as its page shows it; each part is read when it is first asked for."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.edition = round_.edition
        self.is_final = round_.kind == RoundKind.FINAL

    @cached_property
    def blockers(self) -> list[str]:
        if self.round.status == RoundStatus.SETTLING and not self.rankings:
            return []
        return queries.round_blockers(self.round)

    @cached_property
    def publication(self) -> Publication | None:
        """The newest publication of the edition, visible or waiting for its moment."""
        return self.edition.publications.order_by("-version").first()

    @cached_property
    def steps(self) -> list[Step]:
        reached = {RoundStatus.DRAFT: 0, RoundStatus.OPEN: 1, RoundStatus.SETTLING: 2, RoundStatus.CLOSED: 4}
        current = reached[RoundStatus(self.round.status)]
        if current == 2 and self.rankings and not self.blockers:
            current = 3
        if self.publication and self.round.status == RoundStatus.CLOSED:
            current = len(STEPS)
        return [
            Step(name, "past" if place < current else "current" if place == current else "future", self._moment(name))
            for place, name in enumerate(STEPS)
        ]

    def _moment(self, step: str) -> datetime | None:
        return {
            "open": self.round.opened_at,
            "close": self.round.locked_at,
            "confirm": self.round.closed_at,
            "publish": self.publication and self.publication.visible_from,
        }.get(step)

    @cached_property
    def states(self) -> dict[tuple[str, str], str]:
        return queries.progress_matrix(self.round)

    @cached_property
    def progress(self) -> Progress:
        counted = [state for state in self.states.values() if state not in OUT]
        return Progress(counted.count("handed_in"), len(counted))

    @cached_property
    def behind(self) -> list[tuple[Judge, int]]:
        return queries.judges_behind(self.round)

    @cached_property
    def owing(self) -> list[Owing]:
        """Who is behind, with what exactly, and since when a reminder has been out."""
        pairs: dict[str, list[tuple[str, int]]] = {}
        for label, number, pk in queries.open_pairs(self.round):
            pairs.setdefault(label, []).append((number, pk))
        people = [judge.user_id for judge, _ in self.behind]
        reminded = queries.reminded_since(people, clock.now() - queries.REMINDER_QUIET_FOR)
        return [
            Owing(judge, owed, tuple(pairs.get(judge.label, ())), reminded.get(judge.user_id))
            for judge, owed in self.behind
        ]

    @cached_property
    def few(self) -> dict[str, int]:
        """Entries with fewer judges than the round asks for; number and key."""
        return queries.entries_with_few_judges(self.round)

    @property
    def now(self) -> datetime:
        return clock.now()

    @cached_property
    def may_change_panel(self) -> bool:
        return not self.is_final and self.round.status in {RoundStatus.DRAFT, RoundStatus.OPEN}

    @cached_property
    def last_draw(self) -> AssignmentDraw | None:
        """The draw that could be undone."""
        draws = self.round.draws.filter(undone_at__isnull=True).select_related("drawn_by")
        return draws.order_by("-pk").first()

    @cached_property
    def labels(self) -> list[str]:
        return sorted({label for _, label in self.states}, key=queries.by_seat)

    @cached_property
    def matrix(self) -> list[MatrixRow]:
        facts = self.round.assignments.values_list(
            "entry__number", "judge__label", "pk", "entry__innovation__short_name", "entry_id"
        )
        ids = {(number, label): pk for number, label, pk, _, _ in facts}
        names = {number: name for number, _, _, name, _ in facts}
        entries = {number: entry for number, _, _, _, entry in facts}
        # A judge who may not judge an entry by rule was never assigned: the pair has a recusal and no state.
        # Nor was who stepped back from it in another round of the edition.
        recusals = Recusal.objects.filter(round__edition=self.round.edition_id)
        barred = dict.fromkeys(recusals.values_list("entry__number", "judge__label"), "recused")
        states = barred | self.states
        return [
            MatrixRow(
                entries[number],
                number,
                names[number],
                tuple(Cell(ids.get((number, label)), states.get((number, label), "none")) for label in self.labels),
            )
            for number in sorted(names)
        ]

    @cached_property
    def rankings(self) -> list[Ranking]:
        """The rankings that stand, with their records; nothing while the round is open."""
        phase = queries.phase_of(self.round, is_published=False)
        if not may_see(phase, Viewer.COMMITTEE, Item.RANKING):
            return []
        records = Prefetch("records", OfficialRecord.objects.select_related("document").order_by("id"))
        return list(with_entries(queries.standing_rankings(self.round)).prefetch_related(records))

    @cached_property
    def tables(self) -> list[Table]:
        names = {round_.code: round_.name for round_ in self.edition.rounds.all()}
        return [table_of(ranking, names) for ranking in self.rankings]

    @cached_property
    def following(self) -> Round | None:
        """The round whose entries come from this one, else the final that this one enters."""
        rounds = Round.objects.filter(edition=self.edition)
        return (
            rounds.filter(source=self.round, kind=RoundKind.PRESENTATION).first()
            or rounds.filter(components__source=self.round).first()
        )

    @cached_property
    def presentations(self) -> list[Presentation]:
        return list(self.round.presentations.select_related("entry__innovation__unit__agency"))

    @cached_property
    def waiting_records(self) -> list[Ranking]:
        """Confirmed rankings that still need their berita acara."""
        if self.round.kind == RoundKind.PRESENTATION:
            return []
        return [
            ranking
            for ranking in self.rankings
            if ranking.status == RankingStatus.CONFIRMED
            and not any(record.kind != RecordKind.RECAP for record in _standing(ranking))
        ]

    @cached_property
    def waiting_recaps(self) -> list[Ranking]:
        """Confirmed rankings whose rekap nilai may be made."""
        return [
            ranking
            for ranking in self.rankings
            if ranking.status == RankingStatus.CONFIRMED
            and not any(record.kind == RecordKind.RECAP for record in _standing(ranking))
        ]


def _standing(ranking: Ranking) -> list[OfficialRecord]:
    """Papers of a ranking that are valid; the others stay in the register."""
    return [record for record in ranking.records.all() if record.status in STANDING_RECORDS]


def rooms_of(edition: Edition) -> list[RoundRoom]:
    return [RoundRoom(round_) for round_ in edition.rounds.select_related("edition", "source", "stage")]
