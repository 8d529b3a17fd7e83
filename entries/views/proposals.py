"""The second person of a rejection: what waits, and one proposal with all that it rests on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from competitions.models import Edition
from entries.actions.proposals import confirm_rejection, decline_rejection, take_back_rejection
from entries.decision_forms import ConfirmRejectionForm, DeclineRejectionForm, TakeBackForm
from entries.decision_permissions import check_can_decide_proposal, check_can_take_back_proposal
from entries.models import ProposedRejection
from entries.screening_queries import machine_findings
from entries.second_person import has_lapsed, proposals_for, waiting_proposals
from entries.views.desk_frame import desk_edition, page, with_edition
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm
from kiks.models import User

DONE = {
    "confirm": "Usulan {} dinyatakan tidak lolos. Unit mengetahuinya dari pengumuman.",
    "decline": "Usul atas usulan {} tidak disetujui. Usulan menunggu pemeriksaan lagi.",
    "take_back": "Usul atas usulan {} ditarik. Usulan menunggu pemeriksaan lagi.",
}
FORMS: dict[str, type[BaseForm]] = {
    "confirm": ConfirmRejectionForm,
    "decline": DeclineRejectionForm,
    "take_back": TakeBackForm,
}


def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, the longest waiting first, with who may not be it."""
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title="Menunggu konfirmasi orang kedua")
    waiting = waiting_proposals(edition).select_related("entry__innovation__unit__agency", "proposed_by")
    mine = set(proposals_for(edition, request.user).values_list("pk", flat=True))
    return page(
        request,
        "proposals.html",
        title="Menunggu konfirmasi orang kedua",
        edition=edition,
        queue_url=with_edition(reverse("admin:entries_screening"), request),
        rows=[(proposal, proposal.pk in mine) for proposal in waiting],
    )


def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Items, facts and the sentence of one proposal; the second person decides, the first may take it back."""
    found = get_object_or_404(
        ProposedRejection.objects.select_related(
            "entry__innovation__unit__agency",
            "entry__edition",
            "entry__current_version",
            "version",
            "proposed_by",
            "decided_by",
        ),
        pk=pk,
    )
    act = request.POST.get("act", "")
    forms = {name: form(auto_id=f"{name}_%s") for name, form in FORMS.items()}
    if request.method == "POST" and act in FORMS:
        forms[act] = FORMS[act](request.POST, auto_id=f"{act}_%s")
        if forms[act].is_valid():
            try:
                _perform(act, found, request.user, forms[act])
            except RuleBrokenError as error:
                messages.error(request, str(error))
                return redirect("admin:entries_proposal", found.pk)
            messages.success(request, DONE[act].format(found.entry.number))
            return redirect(_after(found.entry.edition, request.user))
    return page(request, "proposal.html", **_context(found, request.user, forms))


def _perform(act: str, found: ProposedRejection, user: User, form: BaseForm) -> None:
    if act == "confirm":
        confirm_rejection(found, by=user)
    elif act == "decline":
        decline_rejection(found, by=user, reason=form.cleaned_data["reason"])
    else:
        take_back_rejection(found, by=user)


def _after(edition: Edition, user: User) -> str:
    """The next proposal that this person may decide, or the list."""
    following = proposals_for(edition, user).first()
    if following is None:
        return reverse("admin:entries_proposals")
    return reverse("admin:entries_proposal", args=[following.pk])


def _context(found: ProposedRejection, user: User, forms: dict[str, BaseForm]) -> dict[str, Any]:
    entry = found.entry
    findings = machine_findings(entry)
    items = {item.code: item for item in entry.edition.checklist.all()}
    return {
        "title": f"Usul tidak lolos: {entry.number} {entry.innovation.short_name}",
        "proposal": found,
        "entry": entry,
        "rows": [
            (row, items[row["code"]].label if row["code"] in items else row["code"], findings.get(row["code"]))
            for row in found.items
        ],
        "lapsed": has_lapsed(found),
        "may_decide": allowed(check_can_decide_proposal, user, found),
        "may_take_back": allowed(check_can_take_back_proposal, user, found),
        "forms": forms,
        "form": next((form for form in forms.values() if form.errors), None),
        "hindrance": _hindrance(found, user),
    }


def _hindrance(found: ProposedRejection, user: User) -> str:
    """Why this person does not decide, in the words of the rule itself."""
    try:
        check_can_decide_proposal(user, found)
    except RuleBrokenError as error:
        return str(error)
    return ""
