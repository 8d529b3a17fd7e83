"""Certificates (piagam): for every entry that was judged and every judge; drawn in bulk, or when one is asked for."""

import time
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from competitions.models import Edition
from entries.models import Entry
from entries.states import EntryStatus
from judging.certificate_files import bound, with_documents
from judging.documents import certificate_facts
from judging.models import Award, Certificate, CertificateRun, Judge, Placing, ScoreSheet
from judging.states import RankingStatus, RoundKind
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.papers import PDF, issue_paper, issue_sheets
from kiks.storage import store

FINALIST, PARTICIPANT, JUDGE = "Finalis", "Peserta", "Juri"
# So many are laid out together: the layout is shared, and the page sees them come.
AT_ONCE = 25
SECONDS_OF_A_PAGE, SECONDS_OF_A_TICK = 1.5, 30.0


def issue_certificates(edition: Edition, *, by: User, moment: datetime) -> list[Certificate]:
    """Inside an act: a row for each judged entry and each judge that has none yet, numbered after entry and seat.

    `moment` is that of the publication: a certificate that a correction adds stays hidden until the correction shows.
    """
    titles, code = _titles(edition), edition.code.upper()
    entries = Entry.objects.filter(pk__in=titles, status=EntryStatus.PASSED, certificates__isnull=True)
    missing = [
        Certificate(entry=entry, number=f"{entry.number}/PIAGAM/{code}", title=titles[entry.pk])
        for entry in entries.order_by("number")
    ]
    missing += [
        Certificate(judge=judge, number=f"{int(judge.label.removeprefix('J')):03d}/PIAGAM-JURI/{code}", title=JUDGE)
        for judge in _judges(edition).filter(certificates__isnull=True)
    ]
    for certificate in missing:
        certificate.issued_at, certificate.issued_by = moment, by
    certificates = Certificate.objects.bulk_create(missing)
    if certificates:
        audit.record("certificates.issued", edition, chain=edition.code, by=by, count=len(certificates))
    return certificates


def _judges(edition: Edition) -> QuerySet[Judge]:
    """Who handed in at least one sheet; who stepped back from everything judged nothing."""
    sheets = ScoreSheet.objects.filter(assignment__judge=OuterRef("pk"), handed_in_at__isnull=False)
    return edition.judges.filter(Exists(sheets)).order_by("label")


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
        certificate = with_documents(Certificate.objects.select_for_update(of=["self"])).get(pk=certificate.pk)
        if certificate.document is None:
            certificate.document, _ = issue_paper(
                "certificate.html",
                number=certificate.number,
                facts=certificate_facts(certificate),
                is_demo=certificate.edition.is_demo,
            )
            certificate.save(update_fields=["document"])
    return certificate


def order_certificates(edition: Edition, *, by: User) -> CertificateRun:
    """Have every certificate drawn that is not yet, and all bound into one file to print; what is drawn stays."""
    check_is_committee(by)
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        publication = edition.publications.order_by("version").last()
        if publication is None:
            raise RuleBrokenError("Piagam dibuat setelah hasil edisi diterbitkan.")
        if edition.certificate_runs.filter(print_file__isnull=True).exists():
            raise RuleBrokenError("Piagam sedang dibuat. Tunggu sampai selesai.")
        issue_certificates(edition, by=by, moment=publication.published_at)
        certificates = Certificate.objects.of_edition(edition)
        missing, total = certificates.filter(document__isnull=True).count(), certificates.count()
        if not missing and edition.certificate_runs.filter(bound=total).exists():
            raise RuleBrokenError("Semua piagam sudah dibuat. Unduh berkasnya di halaman ini.")
        run = CertificateRun.objects.create(edition=edition, requested_at=clock.now(), requested_by=by)
        audit.record("certificates.ordered", edition, chain=edition.code, by=by, count=missing)
    return run


def draw_some(run: CertificateRun, *, seconds: float) -> bool:
    """Draw what is missing, a layout at a time, until the time is over; True once all are drawn and bound.

    Safe to run twice at once: each takes rows that the other has not locked, and one of them binds.
    """
    until = time.monotonic() + seconds
    while _draw_a_layout(run.edition):
        if time.monotonic() > until:
            return False
    with transaction.atomic():
        found = CertificateRun.objects.select_for_update(skip_locked=True).filter(pk=run.pk, print_file=None).first()
        certificates = with_documents(Certificate.objects.of_edition(run.edition))
        if found is None or any(certificate.document is None for certificate in certificates):
            return False
        found.bound = len(certificates)
        found.print_file = store(bound(certificates), content_type=PDF)
        found.save(update_fields=["bound", "print_file"])
    return True


def _draw_a_layout(edition: Edition) -> int:
    with transaction.atomic():
        waiting = with_documents(Certificate.objects.of_edition(edition)).filter(document__isnull=True)
        certificates = list(waiting.select_for_update(of=["self"], skip_locked=True)[:AT_ONCE])
        facts = [(certificate.number, certificate_facts(certificate)) for certificate in certificates]
        documents = issue_sheets("certificate.html", facts, is_demo=edition.is_demo)
        for certificate, document in zip(certificates, documents, strict=True):
            certificate.document = document
        Certificate.objects.bulk_update(certificates, ["document"])
    return len(certificates)


def draw_ordered() -> str:
    """What the tick does with the orders that wait."""
    done = [
        str(run.edition)
        for run in CertificateRun.objects.filter(print_file__isnull=True).select_related("edition")
        if draw_some(run, seconds=SECONDS_OF_A_TICK)
    ]
    return f"Piagam selesai dibuat: {', '.join(done)}." if done else ""
