"""Certificates (piagam): one for every entry that was judged, drawn when it is first asked for."""

from datetime import datetime

from django.db import transaction

from competitions.models import Edition
from entries.models import Entry
from entries.states import EntryStatus
from judging.documents import certificate_facts
from judging.models import Award, Certificate, Placing
from judging.states import RankingStatus, RoundKind
from kiks import audit
from kiks.models import User
from kiks.papers import issue_paper

FINALIST, PARTICIPANT = "Finalis", "Peserta"


def issue_certificates(edition: Edition, *, by: User, moment: datetime) -> list[Certificate]:
    """Inside the act of publishing: a row for each judged entry that has none yet, numbered after the entry.

    `moment` is that of the publication: a certificate that a correction adds stays hidden until the correction shows.
    """
    titles = _titles(edition)
    missing = Entry.objects.filter(pk__in=titles, status=EntryStatus.PASSED, certificates__isnull=True)
    certificates = Certificate.objects.bulk_create(
        [
            Certificate(
                entry=entry,
                number=f"{entry.number}/PIAGAM/{edition.code.upper()}",
                title=titles[entry.pk],
                issued_at=moment,
                issued_by=by,
            )
            for entry in missing.order_by("number")
        ]
    )
    if certificates:
        audit.record("certificates.issued", edition, chain=edition.code, by=by, count=len(certificates))
    return certificates


def _titles(edition: Edition) -> dict[int, str]:
    """What each judged entry is honoured as, by its id: the highest of award, finalist and participant."""
    judged = Placing.objects.filter(
        ranking__round__edition=edition, ranking__round__kind=RoundKind.DESK, ranking__status=RankingStatus.CONFIRMED
    )
    titles = {
        entry: FINALIST if advances else PARTICIPANT for entry, advances in judged.values_list("entry_id", "advances")
    }
    # The best award comes last, and stays.
    awards = Award.objects.filter(edition=edition, given_at__isnull=False).reverse()
    return titles | dict(awards.values_list("entry_id", "title"))


def render_certificate(certificate: Certificate) -> Certificate:
    """Draw and store the PDF if there is none; the row is locked, so that two who ask at once get one file."""
    with transaction.atomic():
        certificate = (
            Certificate.objects.select_for_update(of=["self"])
            .select_related("document", "entry__edition", "entry__category", "entry__innovation__unit__agency")
            .get(pk=certificate.pk)
        )
        if certificate.document is None:
            certificate.document, _ = issue_paper(
                "certificate.html",
                number=certificate.number,
                facts=certificate_facts(certificate),
                is_demo=certificate.entry.edition.is_demo,
            )
            certificate.save(update_fields=["document"])
    return certificate
