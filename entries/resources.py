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
    """The names of the fields are what people read as the headings of the columns."""

    import_id_fields = ("kode",)
    clean_model_instances = True
    skip_unchanged = True
    report_skipped = True


class DistrictResource(SafeResource):
    kode = fields.Field("code", "kode")
    nama = fields.Field("name", "nama")

    class Meta(CodeOptions):
        model = District
        fields = ("kode", "nama")


class VillageResource(SafeResource):
    kode = fields.Field("code", "kode")
    nama = fields.Field("name", "nama")
    kecamatan = fields.Field("district", "kecamatan", ForeignKeyWidget(District, "code"))

    class Meta(CodeOptions):
        model = Village
        fields = ("kode", "nama", "kecamatan")


class AgencyResource(SafeResource):
    kode = fields.Field("code", "kode")
    nama = fields.Field("name", "nama")
    jenis = fields.Field("kind", "jenis")

    class Meta(CodeOptions):
        model = Agency
        fields = ("kode", "nama", "jenis")


class ServiceUnitResource(SafeResource):
    """The status goes out and never comes in: registration and verification set it."""

    kode = fields.Field("code", "kode")
    nama = fields.Field("name", "nama")
    jenis = fields.Field("kind", "jenis")
    perangkat_daerah = fields.Field("agency", "perangkat_daerah", ForeignKeyWidget(Agency, "code"))
    kelurahan = fields.Field("village", "kelurahan", ForeignKeyWidget(Village, "code"))
    surel = fields.Field("email", "surel", default="")
    telepon = fields.Field("phone", "telepon", default="")
    status = fields.Field("get_status_display", "status", readonly=True)

    class Meta(CodeOptions):
        model = ServiceUnit
        fields = ("kode", "nama", "jenis", "perangkat_daerah", "kelurahan", "surel", "telepon", "status")
