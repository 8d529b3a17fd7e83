"""Sheets that were filled in on paper: one person types them, a second one types them blind, and the two are compared.

What was typed stays in PaperTyping until both agree: no event, no mail and nobody else's page carries it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from competitions.models import Criterion
from judging.actions.sheet import check_complete, hand_in_sheet, lock_assignment, parse_mark, write_marks
from judging.actions.sheet_paper import issue_papers
from judging.bundles import marks_of, plain
from judging.models import Assignment, Judge, Mark, PaperTyping, Round, ScoreSheet
from judging.paper_sheets import PRINTED, EmptySheets, empty_sheets, to_fill
from judging.permissions import (
    check_can_check_typing,
    check_can_print_sheets,
    check_can_type,
    check_can_withdraw_typing,
)
from judging.states import TYPING_TRANSITIONS, SheetStatus, TypingStatus
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent, User
from kiks.states import check_transition
from kiks.storage import store
from kiks.wording import required

# A second person who does not hold the paper could find the marks out by trying: so the typing goes back.
MOST_TRIES = 3
DIFFERED = "sheet.typing_differed"

type Place = tuple[int, str]  # key of a sheet, code of a criterion
type Typed = Mapping[Place, str]


class TypedMarksRefusedError(RuleBrokenError):
    """Marks that their criteria do not take; `faults` says for each of them why."""

    def __init__(self, faults: Mapping[Place, str]) -> None:
        super().__init__(*faults.values())
        self.faults = faults


class Compared(NamedTuple):
    """What came of the second typing: handed in, or where it differs, or comments of the first to be read."""

    handed_in: tuple[ScoreSheet, ...] = ()
    differing: tuple[Place, ...] = ()
    is_sent_back: bool = False
    tries_left: int = MOST_TRIES
    comments: Mapping[int, str] | None = None


class Desk(NamedTuple):
    """One assignment under its locks: open sheets with their criteria, and the typings that wait."""

    assignment: Assignment
    sheets: list[ScoreSheet]
    waiting: dict[int, PaperTyping]


def print_sheets(round_: Round, judges: Iterable[Judge], *, by: User) -> EmptySheets:
    """What is printed for these judges: every sheet that still has to be filled in; noted by judge."""
    judges = list(judges)
    for judge in judges:
        check_can_print_sheets(by, round_, judge)
    found = empty_sheets(round_, to_fill(round_, judges))
    if not found.pages:
        raise RuleBrokenError("Tidak ada lembar yang masih harus diisi, sehingga tidak ada yang dicetak.")
    numbers = found.numbers
    with audit.act(by):
        for judge in judges:
            if entries := numbers.get(judge.label):
                audit.record(
                    PRINTED,
                    judge,
                    chain=round_.edition.code,
                    by=by,
                    label=judge.label,
                    round=round_.code,
                    entries=entries,
                )
    return found


def type_sheets(
    assignment: Assignment, *, by: User, marks: Typed, comments: Mapping[int, str], scan: bytes | None = None
) -> list[PaperTyping]:
    """The first typing of all open sheets of one judge for one entry; `scan` is a PDF that `read_pdf` accepted."""
    with audit.act(by):
        desk = _locked(assignment)
        check_can_type(by, desk.assignment)
        _check_untouched(desk)
        if desk.waiting:
            raise RuleBrokenError("Lembar ini sudah diketik dan menunggu orang kedua. Muat ulang halaman.")
        typed = _parsed(desk, marks)
        kept = store(scan, content_type="application/pdf") if scan else None
        made = []
        for sheet in desk.sheets:
            typing = PaperTyping.objects.create(
                sheet=sheet,
                marks=typed[sheet.pk],
                comment=comments.get(sheet.pk, "").strip(),
                scan=kept,
                typed_at=clock.now(),
                typed_by=by,
            )
            audit.record("sheet.typed", sheet, chain=_chain(desk), by=by, has_scan=bool(kept))
            made.append(typing)
    return made


def confirm_typing(
    assignment: Assignment, *, by: User, marks: Typed, comments: Mapping[int, str] | None = None
) -> Compared:
    """The second typing: equal marks are handed in as the judge's, different ones are named and handed in by nobody.

    Comments of the first person are shown to the second one only after the marks agree: who does not hold the paper
    learns nothing. Sent back as `comments`, as the paper has them, they stand.
    """
    with audit.act(by):
        desk = _locked(assignment)
        check_can_type(by, desk.assignment)
        _check_waits(desk, by)
        _check_untouched(desk)
        _check_none_is_left_out(desk)
        typed = _parsed(desk, marks)
        differing = tuple(
            (sheet.pk, criterion.code)
            for sheet in desk.sheets
            for criterion in sheet.instrument.criteria.all()
            if typed[sheet.pk][criterion.code] != desk.waiting[sheet.pk].marks.get(criterion.code)
        )
        if differing:
            return _differs(desk, differing, by)
        written = {pk: typing.comment for pk, typing in desk.waiting.items() if typing.comment}
        if written and comments is None:
            return Compared(comments=written)
        return Compared(handed_in=tuple(_hand_in(desk, comments or {}, by)))


def refuse_typing(assignment: Assignment, *, by: User, reason: str) -> None:
    """The second person sends the typing back: something else stands on the paper."""
    reason = required(reason, "Tulis alasan penolakan, karena alasan itu dibaca oleh pengetik pertama.")
    with audit.act(by):
        desk = _locked(assignment)
        check_can_check_typing(by, desk.assignment)
        _check_waits(desk, by)
        _send_back(desk, by, reason)


def withdraw_typing(assignment: Assignment, *, by: User) -> None:
    """Who typed takes the typing back, as long as it waits."""
    with audit.act(by):
        desk = _locked(assignment)
        check_can_withdraw_typing(by, desk.assignment, list(desk.waiting.values()))
        _send_back(desk, by, "Ditarik kembali oleh pengetiknya.")


def _locked(assignment: Assignment) -> Desk:
    """Round, assignment, sheets: in this order, as everywhere; then the typings that wait."""
    row = lock_assignment(assignment)
    sheets = list(
        row.sheets.select_for_update(of=["self"])
        .select_related("instrument")
        .prefetch_related("instrument__criteria")
        .order_by("instrument_id")
    )
    for sheet in sheets:
        sheet.assignment = row
    typings = PaperTyping.objects.select_for_update(of=["self"]).filter(
        sheet__in=[sheet.pk for sheet in sheets], status=TypingStatus.TYPED
    )
    waiting = {typing.sheet_id: typing for typing in typings.select_related("typed_by").order_by("pk")}
    return Desk(row, [sheet for sheet in sheets if sheet.status == SheetStatus.OPEN], waiting)


def _check_untouched(desk: Desk) -> None:
    """What the judge wrote on the screen is never replaced; marks of a paper that was given back may be."""
    if not desk.sheets:
        raise RuleBrokenError("Lembar untuk usulan ini sudah diserahkan. Buka kembali lembarnya bila ada yang keliru.")
    standing = marks_of([sheet.pk for sheet in desk.sheets])
    earlier = _last_confirmed(desk)
    for sheet in desk.sheets:
        marks = standing.get(sheet.pk, {})
        if marks and not (sheet.is_from_paper and marks == earlier.get(sheet.pk)):
            raise RuleBrokenError(
                f"{desk.assignment.judge.label} sudah mengisi lembar {sheet.instrument.name} di layar."
                " Ketikan dari kertas tidak menggantikannya."
            )


def _last_confirmed(desk: Desk) -> dict[int, dict[str, str]]:
    found = PaperTyping.objects.filter(
        sheet__in=[sheet.pk for sheet in desk.sheets], status=TypingStatus.CONFIRMED
    ).order_by("pk")
    return {typing.sheet_id: typing.marks for typing in found}


def _check_waits(desk: Desk, by: User) -> None:
    if not desk.waiting:
        raise RuleBrokenError("Tidak ada ketikan yang menunggu orang kedua. Muat ulang halaman.")
    if any(typing.typed_by_id == by.pk for typing in desk.waiting.values()):
        raise RuleBrokenError("Lembar ini Anda ketik sendiri. Orang kedua dari panitia harus mengetiknya sekali lagi.")


def _check_none_is_left_out(desk: Desk) -> None:
    if missing := {sheet.pk for sheet in desk.sheets} - desk.waiting.keys():
        names = ", ".join(sheet.instrument.name for sheet in desk.sheets if sheet.pk in missing)
        raise RuleBrokenError(f"Lembar {names} dibuka kembali setelah diketik. Tolak ketikan ini, lalu ketik ulang.")


def _parsed(desk: Desk, marks: Typed) -> dict[int, dict[str, str]]:
    """Every mark of every open sheet, in canonical form."""
    places: dict[Place, Criterion] = {
        (sheet.pk, criterion.code): criterion for sheet in desk.sheets for criterion in sheet.instrument.criteria.all()
    }
    if marks.keys() - places.keys():
        raise RuleBrokenError("Keadaan lembar ini berubah sejak halaman dibuka. Muat ulang halaman.")
    found: dict[int, dict[str, str]] = {sheet.pk: {} for sheet in desk.sheets}
    faults: dict[Place, str] = {}
    for place, criterion in places.items():
        try:
            found[place[0]][place[1]] = plain(parse_mark(marks.get(place, ""), criterion))
        except RuleBrokenError as error:
            faults[place] = str(error)
    if faults:
        raise TypedMarksRefusedError(faults)
    return found


def _differs(desk: Desk, differing: tuple[Place, ...], by: User) -> Compared:
    """Say where, to both; which mark either of them typed stays with the one who typed it."""
    names = _names(desk, differing)
    first = min(desk.waiting.values(), key=lambda typing: typing.pk)
    audit.record(DIFFERED, first, chain=_chain(desk), by=by)
    # Counted for the assignment, whoever tried.
    left = MOST_TRIES - AuditEvent.objects.filter(kind=DIFFERED, target=audit.target_of(first)).count()
    if left <= 0:
        _send_back(desk, by, f"Ketikan kedua {MOST_TRIES} kali berbeda. Terakhir pada: {names}.")
        return Compared(differing=differing, is_sent_back=True, tries_left=0)
    for typing in desk.waiting.values():
        typing.reason = f"Ketikan kedua berbeda pada: {names}."
        typing.save(update_fields=["reason"])
    return Compared(differing=differing, tries_left=left)


def _names(desk: Desk, places: Iterable[Place]) -> str:
    wanted = set(places)
    return "; ".join(
        f"{sheet.instrument.name}: {criterion.name}"
        for sheet in desk.sheets
        for criterion in sheet.instrument.criteria.all()
        if (sheet.pk, criterion.code) in wanted
    )


def _send_back(desk: Desk, by: User, reason: str) -> None:
    for typing in desk.waiting.values():
        _check(typing, TypingStatus.REFUSED, by, reason=reason)
        audit.record("sheet.typing_refused", typing.sheet, chain=_chain(desk), by=by)


def _check(typing: PaperTyping, status: TypingStatus, by: User, *, reason: str = "") -> None:
    check_transition(TYPING_TRANSITIONS, typing.status, status)
    typing.status, typing.reason = status, reason
    typing.checked_at, typing.checked_by = clock.now(), by
    typing.save(update_fields=["status", "reason", "checked_at", "checked_by"])


def _hand_in(desk: Desk, comments: Mapping[int, str], by: User) -> list[ScoreSheet]:
    """Both agree: the marks become the judge's, the sheets are handed in, and the judge is told with the receipts."""
    for sheet in desk.sheets:
        write_marks(
            Mark(sheet=sheet, criterion=criterion, value=desk.waiting[sheet.pk].marks[criterion.code])
            for criterion in sheet.instrument.criteria.all()
        )
        if written := comments.get(sheet.pk, "").strip():
            # A comment that the judge wrote on the screen stays, and the paper's follows it.
            own = "" if sheet.is_from_paper else sheet.comment
            sheet.comment = f"{own}\n\n{written}" if own else written
            sheet.save(update_fields=["comment"])
    marks = marks_of([sheet.pk for sheet in desk.sheets])
    check_complete(desk.sheets, marks)
    for sheet in desk.sheets:
        hand_in_sheet(sheet, desk.assignment, marks[sheet.pk], by, is_from_paper=True)
        typing = desk.waiting[sheet.pk]
        _check(typing, TypingStatus.CONFIRMED, by)
        audit.record("sheet.typing_confirmed", sheet, chain=_chain(desk), by=by, typed_by=typing.typed_by_id)
    papers = issue_papers(desk.assignment.round, [desk.assignment.pk], by=by)
    mail.queue(
        "judge_typed.txt",
        to=desk.assignment.judge.user,
        assignment=desk.assignment,
        sheets=desk.sheets,
        papers=papers,
        typed_by=next(iter(desk.waiting.values())).typed_by,
        checked_by=by,
    )
    return desk.sheets


def _chain(desk: Desk) -> str:
    return desk.assignment.round.edition.code
