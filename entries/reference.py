"""Load the reference data of the city and of earlier editions; safe to run as often as you like."""

from typing import Any

from django.db.models import Q

from competitions.models import Edition
from competitions.reference import load_history, load_instruments, read
from entries.identities import own_name
from entries.models import Agency, District, Innovation, Participation, ServiceUnit, UnitName, Village
from entries.models.innovation import StageReached
from kiks import audit
from kiks.models import ChainHead, User


def load_reference(by: User | None = None) -> dict[str, int]:
    """Load fixtures/*.toml by code and key; returns how many of each there are. What the bureau added stays."""
    with audit.act(by):
        before = _chain_lengths()
        counts = {
            "kecamatan": _load_regions(),
            "perangkat daerah": _load_agencies(),
            "unit": _load_units(),
            "instrumen": load_instruments(),
            "edisi riwayat": load_history(),
            "finalis": _load_finalists(),
        }
        _record(before, by)
    return counts


def _chain_lengths() -> dict[str, int]:
    return dict(ChainHead.objects.values_list("chain", "sequence"))


def _record(before: dict[str, int], by: User | None) -> None:
    """One event for every chain in which the loading changed a row: the row events belong to this act."""
    changed = {chain for chain, length in _chain_lengths().items() if length != before.get(chain, 0)}
    for edition in Edition.objects.filter(code__in=changed).order_by("code"):
        audit.record("reference.loaded", edition, chain=edition.code, by=by)
    if audit.HOUSE_CHAIN in changed:
        first_agency = Agency.objects.order_by("pk").first()
        audit.record("reference.loaded", first_agency, chain=audit.HOUSE_CHAIN, by=by)


def _load_regions() -> int:
    rows = read("regions")["district"]
    for row in rows:
        district, _ = District.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})
        for village in row["villages"]:
            Village.objects.update_or_create(
                code=village["code"], defaults={"name": village["name"], "district": district}
            )
    return len(rows)


def _load_agencies() -> int:
    rows = read("agencies")["agency"]
    for row in rows:
        agency, _ = Agency.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "kind": row["kind"]}
        )
        for name in row.get("other_names", []):
            UnitName.objects.get_or_create(agency=agency, name=name)
    return len(rows)


def _load_units() -> int:
    """Names and places come from the file; the status belongs to registration and is left alone."""
    rows = read("units")["unit"]
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    villages = {village.name: village for village in Village.objects.all()}
    for row in rows:
        unit, _ = ServiceUnit.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "kind": row["kind"],
                "agency": agencies[row["agency"]],
                "village": villages[row["village"]] if "village" in row else None,
            },
        )
        for name in row.get("other_names", []):
            UnitName.objects.get_or_create(unit=unit, name=name)
    return len(rows)


def _load_finalists() -> int:
    """The same key is the same innovation in every edition; participations are counted in the order of the years."""
    editions = {edition.code: edition for edition in Edition.objects.filter(is_history=True)}
    units = {unit.code: unit for unit in ServiceUnit.objects.all()}
    loaded = 0
    for row in sorted(read("history")["edition"], key=lambda row: row["year"]):
        categories = {category["code"]: category["name"] for category in row.get("category", [])}
        for finalist in row.get("finalist", []):
            _load_finalist(finalist, editions[row["code"]], units[finalist["unit"]], categories)
            loaded += 1
    return loaded


def _load_finalist(row: dict[str, Any], edition: Edition, unit: ServiceUnit, categories: dict[str, str]) -> None:
    innovation, _ = Innovation.objects.get_or_create(
        key=row["key"],
        defaults={"unit": unit, "short_name": row["short_name"], "expansion": row.get("expansion", "")},
    )
    reported = {
        "reported_stage": StageReached.WINNER if "position" in row else StageReached.FINALIST,
        "reported_position": row.get("position"),
        "reported_category": categories.get(row.get("category", ""), ""),
    }
    own = Q(innovation=innovation, recorded_for__isnull=True) | Q(recorded_for=innovation)
    taken = innovation.identity.participations.all()
    # Where another name of the same innovation holds the edition, this one was given up on purpose.
    if Participation.objects.filter(own, edition=edition).update(**reported) or taken.filter(edition=edition).exists():
        return
    Participation.objects.create(
        innovation=innovation.identity,
        edition=edition,
        recorded_for=own_name(innovation),
        ordinal=taken.count() + 1,
        is_imported=True,
        **reported,
    )
