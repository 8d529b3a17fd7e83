"""Pages to write on, while what they write may not be written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from entries.models import Entry
from entries.permissions import check_can_write_entry, check_can_write_section
from kiks import clock
from kiks.access import allowed


def leads_away(request: HttpRequest, entry: Entry, key: str) -> HttpResponse | None:
    """Where the page leads while its section is closed: to the same text, to be read, or to the entry.

    A POST goes on, so that its refusal comes with the typed text.
    """
    now = clock.now()
    if request.method == "POST" or allowed(check_can_write_section, request.user, entry, key, now):
        return None
    if allowed(check_can_write_entry, request.user, entry, now):
        return redirect(f"{reverse('entries:version', args=[entry.pk])}#{key}")
    return redirect("entries:detail", entry.pk)
