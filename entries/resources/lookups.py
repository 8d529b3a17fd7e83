"""How a cell names an agency, a place, a unit or an edition that is known already."""

from collections.abc import Iterator, Mapping
from typing import Any

from competitions.models import Edition
from entries.models import Agency, District, ServiceUnit, Village
from entries.names import normalised
from kiks.sheets.codes import quiet_text
from kiks.sheets.columns import Reference

AGENCY = "Perangkat daerah"


def agencies() -> Iterator[tuple[Agency, list[str]]]:
    for agency in Agency.objects.prefetch_related("other_names"):
        yield agency, [agency.code, agency.name, *(other.name for other in agency.other_names.all())]


def districts() -> Iterator[tuple[District, list[str]]]:
    for district in District.objects.all():
        yield district, [district.code, district.name]


def villages() -> Iterator[tuple[Village, list[str]]]:
    for village in Village.objects.select_related("district"):
        yield village, [village.code, village.name]


def units() -> Iterator[tuple[ServiceUnit, list[str]]]:
    for unit in ServiceUnit.objects.select_related("agency").prefetch_related("other_names"):
        yield unit, [unit.code, unit.name, *(other.name for other in unit.other_names.all())]


def history_editions() -> Iterator[tuple[Edition, list[str]]]:
    for edition in Edition.objects.filter(is_history=True):
        yield edition, [edition.code, edition.name, str(edition.year)]


class UnitReference(Reference):
    """A unit by code or by name; where two agencies have units of one name, the column of the agency decides."""

    def __init__(self) -> None:
        super().__init__("unit", units, written=lambda unit: unit.code, compare=normalised)
        self._agencies = agency_reference()

    def load(self) -> None:
        super().load()
        self._agencies.load()

    def narrowed(self, candidates: list[Any], row: Mapping[str, object]) -> list[Any]:
        if len(candidates) < 2:
            return candidates
        named = self._agencies.candidates(quiet_text(row.get(AGENCY)))
        return [unit for unit in candidates if unit.agency in named] if named else candidates

    @property
    def options(self) -> list[str]:
        return []


def agency_reference() -> Reference:
    return Reference("perangkat daerah", agencies, written=lambda agency: agency.name, compare=normalised)


def edition_reference() -> Reference:
    return Reference("edisi riwayat", history_editions, written=lambda edition: edition.code)
