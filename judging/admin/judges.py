"""The panel of judges."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from competitions.queries import current_edition
from judging.models import (
    Judge,
)
from judging.resources import JudgeResource
from judging.views import seats
from kiks.admin_site import OfficialAdmin, site
from kiks.sheets.admin import SheetImportMixin


@admin.register(Judge, site=site)
class JudgeAdmin(SheetImportMixin, OfficialAdmin):
    """The panel; a judge is added by appointment."""

    resource_classes = [JudgeResource]
    list_display = ["label", "user", "institution", "agency", "edition", "has_pledged", "appointed_at"]
    list_display_links = ["label", "user"]
    list_filter = ["edition"]
    list_select_related = ["user", "edition", "agency"]
    search_fields = ["user__name", "user__email", "institution"]
    fields = [
        "label",
        "user",
        "edition",
        "institution",
        "agency",
        "decree_number",
        "decree_on",
        "profile",
        "expertise",
        "appointed_at",
        "appointed_by",
        "pledged_at",
        "pledge_digest",
    ]

    @admin.display(boolean=True, description="pakta integritas ditandatangani")
    def has_pledged(self, judge: Judge) -> bool:
        return judge.pledged_at is not None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:judge_id>/ubah/", view(seats.edit), name="judging_judge_edit"),
            path("<int:judge_id>/riwayat-hidup.pdf", view(seats.cv), name="judging_judge_cv"),
            path("<int:judge_id>/pakta-integritas.pdf", view(seats.pledge_paper), name="judging_judge_pledge"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return current_edition() is not None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return seats.appoint(request)
