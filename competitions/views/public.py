"""Public pages: home, rules, and the figures of every year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from competitions import queries, showcase
from competitions.models import Criterion, Edition, Instrument, StageKind, Sureness
from competitions.stage_calendar import stage_events
from kiks import clock
from kiks.calendar_files import CONTENT_TYPE, calendar_file
from kiks.serving import download

FIGURE_KEYS = ("units_registered", "entries_received", "entries_passed", "finalists", "winners")


@dataclass(frozen=True)
class Figure:
    """A number about an edition; without a sureness it was counted by this system."""

    key: str
    value: int
    sureness: Sureness | None = None
    note: str = ""


@dataclass(frozen=True)
class Year:
    edition: Edition
    figures: dict[str, Figure]
    has_results: bool

    @property
    def in_order(self) -> list[Figure]:
        return [self.figures[key] for key in FIGURE_KEYS if key in self.figures]


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    edition = queries.current_edition()
    parts = showcase.context_of("home", edition, now)
    context = {"edition": edition, "now": now, "years": years(parts), **parts}
    if edition:
        context |= calendar(edition, now)
    return render(request, "competitions/home.html", context)


@login_not_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    edition = queries.current_edition()
    parts = showcase.context_of("rules", edition, now)
    context = {"edition": edition, "now": now, "instruments": instruments(edition), **parts}
    if edition:
        context |= {
            "questions": edition.questions.all(),
            "attachment_rules": edition.attachment_rules.all(),
            "checklist": edition.checklist.all(),
            "categories": edition.categories.all(),
            "unconfirmed": [*queries.unconfirmed_rules(edition), *parts.get("unconfirmed_shares", [])],
            **calendar(edition, now),
        }
    return render(request, "competitions/rules.html", context)


@login_not_required
@require_safe
def calendar_of_edition(request: HttpRequest, code: str) -> HttpResponse:
    """The stages of an edition that is public, for the calendars of phones and offices."""
    edition = get_object_or_404(queries.running_editions(), code=code)
    content = calendar_file(edition.name, stage_events([edition]), stamp=clock.now())
    return download(content, f"kalender-{edition.code}.ics", content_type=CONTENT_TYPE)


@login_not_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    parts = showcase.context_of("history", None, now)
    context = {"years": years(parts), **parts}
    return render(request, "competitions/history.html", context)


def calendar(edition: Edition, now: datetime) -> dict[str, Any]:
    """The timeline, what is open, and the next moment that somebody must know."""
    deadline = queries.next_deadline(edition, now)
    open_kinds = {stage.kind for stage in queries.open_stages(edition, now)}
    upcoming = edition.stages.filter(opens_at__gt=now).order_by("opens_at").first()
    return {
        "timeline": queries.stage_timeline(edition, now),
        "changes": queries.stage_changes(edition),
        "deadline": deadline,
        "upcoming": upcoming,
        "may_register": StageKind.REGISTRATION in open_kinds,
        "may_submit": StageKind.SUBMISSION in open_kinds,
    }


def years(parts: Mapping[str, Any]) -> list[Year]:
    """Every edition with its figures, newest first: reported ones of history, counted ones of this system."""
    counted, published = parts.get("counted", {}), parts.get("published", set())
    rows = []
    for edition in queries.editions_with_history():
        figures = {
            figure.key: Figure(figure.key, figure.value, Sureness(figure.sureness), figure.note)
            for figure in edition.figures.all()
        }
        figures |= {key: Figure(key, value) for key, value in counted.get(edition.pk, {}).items()}
        rows.append(Year(edition, figures, edition.is_history or edition.pk in published))
    return rows


def instruments(edition: Edition | None) -> list[Instrument]:
    """The instruments of the edition; without an edition those that stand ready in the library."""
    criteria = Prefetch("criteria", Criterion.objects.prefetch_related("questions"))
    return list(Instrument.objects.filter(edition=edition).select_related("confirmed_by").prefetch_related(criteria))
