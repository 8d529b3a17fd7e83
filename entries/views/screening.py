"""The screening desk inside the admin site: who waits, one entry with its checklist, and objections."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from competitions.models import StageKind
from competitions.queries import current_edition, running_editions, stage_of
from entries.actions.screening import ItemDecision, reject_overdue, screen_entry
from entries.desk_forms import OverdueForm, QueueFilterForm, ScreeningForm
from entries.models import Entry, Objection, Screening
from entries.permissions import check_can_reject_overdue, check_can_screen
from entries.queries import frozen_content
from entries.revisions import changes_between, returned_version, section_titles
from entries.screening_queries import (
    machine_findings,
    next_attempt,
    next_to_screen,
    open_objections,
    overdue_corrections,
    screening_counts,
    screening_queue,
)
from entries.start_queries import stated_twins
from entries.states import ScreeningOutcome
from entries.unit_queries import active_members
from entries.views.content import submitted_context
from kiks import clock
from kiks.access import allowed
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError, StaleVersionError

PAGE_SIZE = 50
DONE = {
    ScreeningOutcome.PASSED: "lolos seleksi administrasi",
    ScreeningOutcome.RETURNED: "dikembalikan untuk diperbaiki",
    ScreeningOutcome.REJECTED: "tidak lolos seleksi administrasi",
}


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    frame = {**site.each_context(request), "opts": Entry._meta}
    return render(request, f"admin/entries/{template}", {**frame, **context})


def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits at the desk, the longest waiting first; `edisi` chooses another than the newest edition."""
    code = request.GET.get("edisi")
    edition = get_object_or_404(running_editions(), code=code) if code else current_edition()
    if edition is None:
        return page(request, "screening_closed.html", title="Seleksi administrasi")
    now = clock.now()
    form = QueueFilterForm(request.GET or None, edition=edition)
    waiting = filtered(screening_queue(edition), form)
    query = request.GET.copy()
    query.pop("page", None)
    return page(
        request,
        "screening_queue.html",
        title="Seleksi administrasi",
        edition=edition,
        others=running_editions().exclude(pk=edition.pk),
        chosen_code=code,
        now=now,
        stage=stage_of(edition, StageKind.SCREENING),
        counts=screening_counts(edition),
        filter_form=form,
        page_obj=Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
        query=query.urlencode(),
        overdue=overdue_corrections(edition, now),
        objections=open_objections(edition),
    )


def filtered(waiting: Any, form: QueueFilterForm) -> Any:
    """The queue under the filters; a filter that is not understood filters nothing."""
    chosen = form.cleaned_data if form.is_valid() else {}
    if chosen.get("category"):
        waiting = waiting.filter(category=chosen["category"])
    if chosen.get("agency"):
        waiting = waiting.filter(innovation__unit__agency=chosen["agency"])
    if chosen.get("attempt"):
        waiting = waiting.filter(attempts__gt=0) if chosen["attempt"] == "again" else waiting.filter(attempts=0)
    return waiting


def entry_or_404(pk: int) -> Entry:
    """An entry that has been submitted at least once; drafts are nobody's business but the unit's."""
    entries = Entry.objects.select_related("innovation__unit__agency", "edition", "category", "current_version")
    return get_object_or_404(entries, pk=pk, current_version__isnull=False)


def screen(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_or_404(pk)
    if request.method != "POST" and not allowed(check_can_screen, request.user, entry):
        return entry_page(request, entry, form=None)
    form = ScreeningForm(
        request.POST or None,
        items=list(entry.edition.checklist.all()),
        findings=machine_findings(entry),
        titles=section_titles(entry),
        content=frozen_content(entry.current_version),
        initial={"expected_attempt": next_attempt(entry), "expected_version": entry.current_version.ordinal},
    )
    if request.method == "POST" and form.is_valid():
        try:
            screening = perform(entry, form, request)
        except StaleVersionError as error:
            messages.error(request, str(error))
            return redirect("admin:entries_entry_screen", entry.pk)
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, f"Usulan {entry.number} {DONE[ScreeningOutcome(screening.outcome)]}.")
            return redirect(after(entry))
    return entry_page(request, entry, form=form)


def perform(entry: Entry, form: ScreeningForm, request: HttpRequest) -> Screening:
    data = form.cleaned_data
    outcome = ScreeningOutcome(data["outcome"])
    return screen_entry(
        entry,
        by=request.user,
        outcome=outcome,
        items=[ItemDecision(*decision) for decision in form.decisions],
        reason=data["reason"],
        correction_due_at=data["correction_due_at"] if outcome == ScreeningOutcome.RETURNED else None,
        sections=form.sections_to_open if outcome == ScreeningOutcome.RETURNED else (),
        expected_attempt=data["expected_attempt"],
        expected_version=data["expected_version"],
    )


def after(entry: Entry) -> str:
    following = next_to_screen(entry)
    if following is None:
        return reverse("admin:entries_screening")
    return reverse("admin:entries_entry_screen", args=[following.pk])


def entry_page(request: HttpRequest, entry: Entry, *, form: ScreeningForm | None) -> HttpResponse:
    """The checklist beside what was submitted; without a form where nothing is to be decided."""
    waiting = list(screening_queue(entry.edition).values_list("pk", flat=True))
    place = waiting.index(entry.pk) if entry.pk in waiting else None
    returned = returned_version(entry)
    following = waiting[(place + 1) % len(waiting)] if place is not None and len(waiting) > 1 else None
    return page(
        request,
        "screening_entry.html",
        title=f"Usulan {entry.number}",
        entry=entry,
        form=form,
        place=place + 1 if place is not None else None,
        waiting=len(waiting),
        following=following,
        is_overdue=allowed(check_can_reject_overdue, request.user, entry, clock.now()),
        screenings=screenings_of(entry),
        contacts=active_members(entry.innovation.unit),
        twins=stated_twins(entry.innovation),
        objection=Objection.objects.filter(entry=entry).select_related("raised_by", "decided_by").first(),
        returned=returned,
        changes=changes_between(returned, entry.current_version) if returned else [],
        **submitted_context(entry),
    )


def screenings_of(entry: Entry) -> list[Screening]:
    """Every decision so far, with `opened`: the titles of what a return opened."""
    screenings = list(entry.screenings.select_related("screened_by").prefetch_related("items__item"))
    titles = section_titles(entry)
    for screening in screenings:
        screening.opened = ", ".join(titles.get(key, key) for key in screening.sections)  # type: ignore[attr-defined]
    return screenings


def overdue(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse an entry whose correction did not come."""
    entry = entry_or_404(pk)
    form = OverdueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            reject_overdue(entry, by=request.user)
        except RuleBrokenError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Usulan {entry.number} {DONE[ScreeningOutcome.REJECTED]}.")
        return redirect("admin:entries_screening")
    form.helper.cancel_url = reverse("admin:entries_entry_screen", args=[entry.pk])
    consequence = (
        "Unit tidak mengirim perbaikan sampai batas waktunya. Unit diberi tahu dan dapat mengajukan sanggahan."
    )
    title = f"Nyatakan usulan {entry.number} tidak lolos"
    frame = {**site.each_context(request), "opts": Entry._meta, "object": entry}
    context = {"title": title, "form": form, "consequence": consequence, "tone": "danger"}
    return render(request, "admin/act.html", {**frame, **context})
