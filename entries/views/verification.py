"""The committee decides on the registration of units: one page for each of the three decisions, one for many units."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from entries.actions.unit import reject_unit, return_unit, verify_unit
from entries.desk_forms import UnitReasonForm, VerifyForm, VerifyManyForm
from entries.models import ServiceUnit
from entries.queries import units_of
from entries.states import UnitStatus
from entries.unit_queries import active_members, lookalikes, named_units
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm


@dataclass(frozen=True)
class Decision:
    """One of the three ways to decide on a registration; `consequence` is said before it happens."""

    path: str
    title: str
    consequence: str
    done: str
    act: Callable[..., ServiceUnit]
    label: str = ""
    tone: str = "primary"

    def form(self, request: HttpRequest) -> BaseForm:
        if self.act is verify_unit:
            return VerifyForm(request.POST if request.method == "POST" else None)
        return UnitReasonForm(request.POST or None, label=self.label, tone=self.tone)


DECISIONS = (
    Decision(
        "verifikasi",
        "Verifikasi unit",
        "Setelah terverifikasi, unit dapat mengirim usulan. Keputusan ini tidak dapat dibatalkan.",
        "terverifikasi",
        verify_unit,
    ),
    Decision(
        "kembalikan",
        "Kembalikan pendaftaran",
        "Unit menerima alasan Anda, memperbaiki pendaftarannya, lalu mengirim ulang.",
        "dikembalikan untuk diperbaiki",
        return_unit,
        "Kembalikan",
    ),
    Decision(
        "tolak",
        "Tolak pendaftaran",
        "Unit tidak dapat mengikuti edisi ini, kecuali mendaftar ulang dengan bukti baru.",
        "ditolak",
        reject_unit,
        "Tolak pendaftaran",
        "danger",
    ),
)


def decide(request: HttpRequest, pk: int, decision: Decision) -> HttpResponse:
    unit = get_object_or_404(ServiceUnit.objects.select_related("agency", "village", "assignment_letter"), pk=pk)
    form = decision.form(request)
    if request.method == "POST" and form.is_valid():
        try:
            decision.act(unit, by=request.user, **form.cleaned_data)
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, f"{unit.full_name} {decision.done}. Unit sudah diberi tahu.")
            return redirect(next_url())
    form.helper.cancel_url = reverse("admin:entries_serviceunit_change", args=[unit.pk])
    context = {
        "title": decision.title,
        "opts": ServiceUnit._meta,
        "object": unit,
        "unit": unit,
        "members": active_members(unit),
        "similar": lookalikes(unit.name, besides=unit),
        "form": form,
        "consequence": decision.consequence,
        "tone": decision.tone,
    }
    return render(request, "admin/entries/decide_unit.html", {**site.each_context(request), **context})


def next_url() -> str:
    """The unit that has waited longest, or the list."""
    waiting = ServiceUnit.objects.filter(status=UnitStatus.REGISTERED).order_by("registered_at").first()
    if waiting is None:
        return reverse("admin:entries_serviceunit_changelist")
    return reverse("admin:entries_serviceunit_change", args=[waiting.pk])


def verify_many(request: HttpRequest, units: Iterable[ServiceUnit]) -> HttpResponse | None:
    """Ask once, then verify each unit by an act of its own; one that refuses is named and stops no other."""
    waiting = list(units)
    if "confirmed" not in request.POST:
        return _ask_about_many(request, waiting)
    done = 0
    for unit in waiting:
        try:
            verify_unit(unit, by=request.user)
        except RuleBrokenError as error:
            messages.warning(request, f"{unit.full_name} tidak diverifikasi: {error}")
        else:
            done += 1
    if done:
        messages.success(request, f"{done} unit terverifikasi. Semua anggotanya sudah diberi tahu.")
    return None


def _ask_about_many(request: HttpRequest, units: list[ServiceUnit]) -> HttpResponse:
    own, known = set(units_of(request.user)), list(named_units())
    form = VerifyManyForm(initial={"_selected_action": [unit.pk for unit in units]}, count=len(units))
    form.helper.cancel_url = reverse("admin:entries_serviceunit_changelist")
    context = {
        "title": "Verifikasi beberapa unit",
        "opts": ServiceUnit._meta,
        "form": form,
        "consequence": "Setelah terverifikasi, unit dapat mengirim usulan. Keputusan ini tidak dapat dibatalkan. "
        "Periksa dahulu surat penunjukan setiap unit.",
        "units": [
            (unit, lookalikes(unit.name, besides=unit, among=known), _hindrance(unit, is_own=unit in own))
            for unit in units
        ],
    }
    return render(request, "admin/entries/verify_many.html", {**site.each_context(request), **context})


def _hindrance(unit: ServiceUnit, *, is_own: bool) -> str:
    """Why this unit will not be verified, said before anybody presses the button."""
    if unit.status != UnitStatus.REGISTERED:
        return f"berstatus “{unit.get_status_display()}”"
    return "Anda anggota unit ini" if is_own else ""
