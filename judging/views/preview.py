"""The score sheet as a judge will see it, with the totals of marks that are only tried; nothing is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from competitions.models import Edition, Instrument
from judging.actions.sheet import parse_mark
from judging.bundles import plain, shape_of
from judging.forms.marks import MarksForm
from judging.judge_pages import Line, SheetView, shown
from judging.models import Mark, Round, RoundInstrument, ScoreSheet
from judging.queries import HUNDRED
from judging.scoring import LiveTotals, live_totals
from kiks.exceptions import RuleBrokenError


@dataclass(frozen=True)
class Trial:
    """Sheets with the marks that were tried: their forms, their totals."""

    sheets: tuple[tuple[SheetView, MarksForm], ...]
    totals: LiveTotals


def of_instrument(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """One instrument by itself, as if it were all of a round."""
    instrument = get_object_or_404(Instrument.objects.prefetch_related("criteria__questions"), pk=instrument_id)
    url = reverse("admin:judging_preview_instrument", args=[instrument.pk])
    return _page(request, [RoundInstrument(instrument=instrument, share=HUNDRED)], instrument.name, url)


def of_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """The sheets of a round with their shares."""
    round_ = get_object_or_404(Round.objects.select_related("edition"), pk=round_id)
    parts = round_.round_instruments.select_related("instrument").prefetch_related("instrument__criteria__questions")
    url = reverse("admin:judging_preview_round", args=[round_.pk])
    return _page(request, list(parts), f"{round_.name}, {round_.edition.name}", url, round_.decimals)


def of_edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The sheets of the edition's first round that has any."""
    edition = get_object_or_404(Edition, pk=edition_id)
    first = edition.rounds.filter(round_instruments__isnull=False).order_by("pk").first()
    if first is None:
        raise Http404
    return of_round(request, first.pk)


def _page(request: HttpRequest, parts: list[RoundInstrument], title: str, url: str, decimals: int = 2) -> HttpResponse:
    trial = _trial(parts, request.GET, decimals)
    shares = sum((part.share for part in parts), Decimal(0))
    context = {
        "title": title,
        "url": url,
        "trial": trial,
        "is_typed": request.method == "POST",
        "wrong_weights": [(part.instrument, shown(total)) for part in parts if (total := _weights(part)) != HUNDRED],
        "wrong_shares": shown(shares)
        if parts and (shares := sum((part.share for part in parts), Decimal(0))) != HUNDRED
        else "",
    }
    return render(request, "judging/preview.html", context)


def _weights(part: RoundInstrument) -> Decimal:
    return sum((criterion.weight for criterion in part.instrument.criteria.all()), Decimal(0))


def _trial(parts: list[RoundInstrument], typed: Mapping[str, str], decimals: int) -> Trial:
    marks = {part.instrument.code: _marks(part, typed) for part in parts}
    given = {
        code: {criterion: plain(mark.value) for criterion, (mark, _) in found.items() if mark}
        for code, found in marks.items()
    }
    totals = live_totals([shape_of(part) for part in parts], given, decimals)
    sheets = []
    for part in parts:
        found = marks[part.instrument.code]
        lines = [
            Line(criterion=criterion, mark=found.get(criterion.code, (None, ""))[0])
            for criterion in part.instrument.criteria.all()
        ]
        # A sheet that is never saved: its key only tells the forms of the page apart.
        sheet = ScoreSheet(pk=part.instrument.pk, instrument=part.instrument)
        view = SheetView(sheet=sheet, part=part, lines=tuple(lines), live=totals.instruments[part.instrument.code])
        sheets.append((view, _form(view, typed, found)))
    return Trial(tuple(sheets), totals)


def _marks(part: RoundInstrument, typed: Mapping[str, str]) -> dict[str, tuple[Mark | None, str]]:
    """By criterion what was tried: the mark, or the sentence that refuses it."""
    found: dict[str, tuple[Mark | None, str]] = {}
    for criterion in part.instrument.criteria.all():
        text = typed.get(f"lembar-{part.instrument.pk}-mark-{criterion.code}", "").strip()
        if not text:
            continue
        try:
            found[criterion.code] = (Mark(criterion=criterion, value=parse_mark(text, criterion)), "")
        except RuleBrokenError as refusal:
            found[criterion.code] = (None, str(refusal))
    return found


def _form(view: SheetView, typed: Mapping[str, str], found: Mapping[str, tuple[Mark | None, str]]) -> MarksForm:
    form = MarksForm(typed or None, view=view)
    form.helper.submit_label = ""
    form.helper.form_tag, form.helper.disable_csrf = False, True
    for code, (_, sentence) in found.items():
        if sentence:
            form.add_error(f"mark-{code}", sentence)
    return form
