"""Sheets on paper, in the control room: print empty ones, see how far each is, type what comes back, twice."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from judging.actions import typing
from judging.forms.control_room import ReasonForm, StepForm
from judging.forms.typing import SearchForm, SecondTypingForm, TypingForm
from judging.models import Assignment, Judge, PaperTyping, Round
from judging.paper_sheets import found_by, groups_of, last_sent_back, sheets_to_type, typing_of
from judging.permissions import check_can_check_typing, check_can_read_scan, check_can_type
from judging.queries import judge_of, my_rounds
from judging.states import RoundKind
from judging.views.control_room import page, posted, refuse, round_or_404
from judging.views.panel import assignment_or_404
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError
from kiks.pdf import render_pdf
from kiks.serving import download, download_stored


def papers(request: HttpRequest, round_id: int) -> HttpResponse:
    """The list of sheets by judge; a scanned address or a whole code leads straight to the sheet."""
    round_ = round_or_404(round_id)
    if round_.kind == RoundKind.FINAL:
        raise Http404
    form = SearchForm(request.GET or None)
    form.helper.form_tag = False
    wanted = form.cleaned_data["cari"].strip() if form.is_bound and form.is_valid() else ""
    if wanted and (pk := found_by(round_, wanted)):
        return redirect("admin:judging_type", pk)
    return page(
        request,
        "paper_sheets.html",
        title="Lembar kertas",
        subtitle=str(round_),
        round=round_,
        groups=groups_of(round_, request.user, wanted=wanted),
        search=form,
        wanted=wanted,
    )


@require_POST
def print_empty(request: HttpRequest, round_id: int, judge_id: int | None = None) -> HttpResponse:
    """Empty sheets of one judge, or of the whole panel, as one PDF."""
    round_ = round_or_404(round_id)
    judges = round_.edition.judges.select_related("user")
    judges = [get_object_or_404(judges, pk=judge_id)] if judge_id else list(judges)
    try:
        return _printed(request, round_, judges)
    except RuleBrokenError as error:
        refuse(request, error)
        return redirect("admin:judging_paper_sheets", round_.pk)


@require_POST
def print_own(request: HttpRequest, round_id: int) -> HttpResponse:
    """The judge's own empty sheets."""
    round_ = get_object_or_404(my_rounds(request.user), pk=round_id)
    try:
        return _printed(request, round_, [judge_of(request.user, round_.edition)])
    except RuleBrokenError as error:
        messages.error(request, str(error))
        return redirect("judging:my_entries")


def _printed(request: HttpRequest, round_: Round, judges: list[Judge]) -> HttpResponse:
    facts = typing.print_sheets(round_, judges, by=request.user)
    content = render_pdf("paper_sheets.html", {"facts": facts, "is_demo_site": round_.edition.is_demo})
    whose = judges[0].label if len(judges) == 1 else "semua"
    return download(content, f"lembar-kosong-{round_.edition.code}-{round_.code}-{whose}.pdf")


