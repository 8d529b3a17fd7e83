"""What happens to an official paper after it was issued: withdrawn or replaced. It stays, and says so."""

from judging.actions.record import issue_recap, issue_record
from judging.models import OfficialRecord
from judging.states import RECORD_TRANSITIONS, RankingStatus, RecordKind, RecordStatus
from kiks import audit
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.states import check_transition
from kiks.wording import required

ISSUERS = {
    RecordKind.SHORTLIST: issue_record,
    RecordKind.WINNERS: issue_record,
    RecordKind.RECAP: issue_recap,
}


def withdraw_record(record: OfficialRecord, *, by: User, reason: str) -> OfficialRecord:
    """The paper is no longer valid and nothing stands in its place."""
    check_is_committee(by)
    with audit.act(by):
        record = lock_record(record)
        _end(record, RecordStatus.WITHDRAWN, reason)
        audit.record("record.withdrawn", record, chain=record.edition.code, by=by, number=record.number)
    return record


def replace_record(record: OfficialRecord, *, by: User, reason: str) -> OfficialRecord:
    """Issue the paper anew under a new number; the old one stays and names it."""
    check_is_committee(by)
    with audit.act(by):
        record = lock_record(record)
        ranking = record.ranking
        if ranking is None or record.kind not in ISSUERS:
            raise RuleBrokenError("Naskah jenis ini tidak dapat diterbitkan ulang dari daftar. Cabut naskahnya.")
        if ranking.status != RankingStatus.CONFIRMED:
            raise RuleBrokenError("Peringkat naskah ini sudah diperbaiki. Terbitkan naskah untuk peringkat yang baru.")
        _end(record, RecordStatus.REPLACED, reason)
        audit.record("record.replaced", record, chain=record.edition.code, by=by, number=record.number)
        return ISSUERS[RecordKind(record.kind)](ranking, by=by)


def lock_record(record: OfficialRecord) -> OfficialRecord:
    rows = OfficialRecord.objects.select_for_update(of=["self"]).select_related("edition", "ranking", "document")
    return rows.get(pk=record.pk)


def _end(record: OfficialRecord, status: RecordStatus, reason: str) -> None:
    check_transition(RECORD_TRANSITIONS, record.status, status)
    reason = required(reason, "Tulis alasannya: alasan itu tampil di halaman pemeriksaan naskah.")
    record.status, record.status_reason = status, reason
    record.save(update_fields=["status", "status_reason"])
