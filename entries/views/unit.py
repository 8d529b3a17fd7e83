"""Registration of a unit, and what a member of units finds after logging in."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from competitions.models import StageKind
from competitions.queries import current_edition, stage_of
from competitions.stage_calendar import stage_events
from entries.actions import unit as unit_actions
from entries.actions.unit import NewAccount, UnitData
from entries.models import Entry, ServiceUnit
from entries.permissions import (
    check_can_correct_unit,
    check_can_register_unit,
    check_unit_may_write,
    writing_ends_at,
)
from entries.queries import entries_of, unit_for, units_of
from entries.secrecy import status_for_unit
from entries.states import STATUS_OWNERS, EntryStatus, UnitStatus
from entries.status_words import correction_events, status_sentences
from entries.task_queries import tasks_elsewhere
from entries.unit_forms import CorrectUnitForm, RegistrationForm
from entries.unit_queries import suggested_units
from kiks import clock
from kiks.access import allowed
from kiks.calendar_files import CONTENT_TYPE, calendar_file
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.rate_limits import TooOftenError, check_rate
from kiks.serving import download

LONGEST_QUERY = 160


@login_not_required
def registration(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    try:
        check_can_register_unit(edition, clock.now())
    except RuleBrokenError as refusal:
        stage = edition and stage_of(edition, StageKind.REGISTRATION)
        context = {"edition": edition, "stage": stage, "refusal": refusal, "now": clock.now()}
        return render(request, "entries/registration_closed.html", context)
    initial = {"unit": request.GET.get("unit", "")}
    form = RegistrationForm(request.POST or None, request.FILES or None, initial=initial, user=request.user)
    status = 200
    if request.method == "POST":
        try:
            check_rate(request, "registration")
            if form.is_valid():
                _register(form.cleaned_data, request.user)
                return redirect("entries:registered")
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, TooOftenError) else 200
        form.tell_what_is_lost()
    stage = stage_of(edition, StageKind.REGISTRATION)
    context = {"form": form, "edition": edition, "stage": stage, "now": clock.now()}
    return render(request, "entries/registration.html", context, status=status)


def _register(data: dict[str, object], user: User) -> ServiceUnit:
    known = data["unit"]
    account = None
    if not user.is_authenticated:
        account = NewAccount(
            name=data["person_name"], email=data["account_email"], phone=data["phone"], password=data["password"]
        )
    return unit_actions.register_unit(
        by=user if user.is_authenticated else None,
        account=account,
        unit=known,
        data=UnitData(
            name=known.name if known else data["name"],
            kind=known.kind if known else data["kind"],
            agency=known.agency if known else data["agency"],
            village=known.village if known else data["village"],
            email=data["email"],
            phone=data["phone"],
            is_different=data["is_different"],
        ),
        job_title=data["job_title"],
        employee_number=data["employee_number"],
        letter=data["letter"][1],
    )


@login_not_required
@require_safe
def unit_names(request: HttpRequest) -> JsonResponse:
    """Units that somebody may mean while typing; a name, its agency, and whether it can still be registered."""
    try:
        check_rate(request, "unit_names")
    except TooOftenError as refusal:
        return JsonResponse({"message": str(refusal)}, status=429)
    found = suggested_units(request.GET.get("q", "")[:LONGEST_QUERY])
    rows = [
        {"id": unit.pk if is_open else None, "name": unit.full_name, "is_open": is_open}
        for unit in found
        for is_open in [unit.status == UnitStatus.KNOWN]
    ]
    return JsonResponse({"units": rows})


@login_not_required
def registered(request: HttpRequest) -> HttpResponse:
    """The same page whether the address had an account or not."""
    return render(request, "entries/registered.html", {"edition": current_edition()})


@dataclass(frozen=True)
class UnitRow:
    unit: ServiceUnit
    may_start: bool


@dataclass(frozen=True)
class EntryRow:
    """An entry with what is to be done: `shown` is its status as far as it is announced, `told` the same in words.

    `ends_at` only while the unit may write; `task` is what another room asks of the unit.
    """

    entry: Entry
    shown: EntryStatus
    told: str
    ends_at: datetime | None
    task: tuple[str, str, str] | None = None


def index(request: HttpRequest) -> HttpResponse:
    edition, now = current_edition(), clock.now()
    if edition:
        prefetch_related_objects([edition], "stages")
    units = [UnitRow(unit, allowed(check_unit_may_write, unit, edition, now)) for unit in units_of(request.user)]
    mine = list(entries_of(request.user))
    tasks = tasks_elsewhere(mine, now)
    entries = [
        EntryRow(
            entry,
            status_for_unit(entry, now),
            status_sentences(entry, now),
            _ends_at(entry, now),
            tasks.get(entry.pk),
        )
        for entry in mine
    ]
    context = {"edition": edition, "now": now, "units": units, "entries": entries}
    return render(request, "entries/index.html", context)


def _ends_at(entry: Entry, now: datetime) -> datetime | None:
    is_with_unit = STATUS_OWNERS[status_for_unit(entry, now)] == "unit"
    ends_at = writing_ends_at(entry) if is_with_unit else None
    return ends_at if ends_at and now < ends_at else None


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The stages of the editions in which the person's units take part, and the dates set for corrections."""
    now, entries = clock.now(), list(entries_of(request.user))
    current = current_edition()
    editions = {entry.edition for entry in entries} | ({current} if current else set())
    events = [*stage_events(editions), *correction_events(entries, now)]
    content = calendar_file("KIKS Kota Sukabumi", events, stamp=now)
    return download(content, "kalender-kiks.ics", content_type=CONTENT_TYPE)


def correct_unit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = unit_for(request.user, pk)
    if not allowed(check_can_correct_unit, request.user, unit):
        return redirect("entries:index")
    initial = {"email": unit.email, "phone": unit.phone}
    form = CorrectUnitForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        letter = data["letter"][1] if data["letter"] else None
        try:
            unit_actions.correct_unit(unit, by=request.user, email=data["email"], phone=data["phone"], letter=letter)
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Pendaftaran {unit.name} dikirim ulang. Panitia memeriksanya kembali.")
            return redirect("entries:index")
    if request.method == "POST":
        form.tell_what_is_lost()
    return render(request, "entries/correct_unit.html", {"form": form, "unit": unit})
