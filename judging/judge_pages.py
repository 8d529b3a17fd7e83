"""What a judge's own pages show: the judge's own sheets and nothing that another judge wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from competitions.models import Criterion
from entries.models import Attachment
from entries.queries import frozen_attachments, frozen_content
from entries.tpb import GOALS
from judging import queries
from judging.bundles import plain, shape_of
from judging.models import Assignment, CriterionComment, Judge, Mark, PrivateNote, Round, RoundInstrument, ScoreSheet
from judging.own_figures import Elsewhere, OwnFigures, Standing
from judging.own_spread import Spread
from judging.own_writing import Reopening, comments_on, reopenings
from judging.reading_order import has_left, is_finished, my_assignments
from judging.scoring import LiveInstrument, LiveTotals, live_totals, receipt
from judging.scoring.shapes import Instrument
from judging.states import RoundStatus, SheetStatus
from kiks import formats
from kiks.models import User


def shown(value: Decimal) -> str:
    """25.500 as "25,5"."""
    return formats.score(plain(value))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One criterion on a sheet, with the mark if there is one."""

    criterion: Criterion
    mark: Mark | None
    elsewhere: Elsewhere | None = None
    comment: CriterionComment | None = None

    @property
    def value(self) -> str:
        return shown(self.mark.value) if self.mark else ""

    @property
    def version(self) -> int | None:
        return self.mark.version if self.mark else None

    @property
    def remark(self) -> str:
        return self.comment.text if self.comment else ""

    @property
    def remark_version(self) -> int | None:
        return self.comment.version if self.comment else None

    @property
    def weight(self) -> str:
        return shown(self.criterion.weight)

    @property
    def scale(self) -> str:
        """ "0–100", and the step where it is not 1."""
        step = "" if self.criterion.step == 1 else f", kelipatan {shown(self.criterion.step)}"
        return f"0–{shown(self.criterion.max_mark)}{step}"

    @property
    def level(self) -> dict | None:
        """The level of the scale in which the mark lies."""
        if self.mark is None:
            return None
        reached = [level for level in self.criterion.levels if Decimal(str(level["from"])) <= self.mark.value]
        return max(reached, key=lambda level: Decimal(str(level["from"])), default=None)

    @property
    def usual(self) -> Spread | None:
        """Where the judge's own marks for this criterion lie on the other entries, while the round is open."""
        return self.elsewhere.spread(self.criterion.pk) if self.elsewhere else None

    @property
    def question_codes(self) -> str:
        return " ".join(question.code for question in self.criterion.questions.all())


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """One of the judge's sheets for an entry, with its place in the round's blend."""

    sheet: ScoreSheet
    part: RoundInstrument
    lines: tuple[Line, ...]
    live: LiveInstrument
    reopened: Reopening | None = None

    @property
    def share(self) -> str:
        return shown(self.part.share)

    @property
    def is_open(self) -> bool:
        return self.sheet.status == SheetStatus.OPEN

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.mark is None]


@dataclass(frozen=True, kw_only=True)
class ScorePage:
    assignment: Assignment
    sheets: tuple[SheetView, ...]
    totals: LiveTotals
    figures: OwnFigures

    @property
    def is_handed_in(self) -> bool:
        return bool(self.sheets) and not any(view.is_open for view in self.sheets)

    @property
    def handed_in(self) -> list[ScoreSheet]:
        return [view.sheet for view in self.sheets if not view.is_open and view.sheet.receipt]

    @property
    def is_writable(self) -> bool:
        return self.is_open and not self.is_handed_in

    @property
    def is_open(self) -> bool:
        return self.assignment.round.status == RoundStatus.OPEN

    @property
    def note(self) -> PrivateNote | None:
        return getattr(self.assignment, "private_note", None)

    @property
    def standing(self) -> Standing:
        return self.figures.standing(self.assignment.pk)

    @property
    def given(self) -> int:
        return sum(live.given for live in self.totals.instruments.values())

    @property
    def required(self) -> int:
        return sum(live.required for live in self.totals.instruments.values())

    @property
    def unconfirmed(self) -> list[str]:
        return [view.part.instrument.name for view in self.sheets if not view.part.instrument.confirmed_at]

    @cached_property
    def content(self) -> dict:
        """The frozen text of the entry, with the lines that judge each answer and the names of its goals (TPB)."""
        content = frozen_content(self.assignment.entry.current_version)
        judged: dict[str, list[tuple[SheetView, Line]]] = {}
        for view in self.sheets:
            for line in view.lines:
                for code in line.question_codes.split():
                    judged.setdefault(code, []).append((view, line))
        answers = [answer | {"judged_by": judged.get(answer["code"], [])} for answer in content["answers"]]
        goals = [f"{number} {GOALS[number]}" for number in content["tpb"]]
        return content | {"answers": answers, "goals": goals}

    @cached_property
    def attachments(self) -> list[Attachment]:
        return frozen_attachments(self.assignment.entry.current_version)


