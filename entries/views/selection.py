"""Public pages of the announced screening: who passed, the paper, what was said before; nothing before its moment."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entries.forms import SelectionSearchForm
from entries.models import ScreeningAnnouncement
from entries.selection import chosen_or_404, facts_of, groups_of, versions_or_404
from kiks import clock
from kiks.serving import download, download_public
from kiks.texts import file_name

JSON = "application/json"


@login_not_required
@require_safe
def selection(request: HttpRequest, code: str) -> HttpResponse:
    now = clock.now()
    versions = versions_or_404(code, now)
    return _page(request, versions[0], versions, now)


@login_not_required
@require_safe
def version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version by its number; an earlier one says which stands now."""
    now = clock.now()
    versions = versions_or_404(code, now)
    return _page(request, chosen_or_404(versions, version), versions, now)


@login_not_required
@require_safe
def paper(request: HttpRequest, code: str, version: int) -> HttpResponse:
    found = chosen_or_404(versions_or_404(code, clock.now()), version)
    return download_public(request, found.document, file_name(found.number))


@login_not_required
@require_safe
def data(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What the paper says as data: its SHA-256 is the digest that stands on the paper."""
    found = chosen_or_404(versions_or_404(code, clock.now()), version)
    return download(found.content.encode(), file_name(found.number, "json"), content_type=JSON)


def _page(
    request: HttpRequest, announcement: ScreeningAnnouncement, versions: list[ScreeningAnnouncement], now: datetime
) -> HttpResponse:
    facts = facts_of(announcement)
    form = SelectionSearchForm(request.GET if "cari" in request.GET else None)
    wanted = form.cleaned_data["cari"] if form.is_bound and form.is_valid() else ""
    groups = groups_of(facts, wanted)
    context = {
        "edition": announcement.edition,
        "announcement": announcement,
        "facts": facts,
        "form": form,
        "wanted": wanted,
        "groups": groups,
        "found": sum(len(group.entries) for group in groups),
        "versions": versions,
        "newest": versions[0],
        "now": now,
    }
    return render(request, "entries/selection.html", context)
