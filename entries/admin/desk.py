"""What of units and entries stands on the dashboard: what waits, the numbers, drafts, submissions by day."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from competitions.queries import current_edition
from entries.desk_queries import comparison, submission_plot
from entries.draft_queries import draft_count
from entries.models import ServiceUnit
from entries.permissions import check_can_remind_drafts
from entries.screening_queries import open_objections, overdue_corrections, screening_queue
from entries.states import UnitStatus
from kiks import clock
from kiks.access import allowed
from kiks.admin_site import Waiting, site
from kiks.formats import day_month_year


def waiting_units(request: HttpRequest) -> Iterator[Waiting]:
    units = reverse("admin:entries_serviceunit_changelist")
    yield Waiting(
        label="Unit menunggu verifikasi",
        count=ServiceUnit.objects.filter(status=UnitStatus.REGISTERED).count(),
        url=f"{units}?status__exact={UnitStatus.REGISTERED}",
    )


def waiting_entries(request: HttpRequest) -> Iterator[Waiting]:
    edition = current_edition()
    if edition is None:
        return
    queue = screening_queue(edition)
    submitted = list(queue.order_by("submitted_at").values_list("submitted_at", flat=True))
    screening = reverse("admin:entries_screening")
    yield Waiting(
        label="Usulan menunggu seleksi administrasi",
        count=len(submitted),
        url=screening,
        note=f"terlama sejak {day_month_year(submitted[0])}" if submitted else "",
    )
    mine = edition.screening_shares.filter(officer=request.user).values("agency")
    yield Waiting(
        label="Usulan dalam tumpukan Anda",
        count=queue.filter(innovation__unit__agency__in=mine).count(),
        url=f"{screening}?officer=mine",
    )
    yield Waiting(
        label="Sanggahan menunggu keputusan",
        count=open_objections(edition).count(),
        url=f"{screening}#sanggahan",
        tone="warn",
    )
    yield Waiting(
        label="Perbaikan yang melewati batas waktu",
        count=overdue_corrections(edition, clock.now()).count(),
        url=screening,
        tone="warn",
    )


def panel_of_numbers(request: HttpRequest) -> dict[str, Any] | None:
    """This year beside the last one, drafts that were not sent, submissions by day."""
    edition = current_edition()
    if edition is None:
        return None
    now = clock.now()
    return {
        "template": "admin/entries/_desk_panel.html",
        "edition": edition,
        "comparison": comparison(edition, now),
        "drafts": draft_count(edition),
        "may_remind": allowed(check_can_remind_drafts, request.user, edition, now),
        "plot": submission_plot(edition, now),
    }


site.add_waiting(waiting_units)
site.add_waiting(waiting_entries)
site.add_panel(panel_of_numbers)
