"""Objections inside the admin site: the committee reads one beside what the screening said, and decides."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from entries.actions.objections import decide_objection
from entries.desk_forms import YES, ObjectionForm
from entries.models import Objection
from entries.permissions import check_can_decide_objection
from entries.states import ObjectionStatus
from entries.views.screening import page
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError
from kiks.serving import download_stored


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on an objection: what the unit says beside what the screening said."""
    found = get_object_or_404(
        Objection.objects.select_related("entry__innovation__unit__agency", "entry__edition", "raised_by", "document"),
        pk=pk,
    )
    if found.status != ObjectionStatus.RAISED:
        return redirect("admin:entries_entry_screen", found.entry_id)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["granted"] == YES
        try:
            decide_objection(found, by=request.user, granted=granted, reason=form.cleaned_data["reason"])
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, f"Keputusan atas sanggahan usulan {found.entry.number} disimpan.")
            return redirect("admin:entries_screening")
    form.helper.cancel_url = reverse("admin:entries_screening")
    screenings = found.entry.screenings.select_related("screened_by", "confirmed_by").prefetch_related("items__item")
    screening = screenings.order_by("-attempt").first()
    return page(
        request,
        "decide_objection.html",
        title=f"Sanggahan usulan {found.entry.number}",
        objection=found,
        entry=found.entry,
        screening=screening,
        is_own_decision=screening is not None and request.user in (screening.screened_by, screening.confirmed_by),
        may_decide=allowed(check_can_decide_objection, request.user, found),
        form=form,
    )


def document(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Objection.objects.select_related("document", "entry"), pk=pk)
    if found.document is None:
        raise Http404
    return download_stored(found.document, f"sanggahan-{found.entry.number}.pdf")
