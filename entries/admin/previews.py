"""The proposal form's preview on the page of its edition."""

from collections.abc import Iterator

from django.urls import reverse

from competitions.models import Edition
from entries.views import preview
from kiks.admin_site import Tool, site


def of_edition(edition: Edition) -> Iterator[Tool]:
    if not edition.is_history:
        url = reverse("admin:entries_preview", args=[edition.pk])
        yield Tool(label="Pratinjau formulir", url=url, tab="pratinjau-formulir", preview=preview.form_of)


site.add_tools(Edition, of_edition)
