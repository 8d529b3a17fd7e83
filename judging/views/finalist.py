"""A finalist's own page, the slides, the slot for a calendar; and the committee's list of finalists."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from judging.actions import finalist as actions
from judging.finalists import day_of, event_of, finalists_of, missing_parts, presentation_of, running_order
from judging.forms.finalist import ConfirmForm, PreparationForm, SlidesForm, UndoForm
from judging.models import Presentation
from judging.permissions import (
    check_can_prepare,
    check_can_read_slides,
    check_can_remind_finalists,
    check_is_finalist,
)
from judging.states import RoundKind
from judging.views.control_room import page, refuse, round_or_404
from kiks import clock
from kiks.access import allowed
from kiks.calendar_files import CONTENT_TYPE, calendar_file
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.forms import BaseForm
from kiks.models import User
from kiks.serving import download, download_stored

FORMS = {form.name: form for form in (ConfirmForm, UndoForm, PreparationForm, SlidesForm)}
RUN: dict[str, tuple[Callable[[Presentation, User, dict[str, Any], BaseForm], object], str]] = {
    "confirm": (
        lambda presentation, by, data, form: actions.confirm_attendance(presentation, by=by, seen=data["seen"]),
        "Kehadiran dikonfirmasi.",
    ),
    "undo": (
        lambda presentation, by, data, form: actions.undo_attendance(presentation, by=by, seen=data["seen"]),
        "Konfirmasi kehadiran dibatalkan.",
    ),
    "save": (
        lambda presentation, by, data, form: actions.save_preparation(
            presentation, by=by, seen=data["seen"], data=form.preparation()
        ),
        "Data presentasi tersimpan.",
    ),
    "slides": (
        lambda presentation, by, data, form: actions.put_slides(
            presentation, by=by, seen=data["seen"], content=data["file"][1]
        ),
        "Bahan presentasi tersimpan.",
    ),
}


def _own(request: HttpRequest, pk: int, now: datetime) -> Presentation:
    """The unit's own presentation; before the announcement, and for others, there is none."""
    found = presentation_of(pk)
    if found is None or not allowed(check_is_finalist, request.user, found, now):
        raise Http404
    return found


def finalist(request: HttpRequest, pk: int) -> HttpResponse:
    now = clock.now()
    presentation = _own(request, pk, now)
    if request.method != "POST":
        return _page(request, presentation, now)
    act = request.POST.get("act", "")
    if act not in FORMS:
        messages.error(request, "Permintaan itu tidak dikenal. Muat ulang halaman, lalu coba lagi.")
        return redirect("judging:finalist", pk)
    form = FORMS[act](request.POST, request.FILES, presentation=presentation)
    status = 422
    if form.is_valid():
        run, done = RUN[act]
        try:
            run(presentation, request.user, form.cleaned_data, form)
        except StaleVersionError as refusal:
            presentation, status = refusal.current, 409
            form.add_error(None, str(refusal))
            form.data = form.data.copy()
            form.data["seen"] = str(presentation.version)
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("judging:finalist", pk)
    return _page(request, presentation, now, form, status)


def _page(
    request: HttpRequest, presentation: Presentation, now: datetime, bound: Any = None, status: int = 200
) -> HttpResponse:
    day, refusal = day_of(presentation.round), ""
    try:
        check_can_prepare(request.user, presentation, now)
    except RuleBrokenError as error:
        refusal = str(error)
    names = ["undo" if presentation.confirmed_at else "confirm", "save", "slides"]
    forms = {} if refusal else {name: FORMS[name](presentation=presentation) for name in names}
    if bound and not refusal:
        # Somebody else has just confirmed or undone: their form is gone, its sentence stays.
        forms |= {bound.name: bound} if bound.name in forms else {}
    context = {
        "presentation": presentation,
        "entry": presentation.entry,
        "edition": presentation.round.edition,
        "day": day,
        "order": running_order(presentation),
        "missing": missing_parts(presentation),
        "refusal": refusal,
        "attendance_form": forms.get("undo") or forms.get("confirm"),
        "save_form": forms.get("save"),
        "slides_form": forms.get("slides"),
        "form": bound if bound and bound.name in forms else None,
        "said": "" if bound is None or bound.name in forms or refusal else " ".join(bound.non_field_errors()),
        "is_stale": status == 409,
        "now": now,
    }
    return render(request, "judging/finalist.html", context, status=status)


@require_safe
def slides(request: HttpRequest, pk: int) -> HttpResponse:
    found = presentation_of(pk)
    if found is None or found.slides is None or not allowed(check_can_read_slides, request.user, found, clock.now()):
        raise Http404
    return download_stored(found.slides, f"presentasi-{found.round.edition.code}-{found.entry.number}.pdf")


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    now = clock.now()
    presentation = _own(request, pk, now)
    event = event_of(presentation, day_of(presentation.round), now)
    if event is None:
        raise Http404
    content = calendar_file(event.title, [event], stamp=now)
    return download(content, f"presentasi-{presentation.entry.number}.ics", content_type=CONTENT_TYPE)


def finalists(request: HttpRequest, round_id: int) -> HttpResponse:
    """The committee's list: who has sent in what; a POST reminds those who have not."""
    round_, now = round_or_404(round_id), clock.now()
    if round_.kind != RoundKind.PRESENTATION:
        raise Http404
    if request.method == "POST":
        try:
            done = actions.remind_finalists(round_, by=request.user)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            _tell(request, done)
        return redirect("admin:judging_finalists", round_.pk)
    rows = finalists_of(round_, now)
    return page(
        request,
        "finalists.html",
        title="Persiapan finalis",
        subtitle=str(round_),
        round=round_,
        rows=rows,
        day=day_of(round_),
        complete=sum(1 for row in rows if not row.missing),
        may_remind=allowed(check_can_remind_finalists, request.user, round_, now),
        is_announced=any(row.is_known for row in rows),
    )


def _tell(request: HttpRequest, done: actions.Reminded) -> None:
    if done.mailed:
        messages.success(request, f"Surel pengingat dikirim kepada unit usulan {', '.join(done.mailed)}.")
    if done.left_alone:
        messages.warning(
            request,
            f"Unit usulan {', '.join(done.left_alone)} sudah diingatkan dalam 24 jam terakhir dan tidak dikirimi lagi.",
        )
