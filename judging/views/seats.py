"""The committee's pages of a judge: appoint, edit, and the papers that are kept."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from competitions.queries import current_edition
from judging.actions.invitation import invite_judge
from judging.actions.panel import edit_judge
from judging.forms.seat import AppointForm, EditJudgeForm
from judging.models import Judge
from judging.views.control_room import page, posted, refuse
from judging.views.seat import cv_file, pledge_file
from kiks.exceptions import RuleBrokenError


def appoint(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    if edition is None:
        raise Http404
    form = AppointForm(posted(request), request.FILES or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        try:
            judge, is_new = invite_judge(by=request.user, edition=edition, **form.facts())
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, appointed_sentence(judge, is_new=is_new))
            return redirect("admin:judging_judge_changelist")
    form.helper.cancel_url = reverse("admin:judging_judge_changelist")
    return page(request, "appoint.html", title="Tunjuk juri", subtitle=edition.name, form=form)


def appointed_sentence(judge: Judge, *, is_new: bool) -> str:
    sentence = f"{judge.user.name} ditunjuk sebagai juri {judge.label}."
    return f"{sentence} Undangan untuk membuat kata sandi dikirim ke {judge.user.email}." if is_new else sentence


def judge_or_404(pk: int) -> Judge:
    return get_object_or_404(Judge.objects.select_related("edition", "user", "agency", "cv", "pledge_paper"), pk=pk)


def edit(request: HttpRequest, judge_id: int) -> HttpResponse:
    judge = judge_or_404(judge_id)
    form = EditJudgeForm(posted(request), request.FILES or None, judge=judge)
    if request.method == "POST" and form.is_valid():
        try:
            edit_judge(judge, by=request.user, **form.facts())
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, f"Data juri {judge} disimpan.")
            return redirect("admin:judging_judge_change", judge.pk)
    form.helper.cancel_url = reverse("admin:judging_judge_change", args=[judge.pk])
    return page(request, "edit_judge.html", title="Ubah data juri", subtitle=str(judge), judge=judge, form=form)


@require_safe
def cv(request: HttpRequest, judge_id: int) -> HttpResponse:
    return cv_file(judge_or_404(judge_id))


@require_safe
def pledge_paper(request: HttpRequest, judge_id: int) -> HttpResponse:
    return pledge_file(judge_or_404(judge_id))
