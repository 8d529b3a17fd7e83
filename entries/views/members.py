"""The page "Anggota unit" of those who act for a unit: list, add, end, hand over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from entries.actions.members import NewMember, add_member, end_membership, hand_over
from entries.models import UnitMember
from entries.queries import unit_for
from entries.unit_forms import EndMemberForm, MemberForm, SuccessorForm
from entries.unit_queries import active_members, own_member_for
from entries.views.acting import performed


def members(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_for(request.user, pk)
    found = list(active_members(unit))
    past = unit.members.filter(left_at__isnull=False).select_related("user").order_by("-left_at")
    return render(request, "entries/members.html", {"unit": unit, "members": found, "past": past})


def add(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_for(request.user, pk)
    form = MemberForm(request.POST or None)
    if performed(form, lambda: add_member(unit, by=request.user, person=NewMember(**form.cleaned_data))):
        person = form.cleaned_data
        messages.success(request, f"{person['name']} ditambahkan. Petunjuk masuk dikirim ke {person['email']}.")
        return redirect("entries:members", unit.pk)
    form.helper.cancel_url = _list(unit.pk)
    return render(request, "entries/member_add.html", {"unit": unit, "form": form})


def end(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    member = own_member_for(request.user, pk, member_pk)
    form = EndMemberForm(request.POST if request.method == "POST" else None)
    if performed(form, lambda: end_membership(member, by=request.user)):
        messages.success(request, f"Keanggotaan {member.user.name} di {member.unit.name} berakhir.")
        return _after_leaving(request, member)
    form.helper.cancel_url = _list(pk)
    is_last = active_members(member.unit).count() == 1
    context = {"unit": member.unit, "member": member, "form": form, "is_last": is_last}
    return render(request, "entries/member_end.html", context)


def successor(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    member = own_member_for(request.user, pk, member_pk)
    form = SuccessorForm(request.POST or None)
    if performed(form, lambda: hand_over(member, by=request.user, person=NewMember(**form.cleaned_data))):
        messages.success(request, f"{member.unit.name} diserahkan kepada {form.cleaned_data['name']}.")
        return _after_leaving(request, member)
    form.helper.cancel_url = _list(pk)
    return render(request, "entries/member_successor.html", {"unit": member.unit, "member": member, "form": form})


def _list(pk: int) -> str:
    return redirect("entries:members", pk).url


def _after_leaving(request: HttpRequest, member: UnitMember) -> HttpResponse:
    """Who has left finds nothing on the unit's pages any more."""
    if member.user_id == request.user.pk:
        return redirect("entries:index")
    return redirect("entries:members", member.unit_id)
