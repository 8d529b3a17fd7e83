"""Administrative screening of entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from competitions.models import ChecklistItem, StageKind
from entries.actions.comparing import NOT_COMPARED, compare_entries, is_compared
from entries.actions.deciding import enter_decision, locked_entry, tell_members
from entries.clear_cases import twin_sentence
from entries.decision_permissions import check_can_reject_overdue, check_can_screen
from entries.models import Entry, Screening, ScreeningItem
from entries.resemblance_queries import undecided
from entries.revisions import section_titles, unsent_changes
from entries.screening_queries import NOTHING_KNOWN, Finding, machine_findings, next_attempt
from entries.sentences import sentence_for_unit
from entries.states import ENTRY_TRANSITIONS, EntryStatus, ScreeningOutcome
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import indonesian_datetime
from kiks.models import User
from kiks.states import check_transition


@dataclass(frozen=True)
class ItemDecision:
    """What the officer decided for one item of the checklist."""

    item: ChecklistItem
    passed: bool
    reason: str = ""


def screen_entry(
    entry: Entry,
    *,
    by: User,
    outcome: ScreeningOutcome,
    items: list[ItemDecision],
    reason: str = "",
    correction_due_at: datetime | None = None,
    sections: Collection[str] = (),
    expected_attempt: int,
    expected_version: int | None = None,
    **told: Any,
) -> Screening:
    """Decide on an entry; `expected_*` are what the officer saw, so that nobody decides on something else.

    A return opens `sections`, or all where none is named, and is told at once; other outcomes by the announcement.
    """
    check_is_committee(by)
    _compare_first(entry, outcome)
    with audit.act(by):
        check_unchanged(entry := locked_entry(entry), expected_attempt, expected_version)
        check_can_screen(by, entry)
        rows, now = item_rows(entry, items), clock.now()
        check_outcome(entry, outcome, rows, correction_due_at, now)
        _check_outcome_alone(entry, outcome)
        screening = enter_decision(
            entry,
            rows,
            outcome=outcome,
            attempt=expected_attempt,
            told=told,
            reason=whole_reason(outcome, rows, reason),
            correction_due_at=correction_due_at,
            sections=_checked_sections(entry, outcome, sections),
            screened_at=now,
            screened_by=by,
        )
        if outcome == ScreeningOutcome.RETURNED:
            _send_back(entry, screening)
    return screening


def _compare_first(entry: Entry, outcome: ScreeningOutcome) -> None:
    """Before the lock of the entry: whoever compares waits for nobody who holds one."""
    if outcome == ScreeningOutcome.PASSED:
        compare_entries(Entry.objects.filter(pk=entry.pk))


def _send_back(entry: Entry, screening: Screening) -> None:
    tell_members(entry, "screening_returned.txt", screening)
    _end_revision(entry, screening)


def reject_overdue(entry: Entry, *, by: User) -> Screening:
    """Refuse an entry whose correction did not come in time, for the items that failed before."""
    with audit.act(by):
        entry = locked_entry(entry)
        now = clock.now()
        check_can_reject_overdue(by, entry, now)
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.REJECTED)
        _check_outcome_alone(entry, ScreeningOutcome.REJECTED)
        rows, reason, attempt = overdue_decision(entry)
        return enter_decision(
            entry,
            rows,
            outcome=ScreeningOutcome.REJECTED,
            attempt=attempt,
            told={},
            reason=reason,
            screened_at=now,
            screened_by=by,
        )


def overdue_decision(entry: Entry) -> tuple[list[ScreeningItem], str, int]:
    """Items, sentence and attempt of the refusal that follows a return to which nothing came."""
    last = entry.screenings.prefetch_related("items__item").order_by("-attempt").first()
    rows = [
        ScreeningItem(item=row.item, passed=row.passed, is_machine=row.is_machine, reason=row.reason)
        for row in last.items.all()
    ]
    lead = f"Perbaikan tidak dikirim sampai {indonesian_datetime(last.correction_due_at)}."  # type: ignore[arg-type]
    return rows, f"{lead}\n{last.reason}", last.attempt + 1


def _check_outcome_alone(entry: Entry, outcome: ScreeningOutcome) -> None:
    """What the checklist does not know: the second person of a rejection, twins not looked for or not decided on."""
    if outcome == ScreeningOutcome.REJECTED and entry.edition.rejection_needs_second:
        raise RuleBrokenError(
            "Pada edisi ini orang kedua mengonfirmasi setiap penolakan. Usulkan tidak lolos, lalu anggota panitia lain"
            " memutuskan."
        )
    if outcome != ScreeningOutcome.PASSED:
        return
    if not is_compared(entry.current_version):  # type: ignore[arg-type]  # what is screened was submitted
        raise RuleBrokenError(NOT_COMPARED)
    if twins := undecided([entry.pk]).get(entry.pk):
        raise RuleBrokenError(twin_sentence(twins))


def check_unchanged(entry: Entry, attempt: int, version: int | None) -> None:
    last = entry.screenings.select_related("screened_by").order_by("-attempt").first()
    if attempt != next_attempt(entry):
        decided = (
            f"sudah diperiksa {last.screened_by} {indonesian_datetime(last.screened_at)}" if last else "belum diperiksa"
        )
        raise StaleVersionError(
            f"Usulan ini {decided}. Keputusan Anda tidak disimpan; muat ulang halaman.", current=last
        )
    if version is not None and version != entry.current_version.ordinal:
        raise StaleVersionError(
            "Unit mengirim versi baru sejak Anda membuka halaman ini. Baca versi itu sebelum memutuskan.",
            current=entry.current_version,
        )


def item_rows(entry: Entry, items: list[ItemDecision]) -> list[ScreeningItem]:
    """Every item of the edition's checklist exactly once, each refusal and each overruling with its reason."""
    if sorted(decision.item.pk for decision in items) != sorted(entry.edition.checklist.values_list("pk", flat=True)):
        raise RuleBrokenError("Putuskan setiap butir seleksi, masing-masing satu kali.")
    findings = machine_findings(entry)
    return [_item_row(decision, findings[decision.item.code]) for decision in items]


