"""Service units with their other names."""

from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from tablib import Dataset

from entries.models import Innovation, ServiceUnit, UnitName
from entries.models.unit import UnitKind
from entries.names import normalised
from entries.resources.lookups import AGENCY, agency_reference, villages
from entries.states import UnitStatus
from kiks import clock
from kiks.formats import local_date
from kiks.sheets.codes import CODE_COLUMN, NAME, CodedResource
from kiks.sheets.columns import Choice, Column, Email, Names, Reference
from kiks.sheets.resources import SheetOptions

OTHER_NAMES = "Nama lain"


class ServiceUnitResource(CodedResource):
    """The status goes out and never comes in: registration, verification and merging set it.

    Other names are added and never taken away. A unit that nobody has registered may get another name, and keeps the
    earlier one among them; afterwards a new name is an act with a reason, on the unit's own page.
    """

    title = "Unit pelayanan (UPP)"
    note = (
        "Impor mencatat unit yang dikenal kota. Unit baru berstatus “Belum mendaftar”; "
        "status hanya berubah lewat pendaftaran dan verifikasi."
    )
    layout = (
        CODE_COLUMN,
        Column("name", "Nama", required=True, help="Nama unit tanpa nama dinasnya.", example="Puskesmas Tipar"),
        Column("kind", "Jenis", Choice(UnitKind), required=True, help="Pilih dari daftar.", example="Puskesmas"),
        Column(
            "agency",
            AGENCY,
            agency_reference(),
            required=True,
            help="Nama atau kode perangkat daerah yang sudah tercatat.",
            example="Dinas Kesehatan",
        ),
        Column(
            "village",
            "Kelurahan",
            Reference("kelurahan", villages, written=lambda village: village.name),
            help="Nama kelurahan tempat unit berada.",
            example="Tipar",
        ),
        Column("email", "Surel", Email(), help="Surel kantor.", example="puskesmas.tipar@sukabumikota.go.id"),
        Column("phone", "Telepon", help="Telepon kantor.", example="0266 123456"),
        Column(
            "spellings",
            OTHER_NAMES,
            Names(),
            help="Ejaan atau sebutan lain, dipisah titik koma. Nama yang sudah tercatat tidak dihapus.",
            example="UPTD Puskesmas Tipar; PKM Tipar",
        ),
        Column("status", "Status", Choice(UnitStatus), readonly=True, help="Hanya diekspor; diabaikan saat impor."),
    )

    class Meta(SheetOptions):
        model = ServiceUnit

    def known(self) -> models.QuerySet[ServiceUnit]:
        has_history = Exists(Innovation.objects.filter(unit=OuterRef("pk")))
        units = ServiceUnit.objects.select_related("agency", "village").prefetch_related("other_names")
        return units.annotate(has_history=has_history)

    def prepare(self) -> None:
        self._agencies = next(column.widget for column in self.columns if column.attribute == "agency")
        self._saved: list[Any] = []
        self._normalised = cache(normalised)
        super().prepare()

    def names_of(self, instance: Any) -> list[str]:
        others = list(instance.other_names.all())
        instance.recorded_names = {other.name for other in others}
        instance.recorded_name = instance.name
        instance.spellings = sorted(other.name for other in others if other.used_until is None)
        return [instance.name, *instance.recorded_names]

    def name_key(self, name: str, instance: Any) -> Hashable:
        return instance.agency_id, self._normalised(name)

    def named(self, name: str, row: Mapping[str, object]) -> ServiceUnit | None:
        try:
            agency = self._agencies.clean(row.get(AGENCY), row)
        except ValueError:
            return None
        return self.by_name.get((agency.pk, self._normalised(name))) if agency else None

    def code_text(self, instance: Any) -> str:
        return f"{instance.agency.code} {instance.name}"

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        kept = getattr(instance, "spellings", [])
        super().import_instance(instance, row, **kwargs)
        instance.spellings = sorted({*kept, *getattr(instance, "spellings", ())})

    def check(self, instance: Any, *, is_new: bool) -> Iterable[tuple[str, str]]:
        if instance.status == UnitStatus.MERGED:
            yield "", "Unit ini sudah digabung ke unit lain dan tidak diubah lagi. Hapus baris ini."
            return
        yield from super().check(instance, is_new=is_new)
        if self._is_renamed(instance):
            yield (
                NAME,
                f"Unit ini sudah dipakai dengan nama “{instance.recorded_name}”. Samakan namanya di sini; "
                "nama baru dicatat dari halaman unit, dengan alasannya.",
            )
        longest = UnitName._meta.get_field("name").max_length or 0
        if any(len(name) > longest for name in instance.spellings):
            yield OTHER_NAMES, f"Satu nama lain maksimal {longest} karakter. Pisahkan nama dengan titik koma."

    def _is_renamed(self, instance: Any) -> bool:
        """Another name, not another spelling, of a unit that people and papers know already."""
        old = getattr(instance, "recorded_name", instance.name)
        is_in_use = instance.status != UnitStatus.KNOWN or getattr(instance, "has_history", False)
        return is_in_use and normalised(old) != normalised(instance.name)

    def save_instance(self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        super().save_instance(instance, is_create, row, **kwargs)
        self._saved.append(instance)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """The units have their keys now, so their names can follow."""
        today = local_date(clock.now())
        names = [
            UnitName(unit=unit, name=name)
            for unit in self._saved
            for name in unit.spellings
            if name not in getattr(unit, "recorded_names", ())
        ]
        for unit in self._saved:
            old = getattr(unit, "recorded_name", unit.name)
            if old != unit.name and old not in {*unit.recorded_names, *unit.spellings}:
                is_spelling = normalised(old) == normalised(unit.name)
                names.append(UnitName(unit=unit, name=old, used_until=None if is_spelling else today))
        UnitName.objects.bulk_create(names, batch_size=1000)
