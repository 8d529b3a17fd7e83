"""What the pages of the screening desk share: the frame of the admin site, and the edition that is looked at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode

from competitions.models import Edition
from competitions.queries import current_edition, running_editions
from entries.models import Entry
from kiks.admin_site import site


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    frame = {**site.each_context(request), "opts": Entry._meta}
    return render(request, f"admin/entries/{template}", {**frame, **context}, status=status)


def desk_edition(request: HttpRequest) -> Edition | None:
    """The newest edition, or the one that `edisi` names."""
    code = request.GET.get("edisi")
    return get_object_or_404(running_editions(), code=code) if code else current_edition()


def with_edition(url: str, request: HttpRequest, query: str = "") -> str:
    """The address with the edition that was chosen, and the filters."""
    code = request.GET.get("edisi")
    parts = [part for part in (urlencode({"edisi": code}) if code else "", query) if part]
    return f"{url}?{'&'.join(parts)}" if parts else url
