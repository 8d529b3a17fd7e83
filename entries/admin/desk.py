"""What of units and entries stands on the dashboard."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from competitions.queries import current_edition
from entries.models import (
    ServiceUnit,
)
from entries.screening_queries import open_objections, screening_counts, screening_queue
from entries.states import UnitStatus
from kiks import clock
from kiks.admin_site import site


def panel_of_desk(request: HttpRequest) -> dict[str, Any] | None:
    """The dashboard's panel of what waits for the committee, and how many of everything there are."""
    edition = current_edition()
    units = ServiceUnit.objects.aggregate(
        waiting=Count("pk", filter=Q(status=UnitStatus.REGISTERED)),
        verified=Count("pk", filter=Q(status=UnitStatus.VERIFIED)),
    )
    context = {"template": "admin/entries/_desk_panel.html", "edition": edition, "units": units, "now": clock.now()}
    if edition is None:
        return context
    return context | {
        "counts": screening_counts(edition),
        "first": screening_queue(edition).first(),
        "objections": open_objections(edition).count(),
    }


site.add_panel(panel_of_desk)
