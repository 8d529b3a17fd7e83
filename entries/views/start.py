"""The start of an entry: which innovations may enter, what is carried over, and whether a new one is really new."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from competitions.models import Edition
from competitions.queries import current_edition
from entries.actions.start import CarriedOver, begin_entry
from entries.models import Innovation, ServiceUnit
from entries.permissions import check_can_start_entry
from entries.queries import unit_for
from entries.start_forms import NOT_RECORDED, KnownInnovationForm, NewInnovationForm
from entries.start_queries import StartPage, StartRow, start_page
from kiks import clock
from kiks.exceptions import RuleBrokenError


@dataclass(frozen=True)
class StartChoice:
    """An innovation with its rules and the form that starts its entry; no form where it may not be started."""

    row: StartRow
    form: KnownInnovationForm | None


def start(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_for(request.user, pk)
    edition, now = current_edition(), clock.now()
    try:
        check_can_start_entry(request.user, unit, edition, now)
    except RuleBrokenError as refusal:
        messages.warning(request, str(refusal))
        return redirect("entries:index")
    page = start_page(unit, edition, now)
    is_known = "innovation" in request.POST
    form = NewInnovationForm(None if is_known else request.POST or None, unit=unit, edition=edition)
    if request.method == "POST":
        try:
            response = _start_known(request, unit, edition, page) if is_known else _start_new(request, edition, form)
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
            response = None
        if response:
            return response
    context = {
        "unit": unit,
        "edition": edition,
        "now": now,
        "choices": [StartChoice(row, KnownInnovationForm(row=row) if row.may_start else None) for row in page.rows],
        "new_lines": page.new_lines,
        "form": form,
    }
    return render(request, "entries/start.html", context)


def _start_known(request: HttpRequest, unit: ServiceUnit, edition: Edition, page: StartPage) -> HttpResponse:
    wanted = request.POST["innovation"]
    row = next((row for row in page.rows if str(row.innovation.pk) == wanted), None)
    if row is None:
        raise RuleBrokenError(NOT_RECORDED)
    carry_over = bool(request.POST.get("carry_over"))
    return _begin(request, unit, edition, innovation=row.innovation, carry_over=carry_over)


def _start_new(request: HttpRequest, edition: Edition, form: NewInnovationForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    if form.same:
        return _begin(request, form.unit, edition, innovation=form.same, carry_over=True, twins=form.stated)
    names = {name: form.cleaned_data[name] for name in ("short_name", "expansion")}
    return _begin(request, form.unit, edition, innovation=None, twins=form.stated, **names)


def _begin(
    request: HttpRequest, unit: ServiceUnit, edition: Edition, *, innovation: Innovation | None, **wishes: object
) -> HttpResponse:
    entry, carried = begin_entry(by=request.user, unit=unit, edition=edition, innovation=innovation, **wishes)
    if carried:
        messages.success(request, _what_came_along(carried))
    return redirect("entries:detail", entry.pk)


def _what_came_along(carried: CarriedOver) -> str:
    told = [f"{carried.answers} jawaban dari {carried.source.edition.name} dibawa, lampirannya tidak."]
    if carried.too_long:
        told.append(f"Melebihi batas kata tahun ini dan perlu dipendekkan: {', '.join(carried.too_long)}.")
    told.append("Periksa kembali setiap bagian: angka dan keadaannya mungkin sudah berubah.")
    return " ".join(told)
