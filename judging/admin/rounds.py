"""The rules of a round while it is prepared; its life happens in the control room, mounted here."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from judging.models import (
    Round,
    RoundComponent,
    RoundInstrument,
    TieBreaker,
)
from judging.states import RoundStatus
from judging.views import control_room, panel
from kiks.admin_site import ReferenceAdmin, site


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
