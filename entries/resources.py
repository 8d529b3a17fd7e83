"""Tables of reference data that go out to a spreadsheet and come in from one."""

from typing import Any

from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget

from entries.models import Agency, District, ServiceUnit, Village
from kiks.spreadsheets import plain_cell, safe_cell


class SafeResource(resources.ModelResource):
    """Rows are known by their code; the model's own validation runs before a row is taken."""

    def export_field(self, field: fields.Field, instance: Any, **kwargs: Any) -> object:
        return safe_cell(super().export_field(field, instance, **kwargs))

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name in row:
            row[name] = plain_cell(row[name])


class CodeOptions:
    import_id_fields = ("code",)
    clean_model_instances = True
    skip_unchanged = True
    report_skipped = True


class DistrictResource(SafeResource):
    class Meta(CodeOptions):
        model = District
        fields = ("code", "name")


class VillageResource(SafeResource):
    district = fields.Field("district", "district", ForeignKeyWidget(District, "code"))

    class Meta(CodeOptions):
        model = Village
        fields = ("code", "name", "district")


class AgencyResource(SafeResource):
    class Meta(CodeOptions):
        model = Agency
        fields = ("code", "name", "kind")


class ServiceUnitResource(SafeResource):
    """The status goes out and never comes in: registration and verification set it."""

    agency = fields.Field("agency", "agency", ForeignKeyWidget(Agency, "code"))
    village = fields.Field("village", "village", ForeignKeyWidget(Village, "code"))
    status = fields.Field("get_status_display", "status", readonly=True)

    class Meta(CodeOptions):
        model = ServiceUnit
        fields = ("code", "name", "kind", "agency", "village", "email", "phone", "status")
