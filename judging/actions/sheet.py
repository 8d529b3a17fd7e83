"""Marks and sheets: save a mark, hand in, reopen."""

import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal

from competitions.models import Criterion
from judging.bundles import marks_of, plain
from judging.models import Assignment, Mark, Round, ScoreSheet
from judging.permissions import check_can_judge, check_can_mark, check_can_reopen
from judging.queries import with_recusals
from judging.scoring import MarkProblem, canonical_mark, mark_problem, receipt
from judging.states import SHEET_TRANSITIONS, SheetStatus
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User
from kiks.states import check_transition


def parse_mark(text: str, criterion: Criterion) -> Decimal:
    """A typed mark as a number on the criterion's scale; RuleBrokenError says what is allowed."""
    top, step = plain(criterion.max_mark), plain(criterion.step)
    try:
        value = canonical_mark(text)
    except ValueError:
        raise RuleBrokenError(f"{criterion.name}: tulis angka dari 0 sampai {comma(top)}, misalnya 82.") from None
    match mark_problem(value, top, step):
        case MarkProblem.ABOVE_MAX:
            raise RuleBrokenError(f"{criterion.name}: {comma(value)} melebihi nilai tertinggi {comma(top)}.")
        case MarkProblem.OFF_STEP:
            raise RuleBrokenError(f"{criterion.name}: {comma(value)} bukan kelipatan {comma(step)}.")
    return Decimal(value)


def comma(number: str) -> str:
    """Decimal comma for people."""
    return number.replace(".", ",")


def save_mark(sheet: ScoreSheet, *, by: User, criterion: Criterion, value: str, version: int | None) -> Mark:
    """Save one mark. `version` is the version of the mark that the judge saw, None or 0 when there was none.

    StaleVersionError carries the mark that stands when another tab was faster.
    """
    if criterion.instrument_id != sheet.instrument_id:
        raise RuleBrokenError("Kriteria ini bukan bagian dari lembar tersebut. Muat ulang halaman.")
    number = parse_mark(value, criterion)
    with audit.act(by):
        sheet = _locked_sheet(sheet)
        check_can_mark(by, sheet)
        mark = Mark.objects.filter(sheet=sheet, criterion=criterion).first()
        if mark and mark.value == number:
            return mark
        if (mark.version if mark else 0) != (version or 0):
            raise StaleVersionError(
                "Nilai ini sudah diubah di jendela lain. Pilih yang mana yang berlaku.", current=mark
            )
        if mark is None:
            return Mark.objects.create(sheet=sheet, criterion=criterion, value=number)
        mark.value, mark.version = number, mark.version + 1
        mark.save(update_fields=["value", "version"])
    return mark


def save_marks(sheet: ScoreSheet, *, by: User, values: Mapping[str, str]) -> ScoreSheet:
    """Save a whole sheet at once: `values` maps criterion codes to typed marks; all of them or none.

    For sheets that are filled in elsewhere and arrive complete; marks that stand already are replaced.
    """
    criteria = {criterion.code: criterion for criterion in sheet.instrument.criteria.all()}
    if unknown := values.keys() - criteria.keys():
        raise RuleBrokenError(f"Kriteria ini bukan bagian dari lembar tersebut: {', '.join(sorted(unknown))}.")
    numbers = {code: parse_mark(value, criteria[code]) for code, value in values.items()}
    with audit.act(by):
        sheet = _locked_sheet(sheet)
        check_can_mark(by, sheet)
        Mark.objects.bulk_create(
            [Mark(sheet=sheet, criterion=criteria[code], value=number) for code, number in numbers.items()],
            update_conflicts=True,
            unique_fields=["sheet", "criterion"],
            update_fields=["value"],
        )
    return sheet


def clear_mark(sheet: ScoreSheet, *, by: User, criterion: Criterion) -> None:
    """Take a mark back, so that the criterion counts as not marked."""
    with audit.act(by):
        check_can_mark(by, _locked_sheet(sheet))
        Mark.objects.filter(sheet=sheet, criterion=criterion).delete()


def save_comment(sheet: ScoreSheet, *, by: User, comment: str) -> ScoreSheet:
    """Keep the judge's comment on an open sheet."""
    with audit.act(by):
        sheet = _locked_sheet(sheet)
        check_can_mark(by, sheet)
        sheet.comment = comment
        sheet.save(update_fields=["comment"])
    return sheet


