"""The committee changes a unit: its name, its members, or its merger into another; pages of the admin site."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from entries.actions.members import NewMember, add_member, end_membership, hand_over
from entries.actions.unit_changes import merge_units, rename_unit
from entries.models import ServiceUnit, UnitMember
from entries.unit_forms import EndMemberForm, MemberForm, MergeForm, RenameForm, SuccessorChoiceForm, SuccessorForm
from entries.unit_queries import active_members, entries_in_play, lookalikes, member_for
from entries.views.acting import performed
from kiks.admin_site import site
from kiks.forms import BaseForm


def rename(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_or_404(pk)
    form = RenameForm(request.POST or None, initial={"name": unit.name})
    if performed(form, lambda: rename_unit(unit, by=request.user, **form.cleaned_data)):
        new = form.cleaned_data["name"]
        messages.success(request, f"{unit.name} kini bernama {new}. Anggotanya sudah diberi tahu.")
        return redirect(_page_of(unit))
    consequence = "Nama lama tetap tercatat dan dapat dicari. Usulan yang sudah dikirim tetap memuat nama lama."
    return _act(request, unit, "Ganti nama unit", form, consequence=consequence)


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """First which unit it goes into, then what moves; nothing happens before the second button."""
    unit = _unit_or_404(pk)
    choice = SuccessorChoiceForm(request.GET if "into" in request.GET else None, unit=unit)
    if not choice.is_valid():
        similar = lookalikes(unit.name, besides=unit)
        return _act(request, unit, "Gabung unit", choice, template="merge_choose.html", similar=similar)
    into = choice.cleaned_data["into"]
    form = MergeForm(request.POST or None)
    if performed(form, lambda: merge_units(unit, into, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{unit.full_name} digabung ke {into.full_name}. Anggotanya sudah diberi tahu.")
        return redirect(_page_of(into))
    moves = {
        "consequence": "Penggabungan tidak dapat dibatalkan. Usulan yang sudah dikirim tetap memuat nama unit lama.",
        "tone": "danger",
        "into": into,
        "innovations": unit.innovations.prefetch_related("participations__edition"),
        "members": active_members(unit),
        "names": [unit.name, *unit.other_names.values_list("name", flat=True)],
        "in_play": entries_in_play(unit),
    }
    return _act(request, unit, "Gabung unit", form, template="merge_confirm.html", **moves)


def add(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_or_404(pk)
    form = MemberForm(request.POST or None)
    if performed(form, lambda: add_member(unit, by=request.user, person=NewMember(**form.cleaned_data))):
        person = form.cleaned_data
        messages.success(request, f"{person['name']} ditambahkan. Petunjuk masuk dikirim ke {person['email']}.")
        return redirect(_page_of(unit))
    consequence = "Orang ini dapat menulis dan mengirim usulan unit, dan menerima petunjuk masuk melalui email."
    return _act(request, unit, "Tambah anggota", form, consequence=consequence)


def end(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    member = _member_or_404(pk, member_pk)
    form = EndMemberForm(request.POST if request.method == "POST" else None)
    if performed(form, lambda: end_membership(member, by=request.user)):
        messages.success(request, f"Keanggotaan {member.user.name} berakhir. Ia sudah diberi tahu.")
        return redirect(_page_of(member.unit))
    consequence = f"{member.user.name} tidak lagi dapat membuka usulan unit ini, mulai saat itu juga."
    title = f"Akhiri keanggotaan {member.user.name}"
    return _act(request, member.unit, title, form, consequence=consequence, tone="danger")


def successor(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    member = _member_or_404(pk, member_pk)
    form = SuccessorForm(request.POST or None)
    if performed(form, lambda: hand_over(member, by=request.user, person=NewMember(**form.cleaned_data))):
        new = form.cleaned_data["name"]
        messages.success(request, f"{member.user.name} digantikan {new}. Keduanya sudah diberi tahu.")
        return redirect(_page_of(member.unit))
    consequence = f"Penerus bergabung dan keanggotaan {member.user.name} berakhir, dalam satu langkah."
    return _act(request, member.unit, f"Serah terima dari {member.user.name}", form, consequence=consequence)


def _unit_or_404(pk: int) -> ServiceUnit:
    return get_object_or_404(ServiceUnit.objects.select_related("agency", "village", "merged_into"), pk=pk)


def _member_or_404(pk: int, member_pk: int) -> UnitMember:
    return member_for(ServiceUnit.objects.order_by(), pk, member_pk)


def _page_of(unit: ServiceUnit) -> str:
    return reverse("admin:entries_serviceunit_change", args=[unit.pk])


def _act(
    request: HttpRequest, unit: ServiceUnit, title: str, form: BaseForm, *, template: str = "", **context: Any
) -> HttpResponse:
    form.helper.cancel_url = _page_of(unit)
    page = f"admin/entries/{template}" if template else "admin/act.html"
    shown = {"title": title, "subtitle": unit.full_name, "opts": ServiceUnit._meta, "object": unit, "unit": unit}
    return render(request, page, {**site.each_context(request), **shown, "form": form, **context})
