"""Publication: one act shows the confirmed results of an edition to everybody, from a set moment on."""

from collections.abc import Iterable
from datetime import datetime
from textwrap import shorten

from django.db.models import QuerySet

from competitions.models import Edition
from judging.actions.certificate import issue_certificates
from judging.bundles import collect
from judging.models import OfficialRecord, Publication, PublishedFile, Ranking
from judging.queries import ranking_groups
from judging.scoring.bundle import dump, load
from judging.states import STANDING_RECORDS, RankingStatus, RecordKind, RoundKind, RoundStatus
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.storage import store

LONGEST_REASON = Publication._meta.get_field("reason").max_length or 0


def publish_edition(edition: Edition, *, by: User, visible_from: datetime, reason: str = "") -> Publication:
    """Freeze what everybody will see: confirmed rankings, bundles with nonces, records, certificates.

    A correction is a new version with a reason; the old one stays.
    """
    check_is_committee(by)
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        rankings = publishable_rankings(edition)
        version, now = edition.publications.count() + 1, clock.now()
        if version > 1 and not reason.strip():
            raise RuleBrokenError("Hasil sudah pernah diterbitkan. Tulis alasan perbaikan untuk versi baru.")
        publication = Publication.objects.create(
            edition=edition,
            version=version,
            reason=shorten(" ".join([reason.strip(), *corrections(rankings)]), LONGEST_REASON, placeholder=" …"),
            visible_from=visible_from,
            published_at=now,
            published_by=by,
        )
        publication.rankings.set(rankings)
        for ranking in rankings:
            _add_files(publication, ranking)
        audit.record(
            "edition.published",
            publication,
            chain=edition.code,
            by=by,
            version=version,
            visible_from=visible_from,
            files={file.name: file.document.sha256 for file in publication.files.select_related("document")},
        )
        issue_certificates(edition, by=by, moment=now)
    return publication


def corrections(rankings: Iterable[Ranking]) -> list[str]:
    """A sentence for each ranking that was corrected and has not been published yet."""
    return [
        f"{ranking.round.name} versi {ranking.version}: {ranking.reason}"
        for ranking in rankings
        if ranking.reason and not ranking.publications.exists()
    ]


def publishable_rankings(edition: Edition) -> list[Ranking]:
    """Confirmed rankings of every round, once the final is confirmed; RuleBrokenError says what is missing."""
    if not edition.rounds.filter(kind=RoundKind.FINAL, status=RoundStatus.CLOSED).exists():
        raise RuleBrokenError("Hasil diterbitkan setelah nilai akhir ditetapkan.")
    open_rounds = [round_.name for round_ in edition.rounds.exclude(status=RoundStatus.CLOSED)]
    if open_rounds:
        raise RuleBrokenError(f"Babak ini belum ditetapkan: {', '.join(open_rounds)}.")
    rankings = list(
        Ranking.objects.filter(round__edition=edition, status=RankingStatus.CONFIRMED)
        .select_related("round", "category")
        .order_by("round_id", "category_id")
    )
    expected = edition.rounds.count() * len(ranking_groups(edition))
    if len(rankings) != expected:
        raise RuleBrokenError("Ada babak yang belum memiliki peringkat yang ditetapkan.")
    without = [
        str(ranking)
        for ranking in rankings
        if ranking.round.kind != RoundKind.PRESENTATION and not _standing_records(ranking).exists()
    ]
    if without:
        raise RuleBrokenError(f"Terbitkan dahulu berita acara untuk: {', '.join(without)}.")
    return rankings


def _standing_records(ranking: Ranking) -> QuerySet[OfficialRecord]:
    return ranking.records.filter(status__in=STANDING_RECORDS).exclude(kind=RecordKind.RECAP)


def _add_files(publication: Publication, ranking: Ranking) -> None:
    name = ranking.stem
    _add(publication, f"{name}.json", published_bundle(ranking).encode(), "application/json")
    for record in ranking.records.select_related("document"):
        PublishedFile.objects.create(
            publication=publication,
            name=f"{'rekap-nilai' if record.kind == RecordKind.RECAP else 'berita-acara'}-{name}-{record.pk}.pdf",
            document=record.document,
        )


def published_bundle(ranking: Ranking) -> str:
    """The frozen bundle with the nonce beside each receipt, so that anybody can check every receipt."""
    if ranking.round.kind == RoundKind.FINAL:
        return ranking.bundle
    frozen = load(ranking.bundle)
    gone = {withdrawal.entry for withdrawal in frozen.withdrawn}
    opened = dump(collect(ranking.round, ranking.category, without=gone, nonces=True, version=ranking.version))
    closed = dump(collect(ranking.round, ranking.category, without=gone, version=ranking.version))
    if closed != ranking.bundle:
        raise RuleBrokenError(
            f"Nilai pada {ranking.round.name} tidak sama lagi dengan berkas yang ditetapkan. "
            "Hasil tidak diterbitkan; periksa jejak audit."
        )
    return opened


def _add(publication: Publication, name: str, content: bytes, content_type: str) -> None:
    PublishedFile.objects.create(publication=publication, name=name, document=store(content, content_type=content_type))
