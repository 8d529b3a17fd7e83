"""The committee's view of judging: the control room, the panel, and results to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from competitions.queries import current_edition
from judging.control_room import rooms_of
from judging.models import (
    Award,
    Judge,
    OfficialRecord,
    Placing,
    Publication,
    Ranking,
    Round,
    RoundComponent,
    RoundInstrument,
    TieBreaker,
)
from judging.states import RoundStatus
from judging.views import control_room, panel
from kiks.admin_site import OfficialAdmin, ReferenceAdmin, site


class DraftInline(admin.TabularInline):
    """Parts of a round that may change until it is opened."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return is_draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return is_draft(obj)


def is_draft(round_: Round | None) -> bool:
    return round_ is None or round_.status == RoundStatus.DRAFT


class RoundInstrumentInline(DraftInline):
    model = RoundInstrument


class RoundComponentInline(DraftInline):
    model = RoundComponent
    fk_name = "round"


class TieBreakerInline(DraftInline):
    model = TieBreaker
    fk_name = "round"


@admin.register(Round, site=site)
class RoundAdmin(ReferenceAdmin):
    """Rules of a round while it is prepared; its life happens in the control room, mounted here."""

    list_display = ["name", "edition", "kind", "status", "cutoff"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    inlines = [RoundInstrumentInline, RoundComponentInline, TieBreakerInline]
    fields = [
        "edition",
        "code",
        "name",
        "kind",
        "stage",
        "source",
        "cutoff",
        "decimals",
        "minimum_judges",
        "judges_per_entry",
    ]

    def chain_of(self, obj: Round) -> str:
        return obj.edition.code

    def has_change_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        steps = [
            path(
                f"<int:round_id>/kendali/{step.path}/",
                view(control_room.step),
                {"step": step},
                name=f"judging_{step.name}",
            )
            for step in control_room.STEPS
        ]
        return [
            path("kendali/", view(control_room.overview), name="judging_overview"),
            path("<int:round_id>/kendali/", view(control_room.room), name="judging_room"),
            *steps,
            path("nilai-sama/<int:ranking_id>/<int:group>/", view(control_room.settle), name="judging_settle"),
            path("berita-acara/<int:ranking_id>/", view(control_room.record), name="judging_record"),
            path("berita-acara/berkas/<int:record_id>.pdf", view(control_room.record_file), name="judging_record_file"),
            path("terbitkan/<int:edition_id>/", view(control_room.publish), name="judging_publish"),
            path("penugasan/<int:assignment_id>/", view(panel.assignment), name="judging_assignment"),
            path("penugasan/<int:assignment_id>/lepas/", view(panel.release), name="judging_release"),
            path("lembar/<int:sheet_id>/buka-kembali/", view(panel.reopen), name="judging_reopen"),
            *super().get_urls(),
        ]


@admin.register(Judge, site=site)
class JudgeAdmin(OfficialAdmin):
    """The panel; a judge is added by appointment."""

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
        "appointed_at",
        "appointed_by",
        "pledged_at",
    ]

    @admin.display(boolean=True, description="pakta integritas ditandatangani")
    def has_pledged(self, judge: Judge) -> bool:
        return judge.pledged_at is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return current_edition() is not None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return panel.appoint(request)


class PlacingInline(admin.TabularInline):
    model = Placing
    extra = 0
    can_delete = False
    fields = readonly_fields = ["position", "entry", "score", "tied", "advances"]

    def has_add_permission(self, request: HttpRequest, obj: Ranking | None = None) -> bool:
        return False


@admin.register(Ranking, site=site)
class RankingAdmin(OfficialAdmin):
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


@admin.register(Award, site=site)
class AwardAdmin(OfficialAdmin):
    list_display = ["title", "entry", "prize", "edition", "given_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "entry__innovation"]


@admin.register(Publication, site=site)
class PublicationAdmin(OfficialAdmin):
    list_display = ["edition", "version", "visible_from", "published_at", "published_by", "reason"]
    list_filter = ["edition"]
    list_select_related = ["edition", "published_by"]


def panel_of_rounds(request: HttpRequest) -> dict[str, Any] | None:
    """The dashboard's panel: where each round of the running edition stands."""
    edition = current_edition()
    if edition is None or not (rooms := rooms_of(edition)):
        return None
    return {"template": "admin/judging/_desk_panel.html", "edition": edition, "rooms": rooms}


site.add_panel(panel_of_rounds)
