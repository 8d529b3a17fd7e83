"""The working text of an entry: task list, identity, attachments, video."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string

from entries.actions import entry as actions
from entries.forms import AttachmentForm, IdentityForm, VideoForm
from entries.models import Attachment, Entry
from entries.permissions import (
    check_can_discard_revision,
    check_can_open_revision,
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
    with_titles,
    written_identity,
)
from entries.revisions import ATTACHMENTS, IDENTITY, VIDEO, unsent_changes
from entries.task_queries import attachment_slots, task_list, tasks_elsewhere
from entries.views.content import outcome_context, shown_context, submitted_context
from entries.views.writing import leads_away
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import day_month_year, local_date
from kiks.forms import BaseForm


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The task list while the unit may write; otherwise what was submitted, or what was written until the closing."""
    entry = entry_for(request.user, pk)
    now = clock.now()
    context = {
        **shown_context(entry, now),
        "may_withdraw": allowed(check_can_withdraw_entry, request.user, entry, now),
    }
    if not allowed(check_can_write_entry, request.user, entry, now):
        context |= {
            "may_revise": allowed(check_can_open_revision, request.user, entry, now),
            "unsent": unsent_changes(entry),
            **outcome_context(request.user, entry, now),
            "task": tasks_elsewhere([entry], now).get(entry.pk),
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
        "may_discard": allowed(check_can_discard_revision, request.user, entry, now),
        "version": entry.current_version,
        "identity": written_identity(entry),
    }
    return render(request, "entries/task_list.html", context)


def identity(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if away := leads_away(request, entry, IDENTITY):
        return away
    today = local_date(clock.now())
    form = IdentityForm(request.POST or None, initial=identity_of(entry), entry=entry, today=today)
    stored, status = [], 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            actions.save_identity(entry, by=request.user, seen=data.pop("seen"), data=data)
        except StaleVersionError as refusal:
            stored, status = _show_stale(form, refusal), 409
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Identitas tersimpan.")
            return redirect("entries:detail", pk)
    context = {"form": form, "entry": entry, "stored": stored, "csrf_cookie_name": settings.CSRF_COOKIE_NAME}
    return render(request, "entries/identity.html", context, status=status)


def identity_of(entry: Entry) -> dict[str, object]:
    return {
        **written_identity(entry),
        **{name: getattr(entry, name) for name in actions.ENTRY_FIELDS},
        "transformations": list(entry.transformations.all()),
        "seen": identity_token(entry),
    }


def _show_stale(form: BaseForm, refusal: StaleVersionError) -> list[tuple[str, str]]:
    """Say that somebody else saved, and let the next try go over what they saved; answers with what differs."""
    form.add_error(None, str(refusal))
    form.data = form.data.copy()
    form.data["seen"] = identity_token(refusal.current)
    return _stored_differences(form, refusal.current)


def _stored_differences(form: BaseForm, entry: Entry) -> list[tuple[str, str]]:
    """Label and stored value of every field in which the stored identity differs from the typed one."""
    stored = identity_of(entry)
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
    if away := leads_away(request, entry, VIDEO):
        return away
    form = VideoForm(request.POST or None, initial=identity_of(entry))
    stored, status = [], 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            actions.save_identity(entry, by=request.user, seen=data.pop("seen"), data=data)
        except StaleVersionError as refusal:
            stored, status = _show_stale(form, refusal), 409
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Tautan video tersimpan.")
            return redirect("entries:detail", pk)
    context = {"form": form, "entry": entry, "stored": stored, "csrf_cookie_name": settings.CSRF_COOKIE_NAME}
    return render(request, "entries/video.html", context, status=status)


def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if away := leads_away(request, entry, ATTACHMENTS):
        return away
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
