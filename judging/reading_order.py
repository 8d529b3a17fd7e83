"""What a judge has to read: the own entries in the fixed order, how far each one is, which one comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet, TextChoices

from entries.states import EntryStatus
from judging import queries
from judging.models import Assignment, Judge, Recusal, Round
from judging.own_figures import OwnFigures
from judging.states import ConflictAnswer, RoundStatus
from kiks.models import User


class EntryState(TextChoices):
    """How far a judge is with an entry."""

    UNTOUCHED = "belum", "Belum"
    STARTED = "sebagian", "Sebagian"
    COMPLETE = "lengkap", "Lengkap"
    HANDED_IN = "diserahkan", "Diserahkan"


INCOMPLETE = frozenset({EntryState.UNTOUCHED, EntryState.STARTED})
# Not a state of its own: an entry that is not complete while a later one in the reading order has marks.
SKIPPED = "dilewati"
CHOICES = [*EntryState.choices, (SKIPPED, "Dilewati")]


def my_assignments(judge: Judge, round_: Round) -> QuerySet[Assignment]:
    """In reading order, without the entries that the judge stepped back from."""
    return queries.my_assignments(judge, round_).filter(is_recused=False)


def has_left(assignment: Assignment) -> bool:
    """Whether the entry was withdrawn or disqualified while the round is open: nobody judges it any more."""
    return assignment.round.status == RoundStatus.OPEN and assignment.entry.status != EntryStatus.PASSED


def is_finished(assignment: Assignment) -> bool:
    return 0 < assignment.sheet_count == assignment.sheets_handed_in


def state_of(assignment: Assignment, marks_needed: int) -> EntryState:
    if is_finished(assignment):
        return EntryState.HANDED_IN
    if not assignment.marks_given:
        return EntryState.UNTOUCHED
    return EntryState.COMPLETE if assignment.marks_given >= marks_needed else EntryState.STARTED


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry of the reading order."""

    position: int
    assignment: Assignment
    state: EntryState
    is_skipped: bool

    @property
    def is_incomplete(self) -> bool:
        return self.state in INCOMPLETE

    def is_chosen(self, choice: str) -> bool:
        return not choice or choice == self.state or (choice == SKIPPED and self.is_skipped)


def rows_of(assignments: Iterable[Assignment], marks_needed: int) -> list[Row]:
    """The entries in their order; an entry is skipped when it is not complete and a later one has marks."""
    known = [(assignment, state_of(assignment, marks_needed)) for assignment in assignments]
    touched = max((place for place, (_, state) in enumerate(known) if state != EntryState.UNTOUCHED), default=0)
    return [
        Row(
            position=place + 1,
            assignment=assignment,
            state=state,
            is_skipped=state in INCOMPLETE and place < touched,
        )
        for place, (assignment, state) in enumerate(known)
    ]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an entry stands in the judge's reading order; primary keys of assignments beside it."""

    position: int
    count: int
    previous: int | None
    next: int | None
    next_unfinished: int | None
    next_incomplete: int | None
    skipped: int

    @property
    def onward(self) -> int | None:
        """The next entry; after the last one the first that lacks marks."""
        return self.next or self.next_incomplete


def place_of(assignment: Assignment, marks_needed: int) -> Place:
    """The neighbours of an entry in the judge's reading order; what is still to do is looked for round the end."""
    mine = [other for other in my_assignments(assignment.judge, assignment.round) if not has_left(other)]
    rows = rows_of(mine, marks_needed)
    here = next(index for index, row in enumerate(rows) if row.assignment.pk == assignment.pk)
    others = [*rows[here + 1 :], *rows[:here]]
    return Place(
        position=here + 1,
        count=len(rows),
        previous=rows[here - 1].assignment.pk if here else None,
        next=rows[here + 1].assignment.pk if here + 1 < len(rows) else None,
        next_unfinished=next((row.assignment.pk for row in others if row.state != EntryState.HANDED_IN), None),
        next_incomplete=next((row.assignment.pk for row in others if row.is_incomplete), None),
        skipped=sum(row.is_skipped for row in others),
    )


@dataclass(frozen=True, kw_only=True)
class Filter:
    value: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class RoundView:
    """One round on the judge's first page; `choice` is the state that the list is narrowed to, or empty."""

    round: Round
    judge: Judge
    rows: tuple[Row, ...]
    recusals: tuple[Recusal, ...]
    left: tuple[Assignment, ...]
    unanswered: int
    figures: OwnFigures
    choice: str

    @property
    def is_open(self) -> bool:
        return self.round.status == RoundStatus.OPEN

    @property
    def may_read(self) -> bool:
        return bool(self.judge.pledged_at) and not (self.is_open and self.unanswered)

    @property
    def finished(self) -> int:
        return sum(row.state == EntryState.HANDED_IN for row in self.rows)

    @property
    def complete(self) -> int:
        return sum(not row.is_incomplete for row in self.rows)

    @property
    def next_unfinished(self) -> Assignment | None:
        """The first entry that lacks marks; once none does, the first that was not handed in."""
        waiting = [row for row in self.rows if row.state != EntryState.HANDED_IN]
        return next((row.assignment for row in sorted(waiting, key=lambda row: not row.is_incomplete)), None)

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if row.is_chosen(self.choice)]

    @property
    def filters(self) -> list[Filter]:
        return [
            Filter(
                value=value,
                label=label,
                count=sum(row.is_chosen(value) for row in self.rows),
                is_current=value == self.choice,
            )
            for value, label in [("", "Semua"), *CHOICES]
        ]


def recusals_of(judge: Judge, round_: Round) -> QuerySet[Recusal]:
    """The entries that the judge does not judge, by rule or by own declaration."""
    recusals = Recusal.objects.filter(judge=judge, round=round_)
    return recusals.select_related("entry__innovation__unit__agency").order_by("entry__number")


def seats_of(user: User) -> dict[int, Judge]:
    """The user's seats on panels, by edition."""
    return {judge.edition_id: judge for judge in Judge.objects.filter(user=user).select_related("edition", "user")}


def round_views(user: User, seats: Mapping[int, Judge], choice: str = "") -> list[RoundView]:
    """The rounds of the user's panels that were opened; a fixed number of queries for each round."""
    return [_round_view(round_, seats[round_.edition_id], choice) for round_ in queries.my_rounds(user)]


def _round_view(round_: Round, judge: Judge, choice: str) -> RoundView:
    mine = list(my_assignments(judge, round_))
    figures = OwnFigures(judge, round_)
    return RoundView(
        round=round_,
        judge=judge,
        rows=tuple(rows_of([assignment for assignment in mine if not has_left(assignment)], figures.marks_needed)),
        left=tuple(assignment for assignment in mine if has_left(assignment)),
        recusals=tuple(recusals_of(judge, round_)),
        unanswered=sum(assignment.conflict == ConflictAnswer.NOT_ASKED for assignment in mine),
        figures=figures,
        # Once the sheets are locked every entry is handed in, and there is nothing to choose.
        choice=choice if round_.status == RoundStatus.OPEN else "",
    )
