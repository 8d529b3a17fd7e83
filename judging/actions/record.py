"""Official records: the berita acara of a confirmed ranking."""

from typing import Any

from competitions.models import Edition
from judging.documents import record_facts, record_kind, signers_of
from judging.models import OfficialRecord, Ranking, Signatory
from judging.states import RankingStatus, RecordStatus, RoundStatus
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import ChainHead, User
from kiks.papers import issue_paper, numbered


def issue_record(ranking: Ranking, *, by: User) -> OfficialRecord:
    """Make the berita acara: numbered, rendered once, stored with the digest of what it says."""
    check_is_committee(by)
    with audit.act(by):
        ranking = (
            Ranking.objects.select_for_update(of=["self"])
            .select_related("round__edition", "category", "confirmed_by")
            .get(pk=ranking.pk)
        )
        if ranking.status != RankingStatus.CONFIRMED:
            raise RuleBrokenError("Berita acara dibuat setelah hasil ditetapkan.")
        if ranking.records.filter(status__in=[RecordStatus.ISSUED, RecordStatus.SIGNED]).exists():
            raise RuleBrokenError("Berita acara untuk hasil ini sudah diterbitkan.")
        edition = ranking.round.edition
        # The head row stays locked from here on, so that the number and the anchor belong to this paper alone.
        head = ChainHead.objects.select_for_update().get(chain=edition.code)
        number = numbered(edition.records.count() + 1, "BA", edition.code)
        facts = record_facts(ranking, **_anchor(head, edition))
        document, digest = issue_paper("record.html", number=number, facts=facts, is_demo=edition.is_demo)
        record = OfficialRecord.objects.create(
            edition=edition,
            kind=record_kind(ranking),
            number=number,
            ranking=ranking,
            document=document,
            data_digest=digest,
            issued_at=clock.now(),
            issued_by=by,
        )
        Signatory.objects.bulk_create(
            [
                Signatory(record=record, name=signer.name, role=signer.position, position=position)
                for position, signer in enumerate(signers_of(ranking), 1)
            ]
        )
        audit.record(
            "record.issued", record, chain=edition.code, by=by, number=number, digest=digest, file=document.sha256
        )
    return record


def _anchor(head: ChainHead, edition: Edition) -> dict[str, Any]:
    """Sequence and head of the chain; none while sheets are open, as it moves with marks that nobody may know of."""
    if edition.rounds.filter(status=RoundStatus.OPEN).exists():
        return {"sequence": None, "head": ""}
    return {"sequence": head.sequence, "head": head.hash}