def _item_row(decision: ItemDecision, finding: Finding) -> ScreeningItem:
    reason = decision.reason.strip()
    overruled = finding != NOTHING_KNOWN and decision.passed != finding.passed
    if not reason and overruled:
        raise RuleBrokenError(f"{decision.item.label}: tulis alasan, karena keputusan Anda berbeda dari temuan sistem.")
    if not reason and not decision.passed:
        reason = finding.reason or decision.item.failure_sentence
    return ScreeningItem(
        item=decision.item,
        passed=decision.passed,
        is_machine=finding != NOTHING_KNOWN and not overruled,
        reason=reason,
    )


def check_outcome(
    entry: Entry, outcome: ScreeningOutcome, rows: list[ScreeningItem], due_at: datetime | None, now: datetime
) -> None:
    failed = [row for row in rows if not row.passed]
    if outcome == ScreeningOutcome.PASSED and failed:
        raise RuleBrokenError(f"Usulan belum dapat diloloskan: {len(failed)} butir tidak terpenuhi.")
    if outcome != ScreeningOutcome.PASSED and not failed:
        raise RuleBrokenError("Tandai dahulu butir yang tidak terpenuhi, agar unit tahu apa yang kurang.")
    if outcome != ScreeningOutcome.RETURNED:
        if due_at is not None:
            raise RuleBrokenError("Batas perbaikan hanya untuk usulan yang dikembalikan.")
        return
    if due_at is None or due_at <= now:
        raise RuleBrokenError("Tentukan batas perbaikan setelah saat ini.")
    judging = entry.edition.stages.filter(kind=StageKind.JUDGING).first()
    if judging and due_at > judging.opens_at:
        raise RuleBrokenError(
            f"Batas perbaikan harus sebelum penilaian dibuka, {indonesian_datetime(judging.opens_at)}."
        )


def _checked_sections(entry: Entry, outcome: ScreeningOutcome, sections: Collection[str]) -> list[str]:
    if sections and outcome != ScreeningOutcome.RETURNED:
        raise RuleBrokenError("Bagian yang dibuka hanya untuk usulan yang dikembalikan.")
    if unknown := set(sections) - section_titles(entry).keys():
        raise ValueError(f"These are no sections of the entry: {sorted(unknown)}.")
    return sorted(sections)


def _end_revision(entry: Entry, screening: Screening) -> None:
    """What the unit had written and not submitted stays in the working text, to be read and copied; a mail says so."""
    if entry.revision_opened_at is None:
        return
    entry.revision_opened_at = entry.revision_opened_by = None
    entry.save(update_fields=["revision_opened_at", "revision_opened_by"])
    if unsent := unsent_changes(entry):
        tell_members(entry, "revision_unsent.txt", screening, unsent=unsent)


def whole_reason(outcome: ScreeningOutcome, rows: list[ScreeningItem], note: str) -> str:
    """What the unit reads; of an entry that passed there is nothing to say but the note."""
    failed = [] if outcome == ScreeningOutcome.PASSED else in_order(rows)
    return sentence_for_unit([(row.item.label, row.reason) for row in failed if not row.passed], note)


def in_order(rows: list[ScreeningItem]) -> list[ScreeningItem]:
    """In the order of the checklist, whatever order they came in."""
    return sorted(rows, key=lambda row: (row.item.position, row.item.pk))
