"""Marks and sheets: save a mark, hand in, reopen."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from competitions.models import Criterion
from entries.states import EntryStatus
from judging.actions.sheet_paper import issue_papers, replace_paper
from judging.bundles import marks_of, plain
from judging.live_sheet import Scale, Standing, act_on_sheet
from judging.models import Assignment, Mark, Round, ScoreSheet
from judging.own_writing import tidy
from judging.permissions import check_can_judge, check_can_mark, check_can_reopen
from judging.queries import with_recusals
from judging.scoring import LiveTotals, MarkProblem, canonical_mark, mark_problem, receipt
from judging.states import SHEET_TRANSITIONS, SheetStatus
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User
from kiks.states import check_transition
from kiks.wording import required

INSERT = """
    INSERT INTO judging_mark (sheet_id, criterion_id, value, version) VALUES (%s, %s, %s, 1)
    RETURNING id, value, version
"""
UPDATE = "UPDATE judging_mark SET value = %s, version = version + 1 WHERE id = %s RETURNING id, value, version"


class MarkRefusedError(RuleBrokenError):
    """A mark that the criterion does not take; `reason` says why without telling the mark, for the log."""

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class SavedMark(NamedTuple):
    """The mark as it stands now, None where it was taken back, and the totals of the judge's own sheets with it."""

    mark: Standing | None
    totals: LiveTotals
    sheets: dict[str, int]


def parse_mark(text: str, criterion: Criterion | Scale) -> Decimal:
    """A typed mark as a number on the criterion's scale; RuleBrokenError says what is allowed."""
    top, step = plain(criterion.max_mark), plain(criterion.step)
    try:
        value = canonical_mark(text)
    except ValueError:
        raise MarkRefusedError(
            f"{criterion.name}: tulis angka dari 0 sampai {comma(top)}, misalnya 82.", reason="not a number"
        ) from None
    match mark_problem(value, top, step):
        case MarkProblem.ABOVE_MAX:
            raise MarkRefusedError(
                f"{criterion.name}: {comma(value)} melebihi nilai tertinggi {comma(top)}.", reason="above the maximum"
            )
        case MarkProblem.OFF_STEP:
            raise MarkRefusedError(
                f"{criterion.name}: {comma(value)} bukan kelipatan {comma(step)}.", reason="off the step"
            )
    return Decimal(value)


def comma(number: str) -> str:
    """Decimal comma for people."""
    return number.replace(".", ",")


def put_mark(
    sheet: int, *, by: User, criterion: str, value: str, version: int | None, seen: str | None = None
) -> SavedMark:
    """Save one mark of the own sheet with that key, or take it back where `value` is empty.

    `criterion` is a code of the sheet's instrument, `version` the version of the mark that the judge saw, None or 0
    when there was none, `seen` its value where the page tells it. StaleVersionError carries the mark that stands when
    another tab was faster.
    """
    with act_on_sheet(sheet, by) as live:
        check_can_mark(by, live.sheet)
        scale = live.scales.get(criterion)
        if scale is None:
            raise MarkRefusedError(
                "Kriteria ini bukan bagian dari lembar tersebut. Muat ulang halaman.", reason="foreign criterion"
            )
        number = parse_mark(value, scale) if value.strip() else None
        stands = live.standing(scale)
        if (stands.value if stands else None) != number:
            if not _is_as_seen(stands, version, seen):
                raise StaleVersionError(
                    "Nilai ini sudah diubah di jendela lain. Pilih yang mana yang berlaku.", current=stands
                )
            live.with_mark(scale, _write(live.sheet, scale, stands, number))
    codes = {live.rules.codes[instrument]: pk for pk, instrument in live.sheets.items()}
    return SavedMark(live.standing(scale), live.totals(), codes)


def _is_as_seen(stands: Standing | None, version: int | None, seen: str | None) -> bool:
    """A mark that was taken back and set again has its first version once more; so the value must agree as well."""
    if (stands.version if stands else 0) != (version or 0):
        return False
    if seen is None:
        return True
    try:
        value = canonical_mark(seen) if seen.strip() else ""
    except ValueError:
        return False
    return value == (plain(stands.value) if stands else "")


