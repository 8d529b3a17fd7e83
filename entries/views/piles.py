"""The page that divides the screening among officers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from entries.actions.piles import share_piles
from entries.queue_forms import PilesForm, filled
from entries.queue_queries import heaps
from entries.views.desk_frame import desk_edition, page, with_edition
from kiks.exceptions import RuleBrokenError


def piles(request: HttpRequest) -> HttpResponse:
    """Choose by agency or for a whole group, or let it be proposed; nothing is saved before the button says so."""
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title="Bagi pemeriksaan")
    found = heaps(edition)
    form = PilesForm(request.POST if request.method == "POST" else None, heaps=found)
    shares = {heap.agency: heap.officer for heap in found}
    is_preview = False
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "save":
            try:
                count = share_piles(edition, by=request.user, shares=form.shares)
            except RuleBrokenError as error:
                form.add_error(None, list(error.sentences))
            else:
                messages.success(request, f"Pembagian disimpan: {count} perangkat daerah berganti petugas.")
                return redirect(with_edition(reverse("admin:entries_piles"), request))
        elif request.POST.get("step") == "even" and not form.cleaned_data["among"]:
            form.add_error("among", "Pilih sekurang-kurangnya satu petugas.")
        else:
            is_preview = True
            shares = form.even() if request.POST.get("step") == "even" else form.shares
            among = form.cleaned_data["among"]
            form = PilesForm(heaps=found, initial={**filled(found, shares), "among": among})
    return page(
        request,
        "screening_piles.html",
        title="Bagi pemeriksaan",
        edition=edition,
        chosen_code=request.GET.get("edisi"),
        form=form,
        groups=form.groups(),
        loads=form.loads(shares),
        is_preview=is_preview,
    )
