"""What of the calendar stands on the dashboard."""

from typing import Any

from django.http import HttpRequest

from competitions.queries import current_edition, next_deadline, stage_timeline, unconfirmed_rules
from kiks import clock
from kiks.admin_site import site


def panel_of_calendar(request: HttpRequest) -> dict[str, Any] | None:
    """The dashboard's first panel: where the running edition stands, and what closes next."""
    edition = current_edition()
    if edition is None:
        return {"template": "admin/competitions/_no_edition.html"}
    now = clock.now()
    return {
        "template": "admin/competitions/_calendar.html",
        "edition": edition,
        "now": now,
        "deadline": next_deadline(edition, now),
        "timeline": stage_timeline(edition, now),
        "unconfirmed": list(unconfirmed_rules(edition)),
    }


site.add_panel(panel_of_calendar)
