"""Verification of the audit chains against themselves and against the rows they speak of."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pgtrigger
from django.db import connection
from psycopg import sql

from kiks.audit import GENESIS, HOUSE_CHAIN, Link, broken_links
from kiks.models import AuditEvent, ChainHead
from kiks.triggers import CapturedTrigger

# How moments stand in a body, written there by PostgreSQL.
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"

# The last event of every row of one table, beside the row as it stands now.
ROWS = """
    SELECT coalesce(now.target, last.target), last.chain, last.sequence, last.row, now.row
    FROM (SELECT {prefix} || id AS target, to_jsonb(item) - {hidden}::text[] AS row FROM {table} item) now
    FULL JOIN (
        SELECT target, chain, sequence, NULLIF(body::jsonb -> 'data' -> 'new', 'null') AS row
        FROM (
            SELECT DISTINCT ON (target) target, chain, sequence, body FROM kiks_auditevent
            WHERE starts_with(target, {prefix}) AND kind LIKE 'row.%%' AND id <> ALL ({unreadable}::bigint[])
            ORDER BY target, id DESC
        ) event
    ) last USING (target)
    WHERE now.row IS DISTINCT FROM last.row
    ORDER BY 1
"""
ENABLED = "SELECT tgname, tgenabled = 'A' FROM pg_trigger WHERE NOT tgisinternal"


@dataclass
class ChainReport:
    """What one pass over a chain found; `unreadable` are ids of events whose body is no longer JSON."""

    chain: str
    length: int = 0
    hash: str = GENESIS
    problems: list[str] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


class CapturedTable(NamedTuple):
    """A table whose rows are captured, and the columns that are kept out of the chain."""

    name: str
    hidden: list[str]


class Difference(NamedTuple):
    """A row that is not what its last event says; `chain` is empty where no event speaks of it."""

    target: str
    chain: str
    text: str


def chains() -> list[str]:
    """Every chain that has a head or an event."""
    heads = ChainHead.objects.values_list("chain", flat=True)
    return sorted({*heads, *AuditEvent.objects.order_by().values_list("chain", flat=True).distinct()})


def check_chain(chain: str) -> ChainReport:
    """One pass over the chain: its links, its columns against its bodies, its head, and acts that no action made."""
    report = ChainReport(chain)
    acts: set[str] = set()
    anonymous: list[tuple[int, str, str]] = []
    report.problems += broken_links(_walk(report, acts, anonymous))
    if chain != HOUSE_CHAIN:
        report.problems += [
            f"nomor {sequence}: {target} diubah di luar tindakan resmi"
            for sequence, target, transaction in anonymous
            if transaction not in acts
        ]
    head = ChainHead.objects.filter(chain=chain).first()
    if head is None or (head.sequence, head.hash) != (report.length, report.hash):
        known = f"nomor {head.sequence}" if head else "tidak ada"
        report.problems.append(f"ujung rantai {known}, kejadian terakhir nomor {report.length}: ekornya tidak cocok")
    return report


def _walk(report: ChainReport, acts: set[str], anonymous: list[tuple[int, str, str]]) -> Iterator[Link]:
    events = AuditEvent.objects.filter(chain=report.chain).order_by("sequence")
    for event in events.iterator(chunk_size=2000):
        report.length, report.hash = event.sequence, event.hash
        yield Link(event.sequence, event.previous_hash, event.body, event.hash)
        body = _read(event.body)
        if body is None:
            report.unreadable.append(event.pk)
            continue
        report.problems += _unlike_body(event, body)
        if not event.kind.startswith("row."):
            acts.add(body.get("transaction", ""))
        elif event.actor_id is None:
            anonymous.append((event.sequence, event.target, body.get("transaction", "")))


def _read(body: str) -> dict[str, Any] | None:
    """The body as an object; None where somebody made something else of it."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _unlike_body(event: AuditEvent, body: dict[str, Any]) -> Iterator[str]:
    columns = {
        "chain": event.chain,
        "sequence": event.sequence,
        "kind": event.kind,
        "target": event.target,
        "actor": event.actor_id,
        "at": f"{event.at.astimezone(UTC):{MOMENT}}",
        "recorded_at": f"{event.recorded_at.astimezone(UTC):{MOMENT}}",
    }
    for key, value in columns.items():
        if value != body.get(key):
            yield f"nomor {event.sequence}: kolom {key} {value}, padahal tercatat {body.get(key)}"


def captured_tables() -> list[CapturedTable]:
    """Found by their triggers, so that a new captured model is verified without being listed anywhere."""
    return [
        CapturedTable(model._meta.db_table, list(trigger.hidden))
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, CapturedTrigger)
    ]


def differing_rows(unreadable: list[int]) -> Iterator[Difference]:
    """Rows that are not what the last readable event says of them, over all captured tables."""
    for table in captured_tables():
        query = sql.SQL(ROWS).format(
            table=sql.Identifier(table.name),
            prefix=sql.Literal(f"{table.name}:"),
            hidden=sql.Literal(table.hidden),
            unreadable=sql.Literal(unreadable),
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            for target, chain, sequence, told, found in cursor.fetchall():
                yield from _difference(target, chain, sequence, told, found)


def _difference(
    target: str, chain: str | None, sequence: int | None, told: str | None, found: str | None
) -> Iterator[Difference]:
    if chain is None:
        yield Difference(target, "", f"{target}: baris ini tidak pernah dicatat")
    elif told is None:
        yield Difference(target, chain, f"{target}: sudah dihapus menurut nomor {sequence}, tetapi barisnya ada")
    elif found is None:
        yield Difference(target, chain, f"{target}: ada menurut nomor {sequence}, tetapi barisnya hilang")
    else:
        for column, old, new in _changed_columns(json.loads(told), json.loads(found)):
            yield Difference(target, chain, f"{target}: {column} {old} menurut nomor {sequence}, sekarang {new}")


def _changed_columns(told: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Columns that only one side knows come from a migration since the event; they say nothing."""
    for column in sorted(told.keys() & found.keys()):
        if told[column] != found[column] and not _same_moment(told[column], found[column]):
            yield column, json.dumps(told[column]), json.dumps(found[column])


def _same_moment(old: object, new: object) -> bool:
    """Whether both are one moment, written by sessions of different time zones."""
    try:
        return datetime.fromisoformat(str(old)).astimezone() == datetime.fromisoformat(str(new)).astimezone()
    except ValueError:
        return False


def weak_triggers() -> list[str]:
    """Official triggers that are missing or that a session could sleep through."""
    with connection.cursor() as cursor:
        cursor.execute(ENABLED)
        enabled = dict(cursor.fetchall())
    expected = {trigger.get_pgid(model) for model, trigger in pgtrigger.registered()}
    missing = [f"pemicu {name} tidak ada" for name in sorted(expected - enabled.keys())]
    return missing + [
        f"pemicu {name} tidak selalu aktif" for name in sorted(expected & enabled.keys()) if not enabled[name]
    ]
