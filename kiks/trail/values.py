"""Before and after in words: the fields of a row event, the facts of an action, long texts compared word by word."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models

from kiks import formats
from kiks.trail.names import names_of
from kiks.trail.rooms import refers
from kiks.trail.words import model_of
from kiks.word_diff import Segment, compared

NOTHING = "–"
LONG_TEXT = 60
# Facts that prove and do not tell: they go into the folded part of the page.
PROOF = re.compile(r"(sha256|digest|receipt|head|hash|seed|settings|nonce)$")
DIGEST = re.compile(r"[0-9a-f]{64}")
# The words of the facts that actions write down.
FACTS = {
    "added": "ditambahkan",
    "attempt": "pemeriksaan ke",
    "asked": "ditanyakan",
    "code": "kode",
    "conflicts": "benturan kepentingan",
    "corrected": "perbaikan pendaftaran",
    "count": "jumlah",
    "counted": "dihitung",
    "drafts": "draf",
    "edition": "edisi",
    "entry": "usulan",
    "failed": "butir yang tidak lolos",
    "failures": "percobaan gagal",
    "fields": "isian",
    "file": "berkas",
    "files": "berkas",
    "filters": "saringan",
    "from_member": "dari",
    "items": "butir",
    "judge": "juri",
    "label": "label",
    "left_alone": "tidak diingatkan lagi",
    "list": "daftar",
    "member": "anggota",
    "name": "nama",
    "name_kept": "nama tetap tersimpan",
    "new": "menjadi",
    "number": "nomor",
    "of": "dari",
    "old": "semula",
    "order": "urutan",
    "original": "surat semula",
    "people": "orang",
    "purpose": "sebagai",
    "reason": "alasan",
    "round": "babak",
    "rows": "jumlah baris",
    "searched": "dengan pencarian",
    "sheet": "lembar",
    "sheets": "lembar",
    "shifted_days": "digeser (hari)",
    "source": "dasar",
    "table": "daftar",
    "template": "naskah",
    "title": "judul",
    "to_member": "kepada",
    "totals": "jumlah",
    "unit": "unit",
    "user": "pengguna",
    "version": "versi",
    "visible_from": "terbit mulai",
}
# Under these names stands a table.
TABLES = ("list", "table")


@dataclass
class Change:
    """One field of a row, before and after; long texts that both exist come as `segments`."""

    label: str
    before: str
    after: str
    segments: list[Segment] = field(default_factory=list)


class Fact(NamedTuple):
    """One thing that an action wrote down."""

    label: str
    text: str


def changed_columns(data: Mapping[str, Any]) -> list[str]:
    """The columns whose value a row event changed; of a new or deleted row those that say something."""
    old, new = data.get("old") or {}, data.get("new") or {}
    if data.get("old") is None or data.get("new") is None:
        return [column for column, value in (new or old).items() if column != "id" and value not in (None, "", [], {})]
    return [column for column in new if column != "id" and old.get(column) != new.get(column)]


def labels_of(table: str) -> dict[str, str]:
    """The words for the columns of a table."""
    return {column: str(field.verbose_name) for column, field in _fields(table).items()}


def changes_of(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> list[list[Change]]:
    """Before and after of row events, given as (table, data); what they refer to is named in bulk for all of them."""
    rows = list(rows)
    names = names_of({target for table, data in rows for target in _referred(table, data)}, with_kind=False)
    return [list(_changes(table, data, names)) for table, data in rows]


def facts_of(data: Mapping[str, Any]) -> tuple[list[Fact], list[Fact]]:
    """What an action wrote down, in words, and what of it is proof."""
    tables = refers()
    numbers = {
        key: [f"{tables[key]}:{pk}" for pk in _listed(value)]
        for key, value in data.items()
        if key in tables and all(str(pk).isdecimal() for pk in _listed(value))
    }
    names = names_of(
        {*_targets(data), *(target for targets in numbers.values() for target in targets)}, with_kind=False
    )
    told, proof = [], []
    for key, value in data.items():
        if value in (None, "", [], {}):
            continue
        label = FACTS.get(key, key.removesuffix("_sha256").replace("_", " "))
        text = _fact_text(numbers.get(key, value), names)
        if key in TABLES and (model := model_of(text)):
            text = str(model._meta.verbose_name_plural)
        (proof if _is_proof(key, value) else told).append(Fact(label, text))
    return told, proof


def _is_proof(key: str, value: Any) -> bool:
    return bool(PROOF.search(key)) or all(isinstance(one, str) and DIGEST.fullmatch(one) for one in _listed(value))


def _targets(data: Mapping[str, Any]) -> Iterator[str]:
    for value in data.values():
        yield from (one for one in _listed(value) if isinstance(one, str) and re.fullmatch(r"[a-z_]+:\d+", one))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fact_text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{FACTS.get(key, key)} {_fact_text(one, names)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_fact_text(one, names) for one in value)
    return names.get(value) or _plain(value) if isinstance(value, str) else _plain(value)


def _fields(table: str) -> dict[str, models.Field]:
    model = model_of(table)
    return {field.column: field for field in model._meta.concrete_fields} if model else {}


def _referred(table: str, data: Mapping[str, Any]) -> Iterator[str]:
    fields = _fields(table)
    for column in changed_columns(data):
        column_field = fields.get(column)
        if isinstance(column_field, models.ForeignKey):
            other = column_field.related_model._meta.db_table
            for row in (data.get("old"), data.get("new")):
                if row and row.get(column) is not None:
                    yield f"{other}:{row[column]}"


def _changes(table: str, data: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Change]:
    fields = _fields(table)
    old, new = data.get("old") or {}, data.get("new") or {}
    for column in changed_columns(data):
        column_field = fields.get(column)
        label = str(column_field.verbose_name) if column_field else column
        before, after = (_value(column_field, row.get(column), names) for row in (old, new))
        change = Change(label, before, after)
        if old.get(column) and new.get(column) and _is_long(before, after):
            change.segments = list(compared(before, after))
        yield change


def _is_long(*texts: str) -> bool:
    return any(len(text) > LONG_TEXT or "\n" in text for text in texts)


def _value(column_field: models.Field | None, value: Any, names: Mapping[str, str]) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(column_field, models.ForeignKey):
        target = f"{column_field.related_model._meta.db_table}:{value}"
        return names.get(target, str(value))
    if column_field is not None and column_field.choices:
        return str(dict(column_field.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    """A value of JSON as somebody would write it."""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, float):
        return f"{Decimal(str(value)).normalize():f}".replace(".", ",")
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    if not re.match(r"\d{4}-\d\d-\d\d($|[T ])", text):
        return text
    try:
        if len(text) == len("2026-01-31"):
            return formats.day_month_year(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return formats.indonesian_datetime(moment) if moment.tzinfo else text
