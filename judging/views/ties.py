"""The plenary's page for one tied group: what is equal, what differs, and the order that was decided."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from judging.actions.result import settle_tie
from judging.forms.ties import TieForm, moved
from judging.models import Placing, Ranking
from judging.queries import standing_rankings
from judging.tables import table_of, with_entries
from judging.tie_comparison import compare
from judging.views.control_room import page, posted, refuse, room_url
from kiks.exceptions import RuleBrokenError


def settle(request: HttpRequest, ranking_id: int, group: int) -> HttpResponse:
    """Record the plenary's order of one group of a ranking that still stands."""
    ranking = get_object_or_404(with_entries(Ranking.objects.select_related("round__edition")), pk=ranking_id)
    if not standing_rankings(ranking.round).filter(pk=ranking.pk).exists():
        messages.info(request, "Peringkat sudah dihitung ulang. Periksa kembali nilai yang sama di bawah ini.")
        return redirect("admin:judging_room", ranking.round_id)
    names = dict(ranking.round.edition.rounds.values_list("code", "name"))
    placings = tied_group(ranking, group, names)
    entries, position = [placing.entry for placing in placings], placings[0].position
    places = moved(request.POST, entries, position)
    if places:
        order = sorted(entries, key=lambda entry: int(places[TieForm.field_of(entry)]))
        form = TieForm(entries=order, position=position, initial=places)
    else:
        form = TieForm(posted(request), entries=entries, position=position)
    if request.method == "POST" and not places and form.is_valid():
        return _settled(request, ranking, form)
    form.helper.cancel_url = room_url(ranking.round)
    return page(
        request,
        "settle.html",
        title="Putuskan nilai sama",
        subtitle=str(ranking.round),
        form=form,
        round=ranking.round,
        category=ranking.category,
        entries=entries,
        at_the_line=placings[0].advances is None,
        comparison=compare(ranking, [entry.number for entry in entries], names),
    )


def _settled(request: HttpRequest, ranking: Ranking, form: TieForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    try:
        settle_tie(ranking.round, by=request.user, category=ranking.category, order=form.order, reason=reason)
    except RuleBrokenError as error:
        refuse(request, error)
    else:
        messages.success(request, "Keputusan dicatat dan peringkat dihitung ulang.")
    return redirect("admin:judging_room", ranking.round_id)


def tied_group(ranking: Ranking, group: int, names: dict[str, str]) -> list[Placing]:
    """The placings of an open tie, by number of entry."""
    ties = table_of(ranking, names).open_ties
    if group >= len(ties):
        raise Http404
    placings = [placing for placing in ranking.placings.all() if placing.entry.number in ties[group]]
    return sorted(placings, key=lambda placing: placing.entry.number)