def hand_in_assignment(assignment: Assignment, *, by: User) -> list[ScoreSheet]:
    """Hand in all sheets of one entry: complete, then fixed, each with its receipt; told to the judge by mail."""
    with audit.act(by):
        # Closing the round takes this lock exclusively: a sheet is handed in before it or not at all.
        round_ = lock_round_shared(assignment.round_id)
        assignment = (
            with_recusals(Assignment.objects.select_for_update(of=["self"]))
            .select_related("judge__user", "entry__innovation", "judge__edition")
            .get(pk=assignment.pk)
        )
        assignment.round = round_
        check_can_judge(by, assignment)
        sheets = list(assignment.sheets.select_for_update().order_by("instrument_id"))
        waiting = [sheet for sheet in sheets if sheet.status == SheetStatus.OPEN]
        if not waiting:
            raise RuleBrokenError("Lembar untuk usulan ini sudah Anda serahkan.")
        marks = marks_of([sheet.pk for sheet in waiting])
        check_complete(waiting, marks)
        for sheet in waiting:
            _hand_in(sheet, assignment, marks[sheet.pk], by)
        mail.queue(
            "judge_receipt.txt",
            to=assignment.judge.user,
            assignment=assignment,
            sheets=waiting,
        )
    return sheets


def check_complete(sheets: Iterable[ScoreSheet], marks: dict[int, dict[str, str]]) -> None:
    """Raise RuleBrokenError that names every criterion without a mark."""
    missing = [
        f"{sheet.instrument.name}: {criterion.name}"
        for sheet in sheets
        for criterion in sheet.instrument.criteria.all()
        if criterion.code not in marks.get(sheet.pk, {})
    ]
    if missing:
        raise RuleBrokenError(f"Belum dinilai: {'; '.join(missing)}. Isi nilainya, lalu serahkan lagi.")


def _hand_in(sheet: ScoreSheet, assignment: Assignment, marks: dict[str, str], by: User) -> None:
    check_transition(SHEET_TRANSITIONS, sheet.status, SheetStatus.HANDED_IN)
    edition = assignment.round.edition
    sheet.status = SheetStatus.HANDED_IN
    sheet.nonce = secrets.token_hex(16)
    sheet.receipt = receipt(
        edition.code,
        assignment.round.code,
        assignment.entry.number,
        assignment.judge.label,
        sheet.instrument.code,
        marks,
        sheet.nonce,
    )
    sheet.handed_in_at, sheet.handed_in_by = clock.now(), by
    sheet.save(update_fields=["status", "nonce", "receipt", "handed_in_at", "handed_in_by"])
    audit.record("sheet.handed_in", sheet, chain=edition.code, by=by, receipt=sheet.receipt)


def reopen_sheet(sheet: ScoreSheet, *, by: User, reason: str) -> ScoreSheet:
    """The committee gives a sheet back before the lock; the old receipt stays in the chain, the judge is told."""
    if not reason.strip():
        raise RuleBrokenError("Tulis alasan pembukaan kembali, karena alasan itu disampaikan kepada juri.")
    with audit.act(by):
        sheet = _locked_sheet(sheet)
        check_can_reopen(by, sheet)
        check_transition(SHEET_TRANSITIONS, sheet.status, SheetStatus.OPEN)
        old = sheet.receipt
        sheet.status, sheet.receipt, sheet.nonce = SheetStatus.OPEN, "", ""
        sheet.handed_in_at = sheet.handed_in_by = None
        sheet.save(update_fields=["status", "receipt", "nonce", "handed_in_at", "handed_in_by"])
        assignment = sheet.assignment
        audit.record(
            "sheet.reopened", sheet, chain=assignment.round.edition.code, by=by, receipt=old, reason=reason.strip()
        )
        mail.queue(
            "judge_reopened.txt",
            to=assignment.judge.user,
            assignment=assignment,
            sheet=sheet,
            reason=reason.strip(),
        )
    return sheet


def _locked_sheet(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet under its own lock and its round under a shared one; the round first, as everywhere."""
    round_ = lock_round_shared(Assignment.objects.values_list("round_id", flat=True).get(sheets=sheet.pk))
    row = (
        ScoreSheet.objects.select_for_update(of=["self"])
        .select_related("assignment__judge__user", "assignment__entry__innovation", "instrument")
        .get(pk=sheet.pk)
    )
    row.assignment.round = round_
    row.assignment.is_recused = row.assignment.judge.recusals.filter(  # type: ignore[attr-defined]
        entry=row.assignment.entry_id, round=row.assignment.round_id
    ).exists()
    return row


def lock_round_shared(pk: int) -> Round:
    """The round as it stands now, kept from changing until the transaction ends; many judges may hold it at once."""
    return Round.objects.raw("SELECT * FROM judging_round WHERE id = %s FOR SHARE", [pk])[0]
