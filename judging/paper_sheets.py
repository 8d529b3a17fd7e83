"""Sheets on paper: what an empty one says, and how far each sheet of a round is, without a single figure."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from competitions.models import Criterion
from entries.states import EntryStatus
from judging.bundles import plain
from judging.models import Assignment, Judge, Mark, PaperTyping, Round, ScoreSheet
from judging.queries import by_seat, counting
from judging.states import SheetStatus, TypingStatus
from kiks.audit import target_of
from kiks.formats import score
from kiks.models import AuditEvent, User

PRINTED = "judge.sheets_printed"
ADDRESS = re.compile(r"/ketik/(\d{1,9})/?\s*$")
CODE = re.compile(r"^j?\s*(\d{1,3})\s*[-/ ]\s*(\d{1,6})$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class LineToFill:
    name: str
    weight: str
    scale: str
    levels: str


@dataclass(frozen=True, kw_only=True)
class InstrumentToFill:
    name: str
    lines: tuple[LineToFill, ...]


@dataclass(frozen=True, kw_only=True)
class PageToFill:
    """One judge and one entry; `qr` is a picture of the address at which the sheet is typed."""

    code: str
    number: str
    innovation: str
    unit: str
    label: str
    judge: str
    address: str
    qr: str


@dataclass(frozen=True, kw_only=True)
class EmptySheets:
    """`levels` is said once where every criterion has the same ones, otherwise it stands on each line."""

    edition: str
    round: str
    levels: str
    instruments: tuple[InstrumentToFill, ...]
    pages: tuple[PageToFill, ...]

    @property
    def numbers(self) -> dict[str, list[str]]:
        """Entries by the label of their judge."""
        found: dict[str, list[str]] = {}
        for page in self.pages:
            found.setdefault(page.label, []).append(page.number)
        return found


def to_fill(round_: Round, judges: Iterable[Judge]) -> QuerySet[Assignment]:
    """Assignments of these judges that still have an open sheet, in the order in which they are read."""
    still_open = ScoreSheet.objects.filter(assignment=OuterRef("pk"), status=SheetStatus.OPEN)
    return (
        counting(round_.assignments.filter(judge__in=judges, entry__status=EntryStatus.PASSED))
        .filter(Exists(still_open))
        .select_related("judge__user", "entry__innovation__unit__agency")
        .order_by("judge_id", "reading_position", "entry__number")
    )


def empty_sheets(round_: Round, assignments: Iterable[Assignment]) -> EmptySheets:
    parts = round_.round_instruments.select_related("instrument").prefetch_related("instrument__criteria")
    instruments = tuple(
        InstrumentToFill(name=part.instrument.name, lines=tuple(map(_line, part.instrument.criteria.all())))
        for part in parts
    )
    levels = {line.levels for instrument in instruments for line in instrument.lines}
    return EmptySheets(
        edition=round_.edition.name,
        round=round_.name,
        levels=levels.pop() if len(levels) == 1 else "",
        instruments=instruments,
        pages=tuple(_page(assignment) for assignment in assignments),
    )


def _line(criterion: Criterion) -> LineToFill:
    step = "" if criterion.step == 1 else f", kelipatan {score(plain(criterion.step))}"
    return LineToFill(
        name=criterion.name,
        weight=score(plain(criterion.weight)),
        scale=f"0–{score(plain(criterion.max_mark))}{step}",
        levels=", ".join(_level(level) for level in criterion.levels),
    )


def _level(level: dict) -> str:
    bounds = f"{score(str(level['from']))}–{score(str(level['to']))}" if "to" in level else score(str(level["from"]))
    return f"{bounds} {level.get('label', '')}".strip()


def _page(assignment: Assignment) -> PageToFill:
    address = settings.BASE_URL + reverse("admin:judging_type", args=[assignment.pk])
    return PageToFill(
        code=f"{assignment.judge.label}-{assignment.entry.number}",
        number=assignment.entry.number,
        innovation=str(assignment.entry.innovation),
        unit=assignment.entry.innovation.unit.full_name,
        label=assignment.judge.label,
        judge=assignment.judge.user.name,
        address=address,
        qr=segno.make(address, error="m").svg_data_uri(border=0),
    )


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """One judge and one entry in the list of papers; `state` is a word of STATES."""

    assignment: Assignment
    state: str
    typed_by: User | None = None
    typed_at: datetime | None = None
    is_mine: bool = False
    differs: str = ""

    @property
    def code(self) -> str:
        return f"{self.assignment.judge.label}-{self.assignment.entry.number}"


@dataclass(frozen=True, kw_only=True)
class PaperGroup:
    judge: Judge
    rows: tuple[PaperRow, ...]
    to_fill: int


def groups_of(round_: Round, viewer: User, *, wanted: str = "") -> list[PaperGroup]:
    """The sheets of a round by judge; `wanted` is a part of an entry's number or name."""
    rows = _rows(round_)
    if wanted:
        rows = rows.filter(Q(entry__number__icontains=wanted) | Q(entry__innovation__short_name__icontains=wanted))
    typings = _newest_typings(round_)
    printed = _printed(round_)
    by_judge: dict[Judge, list[PaperRow]] = {}
    for assignment in rows:
        by_judge.setdefault(assignment.judge, []).append(_row(assignment, typings.get(assignment.pk), printed, viewer))
    groups = [
        PaperGroup(
            judge=judge,
            rows=tuple(found),
            to_fill=sum(not row.state.startswith("done") for row in found),
        )
        for judge, found in by_judge.items()
    ]
    return sorted(groups, key=lambda group: by_seat(group.judge.label))


