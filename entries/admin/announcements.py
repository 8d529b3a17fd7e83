"""Announcements of the screening and objections: the lists, the pages, and what of them waits on the dashboard."""

from collections.abc import Iterator

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from competitions.models import Edition
from competitions.queries import current_edition
from entries.actions.announcement import cancel_announcement
from entries.announcement_forms import CancelForm
from entries.announcement_rules import announcement_blockers
from entries.announcements import standing
from entries.models import Objection, ScreeningAnnouncement
from entries.states import ObjectionStatus
from entries.views import announcement as views
from kiks import audit, clock
from kiks.admin_acts import Act, act_urls
from kiks.admin_site import OfficialAdmin, Tool, Waiting, site
from kiks.formats import indonesian_datetime

CANCEL = Act(
    path="batalkan",
    title="Batalkan pengumuman",
    form=CancelForm,
    perform=cancel_announcement,
    consequence=lambda found: (
        f"Surat untuk semua unit ditarik dari surat keluar, dan usulan dapat diputuskan lagi. Pengumuman {found.number}"
        " tetap tersimpan dengan tanda dibatalkan."
    ),
    done=lambda found: f"Pengumuman {found.number} dibatalkan.",
    is_grave=True,
)


def state_of(announcement: ScreeningAnnouncement) -> str:
    if announcement.cancelled_at:
        return f"Dibatalkan: {announcement.cancel_reason}"
    return f"Terbit {indonesian_datetime(announcement.visible_from)}"


@admin.register(ScreeningAnnouncement, site=site)
class ScreeningAnnouncementAdmin(OfficialAdmin):
    """Every version with its state; one is made and cancelled by acts."""

    task = "Unit dan usulan"
    list_display = ["number", "edition", "version", "state", "received", "passed", "failed"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    ordering = ["-edition__year", "-version"]
    fields = [
        "number",
        "edition",
        "version",
        "state",
        "reason",
        "received",
        "passed",
        "failed",
        "visible_from",
        "objections_until",
        "data_digest",
        "issued_at",
        "issued_by",
        "cancelled_at",
        "cancelled_by",
        "cancel_reason",
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScreeningAnnouncement]:
        return super().get_queryset(request).defer("content")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("edisi/<int:edition_id>/", view(views.room), name="entries_announcement_room"),
            path("edisi/<int:edition_id>/surat/", view(views.mails), name="entries_announcement_mails"),
            path("edisi/<int:edition_id>/rancangan.pdf", view(views.draft), name="entries_announcement_draft"),
            path("edisi/<int:edition_id>/umumkan/", view(views.announce), name="entries_announcement_announce"),
            path("<int:pk>/berkas/", view(views.paper), name="entries_announcement_paper"),
            *act_urls(self, [CANCEL]),
            *super().get_urls(),
        ]

    @admin.display(description="keadaan")
    def state(self, announcement: ScreeningAnnouncement) -> str:
        return state_of(announcement)


@admin.register(Objection, site=site)
class ObjectionAdmin(OfficialAdmin):
    """All objections with their outcome; the page of each leads to the decision."""

    task = "Unit dan usulan"
    list_display = ["entry", "unit_name", "status", "raised_at", "decided_at", "decided_by"]
    list_filter = ["entry__edition", "status"]
    list_select_related = ["entry__innovation__unit__agency", "decided_by"]
    search_fields = ["entry__number", "entry__innovation__short_name", "entry__innovation__unit__name"]
    ordering = ["-raised_at"]
    fields = ["entry", "status", "text", "raised_at", "raised_by", "reason", "decided_at", "decided_by"]
    readonly_fields = fields

    @admin.display(description="unit")
    def unit_name(self, objection: Objection) -> str:
        return objection.entry.unit_then


def of_announcement(announcement: ScreeningAnnouncement) -> Iterator[Tool]:
    yield Tool(label="Unduh berkas", url=reverse("admin:entries_announcement_paper", args=[announcement.pk]))
    batch = urlencode({"kiriman": audit.target_of(announcement)})
    yield Tool(label="Suratnya", url=f"{reverse('admin:kiks_outgoingmail_changelist')}?{batch}")
    if announcement.cancelled_at is None and clock.now() < announcement.visible_from:
        yield Tool(label=CANCEL.title, url=CANCEL.address(announcement))


def of_edition(edition: Edition) -> Iterator[Tool]:
    if edition.opened_at and not edition.is_history:
        yield Tool(label="Pengumuman seleksi", url=reverse("admin:entries_announcement_room", args=[edition.pk]))


def of_objection(objection: Objection) -> Iterator[Tool]:
    if objection.status == ObjectionStatus.RAISED:
        yield Tool(label="Putuskan", url=reverse("admin:entries_objection_decide", args=[objection.pk]))


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """An outcome that is decided and that nobody was told."""
    edition = current_edition()
    if edition and not standing(edition).exists() and not announcement_blockers(edition, clock.now()):
        url = reverse("admin:entries_announcement_room", args=[edition.pk])
        yield Waiting(label="Hasil seleksi siap diumumkan", count=1, url=url)


site.add_tools(ScreeningAnnouncement, of_announcement)
site.add_tools(Edition, of_edition)
site.add_tools(Objection, of_objection)
site.add_waiting(waiting)