def score_page(user: User, assignment: Assignment) -> ScorePage:
    """All that the scoring screen shows, in a number of queries that does not grow."""
    parts = list(
        assignment.round.round_instruments.select_related("instrument").prefetch_related(
            "instrument__criteria__questions"
        )
    )
    sheets = list(own_sheets(user, assignment))
    totals = totals_of(assignment, sheets, [shape_of(part) for part in parts])
    by_instrument = {sheet.instrument_id: sheet for sheet in sheets}
    figures = OwnFigures(assignment.judge, assignment.round, parts)
    elsewhere = Elsewhere(figures, assignment.pk) if assignment.round.status == RoundStatus.OPEN else None
    comments, reopened = comments_on(sheet.pk for sheet in sheets), reopenings(sheets)
    views = []
    for part in parts:
        sheet = by_instrument[part.instrument_id]
        lines = _lines(sheet, part, comments.get(sheet.pk, {}), elsewhere)
        live = totals.instruments[part.instrument.code]
        views.append(SheetView(sheet=sheet, part=part, lines=lines, live=live, reopened=reopened.get(sheet.pk)))
    return ScorePage(assignment=assignment, sheets=tuple(views), totals=totals, figures=figures)


def totals_of(assignment: Assignment, sheets: Iterable[ScoreSheet], shapes: list[Instrument]) -> LiveTotals:
    """The judge's totals for one entry, by the rules of scoring."""
    marks = {sheet.instrument.code: marks_of(sheet) for sheet in sheets}
    return live_totals(shapes, marks, assignment.round.decimals)


def own_sheets(user: User, assignment: Assignment) -> QuerySet[ScoreSheet]:
    """The sheets of the user's own assignment, with their marks."""
    marks = Prefetch("marks", Mark.objects.select_related("criterion"))
    sheets = queries.sheets_visible_to(user, assignment.round).filter(assignment=assignment)
    return sheets.select_related("instrument").prefetch_related(marks)


def own_sheet(user: User, pk: int) -> ScoreSheet | None:
    """One of the user's own sheets in a round that was opened, unless the judge no longer judges the entry."""
    mine = queries.counting(Assignment.objects.filter(judge__user=user)).exclude(round__status=RoundStatus.DRAFT)
    sheets = ScoreSheet.objects.filter(assignment__in=mine).select_related("instrument")
    return sheets.select_related("assignment__judge", "assignment__round").filter(pk=pk).first()


def shown_totals(totals: LiveTotals, sheets: Mapping[str, int]) -> dict:
    """The live totals as the autosave returns them: texts for the reader; `sheets` are keys by instrument code."""
    return {
        "given": sum(live.given for live in totals.instruments.values()),
        "required": sum(live.required for live in totals.instruments.values()),
        "blended": formats.score(totals.blended) if totals.blended else None,
        "sheets": {str(pk): _shown_live(totals.instruments[code]) for code, pk in sheets.items()},
    }


def _shown_live(live: LiveInstrument) -> dict:
    return {
        "so_far": formats.score(live.so_far),
        "is_complete": live.score is not None,
        "given": live.given,
        "required": live.required,
    }


@dataclass(frozen=True, kw_only=True)
class EntryCheck:
    """One entry on the check page: what is missing, or what it comes to."""

    assignment: Assignment
    total: str | None
    missing: tuple[tuple[int, Criterion], ...]

    @property
    def is_handed_in(self) -> bool:
        return is_finished(self.assignment)


def entry_checks(judge: Judge, round_: Round) -> list[EntryCheck]:
    """Every entry that the judge judges in the round, in reading order, from the own marks alone."""
    parts = list(round_.round_instruments.select_related("instrument").prefetch_related("instrument__criteria"))
    shapes = [shape_of(part) for part in parts]
    own = queries.sheets_visible_to(judge.user, round_).filter(assignment__judge=judge)
    sheets: dict[int, dict[int, ScoreSheet]] = {}
    for sheet in own.prefetch_related(Prefetch("marks", Mark.objects.select_related("criterion"))):
        sheets.setdefault(sheet.assignment_id, {})[sheet.instrument_id] = sheet
    return [
        _entry_check(assignment, sheets.get(assignment.pk, {}), parts, shapes)
        for assignment in my_assignments(judge, round_)
        if not has_left(assignment)
    ]


def _entry_check(
    assignment: Assignment, sheets: Mapping[int, ScoreSheet], parts: list[RoundInstrument], shapes: list[Instrument]
) -> EntryCheck:
    marks = {part.instrument.code: marks_of(sheets[part.instrument_id]) for part in parts}
    return EntryCheck(
        assignment=assignment,
        total=live_totals(shapes, marks, assignment.round.decimals).blended,
        missing=tuple(
            (sheets[part.instrument_id].pk, criterion)
            for part in parts
            for criterion in part.instrument.criteria.all()
            if criterion.code not in marks[part.instrument.code]
        ),
    )


def _lines(
    sheet: ScoreSheet, part: RoundInstrument, comments: Mapping[int, CriterionComment], elsewhere: Elsewhere | None
) -> tuple[Line, ...]:
    given = {mark.criterion_id: mark for mark in sheet.marks.all()}
    return tuple(
        Line(
            criterion=criterion,
            mark=given.get(criterion.pk),
            elsewhere=elsewhere,
            comment=comments.get(criterion.pk),
        )
        for criterion in part.instrument.criteria.all()
    )


def marks_of(sheet: ScoreSheet) -> Mapping[str, str]:
    """Marks by criterion code, for the rules of scoring."""
    return {mark.criterion.code: plain(mark.value) for mark in sheet.marks.all()}


def receipt_of(assignment: Assignment, sheet: ScoreSheet, nonce: str) -> str:
    """The receipt that follows from the marks that stand on the sheet and the given nonce."""
    round_ = assignment.round
    return receipt(
        round_.edition.code,
        round_.code,
        assignment.entry.number,
        assignment.judge.label,
        sheet.instrument.code,
        marks_of(sheet),
        nonce,
    )
