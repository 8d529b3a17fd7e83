"""Before the announcement a decision may be taken up again; what was decided stays on record, with the reason."""

from entries.actions.deciding import locked_entry, resume_participation, set_status
from entries.decision_permissions import check_can_reopen_screening
from entries.models import Entry, Screening, ScreeningReopening
from entries.states import ENTRY_TRANSITIONS, EntryStatus
from kiks import audit, clock
from kiks.exceptions import StaleVersionError
from kiks.models import User
from kiks.states import check_transition
from kiks.texts import sha256_of
from kiks.wording import required


def reopen_screening(entry: Entry, *, by: User, reason: str, expected_attempt: int | None = None) -> ScreeningReopening:
    """An entry that passed or failed waits for screening again; `expected_attempt` is the decision that was seen."""
    reason = required(reason, "Tulis alasan pemeriksaan dibuka kembali.")
    with audit.act(by):
        entry = locked_entry(entry)
        check_can_reopen_screening(by, entry)
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.SUBMITTED)
        last = entry.screenings.latest("attempt")
        if expected_attempt not in (None, last.attempt):
            raise StaleVersionError(
                "Usulan ini sudah diputuskan lagi sejak Anda membuka halaman ini. Muat ulang halaman.", current=last
            )
        return lift_decision(entry, last, by=by, reason=reason)


def lift_decision(entry: Entry, last: Screening, *, by: User, reason: str) -> ScreeningReopening:
    """What every reopening does with an entry that is locked and whose last screening is `last`."""
    reopening = ScreeningReopening.objects.create(
        screening=last, reason=reason, reopened_at=clock.now(), reopened_by=by
    )
    was_rejected = entry.status == EntryStatus.REJECTED
    set_status(entry, EntryStatus.SUBMITTED)
    if was_rejected:
        resume_participation(entry)
    audit.record(
        "entry.screening_reopened",
        entry,
        chain=entry.edition.code,
        by=by,
        number=entry.number,
        attempt=last.attempt,
        outcome=last.outcome,
        reason_sha256=sha256_of(reason),
    )
    return reopening
