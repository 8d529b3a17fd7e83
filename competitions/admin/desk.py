"""What of the calendar and the rules stands on the dashboard."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from competitions.models import Edition
from competitions.queries import current_edition, next_deadline, stage_timeline, unconfirmed_rules
from competitions.readiness import obstacles_of
from kiks import clock
from kiks.admin_site import Waiting, site


def panel_of_calendar(request: HttpRequest) -> dict[str, Any] | None:
    """The head of the dashboard: where the running edition stands, and what closes next."""
    edition = current_edition()
    if edition is None:
        return {"template": "admin/competitions/_no_edition.html"}
    now = clock.now()
    timeline = stage_timeline(edition, now)
    return {
        "template": "admin/competitions/_calendar.html",
        "edition": edition,
        "now": now,
        "deadline": next_deadline(edition, now),
        "following": next((stage for stage in timeline if stage["state"] == "future"), None),
        "timeline": timeline,
    }


def waiting_rules(request: HttpRequest) -> Iterator[Waiting]:
    """What of the running edition rests on an assumption, and what keeps a prepared one from being opened."""
    edition = current_edition()
    if edition:
        unconfirmed = list(unconfirmed_rules(edition))
        yield Waiting(
            label=f"Belum dikonfirmasi pada {edition.name}",
            count=len(unconfirmed),
            url=reverse("admin:competitions_edition_readiness", args=[edition.pk]),
            tone="warn",
            note=", ".join(unconfirmed),
        )
    for prepared in Edition.objects.filter(opened_at__isnull=True, is_history=False).order_by("year", "pk"):
        blocking = [obstacle for obstacle in obstacles_of(prepared) if obstacle.is_blocking]
        yield Waiting(
            label=f"{prepared.name} belum dibuka untuk umum",
            count=len(blocking) or 1,
            url=reverse("admin:competitions_edition_readiness", args=[prepared.pk]),
            note=f"{len(blocking)} hal masih menghalangi" if blocking else "siap dibuka",
        )


site.add_panel(panel_of_calendar, above=True)
site.add_waiting(waiting_rules)
