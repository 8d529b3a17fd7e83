"""Who judges what, in the control room: preview and draw, undo, give and move by hand, and the list on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from judging.actions.assignment import add_assignment, assign_judges, move_assignment, undo_draw
from judging.assignment import AssignmentError
from judging.documents import assignment_list
from judging.draws import Plan, next_seed, plan_of, touched, unassigned_judges
from judging.forms.assigning import ConfirmDrawForm, GiveForm, MoveForm
from judging.forms.control_room import StepForm
from judging.models import Round
from judging.permissions import check_can_change_panel
from judging.queries import entries_of_round
from judging.views.control_room import page, posted, refuse, room_url, round_or_404
from judging.views.panel import assignment_or_404
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError
from kiks.papers import LETTERHEAD
from kiks.pdf import render_pdf
from kiks.serving import download


def assign(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show who would get what by the next seed; on POST do exactly that."""
    round_ = round_or_404(round_id)
    if not allowed(check_can_change_panel, request.user, round_):
        messages.info(request, "Langkah itu tidak berlaku pada keadaan babak sekarang.")
        return redirect(room_url(round_))
    form = ConfirmDrawForm(posted(request), label="Tetapkan penugasan")
    if request.method == "POST":
        return _drawn(request, round_, form)
    evens_out = request.GET.get("ratakan") == "1" and round_.judges_per_entry is not None
    plan, fault = _previewed(round_, evens_out=evens_out)
    if plan:
        form = ConfirmDrawForm(
            label="Tetapkan penugasan", initial={"digest": plan.digest, "evens_out": evens_out or None}
        )
    form.helper.cancel_url = room_url(round_)
    return page(
        request,
        "assign.html",
        title="Tetapkan penugasan juri",
        subtitle=str(round_),
        round=round_,
        plan=plan,
        fault=fault,
        form=form,
        evens_out=evens_out,
        rows=_rows(plan) if plan else [],
    )


def _drawn(request: HttpRequest, round_: Round, form: ConfirmDrawForm) -> HttpResponse:
    if not form.is_valid():
        messages.error(request, "Pratinjau itu tidak utuh sampai di sini. Periksa sekali lagi, lalu tetapkan.")
        return redirect("admin:judging_assign", round_.pk)
    try:
        added = assign_judges(round_, by=request.user, seed=next_seed(round_), **form.cleaned_data)
    except RuleBrokenError as error:
        refuse(request, error)
        return redirect("admin:judging_assign", round_.pk)
    messages.success(request, f"Penugasan juri ditetapkan: {added} penugasan baru.")
    return redirect(room_url(round_))


def _previewed(round_: Round, *, evens_out: bool) -> tuple[Plan | None, str]:
    try:
        return plan_of(round_, seed=next_seed(round_), evens_out=evens_out), ""
    except AssignmentError as error:
        return None, str(error)


def _rows(plan: Plan) -> list[dict[str, object]]:
    """Each entry with its judges, those that are new or leave marked as such."""
    kept, added, moved = set(plan.kept), set(plan.added), set(plan.moved)
    cells: dict[str, list[dict[str, object]]] = {number: [] for number in plan.entries}
    for pair in sorted(kept | added | moved, key=lambda pair: (len(pair[0]), pair[0])):
        label, number = pair
        state = "moved" if pair in moved else "added" if pair in added else "kept"
        cells[number].append({"label": label, "state": state, "is_expert": pair in plan.preferred})
    return [{"entry": entry, "judges": cells[number]} for number, entry in plan.entries.items()]


def undo(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = round_or_404(round_id)
    form = StepForm(posted(request), label="Batalkan undian", tone="danger")
    if request.method == "POST" and form.is_valid():
        try:
            draw = undo_draw(round_, by=request.user)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, f"Undian dengan benih {draw.seed} dibatalkan.")
        return redirect(room_url(round_))
    draw = round_.draws.filter(undone_at__isnull=True).select_related("drawn_by").order_by("-pk").first()
    if draw is None or not allowed(check_can_change_panel, request.user, round_):
        messages.info(request, "Tidak ada undian penugasan yang dapat dibatalkan.")
        return redirect(room_url(round_))
    given = touched(draw.assignments.filter(released_at__isnull=True))
    form.helper.cancel_url = room_url(round_)
    return page(
        request,
        "undo_draw.html",
        title="Batalkan undian terakhir",
        subtitle=str(round_),
        round=round_,
        draw=draw,
        form=form,
        count=given.count(),
        marked=given.filter(is_touched=True).select_related("judge", "entry"),
    )


def give(request: HttpRequest, round_id: int, entry_id: int) -> HttpResponse:
    """One more judge for an entry."""
    round_ = round_or_404(round_id)
    entry = get_object_or_404(entries_of_round(round_), pk=entry_id)
    form = GiveForm(posted(request), judges=unassigned_judges(round_, entry))
    if request.method == "POST" and form.is_valid():
        try:
            made = add_assignment(round_, by=request.user, judge=form.cleaned_data["judge"], entry=entry)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, f"{made.judge.label} ditugaskan menilai usulan {entry.number}.")
        return redirect(room_url(round_))
    form.helper.cancel_url = room_url(round_)
    context = {"round": round_, "entry": entry, "form": form}
    return page(request, "give.html", title="Tambah juri untuk satu usulan", subtitle=str(round_), **context)


def move(request: HttpRequest, assignment_id: int) -> HttpResponse:
    found = assignment_or_404(assignment_id)
    form = MoveForm(posted(request), judges=unassigned_judges(found.round, found.entry), entry=found.entry)
    if request.method == "POST" and form.is_valid():
        try:
            made = move_assignment(found, by=request.user, **form.cleaned_data)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(
                request, f"Usulan {made.entry.number} pindah dari {found.judge.label} ke {made.judge.label}."
            )
        return redirect(room_url(found.round))
    form.helper.cancel_url = reverse("admin:judging_assignment", args=[found.pk])
    return page(
        request, "move.html", title="Pindahkan penugasan", subtitle=str(found.round), assignment=found, form=form
    )


@require_safe
def list_on_paper(request: HttpRequest, round_id: int) -> HttpResponse:
    """Who judges what, with the seeds from which anybody draws it again; no official paper, so without a number."""
    round_ = round_or_404(round_id)
    facts = assignment_list(round_)
    context = {"facts": facts, "letterhead": LETTERHEAD, "is_demo_site": round_.edition.is_demo}
    return download(render_pdf("assignment_list.html", context), f"penugasan-{round_.edition.code}-{round_.code}.pdf")
