"""Certificates in bulk, for the committee: order them, see how far they are, fetch them."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from competitions.models import Edition
from judging.actions.certificate import SECONDS_OF_A_PAGE, draw_some, order_certificates
from judging.certificate_files import packed, with_documents
from judging.forms.certificates import DrawForm
from judging.models import Certificate, CertificateRun
from judging.views.control_room import page, refuse
from kiks.archives import ZIP
from kiks.exceptions import RuleBrokenError
from kiks.serving import download_stored, download_stream
from kiks.texts import file_name


def certificates(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The list with its files. A POST orders what is missing; the next ones draw some more, the tick draws the rest."""
    edition = get_object_or_404(Edition, pk=edition_id)
    goes_on = request.method == "POST"
    if goes_on and not _draw(request, edition):
        return redirect("admin:judging_certificates", edition.pk)
    rows = list(with_documents(Certificate.objects.of_edition(edition)))
    done = sum(1 for row in rows if row.document_id)
    run = edition.certificate_runs.select_related("print_file", "requested_by").first()
    at_work = run is not None and run.print_file_id is None
    return page(
        request,
        "certificates.html",
        title="Piagam",
        subtitle=edition.name,
        edition=edition,
        certificates=rows,
        done=done,
        total=len(rows),
        run=run,
        at_work=at_work,
        is_complete=_is_complete(run, rows),
        is_published=edition.publications.exists(),
        form=DrawForm(at_work=at_work, goes_on=goes_on),
    )


def _draw(request: HttpRequest, edition: Edition) -> bool:
    """Whether there is more to do."""
    run = edition.certificate_runs.filter(print_file__isnull=True).first()
    try:
        run = run or order_certificates(edition, by=request.user)
    except RuleBrokenError as error:
        refuse(request, error)
        return False
    return not draw_some(run, seconds=SECONDS_OF_A_PAGE)


def _is_complete(run: CertificateRun | None, rows: list[Certificate]) -> bool:
    return run is not None and run.print_file_id is not None and run.bound == len(rows)


@require_safe
def print_file(request: HttpRequest, edition_id: int) -> HttpResponse:
    """All certificates in one file, as the last order bound them."""
    runs = CertificateRun.objects.filter(edition=edition_id, print_file__isnull=False)
    run = runs.select_related("print_file", "edition").first()
    if run is None:
        raise Http404
    return download_stored(run.print_file, f"piagam-{run.edition.code}.pdf")


@require_safe
def archive(request: HttpRequest, edition_id: int) -> StreamingHttpResponse:
    """Every certificate that is drawn, as its own file."""
    edition = get_object_or_404(Edition, pk=edition_id)
    rows = list(with_documents(Certificate.objects.of_edition(edition)).filter(document__isnull=False))
    if not rows:
        raise Http404
    return download_stream(packed(rows), f"piagam-{edition.code}.zip", content_type=ZIP)


@require_safe
def one(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """A certificate that is drawn, for the committee also before the result is out."""
    rows = Certificate.objects.filter(document__isnull=False).select_related("document")
    found = get_object_or_404(rows, pk=certificate_id)
    return download_stored(found.document, file_name(found.number))
