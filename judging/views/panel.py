"""The panel in the control room: appoint judges, release them from entries, give a sheet back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from competitions.queries import current_edition
from judging.actions.assignment import release_assignment
from judging.actions.invitation import invite_judge
from judging.actions.sheet import reopen_sheet
from judging.forms.control_room import AppointForm, ReasonForm
from judging.models import Assignment, ScoreSheet
from judging.permissions import check_can_change_panel, check_can_reopen
from judging.queries import with_recusals
from judging.views.control_room import page, posted, refuse, room_url
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError


def appoint(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    if edition is None:
        raise Http404
    form = AppointForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            judge, is_new = invite_judge(by=request.user, edition=edition, **form.cleaned_data)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, appointed_sentence(judge, is_new))
            return redirect("admin:judging_judge_changelist")
    form.helper.cancel_url = reverse("admin:judging_judge_changelist")
    return page(request, "appoint.html", title="Tunjuk juri", subtitle=edition.name, form=form)


def appointed_sentence(judge: Any, is_new: bool) -> str:
    sentence = f"{judge.user.name} ditunjuk sebagai juri {judge.label}."
    return f"{sentence} Undangan untuk membuat kata sandi dikirim ke {judge.user.email}." if is_new else sentence


def assignment_or_404(pk: int) -> Assignment:
    rows = with_recusals(Assignment.objects.all()).select_related(
        "round__edition", "judge__user", "entry__innovation__unit__agency", "released_by"
    )
    return get_object_or_404(rows, pk=pk)


def assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """One judge and one entry: how far the sheets are, and the two ways out; never a mark."""
    found = assignment_or_404(assignment_id)
    sheets = [
        {"sheet": sheet, "may_reopen": not found.is_recused and allowed(check_can_reopen, request.user, sheet)}
        for sheet in found.sheets.select_related("instrument", "assignment__round").order_by("instrument_id")
    ]
    may_release = not found.released_at and not found.is_recused
    return page(
        request,
        "assignment.html",
        title=f"{found.judge.label} dan usulan {found.entry.number}",
        subtitle=str(found.round),
        assignment=found,
        recusal=found.judge.recusals.filter(round=found.round_id, entry=found.entry_id).first(),
        sheets=sheets,
        may_release=may_release and allowed(check_can_change_panel, request.user, found.round),
    )


def release(request: HttpRequest, assignment_id: int) -> HttpResponse:
    found = assignment_or_404(assignment_id)
    form = ReasonForm(posted(request), label="Lepas penugasan", tone="danger")
    if request.method == "POST" and form.is_valid():
        try:
            release_assignment(found, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, f"{found.judge.label} dilepas dari usulan {found.entry.number}.")
        return redirect(room_url(found.round))
    form.helper.cancel_url = reverse("admin:judging_assignment", args=[found.pk])
    return page(
        request, "release.html", title="Lepas penugasan", subtitle=str(found.round), assignment=found, form=form
    )


def reopen(request: HttpRequest, sheet_id: int) -> HttpResponse:
    sheet = get_object_or_404(ScoreSheet.objects.select_related("instrument"), pk=sheet_id)
    found = assignment_or_404(sheet.assignment_id)
    form = ReasonForm(posted(request), label="Buka kembali lembar", tone="danger")
    if request.method == "POST" and form.is_valid():
        try:
            reopen_sheet(sheet, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, "Lembar dibuka kembali dan juri diberi tahu.")
        return redirect("admin:judging_assignment", found.pk)
    form.helper.cancel_url = reverse("admin:judging_assignment", args=[found.pk])
    return page(
        request,
        "reopen.html",
        title="Buka kembali lembar penilaian",
        subtitle=str(found.round),
        assignment=found,
        sheet=sheet,
        form=form,
    )
