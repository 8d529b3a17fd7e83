"""The committee's pages of the announcement: what it would say, which mails would go, and the decision."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from competitions.models import Edition
from competitions.queries import running_editions
from entries.actions.announcement import announce_screening
from entries.announcement_forms import MOMENT, AnnounceForm, MomentForm
from entries.announcement_rules import announcement_blockers, faults_of_moment, outcome_digest, window_for
from entries.announcements import standing
from entries.documents import AnnouncementFacts, announcement_facts
from entries.models import ScreeningAnnouncement
from entries.outcome_mails import in_full, outcome_mails, told_entries
from kiks import clock
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime, local_datetime
from kiks.papers import draft_paper
from kiks.serving import download, download_stored
from kiks.texts import file_name

PAGE_SIZE = 25


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    frame = {**site.each_context(request), "opts": ScreeningAnnouncement._meta}
    return render(request, f"admin/entries/announcement/{template}", {**frame, **context})


def edition_or_404(edition_id: int) -> Edition:
    return get_object_or_404(running_editions(), pk=edition_id)


def chosen_moment(request: HttpRequest) -> tuple[MomentForm, datetime | None]:
    """The moment in the address; None where it is at once."""
    form = MomentForm(request.GET if "terbit" in request.GET else None)
    return form, form.cleaned_data["terbit"] if form.is_bound and form.is_valid() else None


def query_of(moment: datetime | None) -> str:
    return urlencode({"terbit": f"{local_datetime(moment):{MOMENT}}"}) if moment else ""


def facts_for(request: HttpRequest, edition: Edition, moment: datetime) -> AnnouncementFacts:
    """What the paper would say if it were issued now, to show at `moment`."""
    before = standing(edition).first()
    return announcement_facts(
        edition,
        by=request.user,
        version=edition.screening_announcements.count() + 1,
        visible_from=moment,
        objections_until=window_for(edition, moment),
        replaces=before.number if before else "",
    )


def room(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The preview: what blocks, what the paper would say, how many mails, and what was announced before."""
    edition, now = edition_or_404(edition_id), clock.now()
    form, moment = chosen_moment(request)
    versions = edition.screening_announcements.order_by("-version").select_related("issued_by", "cancelled_by")
    told = list(told_entries(edition)) if not standing(edition).exists() else []
    return page(
        request,
        "room.html",
        title="Pengumuman hasil seleksi",
        subtitle=edition.name,
        edition=edition,
        now=now,
        form=form,
        moment=moment,
        query=query_of(moment),
        blockers=[*announcement_blockers(edition, now), *faults_of_moment(edition, moment or now, now)],
        facts=facts_for(request, edition, moment or now),
        mail_count=sum(len(entry.innovation.unit.current) for entry in told),
        untold=[entry for entry in told if not entry.innovation.unit.current],
        versions=versions.defer("content"),
    )


def mails(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Every mail that would go, in full."""
    edition = edition_or_404(edition_id)
    _, moment = chosen_moment(request)
    seen_from = moment or clock.now()
    page_obj = Paginator(told_entries(edition), PAGE_SIZE).get_page(request.GET.get("page"))
    found = outcome_mails(
        list(page_obj.object_list), visible_from=seen_from, objections_until=window_for(edition, seen_from)
    )
    return page(
        request,
        "mails.html",
        title="Surat yang akan dikirim",
        subtitle=edition.name,
        edition=edition,
        query=query_of(moment),
        page_obj=page_obj,
        mails=in_full(list(found)),
    )


def draft(request: HttpRequest, edition_id: int) -> HttpResponse:
    edition = edition_or_404(edition_id)
    _, moment = chosen_moment(request)
    facts = facts_for(request, edition, moment or clock.now())
    content = draft_paper("announcement.html", facts=facts, is_demo=edition.is_demo)
    return download(content, f"rancangan-pengumuman-{edition.code}.pdf")


def announce(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The confirmation; what was looked through must still be so."""
    edition = edition_or_404(edition_id)
    _, moment = chosen_moment(request)
    form = AnnounceForm(
        request.POST if request.method == "POST" else None,
        is_first=not edition.screening_announcements.exists(),
        initial={"terbit": moment, "expected": outcome_digest(edition)},
    )
    back = f"{reverse('admin:entries_announcement_room', args=[edition.pk])}?{query_of(moment)}".rstrip("?")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = announce_screening(
                edition,
                by=request.user,
                visible_from=data["terbit"],
                reason=data.get("reason", ""),
                expected=data["expected"],
            )
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, f"Pengumuman {made.number} terbit {indonesian_datetime(made.visible_from)}.")
            return redirect("admin:entries_announcement_room", edition.pk)
    form.helper.cancel_url = back
    return page(
        request,
        "announce.html",
        title="Umumkan hasil seleksi",
        edition=edition,
        form=form,
        moment=moment,
        facts=facts_for(request, edition, moment or clock.now()),
        back=back,
    )


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored paper, also before its moment and where it was cancelled."""
    found = get_object_or_404(ScreeningAnnouncement.objects.select_related("document"), pk=pk)
    return download_stored(found.document, file_name(found.number))
