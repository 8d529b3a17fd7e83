"""Official records: the berita acara and the rekap nilai of a confirmed ranking."""

from collections.abc import Iterable
from typing import Any

from competitions.models import Edition
from judging.models import OfficialRecord, Ranking, Signatory
from judging.record_papers import Signer, enclosure_of, recap_facts, record_facts, record_kind
from judging.states import STANDING_RECORDS, RankingStatus, RecordKind, RecordStatus, RoundStatus
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import ChainHead, User
from kiks.papers import issue_paper, numbered


def issue_record(ranking: Ranking, *, by: User) -> OfficialRecord:
    """Make the berita acara: numbered, rendered once, stored with the digest of what it says.

    The bundle lies inside the file, and not in the copy for the judges who sign.
    """
    check_is_committee(by)
    with audit.act(by):
        ranking, head = _locked(ranking, "Berita acara")
        edition, kind = ranking.round.edition, record_kind(ranking)
        _check_is_first(ranking, kind, "Berita acara")
        number = numbered(edition.records.exclude(kind=RecordKind.RECAP).count() + 1, "BA", edition.code)
        facts = record_facts(ranking, **_anchor(head, edition))
        document, digest = issue_paper(
            "record.html", number=number, facts=facts, is_demo=edition.is_demo, enclosure=enclosure_of(ranking)
        )
        signing_copy, _ = issue_paper("record.html", number=number, facts=facts, is_demo=edition.is_demo)
        return _keep(
            OfficialRecord(
                edition=edition,
                kind=kind,
                number=number,
                ranking=ranking,
                document=document,
                signing_copy=signing_copy,
                data_digest=digest,
            ),
            facts.signers,
            by,
        )


def issue_recap(ranking: Ranking, *, by: User) -> OfficialRecord:
    """Make the rekap nilai of a confirmed ranking: every sheet score, for the committee until the publication."""
    check_is_committee(by)
    with audit.act(by):
        ranking, _ = _locked(ranking, "Rekap nilai")
        edition = ranking.round.edition
        _check_is_first(ranking, RecordKind.RECAP, "Rekap nilai")
        number = numbered(edition.records.filter(kind=RecordKind.RECAP).count() + 1, "REKAP", edition.code)
        facts = recap_facts(ranking)
        document, digest = issue_paper("recap.html", number=number, facts=facts, is_demo=edition.is_demo)
        return _keep(
            OfficialRecord(
                edition=edition,
                kind=RecordKind.RECAP,
                number=number,
                ranking=ranking,
                document=document,
                data_digest=digest,
            ),
            facts.signers,
            by,
        )


def _locked(ranking: Ranking, paper: str) -> tuple[Ranking, ChainHead]:
    ranking = (
        Ranking.objects.select_for_update(of=["self"])
        .select_related("round__edition", "category", "confirmed_by")
        .get(pk=ranking.pk)
    )
    if ranking.status != RankingStatus.CONFIRMED:
        raise RuleBrokenError(f"{paper} dibuat setelah hasil ditetapkan.")
    # The head row stays locked from here on, so that the number and the anchor belong to this paper alone.
    return ranking, ChainHead.objects.select_for_update().get(chain=ranking.round.edition.code)


def _check_is_first(ranking: Ranking, kind: RecordKind, paper: str) -> None:
    if ranking.records.filter(kind=kind, status__in=STANDING_RECORDS).exists():
        raise RuleBrokenError(f"{paper} untuk hasil ini sudah diterbitkan.")


def _keep(record: OfficialRecord, signers: Iterable[Signer], by: User) -> OfficialRecord:
    record.issued_at, record.issued_by = clock.now(), by
    record.save()
    _name_successor(record)
    Signatory.objects.bulk_create(
        [
            Signatory(record=record, name=signer.name, role=signer.position, position=position)
            for position, signer in enumerate(signers, 1)
        ]
    )
    audit.record(
        "record.issued",
        record,
        chain=record.edition.code,
        by=by,
        number=record.number,
        digest=record.data_digest,
        file=record.document.sha256,
    )
    return record


def _name_successor(record: OfficialRecord) -> None:
    """Papers of the same round and category that were replaced while nothing stood in their place say it now."""
    ranking = record.ranking
    OfficialRecord.objects.filter(
        kind=record.kind,
        ranking__round=ranking.round,
        ranking__category=ranking.category,
        status=RecordStatus.REPLACED,
        replaced_by=None,
    ).update(replaced_by=record)


def _anchor(head: ChainHead, edition: Edition) -> dict[str, Any]:
    """Sequence and head of the chain; none while sheets are open, as it moves with marks that nobody may know of."""
    if edition.rounds.filter(status=RoundStatus.OPEN).exists():
        return {"sequence": None, "head": ""}
    return {"sequence": head.sequence, "head": head.hash}
