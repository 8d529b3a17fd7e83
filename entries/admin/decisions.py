"""What waits for a second person, on the dashboard of whoever may be it."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from competitions.queries import current_edition
from entries.second_person import proposals_for
from kiks.admin_site import Waiting, site


def waiting_for_a_second_person(request: HttpRequest) -> Iterator[Waiting]:
    edition = current_edition()
    if edition is None:
        return
    yield Waiting(
        label="Penolakan menunggu konfirmasi orang kedua",
        count=proposals_for(edition, request.user).count(),
        url=reverse("admin:entries_proposals"),
        tone="warn",
    )


site.add_waiting(waiting_for_a_second_person)
