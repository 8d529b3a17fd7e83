"""Editions held before this system, with the figures that were reported about them."""

from collections.abc import Hashable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from django.db import models
from tablib import Dataset

from competitions.models import Edition, ReportedFigure, Sureness
from kiks.sheets.codes import quiet_text
from kiks.sheets.columns import Choice, Column, Day, Prose, Whole
from kiks.sheets.resources import SheetOptions, SheetResource

CODE, YEAR = "Kode", "Tahun"
FIGURES = {
    "units_registered": "UPP terdaftar",
    "entries_received": "Usulan masuk",
    "entries_passed": "Lolos seleksi administrasi",
    "finalists": "Finalis",
    "winners": "Pemenang",
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


class EditionResource(SheetResource):
    """Only history comes in: an edition that runs here is set up by its own pages and never touched by a file."""

    title = "Edisi riwayat"
    note = "Hanya edisi sebelum sistem ini ada. Angka yang tidak diketahui dikosongkan, bukan diisi 0."
    layout = (
        Column("code", CODE, required=True, help="Tanda tetap edisi, tanpa spasi.", example="kiks-2022"),
        Column("year", YEAR, Whole(), required=True, example=2022),
        Column("name", "Nama", required=True, example="KIKS-2"),
        Column("theme", "Tema", Prose(), blank_keeps=True),
        Column("prize", "Hadiah", blank_keeps=True),
        Column("venue", "Tempat presentasi", blank_keeps=True, example="Balai Kota Sukabumi"),
        Column("presentation_on", "Tanggal presentasi", Day(), blank_keeps=True, example="31/03/2022"),
        *(
            Column(
                f"reported__{key}",
                heading,
                Whole(),
                blank_keeps=True,
                help="Menurut laporan, bila ada.",
            )
            for key, heading in FIGURES.items()
        ),
        Column(
            "reported__sureness",
            "Keandalan angka",
            Choice(Sureness),
            blank_keeps=True,
            help="Dari mana angka pada baris ini; tanpa isian, angka baru berstatus belum dikonfirmasi.",
            example=Sureness.PUBLISHED.label,
        ),
    )

    class Meta(SheetOptions):
        model = Edition

    def known(self) -> models.QuerySet[Edition]:
        return Edition.objects.prefetch_related("figures").order_by("year")

    def prepare(self) -> None:
        self._known: dict[str, Any] = {edition.code: edition for edition in self.known()}
        self._saved: list[Any] = []
        for edition in self._known.values():
            edition.reported = reported(edition.figures.all())

    def recorded(self) -> Iterable[Edition]:
        return [edition for edition in self._known.values() if edition.is_history]

    def identify(self, row: Mapping[str, object]) -> Edition | None:
        return self._known.get(quiet_text(row.get(CODE)))

    def init_instance(self, row: Mapping[str, object] | None = None) -> Edition:
        edition: Any = Edition(is_history=True)
        edition.reported = reported(())
        return edition

    def key_of(self, instance: Edition) -> Hashable:
        return instance.code

    def check(self, instance: Edition, *, is_new: bool) -> Iterable[tuple[str, str]]:
        if not instance.is_history:
            yield CODE, "Edisi ini dilaksanakan di sistem ini dan tidak diubah lewat impor. Hapus baris ini."
        if not FIRST_YEAR <= instance.year <= LAST_YEAR:
            yield (
                YEAR,
                f"Tahun {instance.year} di luar {FIRST_YEAR} sampai {LAST_YEAR}. Tulis seperti 2022.",
            )

    def save_instance(self, instance: Edition, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        super().save_instance(instance, is_create, row, **kwargs)
        self._saved.append(instance)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """The editions have their keys now, so the figures can follow."""
        figures = [figure for edition in self._saved for figure in figures_of(edition)]
        ReportedFigure.objects.bulk_create(
            figures, update_conflicts=True, unique_fields=["edition", "key"], update_fields=["value", "sureness"]
        )


def reported(figures: Iterable[ReportedFigure]) -> SimpleNamespace:
    """The figures by key, and how sure they are where all are equally so."""
    by_key = {figure.key: figure for figure in figures if figure.key in FIGURES}
    degrees = {figure.sureness for figure in by_key.values()}
    return SimpleNamespace(
        **{key: by_key[key].value if key in by_key else None for key in FIGURES},
        sureness=degrees.pop() if len(degrees) == 1 else "",
        by_key=by_key,
    )


def figures_of(edition: Any) -> Iterable[ReportedFigure]:
    """What the row says of the edition, with its sureness where the row gives one."""
    for key in FIGURES:
        value, old = getattr(edition.reported, key), edition.reported.by_key.get(key)
        if value is None:
            continue
        kept = old.sureness if old and old.value == value else Sureness.ASSUMED
        sureness = edition.reported.sureness or kept
        if old is None or (old.value, old.sureness) != (value, sureness):
            yield ReportedFigure(edition=edition, key=key, value=value, sureness=sureness)
