"""Rejections that two people decide: one officer proposes, another confirms or declines, the first may take it back."""

from entries.actions.deciding import enter_decision, locked_entry, record_decision
from entries.actions.screening import (
    ItemDecision,
    check_outcome,
    check_unchanged,
    in_order,
    item_rows,
    overdue_decision,
    whole_reason,
)
from entries.decision_permissions import (
    check_can_decide_proposal,
    check_can_reject_overdue,
    check_can_screen,
    check_can_take_back_proposal,
)
from entries.models import Entry, ProposedRejection, Screening, ScreeningItem
from entries.states import (
    ENTRY_TRANSITIONS,
    PROPOSAL_TRANSITIONS,
    EntryStatus,
    ProposalStatus,
    ScreeningOutcome,
)
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import StaleVersionError
from kiks.models import User
from kiks.states import check_transition
from kiks.texts import sha256_of
from kiks.wording import required


def propose_rejection(
    entry: Entry,
    *,
    by: User,
    items: list[ItemDecision],
    reason: str = "",
    expected_attempt: int,
    expected_version: int | None = None,
) -> ProposedRejection:
    """What `screen_entry` would do, kept until another member of the committee confirms it; checked in the same way."""
    with audit.act(by):
        check_is_committee(by)
        entry = locked_entry(entry)
        check_unchanged(entry, expected_attempt, expected_version)
        check_can_screen(by, entry)
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.REJECTED)
        rows = in_order(item_rows(entry, items))
        check_outcome(entry, ScreeningOutcome.REJECTED, rows, None, clock.now())
        sentence = whole_reason(ScreeningOutcome.REJECTED, rows, reason)
        return _propose(entry, rows, by=by, attempt=expected_attempt, reason=sentence)


def propose_overdue(entry: Entry, *, by: User) -> ProposedRejection:
    """The same for a correction that did not come in time, with the items that failed before."""
    with audit.act(by):
        entry = locked_entry(entry)
        check_can_reject_overdue(by, entry, clock.now())
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.REJECTED)
        rows, reason, attempt = overdue_decision(entry)
        return _propose(entry, rows, by=by, attempt=attempt, reason=reason)


def _propose(entry: Entry, rows: list[ScreeningItem], *, by: User, attempt: int, reason: str) -> ProposedRejection:
    proposal = ProposedRejection.objects.create(
        entry=entry,
        version=entry.current_version,
        attempt=attempt,
        items=[
            {"code": row.item.code, "passed": row.passed, "is_machine": row.is_machine, "reason": row.reason}
            for row in rows
        ],
        reason=reason,
        proposed_at=clock.now(),
        proposed_by=by,
    )
    record_decision("entry.proposed", entry, rows, by=by, attempt=attempt, reason=reason)
    return proposal


def confirm_rejection(proposal: ProposedRejection, *, by: User) -> Screening:
    """The second person agrees: now the entry is refused, in the words of the first."""
    with audit.act(by):
        proposal, now = _locked(proposal), clock.now()
        check_can_decide_proposal(by, proposal)
        entry = proposal.entry
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.REJECTED)
        rows = _rows(proposal)
        _decide(proposal, ProposalStatus.CONFIRMED, by)
        return enter_decision(
            entry,
            rows,
            outcome=ScreeningOutcome.REJECTED,
            attempt=proposal.attempt,
            told={"proposed_by": proposal.proposed_by_id},
            reason=proposal.reason,
            screened_at=proposal.proposed_at,
            screened_by=proposal.proposed_by,
            confirmed_at=now,
            confirmed_by=by,
        )


def decline_rejection(proposal: ProposedRejection, *, by: User, reason: str) -> ProposedRejection:
    """The second person does not agree: the entry waits again, with the note for whoever screens it."""
    reason = required(reason, "Tulis mengapa Anda tidak setuju, agar petugas berikutnya memahaminya.")
    with audit.act(by):
        proposal = _locked(proposal)
        check_can_decide_proposal(by, proposal)
        _decide(proposal, ProposalStatus.DECLINED, by, reason)
        _record(proposal, "entry.declined", by, reason)
    return proposal


def take_back_rejection(proposal: ProposedRejection, *, by: User) -> ProposedRejection:
    with audit.act(by):
        proposal = _locked(proposal)
        check_can_take_back_proposal(by, proposal)
        _decide(proposal, ProposalStatus.TAKEN_BACK, by)
        _record(proposal, "entry.taken_back", by, proposal.reason)
    return proposal


def _locked(proposal: ProposedRejection) -> ProposedRejection:
    """The entry first, as every decision on it does."""
    entry = locked_entry(proposal.entry)
    locked = ProposedRejection.objects.select_for_update(of=["self"]).select_related("proposed_by", "decided_by")
    proposal = locked.get(pk=proposal.pk)
    proposal.entry = entry
    return proposal


def _rows(proposal: ProposedRejection) -> list[ScreeningItem]:
    """What was proposed, for the checklist as it stands today; one that changed since wants another look."""
    items = {item.code: item for item in proposal.entry.edition.checklist.all()}
    if sorted(items) != sorted(row["code"] for row in proposal.items):
        raise StaleVersionError(
            "Butir seleksi edisi ini berubah sejak usul dibuat. Jangan setujui usul ini, lalu periksa usulannya lagi.",
            current=proposal,
        )
    return [
        ScreeningItem(item=items[row["code"]], passed=row["passed"], is_machine=row["is_machine"], reason=row["reason"])
        for row in proposal.items
    ]


def _decide(proposal: ProposedRejection, new: ProposalStatus, by: User, reason: str = "") -> None:
    check_transition(PROPOSAL_TRANSITIONS, proposal.status, new)
    proposal.status, proposal.decision_reason = new, reason
    proposal.decided_at, proposal.decided_by = clock.now(), by
    proposal.save(update_fields=["status", "decision_reason", "decided_at", "decided_by"])


def _record(proposal: ProposedRejection, kind: str, by: User, reason: str) -> None:
    entry = proposal.entry
    audit.record(
        kind,
        entry,
        chain=entry.edition.code,
        by=by,
        number=entry.number,
        attempt=proposal.attempt,
        proposed_by=proposal.proposed_by_id,
        reason_sha256=sha256_of(reason),
    )
