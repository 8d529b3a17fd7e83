"""Districts, villages and agencies."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from entries.models import (
    Agency,
    District,
    UnitName,
    Village,
)
from entries.resources import AgencyResource, DistrictResource, VillageResource
from kiks.admin_site import site
from kiks.sheets.admin import SpreadsheetAdmin


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
