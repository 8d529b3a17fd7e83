"""Service units; their registration is decided by buttons on the unit's page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from entries.admin.places import OtherNameInline
from entries.models import (
    ServiceUnit,
    UnitMember,
)
from entries.permissions import check_can_change_unit, check_can_manage_members, check_can_verify_unit
from entries.resources import ServiceUnitResource
from entries.states import UNIT_TRANSITIONS, UnitStatus
from entries.views import participation, unit_changes, verification
from kiks.access import allowed
from kiks.admin_site import site
from kiks.sheets.admin import SpreadsheetAdmin


class UnitNameInline(OtherNameInline):
    """Spellings are added by hand; a former name gets its last day when the unit is renamed."""

    fields = ["name", "used_until"]
    readonly_fields = ["used_until"]


class MemberInline(admin.TabularInline):
    """Who acts for the unit; people join and leave by acts."""

    model = UnitMember
    fk_name = "unit"
    extra = 0
    fields = readonly_fields = ["user", "job_title", "employee_number", "joined_at", "left_at", "acts"]
    can_delete = False

    @admin.display(description="tindakan")
    def acts(self, member: UnitMember) -> str:
        if member.left_at:
            return "–"
        args = [member.unit_id, member.pk]
        return format_html(
            '<a href="{}">Serah terima</a> · <a href="{}">Akhiri</a>',
            reverse("admin:entries_serviceunit_successor", args=args),
            reverse("admin:entries_serviceunit_end_member", args=args),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitMember]:
        return super().get_queryset(request).select_related("user", "unit")

    def has_add_permission(self, request: HttpRequest, obj: ServiceUnit | None = None) -> bool:
        return False


@admin.register(ServiceUnit, site=site)
class ServiceUnitAdmin(SpreadsheetAdmin):
    """Units; they are decided on, renamed, merged and staffed by buttons on the unit's page."""

    change_list_template = "admin/entries/serviceunit/change_list.html"
    actions = ["verify_selected"]
    resource_classes = [ServiceUnitResource]
    list_display = ["name", "agency", "kind", "status", "registered_at"]
    list_filter = ["status", "kind", "agency"]
    list_select_related = ["agency"]
    search_fields = ["name", "other_names__name", "agency__name"]
    inlines = [UnitNameInline, MemberInline]
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
        "merged_into",
        "merged_at",
    ]
    readonly_fields = fields[7:]

    def get_readonly_fields(self, request: HttpRequest, obj: ServiceUnit | None = None) -> list[str]:
        """A unit that exists is renamed by an act, so that its old name is kept."""
        return ["code", "name", *self.readonly_fields] if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: ServiceUnit | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        decisions = [
            path(
                f"<int:pk>/{decision.path}/",
                wrap(verification.decide),
                {"decision": decision},
                name=f"entries_serviceunit_{decision.path}",
            )
            for decision in verification.DECISIONS
        ]
        changes = [
            path(f"<int:pk>/{address}", wrap(view), name=f"entries_serviceunit_{name}")
            for address, view, name in (
                ("ganti-nama/", unit_changes.rename, "rename"),
                ("gabung/", unit_changes.merge, "merge"),
                ("anggota/tambah/", unit_changes.add, "add_member"),
                ("anggota/<int:member_pk>/akhiri/", unit_changes.end, "end_member"),
                ("anggota/<int:member_pk>/serah-terima/", unit_changes.successor, "successor"),
            )
        ]
        numbers = path("partisipasi/", wrap(participation.desk), name="entries_participation")
        return [*decisions, *changes, numbers, *super().get_urls()]

    @admin.action(description="Verifikasi unit yang dipilih")
    def verify_selected(self, request: HttpRequest, queryset: QuerySet[ServiceUnit]) -> HttpResponse | None:
        return verification.verify_many(request, queryset.select_related("agency").order_by("registered_at"))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        unit = kwargs.get("obj")
        if unit:
            context |= {
                "may_change": allowed(check_can_change_unit, request.user, unit),
                "may_manage_members": allowed(check_can_manage_members, request.user, unit),
            }
        if unit and allowed(check_can_verify_unit, request.user, unit):
            possible = UNIT_TRANSITIONS[UnitStatus(unit.status)]
            context |= {
                "may_verify": UnitStatus.VERIFIED in possible,
                "may_return": UnitStatus.RETURNED in possible,
                "may_reject": UnitStatus.REJECTED in possible,
            }
        return super().render_change_form(request, context, **kwargs)
