"""Jelaskan: any score opens into criteria, weights, judges, instruments, shares, rounding and tie-breakers."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from competitions.models import Edition
from judging.explaining import Explanation, explain
from judging.explanation_sheet import ExplanationSheet
from judging.models import Ranking
from judging.queries import phase_of, published_rankings, visible_publication
from judging.scoring.bundle import load
from judging.views.control_room import page
from judging.visibility import Item, Viewer, may_see
from kiks import clock
from kiks.papers import LETTERHEAD
from kiks.pdf import render_pdf
from kiks.serving import download
from kiks.sheets.cells import XLSX_TYPE


@login_not_required
@require_safe
def of_result(request: HttpRequest, edition_code: str, round_code: str, number: str, kind: str = "") -> HttpResponse:
    """A published score. Drawing a PDF takes a second of the machine, so it is for people who are logged in."""
    edition = get_object_or_404(Edition, code=edition_code)
    publication = visible_publication(edition, clock.now())
    if publication is None:
        raise Http404
    for ranking in published_rankings(publication).filter(round__code=round_code):
        found = explanation_of(ranking, number)
        if found and kind == "pdf" and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if found and kind:
            return file_of(ranking, found, kind)
        if found:
            context = {"edition": edition, "ranking": ranking, "explanation": found}
            return render(request, "judging/public/explanation.html", context)
    raise Http404


@require_safe
def of_ranking(request: HttpRequest, ranking_id: int, number: str, kind: str = "") -> HttpResponse:
    """For the committee, after the lock: of any version, the superseded ones too."""
    ranking = get_object_or_404(Ranking.objects.select_related("round__edition", "category"), pk=ranking_id)
    found = explanation_of(ranking, number)
    shown = may_see(phase_of(ranking.round, is_published=False), Viewer.COMMITTEE, Item.RANKING)
    if found is None or not shown:
        raise Http404
    if kind:
        return file_of(ranking, found, kind)
    return page(
        request,
        "explanation.html",
        title=f"Jelaskan nilai usulan {number}",
        subtitle=str(ranking),
        ranking=ranking,
        explanation=found,
    )


def explanation_of(ranking: Ranking, number: str) -> Explanation | None:
    names = dict(ranking.round.edition.rounds.values_list("code", "name"))
    return explain(load(ranking.bundle), number, names)


def file_of(ranking: Ranking, found: Explanation, kind: str) -> HttpResponse:
    name = f"penjelasan-{ranking.round.code}-{found.entry}.{kind}"
    heading = f"{ranking.round.name} {ranking.round.edition.name}, usulan {found.entry} {found.title}".strip()
    if kind == "xlsx":
        return download(ExplanationSheet(found, heading).written(), name, content_type=XLSX_TYPE)
    if kind != "pdf":
        raise Http404
    context = {
        "explanation": found,
        "ranking": ranking,
        "heading": heading,
        "letterhead": LETTERHEAD,
        "is_demo_site": ranking.round.edition.is_demo,
    }
    return download(render_pdf("explanation.html", context), name)
