"""Participation of the service units: the committee's page and the public one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competitions.models import Edition
from competitions.queries import current_edition
from entries.models import ServiceUnit
from entries.participation_queries import YearFigure, is_registration_over, turnout_of, upp_by_year
from entries.unit_forms import EditionFilterForm
from kiks import clock
from kiks.admin_site import site

# The picture in its own units; the page scales it.
STEP, BAR, TOP, BASE = 120, 64, 40, 240


@dataclass(frozen=True)
class Bar:
    """One year of the picture; without a figure it has no height."""

    year: YearFigure
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def above(self) -> int:
        return self.y - 10


@dataclass(frozen=True)
class Picture:
    bars: list[Bar]
    width: int
    base: int = BASE
    bar: int = BAR

    @property
    def known(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.year.value is not None]


def picture_of(years: Sequence[YearFigure]) -> Picture:
    highest = max((year.value for year in years if year.value), default=1)
    bars = []
    for place, year in enumerate(years):
        height = round((BASE - TOP) * (year.value or 0) / highest)
        bars.append(Bar(year, x=(STEP - BAR) // 2 + place * STEP, y=BASE - height, height=height))
    return Picture(bars, width=STEP * len(bars))


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """UPP over the years, and the share of every agency once the registration of the current edition is over."""
    now, edition = clock.now(), current_edition()
    context: dict[str, object] = {"edition": edition, "picture": picture_of(upp_by_year(now, is_public=True))}
    if edition and is_registration_over(edition, now):
        context["turnout"] = turnout_of(edition, now)
    return render(request, "entries/participation.html", context)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All numbers of one edition, with the units behind them; a page of the admin site."""
    now = clock.now()
    form = EditionFilterForm(request.GET or None)
    chosen: Edition | None = form.cleaned_data["edition"] if form.is_valid() else None
    edition = chosen or current_edition()
    context = {
        **site.each_context(request),
        "title": "Partisipasi UPP",
        "opts": ServiceUnit._meta,
        "form": form,
        "edition": edition,
        "turnout": turnout_of(edition, now) if edition else None,
        "picture": picture_of(upp_by_year(now, is_public=False)),
    }
    return render(request, "admin/entries/participation.html", context)
