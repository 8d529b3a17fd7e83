"""Acts of the committee on the rulebook, mounted in the admin site: each a page with one form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from competitions.actions import (
    add_standard_checklist,
    adopt_instrument,
    confirm_edition_rules,
    confirm_instrument,
    reschedule_stage,
    revoke_confirmation,
    revoke_edition_rules,
)
from competitions.actions.stage import audience_of
from competitions.checklist import STANDARD_CHECKLIST
from competitions.forms.acts import AdoptForm, ChecklistForm, RescheduleForm, RevokeForm, SourceForm
from competitions.models import Edition, Instrument, Stage
from competitions.queries import weight_total
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm


def act_page(
    request: HttpRequest,
    template: str,
    *,
    target: Edition | Instrument,
    form: BaseForm,
    act: Callable[[dict[str, Any]], object],
    success: str,
    then: str = "",
    **context: Any,
) -> HttpResponse:
    """Show the form; where it is right, perform the act, tell of it and go on to `then`, or back to the target."""
    back = reverse(f"admin:competitions_{target._meta.model_name}_change", args=[target.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, success)
            return redirect(then or back)
    form.helper.cancel_url = back
    page = {**site.each_context(request), "opts": target._meta, "object": target, "form": form, **context}
    return render(request, template, page)


def readiness_of(edition: Edition) -> str:
    """Where the next thing to confirm stands, as long as an edition is being made ready."""
    return "" if edition.opened_at else reverse("admin:competitions_edition_readiness", args=[edition.pk])


def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = get_object_or_404(Instrument.objects.select_related("edition"), pk=pk, edition__isnull=False)
    return act_page(
        request,
        "admin/competitions/confirm_instrument.html",
        target=instrument,
        form=SourceForm(request.POST or None, label="Konfirmasi instrumen"),
        act=lambda data: confirm_instrument(instrument, by=request.user, source=data["source"]),
        success=f"{instrument.name} dikonfirmasi.",
        then=readiness_of(instrument.edition),
        title="Konfirmasi instrumen",
        criteria=instrument.criteria.all(),
        total=weight_total(instrument),
    )


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = get_object_or_404(Instrument.objects.select_related("edition"), pk=pk, edition__isnull=False)
    return act_page(
        request,
        "admin/act.html",
        target=instrument,
        form=RevokeForm(request.POST or None),
        act=lambda data: revoke_confirmation(instrument, by=request.user, reason=data["reason"]),
        success=f"Konfirmasi {instrument.name} dicabut; kriterianya dapat diubah lagi.",
        title="Cabut konfirmasi",
        consequence="Babak yang memakai instrumen ini tidak dapat dibuka sampai instrumen dikonfirmasi lagi.",
        tone="danger",
    )


def confirm_rules(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    return act_page(
        request,
        "admin/competitions/confirm_rules.html",
        target=edition,
        form=SourceForm(request.POST or None, label="Konfirmasi aturan"),
        act=lambda data: confirm_edition_rules(edition, by=request.user, source=data["source"]),
        success=f"Aturan {edition.name} dikonfirmasi.",
        then=readiness_of(edition),
        title="Konfirmasi aturan",
    )


def revoke_rules(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    return act_page(
        request,
        "admin/act.html",
        target=edition,
        form=RevokeForm(request.POST or None),
        act=lambda data: revoke_edition_rules(edition, by=request.user, reason=data["reason"]),
        success=f"Konfirmasi aturan {edition.name} dicabut; aturannya dapat diubah lagi.",
        title="Cabut konfirmasi aturan",
        consequence="Halaman publik akan menampilkan aturan edisi ini sebagai belum dikonfirmasi.",
        tone="danger",
    )


def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    return act_page(
        request,
        "admin/act.html",
        target=edition,
        form=AdoptForm(request.POST or None, edition=edition),
        act=lambda data: adopt_instrument(edition, data["instrument"].code, by=request.user),
        success=f"Instrumen disalin ke {edition.name}. Periksa kriterianya, lalu konfirmasi.",
        title="Pakai instrumen dari pustaka",
        consequence="Kriteria, bobot, dan pertanyaan formulirnya disalin; salinannya dapat diubah.",
    )


def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    return act_page(
        request,
        "admin/act.html",
        target=edition,
        form=ChecklistForm(request.POST if request.method == "POST" else None),
        act=lambda _: add_standard_checklist(edition, by=request.user),
        success=f"{len(STANDARD_CHECKLIST)} butir seleksi ditambahkan.",
        title="Tambahkan butir seleksi",
        consequence=f"{len(STANDARD_CHECKLIST)} butir yang lazim ditambahkan; setiap butir dapat diubah setelahnya.",
    )


def reschedule(request: HttpRequest, pk: int) -> HttpResponse:
    stage = get_object_or_404(Stage.objects.select_related("edition"), pk=pk)
    return act_page(
        request,
        "admin/competitions/reschedule.html",
        target=stage.edition,
        form=RescheduleForm(request.POST or None, stage=stage),
        act=lambda data: reschedule_stage(stage, by=request.user, **data),
        success=f"Jadwal {stage} diubah.",
        title=f"Ubah jadwal {stage}",
        audience=len(audience_of(stage)),
        stage=stage,
    )
