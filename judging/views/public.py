"""Public pages of the results: only what a visible publication holds, read from stored rankings."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from competitions.models import Edition
from judging import published
from judging.actions.certificate import render_certificate
from judging.forms.public import PaperNumberForm, digest_in
from judging.models import PublishedFile
from judging.paper_register import public_files
from judging.queries import visible_publication
from kiks import clock
from kiks.serving import download_public
from kiks.texts import file_name


@login_not_required
@require_safe
def results_index(request: HttpRequest) -> HttpResponse:
    return render(request, "judging/public/results_index.html", {"years": published.index(clock.now())})


@login_not_required
@require_safe
def results(request: HttpRequest, edition_code: str) -> HttpResponse:
    """A result before its moment answers like an address that does not exist: both are a plain Http404."""
    edition = get_object_or_404(Edition, code=edition_code)
    if edition.is_history:
        return render(request, "judging/public/reported.html", published.reported(edition))
    now = clock.now()
    publication = visible_publication(edition, now)
    if publication is None:
        raise Http404
    return render(request, "judging/public/results.html", published.results(publication, now))


@login_not_required
@require_safe
def results_file(request: HttpRequest, edition_code: str, version: int, name: str) -> HttpResponse:
    file = get_object_or_404(
        PublishedFile.objects.select_related("document"),
        publication__edition__code=edition_code,
        publication__version=version,
        publication__visible_from__lte=clock.now(),
        name=name,
    )
    return download_public(request, file.document, name)


@login_not_required
@require_safe
def record_file(request: HttpRequest, edition_code: str, record_id: int) -> HttpResponse:
    record = get_object_or_404(
        public_files(clock.now()).select_related("document"),
        edition__code=edition_code,
        pk=record_id,
    )
    return download_public(request, record.document, file_name(record.number))


@login_not_required
@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The stored piagam; who asks first has it drawn."""
    found = get_object_or_404(published.visible_certificates(clock.now()).select_related("document"), number=number)
    document = found.document or render_certificate(found).document
    return download_public(request, document, file_name(found.number))


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    form = PaperNumberForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("judging:verify_paper", number=form.cleaned_data["number"])
    return render(request, "judging/public/verify.html", {"form": form})


@login_not_required
@require_safe
def verify_paper(request: HttpRequest, number: str) -> HttpResponse:
    """A paper whose result is not out yet is as unknown as one that was never made.

    Who holds the digest of a receipt learns that it was given, and nothing that the receipt does not say.
    """
    paper, versions = published.paper(number, clock.now()), []
    if paper is None and (digest := digest_in(number)):
        paper = published.paper_of_digest(digest, clock.now())
        versions = [] if paper else published.received(digest)
    context = {
        "form": PaperNumberForm(initial={"number": number}),
        "number": number,
        "paper": paper,
        "versions": versions,
    }
    return render(request, "judging/public/verify.html", context, status=200 if paper or versions else 404)
