"""The register of official papers: those of an edition, and those that everybody may know of."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from competitions.models import Edition
from judging.models import OfficialRecord, Publication
from judging.states import RecordKind, RoundKind


def papers_of(edition: Edition) -> QuerySet[OfficialRecord]:
    """All of them, also those that are replaced or withdrawn, in the order in which they were issued."""
    whose = ("document", "signing_copy", "signed_document", "replaced_by", "issued_by", "signed_by")
    rows = edition.records.select_related("edition", "ranking__round", "ranking__category", "round", *whose)
    return rows.order_by("issued_at", "pk")


def known_papers(now: datetime) -> QuerySet[OfficialRecord]:
    """Papers that the verification page speaks of: one of a result only once the result of its edition is out.

    Who advances to the presentation is announced before; a paper of the day holds no secret.
    """
    out = Publication.objects.filter(
        edition=OuterRef("edition"), visible_from__lte=now, published_at__gte=OuterRef("issued_at")
    )
    announced_before = Q(kind=RecordKind.ANNOUNCEMENT) & ~Q(ranking__round__kind=RoundKind.FINAL)
    later = Q(ranking__publications__visible_from__lte=now)
    open_now = Q(ranking__isnull=True) & ~Q(kind=RecordKind.PROPOSAL)
    known = OfficialRecord.objects.filter(open_now | announced_before | later | Exists(out))
    return OfficialRecord.objects.filter(pk__in=known.values("pk"))


def public_files(now: datetime) -> QuerySet[OfficialRecord]:
    """Papers whose file everybody may keep: those of a ranking that is published."""
    out = Publication.objects.filter(rankings=OuterRef("ranking"), visible_from__lte=now)
    return OfficialRecord.objects.filter(Exists(out))


def about(record: OfficialRecord) -> str:
    """What a paper is about, without anything that stands in it."""
    if record.subject:
        return record.subject
    ranking = record.ranking
    if ranking is None:
        return record.round.name if record.round else record.edition.name
    return f"{ranking.round.name}, {ranking.category.name}" if ranking.category else ranking.round.name
