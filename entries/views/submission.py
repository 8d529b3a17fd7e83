"""Checking, submitting and withdrawing an entry, and reading what was submitted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from entries.actions import submission as actions
from entries.actions.objections import raise_objection
from entries.forms import ObjectionForm, SubmitForm
from entries.models import Entry
from entries.permissions import (
    check_can_discard_revision,
    check_can_raise_objection,
    check_can_submit_entry,
    check_can_withdraw_entry,
    check_can_write_entry,
    writing_ends_at,
)
from entries.queries import entry_blockers, entry_for
from entries.revisions import unsent_changes
from entries.secrecy import is_being_revised, object_until, status_for_unit
from entries.states import EntryStatus
from entries.task_queries import task_list
from entries.views.content import shown_context, submitted_context, working_context
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, WrongStateError


def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything once more, with the reasons that still block, and the statement of truth."""
    entry = entry_for(request.user, pk)
    form = SubmitForm(request.POST or None)
    if is_being_revised(entry, clock.now()):
        form.submit_label = "Kirim perubahan"
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_entry(entry, by=request.user, statement=form.cleaned_data["statement"])
        except WrongStateError as refusal:
            return _already_sent(request, entry, refusal)
        except RuleBrokenError as refusal:
            for sentence in refusal.sentences:
                form.add_error(None, sentence)
        else:
            return redirect("entries:sent", pk)
    elif not allowed(check_can_write_entry, request.user, entry, clock.now()):
        return redirect("entries:detail", pk)
    return render(request, "entries/submit.html", _summary(request, entry, form))


def _already_sent(request: HttpRequest, entry: Entry, refusal: WrongStateError) -> HttpResponse:
    """A second click finds the entry submitted: it gets the same confirmation."""
    entry.refresh_from_db(fields=["status"])
    if status_for_unit(entry, clock.now()) == EntryStatus.SUBMITTED:
        return redirect("entries:sent", entry.pk)
    messages.error(request, str(refusal))
    return redirect("entries:detail", entry.pk)


def _summary(request: HttpRequest, entry: Entry, form: SubmitForm) -> dict[str, object]:
    now = clock.now()
    blockers = entry_blockers(entry, now)
    tasks = task_list(entry, now, blockers)
    changes = unsent_changes(entry)
    addresses = {task.key: task for task in tasks}
    return {
        "entry": entry,
        "shown": status_for_unit(entry, now),
        "form": form,
        "version": entry.current_version,
        "changes": changes,
        "is_left_open": is_being_revised(entry, now),
        "is_unchanged": is_being_revised(entry, now) and not changes,
        "open_keys": {task.key for task in tasks if task.is_open},
        "now": now,
        "ends_at": writing_ends_at(entry),
        **working_context(entry),
        "blockers": [(blocker.sentence, addresses.get(blocker.task)) for blocker in blockers],
        "may_submit": allowed(check_can_submit_entry, request.user, entry, now),
    }


def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation: number, digest, receipt, what comes next."""
    entry, now = entry_for(request.user, pk), clock.now()
    if status_for_unit(entry, now) != EntryStatus.SUBMITTED:
        return redirect("entries:detail", pk)
    context = {
        "entry": entry,
        "version": entry.current_version,
        "is_left_open": is_being_revised(entry, now),
        "may_write": allowed(check_can_write_entry, request.user, entry, now),
        "may_withdraw": allowed(check_can_withdraw_entry, request.user, entry, now),
    }
    return render(request, "entries/sent.html", context)


def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """“Ubah usulan”: the version that was sent goes on to count while the unit writes."""
    entry = entry_for(request.user, pk)
    if request.method == "POST":
        try:
            actions.open_revision(entry, by=request.user)
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
    return redirect("entries:detail", pk)


def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, showing what would go, then bring the working text back to the version that counts."""
    entry = entry_for(request.user, pk)
    if request.method == "POST":
        try:
            actions.discard_revision(entry, by=request.user)
        except WrongStateError:
            pass  # A second click, or somebody else of the unit was faster: there is nothing left to discard.
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Perubahan dibatalkan. Versi {entry.current_version.ordinal} tetap berlaku.")
        return redirect("entries:detail", pk)
    if not allowed(check_can_discard_revision, request.user, entry, clock.now()):
        return redirect("entries:detail", pk)
    context = {
        "title": "Batalkan perubahan?",
        "consequence": f"Isian kembali seperti versi {entry.current_version.ordinal}, yang tetap berlaku. Jawaban yang"
        " Anda tulis masih dapat dibaca pada riwayat jawaban.",
        "confirm_label": "Batalkan perubahan",
        "cancel_url": reverse("entries:detail", args=[pk]),
        "tone": "danger",
        "entry": entry,
        "changes": unsent_changes(entry),
    }
    return render(request, "entries/discard.html", context)


def version(request: HttpRequest, pk: int) -> HttpResponse:
    """What counts: the version that was submitted last."""
    entry = entry_for(request.user, pk)
    if entry.current_version is None:
        return redirect("entries:detail", pk)
    context = {**shown_context(entry, clock.now()), **submitted_context(entry)}
    return render(request, "entries/entry_detail.html", context)


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_for(request.user, pk)
    if request.method == "POST":
        try:
            actions.withdraw_entry(entry, by=request.user)
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Usulan {entry.number} ditarik kembali.")
        return redirect("entries:detail", pk)
    if not allowed(check_can_withdraw_entry, request.user, entry, clock.now()):
        return redirect("entries:detail", pk)
    context = {"entry": entry, "ends_at": entry.edition.stages.get(kind="submission").closes_at}
    return render(request, "entries/withdraw.html", context)


def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's one objection against a rejection."""
    entry = entry_for(request.user, pk)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["document"]
        try:
            raise_objection(
                entry, by=request.user, text=form.cleaned_data["text"], document=document[1] if document else None
            )
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sanggahan Anda sudah diterima panitia. Tanda terimanya ada di halaman ini.")
            return redirect("entries:detail", pk)
    elif not allowed(check_can_raise_objection, request.user, entry, clock.now()):
        return redirect("entries:detail", pk)
    now = clock.now()
    context = {**shown_context(entry, now), "form": form, "object_until": object_until(entry, now)}
    return render(request, "entries/objection.html", context)
