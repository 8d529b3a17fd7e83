"""One entry at the screening desk: its checklist beside what was submitted, and the decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from entries.actions.comparing import NOT_COMPARED, compare_version, is_compared
from entries.actions.proposals import propose_overdue, propose_rejection
from entries.actions.screening import ItemDecision, reject_overdue, screen_entry
from entries.decision_permissions import check_can_reject_overdue, check_can_reopen_screening, check_can_screen
from entries.desk_forms import OverdueForm, ScreeningForm
from entries.models import Entry, Objection, ProposedRejection, Screening
from entries.queries import frozen_content
from entries.queue_forms import QueueFilterForm
from entries.queue_queries import waiting
from entries.resemblance_queries import undecided
from entries.revisions import changes_between, returned_version, section_titles
from entries.screening_queries import machine_findings, next_attempt
from entries.second_person import earlier_proposals, waiting_proposal
from entries.start_queries import stated_twins
from entries.states import EntryStatus, ScreeningOutcome
from entries.twin_pairs import verdicts_on
from entries.unit_queries import active_members
from entries.views.content import submitted_context
from entries.views.desk_frame import page, with_edition
from kiks import clock
from kiks.access import allowed
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError, StaleVersionError

DONE = {
    ScreeningOutcome.PASSED: "lolos seleksi administrasi",
    ScreeningOutcome.RETURNED: "dikembalikan untuk diperbaiki",
    ScreeningOutcome.REJECTED: "tidak lolos seleksi administrasi",
}
PROPOSED = "diusulkan tidak lolos; anggota panitia lain mengonfirmasinya"


def entry_or_404(pk: int) -> Entry:
    """An entry that has been submitted at least once; drafts are nobody's business but the unit's."""
    entries = Entry.objects.select_related("innovation__unit__agency", "edition", "category", "current_version")
    return get_object_or_404(entries, pk=pk, current_version__isnull=False)


def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at one entry and decide; the filters of the queue travel in the address, so that the next one fits them."""
    entry = entry_or_404(pk)
    if entry.status == EntryStatus.SUBMITTED:
        compare_version(entry.current_version)
    if request.method != "POST" and not allowed(check_can_screen, request.user, entry):
        return entry_page(request, entry, form=None)
    form = form_of(entry, request)
    if request.method != "POST":
        return entry_page(request, entry, form=form)
    if not form.is_valid():
        if allowed(check_can_screen, request.user, entry):
            return entry_page(request, entry, form=form)
        return entry_page_for_the_second(request, pk, form, "Usulan ini sudah tidak menunggu keputusan Anda.")
    try:
        decision = perform(entry, form, request)
    except StaleVersionError as error:
        return entry_page_for_the_second(request, pk, form, str(error))
    except RuleBrokenError as error:
        form.add_error(None, list(error.sentences))
        return entry_page(request, entry, form=form)
    done = PROPOSED if isinstance(decision, ProposedRejection) else DONE[ScreeningOutcome(decision.outcome)]
    messages.success(request, f"Usulan {entry.number} {done}.")
    return redirect(after(entry, request))


def form_of(entry: Entry, request: HttpRequest, *, is_fresh: bool = False) -> ScreeningForm:
    return ScreeningForm(
        None if is_fresh or request.method != "POST" else request.POST,
        items=list(entry.edition.checklist.all()),
        findings=machine_findings(entry),
        titles=section_titles(entry),
        content=frozen_content(entry.current_version),
        initial={"expected_attempt": next_attempt(entry), "expected_version": entry.current_version.ordinal},
    )


def perform(entry: Entry, form: ScreeningForm, request: HttpRequest) -> Screening | ProposedRejection:
    """Decide; where the edition wants a second person, a rejection is only proposed."""
    data = form.cleaned_data
    outcome = ScreeningOutcome(data["outcome"])
    is_return = outcome == ScreeningOutcome.RETURNED
    seen = {
        "by": request.user,
        "items": [ItemDecision(*decision) for decision in form.decisions],
        "reason": data["reason"],
        "expected_attempt": data["expected_attempt"],
        "expected_version": data["expected_version"],
    }
    if outcome == ScreeningOutcome.REJECTED and entry.edition.rejection_needs_second:
        return propose_rejection(entry, **seen)
    return screen_entry(
        entry,
        outcome=outcome,
        correction_due_at=data["correction_due_at"] if is_return else None,
        sections=form.sections_to_open if is_return else (),
        **seen,
    )


def entry_page_for_the_second(request: HttpRequest, pk: int, form: ScreeningForm, sentence: str) -> HttpResponse:
    """Who came second sees what stands now and, beside it, what they had typed: nothing is lost or overwritten."""
    entry = entry_or_404(pk)
    fresh = form_of(entry, request, is_fresh=True) if allowed(check_can_screen, request.user, entry) else None
    return entry_page(request, entry, form=fresh, status=409, refusal=sentence, typed=form.typed())


