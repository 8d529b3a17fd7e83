"""The committee's list of drafts that were not submitted, and the reminder to their units."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from competitions.models import Edition, StageKind
from competitions.queries import current_edition, stage_of
from entries.actions.reminders import Reminded, remind_drafts
from entries.desk_forms import RemindForm
from entries.draft_queries import drafts_of
from entries.models import Entry
from entries.permissions import check_can_remind_drafts
from entries.states import EntryStatus
from kiks import clock
from kiks.access import allowed
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError


def drafts(request: HttpRequest) -> HttpResponse:
    edition, now = current_edition(), clock.now()
    context = {
        "title": "Draf belum dikirim",
        "opts": Entry._meta,
        "edition": edition,
        "now": now,
        "drafts": drafts_of(edition, now) if edition else [],
        "stage": stage_of(edition, StageKind.SUBMISSION) if edition else None,
        "may_remind": edition is not None and allowed(check_can_remind_drafts, request.user, edition, now),
    }
    return render(request, "admin/entries/drafts.html", {**site.each_context(request), **context})


def remind(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Ask first: who is mailed and how many; `entry` in the address narrows it to one draft."""
    edition = get_object_or_404(Edition, pk=edition_id)
    chosen = _chosen(request, edition)
    form = RemindForm()
    form.helper.cancel_url = reverse("admin:entries_drafts")
    if request.method == "POST":
        try:
            done = remind_drafts(edition, by=request.user, entries=chosen)
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _told(done))
        return redirect("admin:entries_drafts")
    now = clock.now()
    wanted = None if chosen is None else {entry.pk for entry in chosen}
    found = [draft for draft in drafts_of(edition, now) if wanted is None or draft.entry.pk in wanted]
    context = {
        "title": "Ingatkan unit",
        "opts": Entry._meta,
        "form": form,
        "edition": edition,
        "drafts": found,
        "people": len({member.user_id for draft in found for member in draft.members}),
        "stage": stage_of(edition, StageKind.SUBMISSION),
        "now": now,
    }
    return render(request, "admin/entries/remind_drafts.html", {**site.each_context(request), **context})


def _chosen(request: HttpRequest, edition: Edition) -> list[Entry] | None:
    wanted = request.GET.get("entry", "")
    if not wanted:
        return None
    pk = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0
    return [get_object_or_404(Entry, pk=pk, edition=edition, status=EntryStatus.DRAFT)]


def _told(done: Reminded) -> str:
    left = f"{len(done.left_alone)} orang sudah diingatkan dalam 24 jam terakhir dan tidak disurati lagi."
    if not done.mailed:
        return f"Tidak ada surat baru: {left}"
    sentence = f"Pengingat untuk {len(done.mailed)} orang masuk antrean surat keluar."
    return f"{sentence} {left}" if done.left_alone else sentence