def type_(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """One sheet of paper: typed for the first time, compared by a second person, or why neither is possible."""
    found = assignment_or_404(assignment_id)
    waiting = typing_of(found)
    try:
        check_can_type(request.user, found)
    except RuleBrokenError as error:
        return _page(request, found, fault=str(error), waiting=waiting)
    if any(one.typed_by_id == request.user.pk for one in waiting):
        return _page(request, found, waiting=waiting, own=_own_lines(waiting))
    if not (sheets := sheets_to_type(found)):
        return _page(request, found, waiting=waiting, is_done=True)
    if waiting:
        return _second(request, found, sheets, waiting)
    return _first(request, found, sheets)


def _first(request: HttpRequest, found: Assignment, sheets: list) -> HttpResponse:
    form = TypingForm(posted(request), request.FILES or None, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        try:
            typing.type_sheets(found, by=request.user, marks=form.marks, comments=form.comments, scan=form.scan)
        except typing.TypedMarksRefusedError as error:
            form.refuse(error.faults)
        except RuleBrokenError as error:
            refuse(request, error)
            return redirect("admin:judging_type", found.pk)
        else:
            messages.success(
                request, f"{_name(found)} tersimpan dan menunggu orang kedua, yang mengetiknya sekali lagi dari kertas."
            )
            return redirect("admin:judging_paper_sheets", found.round_id)
    return _page(request, found, form=form, sent_back=last_sent_back(found))


def _second(request: HttpRequest, found: Assignment, sheets: list, waiting: list[PaperTyping]) -> HttpResponse:
    form = SecondTypingForm(posted(request), sheets=sheets)
    compared = None
    if request.method == "POST" and form.is_valid():
        comments = _sent_comments(request, sheets)
        try:
            compared = typing.confirm_typing(found, by=request.user, marks=form.marks, comments=comments)
        except typing.TypedMarksRefusedError as error:
            form.refuse(error.faults)
        except RuleBrokenError as error:
            refuse(request, error)
            return redirect("admin:judging_type", found.pk)
    if compared and (compared.handed_in or compared.is_sent_back):
        return _compared(request, found, compared)
    if compared and compared.differing:
        form.differs(compared.differing)
    if compared and compared.comments:
        form = SecondTypingForm(sheets=sheets, comments=compared.comments, initial=form.cleaned_data)
    return _page(request, found, form=form, waiting=waiting, compared=compared)


def _sent_comments(request: HttpRequest, sheets: list) -> dict[int, str] | None:
    """Comments are sent once the form asked for them; without any of them the action says which there are."""
    sent = {sheet.pk: request.POST.get(f"comment_{sheet.pk}", "")[:5000] for sheet in sheets}
    return sent if any(f"comment_{pk}" in request.POST for pk in sent) else None


def _compared(request: HttpRequest, found: Assignment, compared: typing.Compared) -> HttpResponse:
    if compared.handed_in:
        messages.success(
            request, f"{_name(found)}: kedua ketikan sama. Lembarnya diserahkan, dan juri diberi tahu lewat surel."
        )
    else:
        messages.warning(
            request, f"{_name(found)}: ketikan kedua terlalu sering berbeda. Lembarnya diketik ulang dari awal."
        )
    return redirect("admin:judging_paper_sheets", found.round_id)


def _own_lines(waiting: list[PaperTyping]) -> list[dict[str, object]]:
    """What the person has typed, as long as it waits; nobody else is shown it."""
    return [
        {
            "typing": one,
            "lines": [
                (criterion.name, one.marks.get(criterion.code, "").replace(".", ","))
                for criterion in one.sheet.instrument.criteria.all()
            ],
        }
        for one in waiting
    ]


def _page(request: HttpRequest, found: Assignment, **context: object) -> HttpResponse:
    form = context.get("form")
    if form:
        form.cancel_url = reverse("admin:judging_paper_sheets", args=[found.round_id])
    title = f"Lembar kertas {found.judge.label}-{found.entry.number}"
    return page(request, "typing.html", title=title, subtitle=str(found.round), assignment=found, **context)


def _name(found: Assignment) -> str:
    return f"Lembar {found.judge.label} untuk usulan {found.entry.number}"


def send_back(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The second person refuses what the first one typed."""
    found = assignment_or_404(assignment_id)
    back = redirect("admin:judging_paper_sheets", found.round_id)
    waiting = typing_of(found)
    if not waiting or not allowed(check_can_check_typing, request.user, found):
        messages.info(request, "Tidak ada ketikan yang dapat ditolak.")
        return back
    form = ReasonForm(posted(request), label="Tolak ketikan", tone="danger")
    form.fields["reason"].help_text = "Dibaca oleh pengetik pertama. Jangan tulis nilainya."
    if request.method == "POST" and form.is_valid():
        try:
            typing.refuse_typing(found, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, f"{_name(found)} dikembalikan untuk diketik ulang.")
        return back
    form.helper.cancel_url = reverse("admin:judging_type", args=[found.pk])
    return page(
        request, "typing_refuse.html", title="Tolak ketikan", subtitle=str(found.round), assignment=found, form=form
    )


def take_back(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Who typed takes it back."""
    found = assignment_or_404(assignment_id)
    form = StepForm(posted(request), label="Tarik ketikan", tone="danger")
    if request.method == "POST":
        try:
            typing.withdraw_typing(found, by=request.user)
        except RuleBrokenError as error:
            refuse(request, error)
            return redirect("admin:judging_paper_sheets", found.round_id)
        messages.success(request, f"{_name(found)}: ketikan Anda ditarik. Ketik ulang dari kertas.")
        return redirect("admin:judging_type", found.pk)
    form.helper.cancel_url = reverse("admin:judging_type", args=[found.pk])
    return page(
        request, "typing_withdraw.html", title="Tarik ketikan", subtitle=str(found.round), assignment=found, form=form
    )


@require_safe
def scan(request: HttpRequest, typing_id: int) -> HttpResponse:
    rows = PaperTyping.objects.select_related("scan", "sheet__assignment__round", "sheet__assignment__judge")
    found = get_object_or_404(rows.filter(scan__isnull=False), pk=typing_id)
    check_can_read_scan(request.user, found)
    return download_stored(found.scan, f"pindaian-{found.sheet.assignment.judge.label}-{found.pk}.pdf")
