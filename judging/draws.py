"""What a draw of assignments would do now: facts from the rows, decided by the pure draw, with a digest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from entries.models import Entry
from judging.assignment import Pair, assign
from judging.models import Assignment, Judge, Mark, Recusal, Round, ScoreSheet
from judging.queries import by_seat, entries_of_round, with_recusals
from judging.states import SheetStatus
from kiks.texts import sha256_of, to_json

OWN_AGENCY = "Usulan dari perangkat daerah juri sendiri."
UNDONE = "Undian penugasan dibatalkan."
REBALANCED = "Dipindahkan oleh penyeimbangan ulang."
# What a draw took away, a later draw may give again; what a person released, it may not.
MAY_RETURN = (UNDONE, REBALANCED)


@dataclass(frozen=True, kw_only=True)
class Barred:
    """A pair that must not be, and why: agency, recused, or released."""

    label: str
    number: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Load:
    judge: Judge
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A draw before it is made. Pairs are (judge's label, entry number); `moved` are taken from their judges."""

    round: Round
    seed: str
    evens_out: bool
    judges: Mapping[str, Judge]
    entries: Mapping[str, Entry]
    kept: tuple[Pair, ...]
    added: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    barred: tuple[Barred, ...]
    preferred: frozenset[Pair]

    @cached_property
    def digest(self) -> str:
        """Two plans with the same digest do the same."""
        facts = {
            "round": self.round.pk,
            "seed": self.seed,
            "per_entry": self.round.judges_per_entry,
            "kept": self.kept,
            "added": self.added,
            "moved": self.moved,
            "barred": [(row.label, row.number, row.why) for row in self.barred],
        }
        return sha256_of(to_json(facts))

    @property
    def changes(self) -> bool:
        return bool(self.added or self.moved)

    @property
    def loads(self) -> list[Load]:
        before = Counter(label for label, _ in (*self.kept, *self.moved))
        after = Counter(label for label, _ in (*self.kept, *self.added))
        return [
            Load(judge=self.judges[label], before=before[label], after=after[label])
            for label in sorted(self.judges, key=by_seat)
        ]

    @property
    def spread(self) -> int:
        """By how much the loads differ afterwards."""
        loads = [load.after for load in self.loads]
        return max(loads) - min(loads) if loads else 0


def next_seed(round_: Round) -> str:
    """The seed of the next draw: nobody chooses it, so nobody draws until the result pleases."""
    made = round_.draws.count()
    return f"{round_.code}-{made + 1}" if made else round_.code


def touched(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Each assignment with `is_touched`: something was marked or handed in."""
    of_mine = ScoreSheet.objects.filter(assignment=OuterRef("pk")).exclude(status=SheetStatus.OPEN)
    marks = Mark.objects.filter(sheet__assignment=OuterRef("pk"))
    return assignments.annotate(is_touched=Exists(of_mine) | Exists(marks))


def plan_of(round_: Round, *, seed: str, evens_out: bool = False) -> Plan:
    """What the draw of this seed would do; raises AssignmentError where no assignment is possible.

    Standing assignments stay. With `evens_out` those on which nothing was marked yet may move to even the loads.
    """
    judges = {judge.label: judge for judge in round_.edition.judges.select_related("user", "agency")}
    entries = {entry.number: entry for entry in entries_of_round(round_).select_related("category")}
    barred = barred_pairs(round_, judges, entries)
    standing = {
        pair: is_touched
        for pair, is_touched in _active_pairs(round_).items()
        if pair not in barred and pair[1] in entries
    }
    fixed = {pair for pair, is_touched in standing.items() if is_touched or not evens_out}
    preferred = frozenset(preferred_pairs(judges, entries))
    free = standing.keys() - fixed
    names = list(judges), list(entries)
    drawn = set(assign(*names, barred.keys(), round_.judges_per_entry, fixed, seed, standing=free, preferred=preferred))
    return Plan(
        round=round_,
        seed=seed,
        evens_out=evens_out,
        judges=judges,
        entries=entries,
        kept=_in_order(standing.keys() & drawn),
        added=_in_order(drawn - standing.keys()),
        moved=_in_order(standing.keys() - drawn),
        barred=tuple(Barred(label=pair[0], number=pair[1], why=barred[pair]) for pair in _in_order(barred)),
        preferred=preferred & drawn,
    )


def _active_pairs(round_: Round) -> dict[Pair, bool]:
    """The pairs that are assigned now, and whether anything was marked on them."""
    rows = touched(round_.assignments.filter(released_at__isnull=True)).values_list(
        "judge__label", "entry__number", "is_touched"
    )
    return {(label, number): is_touched for label, number, is_touched in rows}


def _in_order(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: pair[::-1]))


def barred_pairs(round_: Round, judges: Mapping[str, Judge], entries: Mapping[str, Entry]) -> dict[Pair, str]:
    """The pairs that no draw may make. Who stepped back from an entry in one round does not judge it in another."""
    released = round_.assignments.filter(released_at__isnull=False).exclude(release_reason__in=MAY_RETURN)
    barred = dict.fromkeys(released.values_list("judge__label", "entry__number"), "released")
    recusals = Recusal.objects.filter(round__edition=round_.edition_id)
    barred |= dict.fromkeys(recusals.values_list("judge__label", "entry__number"), "recused")
    barred |= dict.fromkeys(own_agency_pairs(judges, entries), "agency")
    return {pair: why for pair, why in barred.items() if pair[0] in judges and pair[1] in entries}


def own_agency_pairs(judges: Mapping[str, Judge], entries: Mapping[str, Entry]) -> list[Pair]:
    return [
        (label, number)
        for label, judge in judges.items()
        for number, entry in entries.items()
        if judge.agency_id and judge.agency_id == entry.innovation.unit.agency_id
    ]


def preferred_pairs(judges: Mapping[str, Judge], entries: Mapping[str, Entry]) -> list[Pair]:
    """Judges and the entries of the categories that they know."""
    rows = Judge.expertise.through.objects.filter(judge__in=[judge.pk for judge in judges.values()])
    known = set(rows.values_list("judge_id", "category_id"))
    return [
        (label, number)
        for label, judge in judges.items()
        for number, entry in entries.items()
        if (judge.pk, entry.category_id) in known
    ]


def may_return(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Assignments that a draw took away and a later one may give again."""
    return assignments.filter(Q(released_at__isnull=False), release_reason__in=MAY_RETURN)


def unassigned_judges(round_: Round, entry: Entry) -> list[Judge]:
    """Who may be given this entry by hand: nobody who has it, stepped back from it, or is of its agency."""
    judges = {judge.label: judge for judge in round_.edition.judges.select_related("user", "agency")}
    barred = barred_pairs(round_, judges, {entry.number: entry})
    active = set(
        with_recusals(round_.assignments.filter(entry=entry, released_at__isnull=True)).values_list(
            "judge__label", flat=True
        )
    )
    return [
        judge
        for label, judge in sorted(judges.items(), key=lambda item: (len(item[0]), item[0]))
        if label not in active and barred.get((label, entry.number)) not in {"agency", "recused"}
    ]
