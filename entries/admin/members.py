"""The people who act for the units, in one list over all units."""

from django.contrib import admin

from entries.models import UnitMember
from entries.resources import UnitMemberResource
from kiks.admin_site import OfficialAdmin, site
from kiks.sheets.admin import SheetImportMixin


@admin.register(UnitMember, site=site)
class UnitMemberAdmin(SheetImportMixin, OfficialAdmin):
    """Who acts for which unit, and until when."""

    task = "Unit dan usulan"
    resource_classes = [UnitMemberResource]
    list_display = ["name", "unit", "agency", "job_title", "email", "phone", "joined_at", "left_at"]
    list_filter = [("left_at", admin.EmptyFieldListFilter), "unit__agency"]
    list_select_related = ["unit__agency", "user"]
    search_fields = ["user__name", "user__email", "unit__name", "job_title"]
    export_extra = ["employee_number"]
    fields = [
        "user",
        "unit",
        "job_title",
        "employee_number",
        "joined_at",
        "joined_by",
        "left_at",
        "left_by",
    ]

    @admin.display(description="nama", ordering="user__name")
    def name(self, member: UnitMember) -> str:
        return member.user.name

    @admin.display(description="perangkat daerah", ordering="unit__agency__name")
    def agency(self, member: UnitMember) -> str:
        return member.unit.agency.name

    @admin.display(description="surel", ordering="user__email")
    def email(self, member: UnitMember) -> str:
        return member.user.email

    @admin.display(description="telepon")
    def phone(self, member: UnitMember) -> str:
        return member.user.phone