def _write(sheet: ScoreSheet, scale: Scale, stands: Standing | None, number: Decimal | None) -> Standing | None:
    if number is None:
        Mark.objects.filter(pk=stands.pk).delete()
        return None
    # Written by hand, since a judge waits for it: building these two statements takes as long as running them.
    with connection.cursor() as cursor:
        if stands:
            cursor.execute(UPDATE, [number, stands.pk])
        else:
            cursor.execute(INSERT, [sheet.pk, scale.pk, number])
        return Standing(*cursor.fetchone())


def save_mark(sheet: ScoreSheet, *, by: User, criterion: Criterion, value: str, version: int | None) -> Mark:
    """put_mark for who holds the rows."""
    check_belongs(sheet, criterion)
    if not value.strip():
        raise RuleBrokenError(f"{criterion.name}: tulis angka dari 0 sampai {comma(plain(criterion.max_mark))}.")
    saved = put_mark(sheet.pk, by=by, criterion=criterion.code, value=value, version=version)
    return Mark(pk=saved.mark.pk, sheet=sheet, criterion=criterion, value=saved.mark.value, version=saved.mark.version)


def clear_mark(sheet: ScoreSheet, *, by: User, criterion: Criterion, version: int | None) -> None:
    """Take a mark back, so that the criterion counts as not marked; `version` as for a mark that is saved."""
    check_belongs(sheet, criterion)
    put_mark(sheet.pk, by=by, criterion=criterion.code, value="", version=version)


def check_belongs(sheet: ScoreSheet, criterion: Criterion) -> None:
    if criterion.instrument_id != sheet.instrument_id:
        raise RuleBrokenError("Kriteria ini bukan bagian dari lembar tersebut. Muat ulang halaman.")


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
        write_marks(Mark(sheet=sheet, criterion=criteria[code], value=number) for code, number in numbers.items())
    return sheet


def write_marks(marks: Iterable[Mark]) -> None:
    """These marks in place of those that stand, on sheets that are locked and may be written to."""
    Mark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["value"]
    )


def save_comment(sheet: int, *, by: User, comment: str, seen: str | None = None) -> None:
    """Keep the judge's comment on the own open sheet with that key; `seen` is the one that stood on the page."""
    comment = tidy(comment)
    with act_on_sheet(sheet, by) as live:
        check_can_mark(by, live.sheet)
        stands = live.sheet.comment
        if tidy(stands) == comment:
            return
        if seen is not None and tidy(seen) != tidy(stands):
            raise StaleVersionError(
                "Catatan ini sudah diubah di jendela lain. Pilih yang mana yang berlaku.", current=stands
            )
        ScoreSheet.objects.filter(pk=sheet).update(comment=comment)


def hand_in_assignment(assignment: Assignment, *, by: User) -> list[ScoreSheet]:
    """Hand in all sheets of one entry: complete, then fixed, each with its receipt; told to the judge by mail."""
    with audit.act(by):
        assignment = lock_assignment(assignment)
        check_can_judge(by, assignment)
        sheets = list(assignment.sheets.select_for_update().order_by("instrument_id"))
        waiting = [sheet for sheet in sheets if sheet.status == SheetStatus.OPEN]
        if not waiting:
            raise RuleBrokenError("Lembar untuk usulan ini sudah Anda serahkan.")
        marks = marks_of([sheet.pk for sheet in waiting])
        check_complete(waiting, marks)
        for sheet in waiting:
            hand_in_sheet(sheet, assignment, marks[sheet.pk], by)
        mail.queue(
            "judge_receipt.txt",
            to=assignment.judge.user,
            assignment=assignment,
            sheets=waiting,
            papers=issue_papers(assignment.round, [assignment.pk], by=by),
        )
    return sheets


