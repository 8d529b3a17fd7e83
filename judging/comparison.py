"""Two of a judge's own entries side by side: marks, differences and what the judge wrote about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from competitions.models import Criterion
from judging import queries
from judging.bundles import plain
from judging.models import Assignment, CriterionComment, Judge, Mark, Round, RoundInstrument, ScoreSheet
from judging.own_figures import OwnFigures
from judging.own_spread import Difference, Rank, difference
from judging.reading_order import EntryState, has_left, my_assignments, state_of


@dataclass(frozen=True, kw_only=True)
class Column:
    """One of the two entries."""

    assignment: Assignment
    state: EntryState
    total: str | None
    rank: Rank | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One criterion; the difference where both entries have a mark."""

    criterion: Criterion
    marks: tuple[str | None, ...]
    difference: Difference | None
    comments: tuple[str, ...]

    @property
    def has_comment(self) -> bool:
        return any(self.comments)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One instrument with what the judge wrote on its two sheets."""

    part: RoundInstrument
    lines: tuple[Line, ...]
    comments: tuple[str, ...]

    @property
    def has_comment(self) -> bool:
        return any(self.comments)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    difference: Difference | None


def own_assignments(judge: Judge, round_: Round) -> list[Assignment]:
    """The entries that the judge judges in the round, in reading order."""
    return [assignment for assignment in my_assignments(judge, round_) if not has_left(assignment)]


def compared(judge: Judge, round_: Round, pair: Sequence[Assignment]) -> Comparison:
    figures = OwnFigures(judge, round_)
    sheets = _sheets(judge, round_, pair)
    totals = [figures.totals.get(assignment.pk) for assignment in pair]
    columns = tuple(
        Column(
            assignment=assignment,
            state=state_of(assignment, figures.marks_needed),
            total=total,
            rank=figures.rank(assignment.pk),
        )
        for assignment, total in zip(pair, totals, strict=True)
    )
    parts = tuple(_part(part, [sheets[each.pk, part.instrument_id] for each in pair]) for part in figures.parts)
    return Comparison(columns=columns, parts=parts, difference=_difference(totals))


def _sheets(judge: Judge, round_: Round, pair: Sequence[Assignment]) -> dict[tuple[int, int], ScoreSheet]:
    sheets = queries.sheets_visible_to(judge.user, round_).filter(assignment__in=pair, assignment__judge=judge)
    found = sheets.prefetch_related(
        Prefetch("marks", Mark.objects.order_by()), Prefetch("comments", CriterionComment.objects.order_by())
    )
    return {(sheet.assignment_id, sheet.instrument_id): sheet for sheet in found}


def _part(part: RoundInstrument, sheets: Sequence[ScoreSheet]) -> Part:
    marks = [{mark.criterion_id: plain(mark.value) for mark in sheet.marks.all()} for sheet in sheets]
    comments = [{comment.criterion_id: comment.text for comment in sheet.comments.all()} for sheet in sheets]
    lines = []
    for criterion in part.instrument.criteria.all():
        given = tuple(each.get(criterion.pk) for each in marks)
        said = tuple(each.get(criterion.pk, "") for each in comments)
        lines.append(Line(criterion=criterion, marks=given, difference=_difference(given), comments=said))
    return Part(part=part, lines=tuple(lines), comments=tuple(sheet.comment for sheet in sheets))


def _difference(figures: Sequence[str | None]) -> Difference | None:
    one, other = figures
    return None if one is None or other is None else difference(one, other)
