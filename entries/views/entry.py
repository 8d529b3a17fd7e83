"""The working text of an entry: task list, identity, attachments, video."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string

from entries.actions import entry as actions
from entries.forms import AttachmentForm, IdentityForm, VideoForm
from entries.models import Attachment, Entry, Objection
from entries.permissions import (
    check_can_raise_objection,
    check_can_submit_entry,
    check_can_withdraw_entry,
    check_can_write_entry,
    writing_ends_at,
)
from entries.queries import (
    entries_of,
    entry_blockers,
    entry_for,
    identity_token,
    last_saved_at,
    last_screening,
    with_titles,
)
from entries.task_queries import attachment_slots, task_list
from entries.views.content import submitted_context
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import day_month_year, local_date


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The task list while the unit may write; otherwise what was submitted, or what was written until the closing."""
    entry = entry_for(request.user, pk)
    now = clock.now()
    context = {
        "entry": entry,
        "now": now,
        "screening": last_screening(entry),
        "may_withdraw": allowed(check_can_withdraw_entry, request.user, entry, now),
    }
    if not _may_write(request, entry):
        context |= {
            "objection": Objection.objects.filter(entry=entry).first(),
            "may_object": allowed(check_can_raise_objection, request.user, entry, now),
            "papers": [paper for path in settings.KIKS_ENTRY_PAPERS for paper in import_string(path)(entry, now)],
        }
        return render(request, "entries/entry_detail.html", context | submitted_context(entry))
    blockers = entry_blockers(entry, now)
    context |= {
        "tasks": task_list(entry, now, blockers),
        "blockers": blockers,
        "ends_at": writing_ends_at(entry),
        "saved_at": last_saved_at(entry),
        "may_submit": allowed(check_can_submit_entry, request.user, entry, now),
    }
    return render(request, "entries/task_list.html", context)


def _may_write(request: HttpRequest, entry: Entry) -> bool:
    return allowed(check_can_write_entry, request.user, entry, clock.now())


def _is_closed_for(request: HttpRequest, entry: Entry) -> bool:
    """Pages to write on lead back to the entry; a POST goes on, so that its refusal comes with the typed text."""
    return request.method != "POST" and not _may_write(request, entry)


def identity(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if _is_closed_for(request, entry):
        return redirect("entries:detail", pk)
    today = local_date(clock.now())
    form = IdentityForm(request.POST or None, initial=_identity_of(entry), entry=entry, today=today)
    stored, status = [], 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            actions.save_identity(entry, by=request.user, seen=data.pop("seen"), data=data)
        except StaleVersionError as refusal:
            form.add_error(None, str(refusal))
            stored, status = _stored_differences(form, refusal.current), 409
            form.data = form.data.copy()
            form.data["seen"] = identity_token(refusal.current)
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Identitas tersimpan.")
            return redirect("entries:detail", pk)
    return render(request, "entries/identity.html", {"form": form, "entry": entry, "stored": stored}, status=status)


def _identity_of(entry: Entry) -> dict[str, object]:
    innovation = entry.innovation
    return {
        **{name: getattr(innovation, name) for name in actions.INNOVATION_FIELDS},
        **{name: getattr(entry, name) for name in actions.ENTRY_FIELDS},
        "transformations": list(entry.transformations.all()),
        "seen": identity_token(entry),
    }


def _stored_differences(form: IdentityForm, entry: Entry) -> list[tuple[str, str]]:
    """Label and stored value of every field in which the stored identity differs from the typed one."""
    stored = _identity_of(entry)
    differing = [
        name for name, value in form.cleaned_data.items() if name != "seen" and _plain(value) != _plain(stored[name])
    ]
    return [(form.fields[name].label, _plain(stored[name])) for name in differing]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if hasattr(value, "year"):
        return day_month_year(value)
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return ", ".join(sorted(str(part) for part in value)) or "–"
    return str(value or "–")


def video(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if _is_closed_for(request, entry):
        return redirect("entries:detail", pk)
    form = VideoForm(request.POST or None, initial={"video_url": entry.video_url})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_identity(entry, by=request.user, data=form.cleaned_data)
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Tautan video tersimpan.")
            return redirect("entries:detail", pk)
    return render(request, "entries/video.html", {"form": form, "entry": entry})


def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if _is_closed_for(request, entry):
        return redirect("entries:detail", pk)
    slots = attachment_slots(entry)
    forms = {slot.code: AttachmentForm(rule=slot.rule, replaces=slot.replaces) for slot in slots if slot.takes_more}
    context = {"entry": entry}
    if request.method == "POST":
        slot = next((slot for slot in slots if slot.rule and slot.code == request.POST.get("kind")), None)
        if slot is None:
            messages.error(request, actions.NO_SUCH_RULE)
            return redirect("entries:attachments", pk)
        form = AttachmentForm(request.POST, request.FILES, rule=slot.rule, replaces=slot.replaces)
        if _attach(request, entry, form):
            return redirect("entries:attachments", pk)
        forms[slot.code] = context["form"] = form
    context["slots"] = [(slot, forms.get(slot.code)) for slot in slots]
    return render(request, "entries/attachments.html", context)


def _attach(request: HttpRequest, entry: Entry, form: AttachmentForm) -> bool:
    if not form.is_valid():
        return False
    name, content = form.cleaned_data["file"]
    try:
        added = actions.add_attachment(
            entry, by=request.user, kind=form.cleaned_data["kind"], name=name, content=content
        )
    except RuleBrokenError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"{added.name} tersimpan sebagai lampiran.")
    return True


def remove_attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the attachment off the working text."""
    mine = Attachment.objects.filter(
        entry__in=entries_of(request.user).order_by().values("pk"), removed_at__isnull=True
    )
    attachment = with_titles(mine.filter(pk=pk)).select_related("entry__innovation", "document").first()
    if attachment is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.remove_attachment(attachment, by=request.user)
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{attachment.name} dihapus dari usulan.")
        return redirect("entries:attachments", attachment.entry_id)
    return render(request, "entries/remove_attachment.html", {"attachment": attachment, "entry": attachment.entry})
