"""Units and entries in the admin site: reference data to edit, official objects to read and decide on."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX

from competitions.queries import current_edition
from entries.models import (
    Agency,
    District,
    Entry,
    Innovation,
    Participation,
    ServiceUnit,
    UnitMember,
    UnitName,
    Village,
)
from entries.permissions import check_can_verify_unit
from entries.resources import AgencyResource, DistrictResource, ServiceUnitResource, VillageResource
from entries.screening_queries import open_objections, screening_counts, screening_queue
from entries.states import UNIT_TRANSITIONS, EntryStatus, UnitStatus
from entries.views import screening, verification
from kiks import audit, clock
from kiks.access import allowed
from kiks.admin_site import OfficialAdmin, ReferenceAdmin, site


class SpreadsheetAdmin(ImportExportMixin, ReferenceAdmin):
    """Reference data that also come in and go out as a spreadsheet."""

    formats = [XLSX, CSV]
    skip_admin_log = True
    show_change_form_export = False

    def process_result(self, result: Any, request: HttpRequest) -> Any:
        """One event tells of the import; the rows of captured tables have their own."""
        totals = {kind: count for kind, count in result.totals.items() if count}
        first = self.model.objects.order_by("pk").first()
        audit.record("reference.imported", first, chain=audit.HOUSE_CHAIN, by=request.user, totals=totals)
        return super().process_result(result, request)


@admin.register(District, site=site)
class DistrictAdmin(SpreadsheetAdmin):
    resource_classes = [DistrictResource]
    list_display = ["name", "code"]
    search_fields = ["name"]


@admin.register(Village, site=site)
class VillageAdmin(SpreadsheetAdmin):
    resource_classes = [VillageResource]
    list_display = ["name", "district", "code"]
    list_filter = ["district"]
    list_select_related = ["district"]
    search_fields = ["name"]


class OtherNameInline(admin.TabularInline):
    model = UnitName
    extra = 0
    fields = ["name"]


@admin.register(Agency, site=site)
class AgencyAdmin(SpreadsheetAdmin):
    resource_classes = [AgencyResource]
    list_display = ["name", "kind", "unit_count"]
    list_filter = ["kind"]
    search_fields = ["name", "other_names__name"]
    inlines = [OtherNameInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return super().get_queryset(request).annotate(unit_total=Count("units", distinct=True))

    @admin.display(description="unit", ordering="unit_total")
    def unit_count(self, agency: Agency) -> int:
        return agency.unit_total


class MemberInline(admin.TabularInline):
    """Who acts for the unit; people join by registering."""

    model = UnitMember
    fk_name = "unit"
    extra = 0
    fields = readonly_fields = ["user", "job_title", "employee_number", "joined_at", "left_at"]
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitMember]:
        return super().get_queryset(request).select_related("user", "unit")

    def has_add_permission(self, request: HttpRequest, obj: ServiceUnit | None = None) -> bool:
        return False


@admin.register(ServiceUnit, site=site)
class ServiceUnitAdmin(SpreadsheetAdmin):
    """Units; their registration is decided by the three buttons on the unit's page."""

    resource_classes = [ServiceUnitResource]
    list_display = ["name", "agency", "kind", "status", "registered_at"]
    list_filter = ["status", "kind", "agency"]
    list_select_related = ["agency"]
    search_fields = ["name", "other_names__name", "agency__name"]
    inlines = [OtherNameInline, MemberInline]
    fields = [
        "code",
        "name",
        "kind",
        "agency",
        "village",
        "email",
        "phone",
        "status",
        "status_reason",
        "registered_at",
        "registered_by",
        "verified_at",
        "verified_by",
    ]
    readonly_fields = fields[7:]

    def get_readonly_fields(self, request: HttpRequest, obj: ServiceUnit | None = None) -> list[str]:
        return ["code", *self.readonly_fields] if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: ServiceUnit | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(verification.decide)
        decisions = [
            path(
                f"<int:pk>/{decision.path}/",
                view,
                {"decision": decision},
                name=f"entries_serviceunit_{decision.path}",
            )
            for decision in verification.DECISIONS
        ]
        return [*decisions, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        unit = kwargs.get("obj")
        if unit and allowed(check_can_verify_unit, request.user, unit):
            possible = UNIT_TRANSITIONS[UnitStatus(unit.status)]
            context |= {
                "may_verify": UnitStatus.VERIFIED in possible,
                "may_return": UnitStatus.RETURNED in possible,
                "may_reject": UnitStatus.REJECTED in possible,
            }
        return super().render_change_form(request, context, **kwargs)


class ParticipationInline(admin.TabularInline):
    model = Participation
    extra = 0
    fields = readonly_fields = ["edition", "ordinal", "is_imported", "reported_stage", "reported_position"]
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participation]:
        return super().get_queryset(request).select_related("edition", "innovation")

    def has_add_permission(self, request: HttpRequest, obj: Innovation | None = None) -> bool:
        return False


@admin.register(Innovation, site=site)
class InnovationAdmin(OfficialAdmin):
    list_display = ["short_name", "expansion", "unit", "implemented_on", "times"]
    list_filter = ["unit__agency", "is_digital"]
    list_select_related = ["unit"]
    search_fields = ["short_name", "expansion", "unit__name"]
    inlines = [ParticipationInline]
    fields = ["short_name", "expansion", "unit", "initiated_on", "trialled_on", "implemented_on", "is_digital"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Innovation]:
        return super().get_queryset(request).annotate(participation_total=Count("participations"))

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
            path("seleksi/", view(screening.queue), name="entries_screening"),
            path("<int:pk>/seleksi/", view(screening.screen), name="entries_entry_screen"),
            path("<int:pk>/lewat-batas/", view(screening.overdue), name="entries_entry_overdue"),
            path("sanggahan/<int:pk>/", view(screening.objection), name="entries_objection_decide"),
            path("sanggahan/<int:pk>/bukti/", view(screening.objection_file), name="entries_objection_file"),
            *super().get_urls(),
        ]


def panel_of_desk(request: HttpRequest) -> dict[str, Any] | None:
    """The dashboard's panel of what waits for the committee, and how many of everything there are."""
    edition = current_edition()
    units = ServiceUnit.objects.aggregate(
        waiting=Count("pk", filter=Q(status=UnitStatus.REGISTERED)),
        verified=Count("pk", filter=Q(status=UnitStatus.VERIFIED)),
    )
    context = {"template": "admin/entries/_desk_panel.html", "edition": edition, "units": units, "now": clock.now()}
    if edition is None:
        return context
    return context | {
        "counts": screening_counts(edition),
        "first": screening_queue(edition).first(),
        "objections": open_objections(edition).count(),
    }


site.add_panel(panel_of_desk)
