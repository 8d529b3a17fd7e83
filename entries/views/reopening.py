"""A decision of the screening is taken up again, with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from entries.actions.reopening import reopen_screening
from entries.decision_forms import ReopenForm
from entries.decision_permissions import check_can_reopen_screening
from entries.views.desk_frame import page
from entries.views.screening import entry_or_404
from kiks.exceptions import RuleBrokenError, StaleVersionError


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_or_404(pk)
    address = reverse("admin:entries_entry_screen", args=[entry.pk])
    try:
        check_can_reopen_screening(request.user, entry)
    except RuleBrokenError as error:
        messages.error(request, str(error))
        return redirect(address)
    screening = entry.screenings.select_related("screened_by", "confirmed_by").order_by("-attempt").first()
    form = ReopenForm(request.POST or None, initial={"expected_attempt": screening.attempt})
    if request.method == "POST" and form.is_valid():
        try:
            reopen_screening(entry, by=request.user, **form.cleaned_data)
        except StaleVersionError as error:
            messages.error(request, str(error))
            return redirect(address)
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, f"Pemeriksaan usulan {entry.number} dibuka kembali.")
            return redirect(address)
    form.helper.cancel_url = address
    title = f"Buka kembali pemeriksaan usulan {entry.number}"
    return page(request, "reopen.html", title=title, entry=entry, screening=screening, form=form)
