"""Innovations and entries: official objects to be read and decided on."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from entries.models import (
    Entry,
    Innovation,
    Participation,
)
from entries.resources import ParticipationResource
from entries.states import EntryStatus
from entries.views import (
    drafts,
    many,
    objections,
    piles,
    preview,
    proposals,
    queue,
    reopening,
    screening,
    statistics,
    twins,
)
from kiks.admin_site import OfficialAdmin, site
from kiks.sheets.admin import SheetImportMixin


class ParticipationInline(admin.TabularInline):
    model = Participation
    fk_name = "innovation"
    extra = 0
    shown = ["edition", "ordinal", "recorded_for", "is_imported", "reported_stage", "reported_position"]
    fields = readonly_fields = shown
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participation]:
        return super().get_queryset(request).select_related("edition", "innovation", "recorded_for")

    def has_add_permission(self, request: HttpRequest, obj: Innovation | None = None) -> bool:
        return False


@admin.register(Innovation, site=site)
class InnovationAdmin(SheetImportMixin, OfficialAdmin):
    resource_classes = [ParticipationResource]
    list_display = ["short_name", "expansion", "unit", "implemented_on", "times"]
    list_filter = ["unit__agency", "is_digital"]
    list_select_related = ["unit"]
    search_fields = ["short_name", "expansion", "unit__name"]
    inlines = [ParticipationInline]
    fields = ["short_name", "expansion", "unit", "initiated_on", "trialled_on", "implemented_on", "is_digital"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Innovation]:
        # One of the two is always none.
        own, of_the_identity = Count("participations", distinct=True), Count("same_as__participations", distinct=True)
        return super().get_queryset(request).annotate(participation_total=own + of_the_identity)

    @admin.display(description="keikutsertaan", ordering="participation_total")
    def times(self, innovation: Innovation) -> int:
        return innovation.participation_total


@admin.register(Entry, site=site)
class EntryAdmin(OfficialAdmin):
    """Entries that were submitted; drafts belong to their units."""

    list_display = ["number", "innovation_name", "unit_name", "category", "status", "submitted_at"]
    list_display_links = ["number", "innovation_name"]
    list_filter = [
        "edition",
        "status",
        ("category", admin.RelatedOnlyFieldListFilter),
        ("innovation__unit__agency", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["innovation__unit__agency", "category", "edition"]
    search_fields = ["number", "innovation__short_name", "innovation__expansion", "innovation__unit__name"]
    ordering = ["-edition__year", "number"]
    list_per_page = 50
    fields = [
        "number",
        "innovation",
        "edition",
        "unit_name",
        "category",
        "status",
        "submitted_at",
        "submitted_by",
        "current_version",
        "withdrawn_at",
        "withdrawn_by",
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).exclude(status=EntryStatus.DRAFT)

    @admin.display(description="inovasi", ordering="innovation__short_name")
    def innovation_name(self, entry: Entry) -> str:
        return entry.innovation.short_name

    @admin.display(description="unit", ordering="innovation__unit__name")
    def unit_name(self, entry: Entry) -> str:
        return entry.innovation.unit.full_name

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("seleksi/", view(queue.queue), name="entries_screening"),
            path("seleksi/diputuskan/", view(queue.decided_entries), name="entries_screened"),
            path("seleksi/bagi/", view(piles.piles), name="entries_piles"),
            path("seleksi/statistik/", view(statistics.statistics), name="entries_statistics"),
            path("seleksi/statistik/<slug:code>.xlsx", view(statistics.workbook), name="entries_statistics_file"),
            path(
                "seleksi/statistik/<slug:code>/<slug:name>.svg",
                view(statistics.picture),
                name="entries_statistics_picture",
            ),
            path("pratinjau/<int:edition_id>/", view(preview.form_of), name="entries_preview"),
            path("draf/", view(drafts.drafts), name="entries_drafts"),
            path("draf/ingatkan/<int:edition_id>/", view(drafts.remind), name="entries_remind"),
            path("seleksi/loloskan/", view(many.screen_many), name="entries_screen_many"),
            path("kemiripan/", view(twins.pairs), name="entries_twins"),
            path("kemiripan/<int:pk>/cari/", view(twins.search), name="entries_twins_search"),
            path("kemiripan/<int:pk>/<int:other_pk>/", view(twins.compare), name="entries_twins_compare"),
            path("kemiripan/keputusan/<int:pk>/batalkan/", view(twins.undo), name="entries_twins_undo"),
            path("tidak-lolos/", view(proposals.proposals), name="entries_proposals"),
            path("tidak-lolos/<int:pk>/", view(proposals.proposal), name="entries_proposal"),
            path("<int:pk>/buka-kembali/", view(reopening.reopen), name="entries_entry_reopen"),
            path("<int:pk>/seleksi/", view(screening.screen), name="entries_entry_screen"),
            path("<int:pk>/lewat-batas/", view(screening.overdue), name="entries_entry_overdue"),
            path("sanggahan/<int:pk>/", view(objections.decide), name="entries_objection_decide"),
            path("sanggahan/<int:pk>/bukti/", view(objections.document), name="entries_objection_file"),
            *super().get_urls(),
        ]
