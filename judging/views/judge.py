"""The judge's desk: scoring, hand-in, receipts."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from judging import judge_pages, queries, reading_order
from judging.actions import panel
from judging.actions import sheet as sheet_actions
from judging.actions.writing import put_criterion_comment
from judging.finalists import presented
from judging.forms.autosave import sent_mark
from judging.forms.judge import (
    HandInForm,
    HandInRoundForm,
    ReceiptForm,
    RecuseForm,
)
from judging.forms.marks import Change, Kind, MarksForm
from judging.forms.writing import NoteForm
from judging.models import Assignment, Judge, Round, ScoreSheet
from judging.permissions import check_can_judge, check_can_note, check_can_recuse
from judging.states import ConflictAnswer, RoundStatus, SheetPaperStatus
from judging.views.autosaving import autosave, log_refusal, stands_json
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User

type AssignmentView = Callable[[HttpRequest, Assignment], HttpResponse]
type SheetView = Callable[[HttpRequest, ScoreSheet], HttpResponse]
type RoundView = Callable[[HttpRequest, Round, Judge], HttpResponse]


def of_own_assignment(view: AssignmentView) -> Callable[..., HttpResponse]:
    """Load the user's own assignment; nothing is read before pledge and conflict question are answered."""

    @wraps(view)
    def guarded(request: HttpRequest, assignment_id: int) -> HttpResponse:
        assignment = queries.assignment_for(request.user, assignment_id)
        if assignment is None or assignment.released_at or assignment.is_recused:
            raise Http404
        if not assignment.judge.pledged_at:
            return redirect("judging:pledge", assignment.round.edition.code)
        if assignment.conflict == ConflictAnswer.NOT_ASKED and assignment.round.status == RoundStatus.OPEN:
            return redirect("judging:conflicts", assignment.round_id)
        if reading_order.has_left(assignment):
            messages.info(request, f"Usulan {assignment.entry.number} meninggalkan babak dan tidak dinilai lagi.")
            return redirect("judging:my_entries")
        return view(request, assignment)

    return guarded


def of_own_sheet(view: SheetView) -> Callable[..., HttpResponse]:
    """Load one of the user's own sheets; whether it may be written to is the action's business."""

    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, sheet_id: int) -> HttpResponse:
        sheet = judge_pages.own_sheet(request.user, sheet_id)
        if sheet is None:
            raise Http404
        return view(request, sheet)

    return guarded


def of_own_round(view: RoundView) -> Callable[..., HttpResponse]:
    """Load a round of the user and the seat on it; nothing is read before pledge and conflict question are answered."""

    @wraps(view)
    def guarded(request: HttpRequest, round_id: int) -> HttpResponse:
        round_ = get_object_or_404(queries.my_rounds(request.user), pk=round_id)
        judge = queries.judge_of(request.user, round_.edition)
        if not judge.pledged_at:
            return redirect("judging:pledge", round_.edition.code)
        if round_.status == RoundStatus.OPEN and queries.unanswered_conflicts(judge, round_).exists():
            return redirect("judging:conflicts", round_.pk)
        return view(request, round_, judge)

    return guarded