def places(entry: Entry, request: HttpRequest) -> tuple[QueueFilterForm, list[int], int | None]:
    """The filters, the keys of the queue under them, and where in it the next one stands."""
    filters = QueueFilterForm(request.GET, edition=entry.edition, user=request.user)
    found = waiting(entry.edition, filters.chosen, request.user)
    order = [(row.submitted_at, row.pk) for row in found]
    rest = [key for key in order if key[1] != entry.pk]
    # An entry that was decided meanwhile, or that the filters leave out, has its place by its time of submission.
    later = [pk for moment, pk in rest if (moment, pk) > (entry.submitted_at, entry.pk)]
    following = next(iter([*later, *(pk for _, pk in rest)]), None)
    return filters, [pk for _, pk in order], following


def screen_url(pk: int, request: HttpRequest, filters: QueueFilterForm) -> str:
    return with_edition(reverse("admin:entries_entry_screen", args=[pk]), request, query_of(filters))


def query_of(filters: QueueFilterForm) -> str:
    return filters.query if filters.is_narrow else ""


def after(entry: Entry, request: HttpRequest) -> str:
    filters, _, following = places(entry, request)
    if following is None:
        return with_edition(reverse("admin:entries_screening"), request, query_of(filters))
    return screen_url(following, request, filters)


def entry_page(
    request: HttpRequest, entry: Entry, *, form: ScreeningForm | None, status: int = 200, **more: Any
) -> HttpResponse:
    """The checklist beside what was submitted; without a form where nothing is to be decided."""
    filters, keys, following = places(entry, request)
    returned = returned_version(entry)
    return page(
        request,
        "screening_entry.html",
        status=status,
        title=f"Usulan {entry.number}",
        entry=entry,
        form=form,
        place=keys.index(entry.pk) + 1 if entry.pk in keys else None,
        waiting=len(keys),
        is_narrow=filters.is_narrow,
        following=screen_url(following, request, filters) if following else None,
        queue_url=with_edition(reverse("admin:entries_screening"), request, query_of(filters)),
        is_overdue=allowed(check_can_reject_overdue, request.user, entry, clock.now()),
        proposal=waiting_proposal(entry),
        earlier_proposals=earlier_proposals(entry),
        may_reopen=allowed(check_can_reopen_screening, request.user, entry),
        screenings=screenings_of(entry),
        contacts=active_members(entry.innovation.unit),
        stated=stated_twins(entry.innovation),
        twins=undecided([entry.pk]).get(entry.pk, []),
        verdicts=verdicts_on(entry.innovation),
        not_compared=_not_compared(entry),
        objection=Objection.objects.filter(entry=entry).select_related("raised_by", "decided_by").first(),
        returned=returned,
        changes=changes_between(returned, entry.current_version) if returned else [],
        **submitted_context(entry),
        **more,
    )


def _not_compared(entry: Entry) -> str:
    """Why nobody may pass the entry yet: what it resembles is not known."""
    is_waiting = entry.status == EntryStatus.SUBMITTED and not is_compared(entry.current_version)
    return NOT_COMPARED if is_waiting else ""


def screenings_of(entry: Entry) -> list[Screening]:
    """Every decision so far, with `opened`: the titles of what a return opened."""
    people = ["screened_by", "confirmed_by", "reopening__reopened_by"]
    screenings = list(entry.screenings.select_related(*people).prefetch_related("items__item"))
    titles = section_titles(entry)
    for screening in screenings:
        screening.opened = ", ".join(titles.get(key, key) for key in screening.sections)  # type: ignore[attr-defined]
    return screenings


def overdue(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse an entry whose correction did not come."""
    entry = entry_or_404(pk)
    form = OverdueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        needs_second = entry.edition.rejection_needs_second
        try:
            (propose_overdue if needs_second else reject_overdue)(entry, by=request.user)
        except RuleBrokenError as error:
            messages.error(request, str(error))
        else:
            done = PROPOSED if needs_second else DONE[ScreeningOutcome.REJECTED]
            messages.success(request, f"Usulan {entry.number} {done}.")
        return redirect("admin:entries_screening")
    form.helper.cancel_url = reverse("admin:entries_entry_screen", args=[entry.pk])
    consequence = consequence_of_overdue(entry)
    title = f"Nyatakan usulan {entry.number} tidak lolos"
    frame = {**site.each_context(request), "opts": Entry._meta, "object": entry}
    context = {"title": title, "form": form, "consequence": consequence, "tone": "danger"}
    return render(request, "admin/act.html", {**frame, **context})


def consequence_of_overdue(entry: Entry) -> str:
    """What follows, and that the unit learns it from the announcement alone."""
    if entry.edition.rejection_needs_second:
        what = "Ini menjadi usul tidak lolos, yang dikonfirmasi anggota panitia lain."
    else:
        what = "Usulan ini dinyatakan tidak lolos."
    told = "Unit mengetahui hasilnya dari pengumuman seleksi administrasi"
    until = ", dan dapat mengajukan sanggahan sesudahnya" if entry.edition.objection_days else ""
    return f"Unit tidak mengirim perbaikan sampai batas waktunya. {what} {told}{until}."
