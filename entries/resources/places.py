"""Districts, villages and agencies."""

from typing import Any

from entries.models import Agency, District, Village
from entries.models.unit import AgencyKind
from entries.names import normalised
from entries.resources.lookups import districts
from kiks.sheets.codes import CODE_COLUMN, CodedResource
from kiks.sheets.columns import Choice, Column, Reference
from kiks.sheets.resources import SheetOptions


class DistrictResource(CodedResource):
    title = "Kecamatan"
    layout = (CODE_COLUMN, Column("name", "Nama", required=True, example="Baros"))

    class Meta(SheetOptions):
        model = District


class VillageResource(CodedResource):
    title = "Kelurahan"
    layout = (
        CODE_COLUMN,
        Column("name", "Nama", required=True, example="Jayamekar"),
        Column(
            "district",
            "Kecamatan",
            Reference("kecamatan", districts, written=lambda district: district.name),
            required=True,
            help="Nama atau kode kecamatan yang sudah tercatat.",
            example="Baros",
        ),
    )

    class Meta(SheetOptions):
        model = Village

    def known(self) -> Any:
        return Village.objects.select_related("district")


class AgencyResource(CodedResource):
    title = "Perangkat daerah"
    layout = (
        CODE_COLUMN,
        Column("name", "Nama", required=True, help="Nama resmi, ditulis lengkap.", example="Dinas Kesehatan"),
        Column("kind", "Jenis", Choice(AgencyKind), required=True, help="Pilih dari daftar.", example="Dinas"),
    )

    class Meta(SheetOptions):
        model = Agency

    def name_key(self, name: str, instance: Agency) -> str:
        return normalised(name)

    def named(self, name: str, row: object) -> Agency | None:
        return self.by_name.get(normalised(name))

    def known(self) -> Any:
        return Agency.objects.prefetch_related("other_names")

    def names_of(self, instance: Agency) -> list[str]:
        return [instance.name, *(other.name for other in instance.other_names.all())]