def hand_in_entries(round_: Round, *, by: User, assignments: Collection[int]) -> list[ScoreSheet]:
    """Hand in the own entries with these keys, all of them or none; one mail carries every receipt."""
    with audit.act(by):
        round_ = lock_round_shared(round_.pk)
        mine = with_recusals(Assignment.objects.select_for_update(of=["self"])).filter(
            pk__in=assignments, round=round_, judge__user=by, entry__status=EntryStatus.PASSED
        )
        own = {row.pk: row for row in mine.select_related("judge__user", "entry__innovation").order_by("pk")}
        if not own or own.keys() != set(assignments):
            raise RuleBrokenError("Daftar usulan sudah berubah. Periksa daftarnya sekali lagi, lalu serahkan.")
        for assignment in own.values():
            assignment.round = round_
            check_can_judge(by, assignment)
        rows = ScoreSheet.objects.select_for_update(of=["self"]).filter(assignment__in=own, status=SheetStatus.OPEN)
        sheets = list(rows.select_related("instrument").prefetch_related("instrument__criteria").order_by("pk"))
        if {sheet.assignment_id for sheet in sheets} != own.keys():
            raise RuleBrokenError("Sebagian usulan itu sudah Anda serahkan. Periksa daftarnya sekali lagi.")
        marks = marks_of([sheet.pk for sheet in sheets])
        check_complete(sheets, marks)
        for sheet in sheets:
            sheet.assignment = own[sheet.assignment_id]
            hand_in_sheet(sheet, sheet.assignment, marks[sheet.pk], by)
        papers = issue_papers(round_, own, by=by)
        mail.queue("judge_receipts.txt", to=by, round=round_, sheets=sheets, papers=papers)
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


def hand_in_sheet(
    sheet: ScoreSheet, assignment: Assignment, marks: dict[str, str], by: User, *, is_from_paper: bool = False
) -> None:
    """Fix one sheet whose rows are locked and whose marks are complete; `by` is the judge, or who typed the paper."""
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
    sheet.is_from_paper = is_from_paper
    sheet.save(update_fields=["status", "nonce", "receipt", "handed_in_at", "handed_in_by", "is_from_paper"])
    audit.record("sheet.handed_in", sheet, chain=edition.code, by=by, receipt=sheet.receipt)


def reopen_sheet(sheet: ScoreSheet, *, by: User, reason: str) -> ScoreSheet:
    """The committee gives a sheet back before the lock; the old receipt stays in the chain, the judge is told."""
    reason = required(reason, "Tulis alasan pembukaan kembali, karena alasan itu disampaikan kepada juri.")
    with audit.act(by):
        sheet = _locked_sheet(sheet)
        check_can_reopen(by, sheet)
        check_transition(SHEET_TRANSITIONS, sheet.status, SheetStatus.OPEN)
        old = sheet.receipt
        sheet.status, sheet.receipt, sheet.nonce = SheetStatus.OPEN, "", ""
        sheet.handed_in_at = sheet.handed_in_by = None
        sheet.save(update_fields=["status", "receipt", "nonce", "handed_in_at", "handed_in_by"])
        assignment = sheet.assignment
        replace_paper(assignment, by=by)
        audit.record("sheet.reopened", sheet, chain=assignment.round.edition.code, by=by, receipt=old, reason=reason)
        mail.queue(
            "judge_reopened.txt",
            to=assignment.judge.user,
            assignment=assignment,
            sheet=sheet,
            reason=reason,
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


def lock_assignment(assignment: Assignment) -> Assignment:
    """The assignment under its own lock and its round under a shared one; the round first, as everywhere.

    Closing the round takes that lock exclusively: a sheet is handed in before it or not at all.
    """
    round_ = lock_round_shared(assignment.round_id)
    rows = with_recusals(Assignment.objects.select_for_update(of=["self"]))
    row = rows.select_related("judge__user", "judge__edition", "entry__innovation").get(pk=assignment.pk)
    row.round = round_
    return row


def lock_round_shared(pk: int) -> Round:
    """The round as it stands now, kept from changing until the transaction ends; many judges may hold it at once."""
    return Round.objects.raw("SELECT * FROM judging_round WHERE id = %s FOR SHARE", [pk])[0]
