"""The reference data of the rulebook: the library of instruments, and the editions held before this system."""

import tomllib
from decimal import Decimal
from typing import Any

from django.conf import settings

from competitions.models import Category, Criterion, Edition, Instrument, ReportedFigure

EDITION_FIELDS = ("year", "name", "theme", "prize", "venue", "presentation_on")
FIGURE_FIELDS = ("value", "sureness")


def read(name: str) -> dict[str, Any]:
    """One file of reference data, by the name without its ending."""
    return tomllib.loads((settings.BASE_DIR / "fixtures" / f"{name}.toml").read_text(encoding="utf-8"))


def library_questions(code: str) -> list[dict[str, Any]]:
    """The form fields that an instrument of the library brings along; most bring none."""
    return _library_instrument(code).get("question", [])


def library_questions_of_criteria(code: str) -> dict[str, list[str]]:
    """Codes of the form fields that each criterion judges, by the code of the criterion."""
    return {row["code"]: row.get("questions", []) for row in _library_instrument(code).get("criterion", [])}


def load_instruments() -> int:
    """Bring the library up to date with the file; returns how many instruments it holds."""
    data = read("instruments")
    levels = [
        {"from": row["low"], "to": row["high"], "label": row["label"], "text": row["text"]} for row in data["level"]
    ]
    for row in data["instrument"]:
        instrument, _ = Instrument.objects.update_or_create(
            edition=None, code=row["code"], defaults={"name": row["name"], "source": row["source"]}
        )
        for position, criterion in enumerate(row["criterion"], start=1):
            _load_criterion(instrument, criterion, position, levels)
    return len(data["instrument"])


def load_history() -> int:
    """Record the editions held before this system; returns how many there are."""
    editions = read("history")["edition"]
    for row in editions:
        defaults = {field: row[field] for field in EDITION_FIELDS if field in row}
        edition, _ = Edition.objects.update_or_create(code=row["code"], defaults={**defaults, "is_history": True})
        for figure in row.get("figure", []):
            values = {field: figure[field] for field in FIGURE_FIELDS} | {"note": figure.get("note", "")}
            ReportedFigure.objects.update_or_create(edition=edition, key=figure["key"], defaults=values)
        for position, category in enumerate(row.get("category", []), start=1):
            Category.objects.update_or_create(
                edition=edition,
                code=category["code"],
                defaults={"name": category["name"], "position": position, "is_ranked_apart": True},
            )
    return len(editions)


def _library_instrument(code: str) -> dict[str, Any]:
    return next((row for row in read("instruments")["instrument"] if row["code"] == code), {})


def _load_criterion(instrument: Instrument, row: dict[str, Any], position: int, levels: list[dict[str, Any]]) -> None:
    max_mark = Decimal(row["max"])
    Criterion.objects.update_or_create(
        instrument=instrument,
        code=row["code"],
        defaults={
            "name": row["name"],
            "guidance": row.get("guidance", ""),
            # The descriptions of the levels speak of a scale from 0 to 100.
            "levels": levels if max_mark == 100 else [],
            "weight": Decimal(row["weight"]),
            "max_mark": max_mark,
            "step": Decimal(row["step"]),
            "position": position,
        },
    )
