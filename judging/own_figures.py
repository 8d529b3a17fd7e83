"""A judge's own marks and totals in one round, for the judge alone: nothing here reads what another judge wrote."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from competitions.models import Criterion
from entries.states import EntryStatus
from judging import queries
from judging.bundles import plain, shape_of
from judging.models import Assignment, Judge, Mark, Round, RoundInstrument
from judging.own_spread import Picture, Rank, Spread, picture_of, rank_of, spread_of, totals_of
from judging.states import RoundStatus


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The totals so far, and where one entry stands among them; no `rank` while the entry has no total."""

    spread: Spread | None
    picture: Picture | None
    total: str | None
    rank: Rank | None


class OwnFigures:
    """Read when first asked for, in a number of queries that does not grow; entries no longer judged are left out."""

    def __init__(self, judge: Judge, round_: Round, parts: Sequence[RoundInstrument] | None = None) -> None:
        """`parts`, with their criteria, where the caller has them already."""
        self.judge, self.round = judge, round_
        if parts is not None:
            self.parts = list(parts)

    @cached_property
    def parts(self) -> list[RoundInstrument]:
        parts = self.round.round_instruments.select_related("instrument")
        return list(parts.prefetch_related("instrument__criteria"))

    @cached_property
    def marks(self) -> Mapping[int, Mapping[int, str]]:
        """Marks by assignment and criterion."""
        judged = queries.counting(Assignment.objects.filter(judge=self.judge, round=self.round))
        if self.round.status == RoundStatus.OPEN:
            judged = judged.filter(entry__status=EntryStatus.PASSED)
        # Own sheets alone, in every phase: what others wrote is not even asked for.
        rows = Mark.objects.filter(sheet__assignment__in=judged).order_by()
        found: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for assignment, criterion, value in rows.values_list("sheet__assignment_id", "criterion_id", "value"):
            found[assignment][criterion] = plain(value)
        return found

    @cached_property
    def marks_needed(self) -> int:
        """How many marks one entry needs."""
        return sum(len(part.instrument.criteria.all()) for part in self.parts)

    @cached_property
    def totals(self) -> Mapping[int, str]:
        """The judge's own blended figure of each assignment whose marks are all there."""
        complete = {
            assignment: {
                part.instrument.code: {each.code: given[each.pk] for each in part.instrument.criteria.all()}
                for part in self.parts
            }
            for assignment, given in self.marks.items()
            if len(given) == self.marks_needed
        }
        return totals_of([shape_of(part) for part in self.parts], complete, self.round.decimals)

    @cached_property
    def spread(self) -> Spread | None:
        return spread_of(self.totals.values(), self.round.decimals)

    @cached_property
    def picture(self) -> Picture | None:
        return picture_of(self.totals.values())

    def rank(self, assignment: int) -> Rank | None:
        own = self.totals.get(assignment)
        return own and rank_of(own, [total for other, total in self.totals.items() if other != assignment])

    def standing(self, assignment: int) -> Standing:
        own = self.totals.get(assignment)
        picture = picture_of(self.totals.values(), own)
        return Standing(spread=self.spread, picture=picture, total=own, rank=self.rank(assignment))

    def usual(self, criterion: int, *, without: int | None = None) -> Spread | None:
        """Where the judge's marks for a criterion lie, apart from those of one entry."""
        return spread_of(
            given[criterion] for assignment, given in self.marks.items() if assignment != without and criterion in given
        )

    @cached_property
    def criteria(self) -> list[tuple[RoundInstrument, Criterion, Spread | None]]:
        """Every criterion of the round with the judge's own spread."""
        return [
            (part, criterion, self.usual(criterion.pk))
            for part in self.parts
            for criterion in part.instrument.criteria.all()
        ]


@dataclass(frozen=True)
class Elsewhere:
    """The judge's own marks on every other entry of the round."""

    figures: OwnFigures
    assignment: int

    def spread(self, criterion: int) -> Spread | None:
        return self.figures.usual(criterion, without=self.assignment)
