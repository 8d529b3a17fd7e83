"""What of the rounds stands on the dashboard."""

from typing import Any

from django.http import HttpRequest

from competitions.queries import current_edition
from judging.control_room import rooms_of
from kiks.admin_site import site


def panel_of_rounds(request: HttpRequest) -> dict[str, Any] | None:
    """The dashboard's panel: where each round of the running edition stands."""
    edition = current_edition()
    if edition is None or not (rooms := rooms_of(edition)):
        return None
    return {"template": "admin/judging/_desk_panel.html", "edition": edition, "rooms": rooms}


site.add_panel(panel_of_rounds)
