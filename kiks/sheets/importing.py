"""One import: the file is read, every row is tried in a transaction, and all of it is kept or none."""

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError
from import_export.results import Result, RowResult
from tablib import Dataset

from kiks import audit
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.sheets.columns import Effect
from kiks.sheets.reader import SheetError, Table, read_table
from kiks.sheets.resources import SHOWN_ROWS, SheetResource, heading_problems

logger = logging.getLogger(__name__)

COLLISION = (
    "Data ini bertabrakan dengan data yang baru saja diubah orang lain, atau melanggar aturan basis data. "
    "Muat ulang halaman ini dan coba lagi; bila berulang, bagi berkasnya untuk menemukan baris yang salah."
)
UNEXPECTED = "Baris ini tidak dapat diproses. Periksa isinya dengan contoh pada templat, lalu unggah lagi."
SHOWN_FAULTS = 200
EFFECTS = {
    RowResult.IMPORT_TYPE_NEW: Effect.NEW,
    RowResult.IMPORT_TYPE_UPDATE: Effect.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: Effect.SAME,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the file: in which row and column, what stands there, and how to go on."""

    number: int | None
    heading: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row makes of one column; `before` is what stands there now."""

    heading: str
    after: Any
    before: Any
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row that adds or changes something."""

    number: int
    effect: Effect
    cells: list[Cell]


@dataclass
class Outcome:
    """What the import of a file does, or did."""

    headings: list[str]
    counts: Counter[Effect] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults

    @property
    def new(self) -> int:
        return self.counts[Effect.NEW]

    @property
    def changed(self) -> int:
        return self.counts[Effect.CHANGED]

    @property
    def same(self) -> int:
        return self.counts[Effect.SAME]

    @property
    def touches_something(self) -> bool:
        return self.is_good and bool(self.new or self.changed)

    @property
    def shown_lines(self) -> list[Line]:
        return self.lines[:SHOWN_ROWS]

    @property
    def shown_faults(self) -> list[Fault]:
        return self.faults[:SHOWN_FAULTS]

    @property
    def faulty_rows(self) -> int:
        return len({fault.number for fault in self.faults})


def read(content: bytes, resource_class: type[SheetResource]) -> tuple[Dataset, Table]:
    """The rows of the file under the headings of the resource; SheetError says what is wrong with the whole."""
    table = read_table(content)
    headings, sentences = heading_problems(resource_class(), table.headings)
    if sentences:
        raise SheetError(*sentences)
    dataset = Dataset(headers=headings)
    dataset.extend(table.rows)
    return dataset, table


def run(
    content: bytes,
    resource_class: type[SheetResource],
    *,
    by: User,
    dry_run: bool,
    options: Mapping[str, Any] | None = None,
) -> Outcome:
    """Try the file, or import it; a file with a single fault changes nothing."""
    check_is_committee(by)
    dataset, table = read(content, resource_class)
    resource = resource_class(by=by, options=options)
    with audit.act(by):
        result = resource.import_data(
            dataset,
            dry_run=dry_run,
            use_transactions=True,
            rollback_on_validation_errors=True,
            numbers=table.numbers,
        )
        outcome = _outcome(resource, result, table)
        if outcome.touches_something and not dry_run:
            _record(resource, outcome, by, content)
    return outcome


def _record(resource: SheetResource, outcome: Outcome, by: User, content: bytes) -> None:
    """One event tells of the import; the rows of captured tables have their own."""
    model = resource._meta.model
    audit.record(
        "reference.imported",
        model._base_manager.order_by("-pk").first(),
        chain=audit.HOUSE_CHAIN,
        by=by,
        table=model._meta.db_table,
        totals={effect.name.lower(): count for effect, count in outcome.counts.items() if count},
        file_sha256=hashlib.sha256(content).hexdigest(),
    )


def _outcome(resource: SheetResource, result: Result, table: Table) -> Outcome:
    headings = [column.heading for column in resource.columns if not column.readonly]
    outcome = Outcome(headings)
    for kind, effect in EFFECTS.items():
        outcome.counts[effect] = result.totals[kind]
    for row in result.rows:
        if row.is_valid() and row.after is not None and len(outcome.lines) < SHOWN_ROWS:
            outcome.lines.append(_line(resource, row))
    outcome.faults += [_whole(error.error) for error in result.base_errors]
    outcome.faults += [
        Fault(table.numbers[row.number - 1], "", "", _unexpected(error.error))
        for row in result.error_rows
        for error in row.errors
    ]
    for row in result.invalid_rows:
        values = dict(zip(result.diff_headers, row.values, strict=True))
        outcome.faults += _faults(row, table.numbers[row.number - 1], values)
    outcome.faults.sort(key=lambda fault: fault.number or 0)
    outcome.notes = list(resource.notes(outcome.new))
    return outcome


def _line(resource: SheetResource, row: Any) -> Line:
    before = row.before or [None] * len(row.after)
    cells = [
        Cell(column.heading, after, old, is_changed=row.before is not None and after != old)
        for column, after, old in zip(resource.columns, row.after, before, strict=True)
        if not column.readonly
    ]
    return Line(row.number, EFFECTS[row.import_type], cells)


def _faults(row: Any, number: int, values: Mapping[str, Any]) -> list[Fault]:
    by_column = [
        Fault(number, heading, str(values.get(heading, "")), sentence)
        for heading, sentences in row.field_specific_errors.items()
        for sentence in sentences
    ]
    return by_column + [Fault(number, "", "", sentence) for sentence in row.non_field_specific_errors]


def _whole(error: Exception) -> Fault:
    if isinstance(error, RuleBrokenError):
        return Fault(None, "", "", str(error))
    logger.error("An import failed.", exc_info=error)
    return Fault(None, "", "", COLLISION if isinstance(error, DatabaseError) else UNEXPECTED)


def _unexpected(error: Exception) -> str:
    if isinstance(error, RuleBrokenError):
        return str(error)
    logger.error("A row of an import failed.", exc_info=error)
    return UNEXPECTED
