"""Files, each behind the question whether this person may read it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from entries.documents import receipt_of, render_receipt
from entries.models import Attachment, ServiceUnit
from entries.permissions import check_can_read_entry, is_member
from entries.queries import entry_for
from kiks import storage
from kiks.access import allowed, is_committee

# A browser that shows the file in spite of everything runs nothing in it.
SANDBOX = "default-src 'none'; sandbox"


def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Attachment.objects.select_related("entry__innovation__unit", "document"), pk=pk)
    if not allowed(check_can_read_entry, request.user, found.entry):
        raise Http404
    return download(storage.read(found.document), found.name)


def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter that names a unit's contact person, for its members and the committee."""
    unit = get_object_or_404(ServiceUnit.objects.select_related("assignment_letter"), pk=pk)
    if unit.assignment_letter is None or not (is_member(request.user, unit) or is_committee(request.user)):
        raise Http404
    return download(storage.read(unit.assignment_letter), f"surat-penunjukan-{unit.code}.pdf")


def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if entry.current_version is None:
        raise Http404
    paper = receipt_of(entry.current_version)
    return download(render_receipt(paper), f"tanda-terima-{entry.edition.code}-{entry.number}.pdf")


def download(content: bytes, name: str) -> HttpResponse:
    """A PDF to be saved, never shown inside the site."""
    name = name if name.lower().endswith(".pdf") else f"{name}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
