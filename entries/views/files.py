"""Files, each behind the question whether this person may read it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from entries.documents import receipt_of, render_receipt
from entries.models import Attachment, ServiceUnit
from entries.permissions import check_can_read_entry, is_member
from entries.queries import entry_for
from kiks.access import allowed, is_committee
from kiks.serving import download, download_stored


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Attachment.objects.select_related("entry__innovation__unit", "document"), pk=pk)
    if not allowed(check_can_read_entry, request.user, found.entry):
        raise Http404
    return download_stored(found.document, f"lampiran-{found.kind}-{found.pk}.pdf")


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter that names a unit's contact person, for its members and the committee."""
    unit = get_object_or_404(ServiceUnit.objects.select_related("assignment_letter"), pk=pk)
    if unit.assignment_letter is None or not (is_member(request.user, unit) or is_committee(request.user)):
        raise Http404
    return download_stored(unit.assignment_letter, f"surat-penunjukan-{unit.code}.pdf")


@require_safe
def objection_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit attached to its own objection; the committee has its own address for it."""
    found = getattr(entry_for(request.user, pk), "objection", None)
    if found is None or found.document is None:
        raise Http404
    return download_stored(found.document, f"bukti-sanggahan-{found.pk}.pdf")


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if entry.current_version is None:
        raise Http404
    paper = receipt_of(entry.current_version)
    return download(render_receipt(paper), f"tanda-terima-{entry.edition.code}-{entry.number}.pdf")
