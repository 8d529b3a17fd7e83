"""The score sheet's preview on the pages of what it is made of: edition, instrument, round."""

from collections.abc import Iterator

from django.urls import reverse

from competitions.models import Edition, Instrument
from judging.models import Round
from judging.views import preview
from kiks.admin_site import Tool, site

LABEL, TAB = "Pratinjau lembar penilaian", "pratinjau-lembar"


def of_instrument(instrument: Instrument) -> Iterator[Tool]:
    url = reverse("admin:judging_preview_instrument", args=[instrument.pk])
    yield Tool(label=LABEL, url=url, tab=TAB, preview=preview.of_instrument)


def of_round(round_: Round) -> Iterator[Tool]:
    if round_.round_instruments.exists():
        url = reverse("admin:judging_preview_round", args=[round_.pk])
        yield Tool(label=LABEL, url=url, tab=TAB, preview=preview.of_round)


def of_edition(edition: Edition) -> Iterator[Tool]:
    if edition.rounds.filter(round_instruments__isnull=False).exists():
        yield Tool(label=LABEL, url=reverse("admin:judging_preview_edition", args=[edition.pk]), tab=TAB)


site.add_tools(Instrument, of_instrument)
site.add_tools(Round, of_round)
site.add_tools(Edition, of_edition)
