"""Entries of editions before this system: the innovation, and how far it came as reported."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from entries.identities import owner_of
from entries.models import Entry, Innovation, Participation
from entries.models.innovation import StageReached
from entries.resources.lookups import AGENCY, UnitReference, edition_reference
from kiks.sheets.codes import quiet_text
from kiks.sheets.columns import Choice, Column, Day, Whole, YesNo, folded
from kiks.sheets.resources import SheetOptions, SheetResource

EDITION, UNIT, KEY, NAME = "Edisi", "Unit", "Kunci", "Nama singkat"
INITIATED, IMPLEMENTED, ORDINAL = "Mulai digagas", "Mulai diterapkan", "Keikutsertaan ke-"
OF_THE_INNOVATION = ["key", "short_name", "expansion", "initiated_on", "trialled_on", "implemented_on", "is_digital"]


class ParticipationResource(SheetResource):
    """A row is an innovation in an edition. The same innovation is known by its key, or by its unit and name."""

    title = "Usulan edisi terdahulu"
    note = (
        "Hanya untuk edisi riwayat, yang dilaksanakan sebelum sistem ini ada. "
        "Inovasi yang sama pada beberapa edisi dikenali dari kuncinya, atau dari unit dan nama singkatnya."
    )
    layout = (
        Column("edition", EDITION, edition_reference(), required=True, help="Kode edisi riwayat.", example="kiks-2023"),
        Column(
            "innovation__unit",
            UNIT,
            UnitReference(),
            required=True,
            help="Kode atau nama unit.",
            example="kelurahan-jayamekar",
        ),
        Column(
            "innovation__unit__agency__name",
            AGENCY,
            narrows=True,
            help="Hanya perlu bila beberapa perangkat daerah memiliki unit bernama sama.",
            example="Kecamatan Baros",
        ),
        Column(
            "innovation__key",
            KEY,
            blank_keeps=True,
            help="Tanda tetap sebuah inovasi, bila namanya berubah antaredisi. Boleh kosong.",
            example="keluarga-si-paman",
        ),
        Column("innovation__short_name", NAME, required=True, help="Nama atau akronim.", example="Keluarga Si Paman"),
        Column(
            "innovation__expansion",
            "Kepanjangan",
            blank_keeps=True,
            example="Kelurahan dan Warga Sadar Informasi Pangan Aman",
        ),
        Column("reported_stage", "Tahap", Choice(StageReached), help="Sejauh mana menurut laporan.", example="Finalis"),
        Column("reported_position", "Peringkat", Whole(), help="Hanya bila diumumkan."),
        Column("reported_category", "Kategori", help="Kategori menurut laporan, bila ada."),
        Column("innovation__initiated_on", INITIATED, Day(), blank_keeps=True, example="01/03/2022"),
        Column("innovation__trialled_on", "Mulai diuji coba", Day(), blank_keeps=True),
        Column("innovation__implemented_on", IMPLEMENTED, Day(), blank_keeps=True, example="01/08/2022"),
        Column("innovation__is_digital", "Digital", YesNo(), blank_keeps=True, example="Tidak"),
        Column(
            "ordinal",
            ORDINAL,
            Whole(),
            blank_keeps=True,
            help="Kosongkan; sistem menghitungnya menurut tahun edisi.",
        ),
    )

    class Meta(SheetOptions):
        model = Participation
        # Ordinals follow the years of all rows of a file, so all rows are kept until its end.
        batch_size = None

    def known(self) -> models.QuerySet[Participation]:
        return Participation.objects.select_related("edition", "innovation__unit__agency")

    def recorded(self) -> models.QuerySet[Participation]:
        return self.known().filter(is_imported=True).order_by("edition__year", "pk")

    def prepare(self) -> None:
        self._widgets = {column.heading: column.widget for column in self.columns}
        has_entry = Exists(Entry.objects.filter(innovation=OuterRef("pk")))
        self._by_key: dict[str, Innovation] = {}
        self._by_name: dict[tuple[int, str], Innovation] = {}
        self._states: dict[int, tuple[Any, ...]] = {}
        innovations = {}
        for innovation in Innovation.objects.select_related("unit__agency").annotate(has_entry=has_entry):
            innovations[innovation.pk] = innovation
            self._states[id(innovation)] = state_of(innovation)
            self._remember(innovation)
        self._known: dict[tuple[int, int], Participation] = {}
        self._ordinals: dict[int, set[int]] = {}
        self._of_several = {pk for row in innovations.values() if row.same_as_id for pk in (row.pk, row.same_as_id)}
        for row in self.known():
            row.innovation = innovations[owner_of(row)]
            self._known[row.edition_id, id(row.innovation)] = row
            self._ordinals.setdefault(id(row.innovation), set()).add(row.ordinal)

    def _remember(self, innovation: Innovation) -> None:
        if innovation.key:
            self._by_key.setdefault(innovation.key, innovation)
        if innovation.unit_id:
            self._by_name.setdefault((innovation.unit_id, folded(innovation.short_name)), innovation)

    def identify(self, row: Mapping[str, object]) -> Participation | None:
        key, name = quiet_text(row.get(KEY)), quiet_text(row.get(NAME))
        unit, edition = self._quietly(UNIT, row), self._quietly(EDITION, row)
        found = self._by_key.get(key) if key else None
        if found is None and unit is not None:
            found = self._by_name.get((unit.pk, folded(name)))
            # Another key says that it is another innovation, whatever its name.
            found = None if found is not None and key and found.key else found
        self._innovation, self._unit = found, found.unit if found else unit
        known = self._known.get((edition.pk, id(found))) if edition and found else None
        self._old_ordinal = known.ordinal if known else None
        return known

    def _quietly(self, heading: str, row: Mapping[str, object]) -> Any:
        try:
            return self._widgets[heading].clean(row.get(heading), row)
        except ValueError:
            return None

    def init_instance(self, row: Mapping[str, object] | None = None) -> Participation:
        return Participation(innovation=self._innovation or Innovation(), is_imported=True)

    def import_instance(self, instance: Participation, row: dict[str, Any], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        innovation = instance.innovation
        innovation.key = innovation.key or None
        self._remember(innovation)

    def key_of(self, instance: Participation) -> Hashable:
        return instance.edition_id, id(instance.innovation)

    def check(self, instance: Participation, *, is_new: bool) -> Iterable[tuple[str, str]]:
        innovation: Any = instance.innovation
        if not instance.is_imported:
            yield (
                "",
                "Keikutsertaan ini berasal dari usulan di sistem ini dan tidak diubah lewat impor. Hapus baris ini.",
            )
        if innovation.pk in self._of_several:
            yield NAME, "Inovasi ini dinyatakan sama dengan inovasi lain dan dihitung bersama. Hapus baris ini."
        if self._unit and innovation.unit != self._unit:
            yield (
                UNIT,
                f"Inovasi ini tercatat pada unit {self._unit.full_name}. Tulis unit itu, atau kosongkan kuncinya.",
            )
        changed = innovation.pk and self._states[id(innovation)] != state_of(innovation)
        if changed and innovation.has_entry:
            yield (
                "",
                "Inovasi ini sudah diusulkan di sistem ini, jadi keterangannya milik unit. Samakan atau kosongkan.",
            )
        started, applied = innovation.initiated_on, innovation.implemented_on
        if started and applied and applied < started:
            yield IMPLEMENTED, "Tanggal penerapan lebih awal daripada tanggal mulai digagas. Perbaiki salah satunya."
        yield from self._ordinal_problems(instance)
        yield from self.related_problems("innovation", innovation)

    def _ordinal_problems(self, instance: Participation) -> Iterable[tuple[str, str]]:
        if instance.ordinal is None:
            return
        taken = self._ordinals.setdefault(id(instance.innovation), set())
        if instance.ordinal < 1:
            yield ORDINAL, "Hitungan dimulai dari 1. Kosongkan isian ini agar dihitung sistem."
        elif instance.ordinal in taken and instance.ordinal != self._old_ordinal:
            yield (
                ORDINAL,
                f"Keikutsertaan ke-{instance.ordinal} inovasi ini sudah tercatat. Kosongkan agar dihitung sistem.",
            )
        taken.add(instance.ordinal)

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """The innovations first; then what has no ordinal gets the next one, in the order of the years."""
        self._save_innovations(self.create_instances)
        for row in sorted(self.create_instances, key=lambda row: row.edition.year):
            row.innovation = row.innovation
            if row.ordinal is None:
                taken = self._ordinals.setdefault(id(row.innovation), set())
                row.ordinal = max(taken, default=0) + 1
                taken.add(row.ordinal)
        super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        self._save_innovations(self.update_instances)
        super().bulk_update(*args, **kwargs)

    def _save_innovations(self, rows: list[Participation]) -> None:
        innovations = {id(row.innovation): row.innovation for row in rows}.values()
        Innovation.objects.bulk_create([innovation for innovation in innovations if innovation.pk is None])
        changed = [row for row in innovations if id(row) in self._states and self._states[id(row)] != state_of(row)]
        if changed:
            Innovation.objects.bulk_create(
                changed, update_conflicts=True, unique_fields=["pk"], update_fields=OF_THE_INNOVATION
            )


def state_of(innovation: Innovation) -> tuple[Any, ...]:
    return tuple(getattr(innovation, name) for name in OF_THE_INNOVATION)
