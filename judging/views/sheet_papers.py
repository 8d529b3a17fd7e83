"""Papers of sheets: a judge's own at any time, the committee's once the sheets are locked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from judging import queries
from judging.actions.sheet_paper import SECONDS_OF_A_PAGE, lay_out, lay_out_some
from judging.forms.sheet_papers import LayOutForm
from judging.models import Assignment, Round, SheetPaper
from judging.permissions import check_can_read_papers
from judging.sheet_paper import own_papers_of, papers_of_round
from judging.sheet_paper_files import bound, packed
from judging.states import SheetPaperStatus
from judging.views.control_room import page, refuse, round_or_404
from kiks.archives import ZIP
from kiks.exceptions import RuleBrokenError
from kiks.serving import download, download_stored, download_stream

type RoundPage = Callable[[HttpRequest, Round], HttpResponseBase]


def standing(papers: QuerySet[SheetPaper]) -> QuerySet[SheetPaper]:
    return papers.filter(status=SheetPaperStatus.ISSUED)


def progress(request: HttpRequest, papers: QuerySet[SheetPaper]) -> dict[str, Any]:
    """The list, and how many are laid out; a POST lays out some more."""
    if request.method == "POST":
        lay_out_some(papers, seconds=SECONDS_OF_A_PAGE)
    rows = list(papers)
    done = sum(1 for paper in rows if paper.document_id)
    goes_on = request.method == "POST"
    return {"papers": rows, "done": done, "total": len(rows), "form": LayOutForm(goes_on=goes_on), "goes_on": goes_on}


def my_round(request: HttpRequest, round_id: int) -> Round:
    return get_object_or_404(queries.my_rounds(request.user), pk=round_id)


def own_papers(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = my_round(request, round_id)
    found = progress(request, own_papers_of(round_, request.user))
    if found["goes_on"] and found["done"] == found["total"]:
        return redirect("judging:own_papers", round_.pk)
    return render(request, "judging/judge/own_papers.html", {"round": round_, **found})


@require_safe
def own_paper(request: HttpRequest, assignment_id: int, version: int) -> HttpResponse:
    """One version of the paper of an own entry; who asks first has it laid out."""
    mine = queries.counting(Assignment.objects.filter(judge__user=request.user))
    assignment = get_object_or_404(mine, pk=assignment_id)
    return _file(get_object_or_404(assignment.papers.defer("facts"), version=version))


@require_safe
def own_papers_file(request: HttpRequest, round_id: int) -> HttpResponse:
    """All own papers that stand, in one file; while some are not laid out the page says how far it is."""
    round_ = my_round(request, round_id)
    papers = list(standing(own_papers_of(round_, request.user)))
    if not papers or any(paper.document_id is None for paper in papers):
        return redirect("judging:own_papers", round_.pk)
    name = f"lembar-penilaian-{papers[0].assignment.judge.label}-{round_.code}-{round_.edition.code}.pdf"
    return download(bound(papers), name)


def after_lock(view: RoundPage) -> Callable[..., HttpResponseBase]:
    """Before the lock the committee is sent back with the reason, whatever was handed in."""

    @wraps(view)
    def guarded(request: HttpRequest, round_id: int) -> HttpResponseBase:
        round_ = round_or_404(round_id)
        try:
            check_can_read_papers(request.user, round_)
        except RuleBrokenError as error:
            refuse(request, error)
            return redirect("admin:judging_room", round_.pk)
        return view(request, round_)

    return guarded


@after_lock
def papers(request: HttpRequest, round_: Round) -> HttpResponse:
    found = progress(request, papers_of_round(round_))
    if found["goes_on"] and found["done"] == found["total"]:
        return redirect("admin:judging_papers", round_.pk)
    return page(request, "sheet_papers.html", title="Lembar penilaian", subtitle=str(round_), round=round_, **found)


@after_lock
def papers_archive(request: HttpRequest, round_: Round) -> HttpResponseBase:
    found = papers_of_round(round_)
    if not found or found.filter(document__isnull=True).exists():
        return redirect("admin:judging_papers", round_.pk)
    return download_stream(packed(found), f"lembar-penilaian-{round_.code}-{round_.edition.code}.zip", content_type=ZIP)


@require_safe
def paper(request: HttpRequest, assignment_id: int, version: int) -> HttpResponse:
    found = get_object_or_404(
        SheetPaper.objects.select_related("assignment__round").defer("facts"),
        assignment=assignment_id,
        version=version,
    )
    return after_lock(lambda request, round_: _file(found))(request, round_id=found.assignment.round_id)


def _file(found: SheetPaper) -> HttpResponse:
    ready = lay_out(found)
    return download_stored(ready.document, ready.file_name)
