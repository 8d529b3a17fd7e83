"""What the paper of a judge's sheets for one entry says (lembar penilaian), as frozen facts, and who finds it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Prefetch, QuerySet

from judging import visibility
from judging.bundles import instruments_of, marks_of
from judging.explaining import Exact, SheetStep, sheet_step
from judging.models import Assignment, Round, ScoreSheet, SheetPaper
from judging.own_writing import criterion_comments
from judging.queries import counting, phase_of
from judging.scoring import LiveTotals, live_totals
from judging.scoring.bundle import Instrument as Shape
from judging.scoring.bundle import Sheet
from judging.states import RoundStatus
from kiks.formats import day_month_year, indonesian_datetime, score
from kiks.models import StoredDocument, User


@dataclass(frozen=True, kw_only=True)
class CriterionLine:
    """One mark: what it is worth is `points`, weight x mark / max, exact."""

    code: str
    name: str
    weight: str
    mark: str
    maximum: str
    points: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class SheetFacts:
    code: str
    name: str
    share: str
    lines: tuple[CriterionLine, ...]
    score: str
    exact: str
    comment: str
    is_from_paper: bool
    handed_in_at: str
    receipt: str
    nonce: str


@dataclass(frozen=True, kw_only=True)
class SheetPaperFacts:
    """All sheets of one judge for one entry as they were handed in; figures have a decimal comma."""

    number: str
    version: int
    replaces: str
    edition: str
    edition_code: str
    round: str
    round_code: str
    entry: str
    innovation: str
    unit: str
    label: str
    judge: str
    institution: str
    decimals: int
    sheets: tuple[SheetFacts, ...]
    total: str
    blend: str
    signed_on: str


def number_of(assignment: Assignment, version: int) -> str:
    """By seat, entry and version, never by a running number: that would move with what other judges hand in."""
    round_ = assignment.round
    place = f"{assignment.judge.label}-{assignment.entry.number}-V{version}"
    return f"{place}/LP-{round_.code.upper()}/{round_.edition.code.upper()}"


def facts_of(round_: Round, assignments: Collection[int]) -> list[tuple[Assignment, SheetPaperFacts]]:
    """The facts of the next version for each of the assignments, whose sheets were all handed in; few queries."""
    instruments = instruments_of(round_)
    sheets = ScoreSheet.objects.select_related("instrument").filter(assignment__in=assignments)
    rows = list(
        Assignment.objects.filter(pk__in=assignments)
        .select_related("judge__user", "entry__innovation__unit__agency")
        .prefetch_related(Prefetch("sheets", sheets, to_attr="handed_in"))
        .annotate(versions=Count("papers"))
        .order_by("entry__number", "pk")
    )
    keys = [sheet.pk for row in rows for sheet in row.handed_in]
    marks, comments = marks_of(keys), criterion_comments(keys)
    found = []
    for row in rows:
        row.round = round_
        found.append((row, _facts(row, instruments, marks, comments)))
    return found


def _facts(
    assignment: Assignment,
    instruments: Sequence[Shape],
    marks: Mapping[int, Mapping[str, str]],
    comments: Mapping[int, Mapping[str, str]],
) -> SheetPaperFacts:
    sheets = {sheet.instrument.code: sheet for sheet in assignment.handed_in}
    totals = live_totals(
        instruments, {code: marks.get(sheet.pk, {}) for code, sheet in sheets.items()}, assignment.round.decimals
    )
    version = assignment.versions + 1
    round_, entry, judge = assignment.round, assignment.entry, assignment.judge
    return SheetPaperFacts(
        number=number_of(assignment, version),
        version=version,
        replaces=number_of(assignment, version - 1) if version > 1 else "",
        edition=round_.edition.name,
        edition_code=round_.edition.code,
        round=round_.name,
        round_code=round_.code,
        entry=entry.number,
        innovation=str(entry.innovation),
        unit=entry.innovation.unit.full_name,
        label=judge.label,
        judge=judge.user.name,
        institution=judge.institution,
        decimals=round_.decimals,
        sheets=tuple(
            _sheet(sheets[shape.code], shape, totals, marks.get(sheets[shape.code].pk, {}), comments)
            for shape in instruments
        ),
        total=score(totals.blended),
        blend=" + ".join(f"{score(shape.share)}% {shape.name}" for shape in instruments),
        signed_on=day_month_year(max(sheet.handed_in_at for sheet in sheets.values())),
    )


def _sheet(
    row: ScoreSheet,
    shape: Shape,
    totals: LiveTotals,
    marks: Mapping[str, str],
    comments: Mapping[int, Mapping[str, str]],
) -> SheetFacts:
    step = sheet_step(
        shape, Sheet(judge="", entry="", instrument=shape.code, counted=True, marks=marks, receipt=row.receipt)
    )
    return SheetFacts(
        code=shape.code,
        name=shape.name,
        share=score(shape.share),
        lines=tuple(_lines(shape, step, comments.get(row.pk, {}))),
        score=score(totals.instruments[shape.code].score),
        exact=_longer(step.score, totals.instruments[shape.code].score),
        comment=row.comment.strip(),
        is_from_paper=row.is_from_paper,
        handed_in_at=indonesian_datetime(row.handed_in_at),
        receipt=row.receipt,
        nonce=row.nonce,
    )


def _longer(exact: Exact, printed: str | None) -> str:
    """All digits of what was printed rounded, and nothing where rounding took none away."""
    return exact.shown if exact.value != Fraction(printed or 0) else ""


def _lines(shape: Shape, step: SheetStep, comments: Mapping[str, str]) -> Iterable[CriterionLine]:
    for criterion, line in zip(shape.criteria, step.criteria, strict=True):
        yield CriterionLine(
            code=criterion.code,
            name=line.name,
            weight=score(line.weight),
            mark=score(line.mark),
            maximum=score(line.maximum),
            points=line.points.shown,
            comment=comments.get(criterion.code, ""),
        )


def marks_on(sheet: Mapping[str, object]) -> dict[str, str]:
    """The marks that a laid down sheet names, as a receipt binds them."""
    return {line["code"]: line["mark"].replace(",", ".") for line in sheet["lines"]}  # type: ignore[attr-defined]


def papers_of_round(round_: Round) -> QuerySet[SheetPaper]:
    """Every version, in the order of judges and entries."""
    papers = SheetPaper.objects.filter(assignment__round=round_).defer("facts")
    rows = papers.select_related("assignment__judge__user", "assignment__entry__innovation", "document")
    return rows.order_by("assignment__judge__appointed_at", "assignment__judge", "assignment__entry__number", "version")


def own_papers_of(round_: Round, user: User) -> QuerySet[SheetPaper]:
    """Those of the judge's own sheets, without entries that the judge judges no longer."""
    mine = counting(Assignment.objects.filter(judge__user=user))
    return papers_of_round(round_).filter(assignment__in=mine)


def published_paper(number: str, now: datetime) -> SheetPaper | None:
    """By its number, once the result of its round is out: before, one that exists is as unknown as any other."""
    out = SheetPaper.objects.filter(assignment__round__rankings__publications__visible_from__lte=now, number=number)
    return out.select_related("assignment__round__edition", "document").defer("facts").first()


def paper_with(digest: str) -> SheetPaper | None:
    """By the digest of what it says, which only who holds the paper knows."""
    rows = SheetPaper.objects.select_related("assignment__round__edition", "document").defer("facts")
    return rows.filter(data_digest=digest).first()


def secret_files() -> QuerySet[StoredDocument]:
    """Files of papers whose figures the committee does not see yet; the archive asks for them through settings."""
    secret = [
        status
        for status in RoundStatus
        if not visibility.may_see(
            phase_of(Round(status=status), is_published=False),
            visibility.Viewer.COMMITTEE,
            visibility.Item.OTHER_SHEET,
        )
    ]
    papers = SheetPaper.objects.filter(assignment__round__status__in=secret, document__isnull=False)
    return StoredDocument.objects.filter(pk__in=papers.values("document"))
