"""Rankings, records, awards and publications, to be read."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from judging.models import (
    Award,
    OfficialRecord,
    Placing,
    Publication,
    Ranking,
)
from judging.views import papers
from kiks.admin_site import OfficialAdmin, site


class PlacingInline(admin.TabularInline):
    model = Placing
    extra = 0
    can_delete = False
    fields = readonly_fields = ["position", "entry", "score", "tied", "advances"]

    def has_add_permission(self, request: HttpRequest, obj: Ranking | None = None) -> bool:
        return False


@admin.register(Ranking, site=site)
class RankingAdmin(OfficialAdmin):
    task = "Arsip"
    list_display = ["round", "category", "version", "status", "computed_at", "confirmed_at"]
    list_filter = ["round__edition", "status"]
    list_select_related = ["round", "category"]
    inlines = [PlacingInline]
    fields = [
        "round",
        "category",
        "version",
        "status",
        "rules_version",
        "bundle_digest",
        "computed_at",
        "computed_by",
        "confirmed_at",
        "confirmed_by",
    ]


@admin.register(OfficialRecord, site=site)
class OfficialRecordAdmin(OfficialAdmin):
    task = "Arsip"
    list_display = ["number", "kind", "edition", "status", "issued_at", "issued_by"]
    list_filter = ["edition", "kind", "status"]
    list_select_related = ["edition", "issued_by"]
    fields = [
        "number",
        "kind",
        "edition",
        "ranking",
        "status",
        "status_reason",
        "data_digest",
        "issued_at",
        "issued_by",
    ]

    def get_urls(self) -> list[URLPattern]:
        """The register: papers of an edition, and what is done with one of them."""
        view = self.admin_site.admin_view
        ends = {"ending": papers.WITHDRAW}, {"ending": papers.REPLACE}
        return [
            path("edisi/<int:edition_id>/", view(papers.register), name="judging_register"),
            path("naskah/<int:record_id>/", view(papers.paper), name="judging_register_paper"),
            path("naskah/<int:record_id>/cabut/", view(papers.end), ends[0], name="judging_register_withdraw"),
            path("naskah/<int:record_id>/ganti/", view(papers.end), ends[1], name="judging_register_replace"),
            path("naskah/<int:record_id>/<slug:which>.pdf", view(papers.file_of), name="judging_register_file"),
            *super().get_urls(),
        ]


@admin.register(Award, site=site)
class AwardAdmin(OfficialAdmin):
    task = "Arsip"
    list_display = ["title", "entry", "prize", "edition", "given_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "entry__innovation"]


@admin.register(Publication, site=site)
class PublicationAdmin(OfficialAdmin):
    task = "Arsip"
    list_display = ["edition", "version", "visible_from", "published_at", "published_by", "reason"]
    list_filter = ["edition"]
    list_select_related = ["edition", "published_by"]
