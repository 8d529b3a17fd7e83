"""Innovations that look alike: side by side with the verdict, taking one back, and all of an edition."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from entries.actions.twins import state_different, state_same, undo_verdict
from entries.decision_forms import TwinSearchForm, TwinVerdictForm, UndoVerdictForm
from entries.decision_permissions import check_can_decide_twins
from entries.identities import entries_of
from entries.models import Entry, Innovation, TwinVerdict, Verdict
from entries.states import EntryStatus
from entries.twin_pairs import answer_pairs, found_by_name, open_pairs, side_of, statements, verdicts_of
from entries.twin_verdicts import SHOWN, if_same, standing_between
from entries.views.acting import performed
from entries.views.desk_frame import desk_edition, page
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError

ACTS = {Verdict.SAME: state_same, Verdict.DIFFERENT: state_different}
SIMILAR = "Kemiripan"


def pairs(request: HttpRequest) -> HttpResponse:
    """What nobody has decided yet, the likeliest first; then what was decided."""
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title=SIMILAR)
    return page(
        request,
        "twins.html",
        title=SIMILAR,
        edition=edition,
        chosen_code=request.GET.get("edisi", ""),
        here="twins",
        open_pairs=open_pairs(edition),
        verdicts=verdicts_of(edition),
    )


def compare(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Two innovations side by side; what each verdict brings stands there before it is given."""
    innovation, other = _innovation_or_404(pk), _innovation_or_404(other_pk)
    if innovation == other:
        raise Http404
    standing = standing_between(innovation, other)
    may_decide, hindrance = _may_decide(request, innovation, other)
    form = TwinVerdictForm(request.POST or None) if standing is None or request.method == "POST" else None
    if form is not None and performed(form, lambda: _decide(form, innovation, other, request)):
        word = Verdict(form.cleaned_data["verdict"]).label.lower()
        messages.success(request, f"{innovation.short_name} dan {other.short_name} dinyatakan {word}.")
        return redirect(_entry_address(innovation, other))
    if form is not None:
        form.helper.cancel_url = _entry_address(innovation, other)
    one, two = side_of(innovation), side_of(other)
    return page(
        request,
        "twin_compare.html",
        title=f"{innovation.short_name} dan {other.short_name}",
        sides=[one, two],
        answers=answer_pairs(one, two),
        statements=statements(innovation, other),
        standing=standing,
        may_decide=may_decide,
        hindrance=hindrance,
        form=form,
        **_consequences(innovation, other, is_decided=standing is not None),
    )


def _decide(form: TwinVerdictForm, innovation: Innovation, other: Innovation, request: HttpRequest) -> TwinVerdict:
    act = ACTS[Verdict(form.cleaned_data["verdict"])]
    return act(innovation, other, by=request.user, reason=form.cleaned_data["reason"])


def _may_decide(request: HttpRequest, innovation: Innovation, other: Innovation) -> tuple[bool, str]:
    try:
        check_can_decide_twins(request.user, innovation, other)
    except RuleBrokenError as refusal:
        return False, str(refusal)
    return True, ""


def _consequences(innovation: Innovation, other: Innovation, *, is_decided: bool) -> dict[str, object]:
    if is_decided:
        return {}
    settled = if_same(innovation, other)
    lost = entries_of(settled.lost)
    return {
        "settled": settled,
        "lost": lost,
        "reopened": [entry for entry in lost if entry.status == EntryStatus.PASSED],
    }


def undo(request: HttpRequest, pk: int) -> HttpResponse:
    verdict = get_object_or_404(TwinVerdict.objects.select_related(*SHOWN), pk=pk)
    address = reverse("admin:entries_twins_compare", args=[verdict.innovation_id, verdict.other_id])
    if verdict.undone_at or not allowed(check_can_decide_twins, request.user, verdict.innovation, verdict.other):
        messages.error(request, _why_not_undone(request, verdict))
        return redirect(address)
    form = UndoVerdictForm(request.POST or None)
    if performed(form, lambda: undo_verdict(verdict, by=request.user, **form.cleaned_data)):
        messages.success(request, "Keputusan dibatalkan. Pasangan ini menunggu keputusan lagi.")
        return redirect(address)
    form.helper.cancel_url = address
    return page(request, "twin_undo.html", title="Batalkan keputusan inovasi mirip", verdict=verdict, form=form)


def _why_not_undone(request: HttpRequest, verdict: TwinVerdict) -> str:
    if verdict.undone_at:
        return "Keputusan ini sudah dibatalkan."
    return _may_decide(request, verdict.innovation, verdict.other)[1]


def search(request: HttpRequest, pk: int) -> HttpResponse:
    """Any innovation to compare with this one, where the machine found none."""
    innovation = _innovation_or_404(pk)
    form = TwinSearchForm(request.GET if "q" in request.GET else None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    return page(
        request,
        "twin_search.html",
        title=f"Bandingkan {innovation.short_name}",
        innovation=innovation,
        form=form,
        text=text,
        found=found_by_name(text, besides=innovation),
    )


def _innovation_or_404(pk: int) -> Innovation:
    return get_object_or_404(Innovation.objects.select_related("unit__agency", "same_as"), pk=pk)


def _entry_address(innovation: Innovation, other: Innovation) -> str:
    """The entry that waits: the newest of the two; without one, the list."""
    entries = Entry.objects.filter(innovation__in=[innovation, other], current_version__isnull=False)
    newest = entries.order_by("-edition__year", "-edition", "-number").first()
    return reverse("admin:entries_entry_screen", args=[newest.pk]) if newest else reverse("admin:entries_twins")
