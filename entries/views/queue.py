"""The lists of the screening desk: who waits, under filters that work together, and what was decided already."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from competitions.models import StageKind
from competitions.queries import running_editions, stage_of
from entries.announcements import status_counts
from entries.queue_forms import DecidedFilterForm, QueueFilterForm
from entries.queue_queries import CLEAN, decided, has_pile, looked_at, waiting
from entries.screening_queries import open_objections, overdue_corrections
from entries.second_person import waiting_proposals
from entries.views.desk_frame import desk_edition, page, with_edition
from kiks import clock

PAGE_SIZE = 50
# What is passed together is chosen on one page.
CHOOSING_SIZE = 200


def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits at the desk, the longest waiting first; `edisi` chooses another than the newest edition."""
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title="Seleksi administrasi")
    now = clock.now()
    form = QueueFilterForm(request.GET, edition=edition, user=request.user)
    is_choosing = request.GET.get("pilih") == "bersih" and form.chosen.get("machine") == CLEAN
    pages = Paginator(waiting(edition, form.chosen, request.user), CHOOSING_SIZE if is_choosing else PAGE_SIZE)
    page_obj = pages.get_page(request.GET.get("page"))
    return page(
        request,
        "screening_queue.html",
        title="Seleksi administrasi",
        edition=edition,
        others=running_editions().exclude(pk=edition.pk),
        chosen_code=request.GET.get("edisi"),
        now=now,
        stage=stage_of(edition, StageKind.SCREENING),
        counts=status_counts(edition),
        filter_form=form,
        query=form.query,
        everything_url=with_edition(request.path, request, "officer=all"),
        is_mine=form.chosen.get("officer") == "mine",
        has_pile=has_pile(request.user, edition),
        is_choosing=is_choosing,
        page_obj=page_obj,
        rows=looked_at(page_obj.object_list),
        overdue=overdue_corrections(edition, now),
        objections=open_objections(edition),
        proposals=waiting_proposals(edition).select_related("entry__innovation__unit__agency", "proposed_by"),
    )


def decided_entries(request: HttpRequest) -> HttpResponse:
    """What has passed or failed, so that a decision is found again."""
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title="Sudah diputuskan")
    form = DecidedFilterForm(
        request.GET if "officer" in request.GET else {**request.GET.dict(), "officer": "all"},
        edition=edition,
        user=request.user,
    )
    return page(
        request,
        "screening_decided.html",
        title="Sudah diputuskan",
        edition=edition,
        chosen_code=request.GET.get("edisi"),
        filter_form=form,
        query=form.query,
        page_obj=Paginator(decided(edition, form.chosen, request.user), PAGE_SIZE).get_page(request.GET.get("page")),
    )
