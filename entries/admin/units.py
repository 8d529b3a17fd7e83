"""Service units; their registration is decided by buttons on the unit's page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from entries.admin.places import OtherNameInline
from entries.models import (
    ServiceUnit,
    UnitMember,
)
from entries.permissions import check_can_verify_unit
from entries.resources import ServiceUnitResource
from entries.states import UNIT_TRANSITIONS, UnitStatus
from entries.views import verification
from kiks.access import allowed
from kiks.admin_site import site
from kiks.sheet_admin import SpreadsheetAdmin


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