@of_own_assignment
def sheet(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return sheet_page(request, judge_pages.score_page(request.user, assignment))


def sheet_page(
    request: HttpRequest,
    page: judge_pages.ScorePage,
    bound: MarksForm | None = None,
    note: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The scoring screen; `bound` and `note` stand in for their forms when something on them could not be saved."""
    forms = []
    for view in page.sheets:
        form = bound if bound and bound.view.sheet.pk == view.sheet.pk else MarksForm(view=view)
        form.helper.form_action = reverse("judging:save_sheet", args=[view.sheet.pk])
        forms.append((view, form))
    assignment = page.assignment
    note_form = note or NoteForm.of(page.note)
    note_form.helper.form_action = reverse("judging:note", args=[assignment.pk])
    context = {
        "page": page,
        "assignment": assignment,
        "round": assignment.round,
        "entry": assignment.entry,
        "sheets": forms,
        "form": bound or note,
        "note_form": note_form if allowed(check_can_note, request.user, assignment) else None,
        "place": reading_order.place_of(assignment, page.required),
        "may_recuse": allowed(check_can_recuse, request.user, assignment),
        "presentation": presented(assignment.round, assignment.entry_id),
        "now": clock.now(),
    }
    return render(request, "judging/judge/sheet.html", context, status=status)


@of_own_sheet
def save_sheet(request: HttpRequest, sheet: ScoreSheet) -> HttpResponse:
    """The whole sheet at once, for a browser without the script."""
    assignment = queries.assignment_for(request.user, sheet.assignment_id)
    page = judge_pages.score_page(request.user, assignment)
    view = next(view for view in page.sheets if view.sheet.pk == sheet.pk)
    form = MarksForm(request.POST, view=view)
    if form.is_valid():
        _apply(form, sheet, request.user)
    if form.errors:
        return sheet_page(request, judge_pages.score_page(request.user, assignment), form, status=422)
    messages.success(request, f"Lembar {sheet.instrument.name} tersimpan.")
    return redirect("judging:sheet", sheet.assignment_id)


def _apply(form: MarksForm, sheet: ScoreSheet, by: User) -> None:
    """Save what changed, one by one; what is refused stands beside its field."""
    for change in form.changes():
        place = change.place
        try:
            _save(sheet, change, by)
        except StaleVersionError as error:
            current = stands_json(error.current)
            form.show_stale(place.field, str(error), current, seen=place.seen, version=place.version)
        except RuleBrokenError as error:
            log_refusal(by, sheet.pk, error)
            form.add_error(place.field, str(error))


def _save(sheet: ScoreSheet, change: Change, by: User) -> None:
    criterion, value, version, seen = change.place.criterion, change.value, change.version, change.seen
    match change.place.kind:
        case Kind.MARK:
            sheet_actions.put_mark(sheet.pk, by=by, criterion=criterion, value=value, version=version, seen=seen)
        case Kind.REMARK:
            put_criterion_comment(sheet.pk, by=by, criterion=criterion, text=value, version=version)
        case Kind.COMMENT:
            sheet_actions.save_comment(sheet.pk, by=by, comment=value, seen=seen)


@autosave
def save_mark(request: HttpRequest, sheet_id: int) -> HttpResponse | None:
    """Autosave of one mark: 200 with the totals, 409 with the mark that stands, 422 with the sentence for the judge."""
    sent = sent_mark(request.body)
    if sent is None:
        return None
    saved = sheet_actions.put_mark(sheet_id, by=request.user, **sent._asdict())
    return JsonResponse(
        {"mark": stands_json(saved.mark), "totals": judge_pages.shown_totals(saved.totals, saved.sheets)}
    )


@of_own_assignment
def recuse(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    form = RecuseForm(request.POST or None)
    form.helper.cancel_url = reverse("judging:sheet", args=[assignment.pk])
    if form.is_valid():
        try:
            panel.recuse(assignment, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBrokenError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Anda tidak lagi menilai usulan {assignment.entry.number}.")
        return redirect("judging:my_entries")
    return render(request, "judging/judge/recuse.html", {"assignment": assignment, "form": form})


@of_own_assignment
def hand_in(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Check page first; afterwards nothing on the sheets can change."""
    if request.method == "POST":
        try:
            sheet_actions.hand_in_assignment(assignment, by=request.user)
        except RuleBrokenError as error:
            messages.error(request, str(error))
            return redirect("judging:hand_in", assignment.pk)
        messages.success(request, f"Penilaian usulan {assignment.entry.number} sudah diserahkan.")
        return redirect("judging:receipts", assignment.pk)
    page = judge_pages.score_page(request.user, assignment)
    if page.is_handed_in:
        return redirect("judging:receipts", assignment.pk)
    hand_in_form = HandInForm()
    hand_in_form.helper.cancel_url = reverse("judging:sheet", args=[assignment.pk])
    context = {
        "page": page,
        "assignment": assignment,
        "may_hand_in": allowed(check_can_judge, request.user, assignment) and page.given == page.required,
        "hand_in_form": hand_in_form,
    }
    return render(request, "judging/judge/hand_in.html", context)


@of_own_round
def hand_in_round(request: HttpRequest, round_: Round, judge: Judge) -> HttpResponse:
    """Every entry of the judge with its total or what it lacks; those that are complete are handed in at once."""
    if request.method == "POST":
        _hand_in_shown(request, round_)
        return redirect("judging:hand_in_round", round_.pk)
    checks = judge_pages.entry_checks(judge, round_)
    ready = [check for check in checks if check.total and not check.is_handed_in]
    form = HandInRoundForm(initial={"entries": " ".join(str(check.assignment.pk) for check in ready)})
    form.helper.cancel_url = reverse("judging:my_entries")
    context = {
        "round": round_,
        "checks": checks,
        "ready": ready,
        "handed_in": [check for check in checks if check.is_handed_in],
        "is_open": round_.status == RoundStatus.OPEN,
        "hand_in_form": form,
    }
    return render(request, "judging/judge/hand_in_round.html", context)


def _hand_in_shown(request: HttpRequest, round_: Round) -> None:
    form = HandInRoundForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBrokenError("Daftar usulan tidak terbaca. Periksa daftarnya sekali lagi, lalu serahkan.")
        chosen = form.cleaned_data["entries"]
        sheet_actions.hand_in_entries(round_, by=request.user, assignments=chosen)
    except RuleBrokenError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Penilaian {len(chosen)} usulan sudah diserahkan. Tanda terimanya juga kami kirim.")


@of_own_assignment
def receipts(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return _receipts_page(request, assignment)


def _receipts_page(
    request: HttpRequest, assignment: Assignment, form: ReceiptForm | None = None, **result: object
) -> HttpResponse:
    page = judge_pages.score_page(request.user, assignment)
    if not page.handed_in:
        return redirect("judging:hand_in", assignment.pk)
    check_form = form or ReceiptForm(sheets=page.handed_in)
    check_form.helper.form_action = f"{reverse('judging:check_receipt', args=[assignment.pk])}#periksa"
    context = {
        "page": page,
        "assignment": assignment,
        "place": reading_order.place_of(assignment, page.required),
        "form": form,
        "check_form": check_form,
        "paper": assignment.papers.filter(status=SheetPaperStatus.ISSUED).defer("facts").first(),
    }
    return render(request, "judging/judge/receipts.html", context | result)


@of_own_assignment
@require_POST
def check_receipt(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Recompute a receipt from the marks that stand on the sheet and the nonce that the judge holds."""
    page = judge_pages.score_page(request.user, assignment)
    form = ReceiptForm(request.POST, sheets=page.handed_in)
    if not form.is_valid():
        return _receipts_page(request, assignment, form)
    sent = form.cleaned_data
    checked = next(sheet for sheet in page.handed_in if str(sheet.pk) == sent["sheet"])
    matches = judge_pages.receipt_of(assignment, checked, sent["nonce"]) == sent["receipt"]
    return _receipts_page(request, assignment, form, checked=checked, matches=matches)
