"""The dossier for the next level: the page with copy buttons, and its files."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from entries.dossier import Dossier, dossier_of
from entries.dossier_files import DOCX, dossier_docx, dossier_pdf, dossier_zip
from entries.models import Entry
from entries.permissions import check_can_take_dossier
from kiks.access import allowed
from kiks.archives import ZIP
from kiks.serving import download, download_stream


@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _entry_for(request, pk)
    return render(request, "entries/dossier.html", {"entry": entry, "dossier": dossier_of(entry)})


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = _dossier_for(request, pk)
    return download(dossier_pdf(found), f"{found.file_name}.pdf")


@require_safe
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    found = _dossier_for(request, pk)
    return download(dossier_docx(found), f"{found.file_name}.docx", content_type=DOCX)


@require_safe
def archive(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    found = _dossier_for(request, pk)
    return download_stream(dossier_zip(found), f"{found.file_name}.zip", content_type=ZIP)


def _dossier_for(request: HttpRequest, pk: int) -> Dossier:
    return dossier_of(_entry_for(request, pk))


def _entry_for(request: HttpRequest, pk: int) -> Entry:
    """The entry, if the person may take it along; to everybody else it does not exist."""
    entries = Entry.objects.select_related("innovation__unit__agency", "edition", "category", "current_version")
    entry = get_object_or_404(entries, pk=pk)
    if not allowed(check_can_take_dossier, request.user, entry):
        raise Http404
    return entry