def _rows(round_: Round) -> QuerySet[Assignment]:
    marked = Mark.objects.filter(sheet__assignment=OuterRef("pk"), sheet__status=SheetStatus.OPEN)
    return (
        counting(round_.assignments.filter(entry__status=EntryStatus.PASSED))
        .select_related("judge__user", "entry__innovation__unit__agency")
        .annotate(
            open_sheets=Count("sheets", filter=Q(sheets__status=SheetStatus.OPEN), distinct=True),
            from_paper=Count("sheets", filter=Q(sheets__is_from_paper=True), distinct=True),
            is_marked=Exists(marked),
        )
        .order_by("judge_id", "entry__number")
    )


def _newest_typings(round_: Round) -> dict[int, PaperTyping]:
    """The last typing of each assignment, without the marks."""
    found = PaperTyping.objects.filter(sheet__assignment__round=round_).select_related("typed_by", "sheet")
    return {typing.sheet.assignment_id: typing for typing in found.defer("marks", "comment").order_by("pk")}


def _printed(round_: Round) -> set[tuple[int, str]]:
    """Judge and entry of every empty sheet that was printed."""
    targets = {target_of(judge): judge.pk for judge in round_.edition.judges.all()}
    found = set()
    for target, body in AuditEvent.objects.filter(kind=PRINTED, target__in=targets).values_list("target", "body"):
        data = json.loads(body)["data"]
        if data["round"] == round_.code:
            found |= {(targets[target], number) for number in data["entries"]}
    return found


def _row(assignment: Assignment, typing: PaperTyping | None, printed: set[tuple[int, str]], viewer: User) -> PaperRow:
    waits = typing is not None and typing.status == TypingStatus.TYPED
    is_mine = waits and typing.typed_by_id == viewer.pk
    was_sent_back = typing is not None and typing.status == TypingStatus.REFUSED
    return PaperRow(
        assignment=assignment,
        state=_state(assignment, waits, was_sent_back, (assignment.judge_id, assignment.entry.number) in printed),
        typed_by=typing.typed_by if waits else None,
        typed_at=typing.typed_at if waits else None,
        is_mine=is_mine,
        differs=typing.reason if is_mine or was_sent_back and typing.typed_by_id == viewer.pk else "",
    )


def _state(assignment: Assignment, waits: bool, was_sent_back: bool, is_printed: bool) -> str:
    if not assignment.open_sheets:
        return "done_from_paper" if assignment.from_paper else "done_on_screen"
    if waits:
        return "waiting"
    if assignment.is_marked:
        return "on_screen"
    if was_sent_back:
        return "sent_back"
    return "printed" if is_printed else "not_printed"


def typing_of(assignment: Assignment) -> list[PaperTyping]:
    """What waits for a second person, one typing for each sheet."""
    waiting = PaperTyping.objects.filter(sheet__assignment=assignment, status=TypingStatus.TYPED)
    return list(
        waiting.select_related("typed_by", "scan", "sheet__instrument", "sheet__assignment__round")
        .prefetch_related("sheet__instrument__criteria")
        .order_by("sheet__instrument_id")
    )


def last_sent_back(assignment: Assignment) -> PaperTyping | None:
    """Why the last typing came back, when nothing was typed since."""
    last = (
        PaperTyping.objects.filter(sheet__assignment=assignment)
        .select_related("typed_by", "checked_by")
        .defer("marks", "comment")
        .order_by("-pk")
        .first()
    )
    return last if last and last.status == TypingStatus.REFUSED else None


def sheets_to_type(assignment: Assignment) -> list[ScoreSheet]:
    """The open sheets in the order of the paper, with their criteria."""
    places = dict(assignment.round.round_instruments.values_list("instrument_id", "position"))
    criteria = Prefetch("instrument__criteria", Criterion.objects.order_by("position"))
    sheets = assignment.sheets.filter(status=SheetStatus.OPEN).select_related("instrument").prefetch_related(criteria)
    return sorted(sheets, key=lambda sheet: places.get(sheet.instrument_id, 0))


def found_by(round_: Round, text: str) -> int | None:
    """The assignment that a scanned address or a code like J3-014 names, if it is one of the round."""
    text = text.strip()
    if match := ADDRESS.search(text):
        return round_.assignments.filter(pk=int(match[1])).values_list("pk", flat=True).first()
    if match := CODE.match(text):
        return (
            round_.assignments.filter(judge__label=f"J{int(match[1])}", entry__number=match[2].zfill(3))
            .values_list("pk", flat=True)
            .first()
        )
    return None
