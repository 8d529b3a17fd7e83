"""The audit chain: one per edition, gap-free, append-only, checked by anybody who holds its text."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, models, transaction

from kiks import clock

if TYPE_CHECKING:
    from kiks.models import User

GENESIS = "0" * 64
HOUSE_CHAIN = "kiks"
SET_ACTOR = """
    SELECT set_config('kiks.actor', %s, true), set_config('kiks.moment', (clock_timestamp() + %s)::text, true)
"""


class Link(NamedTuple):
    """What verification needs of one event."""

    sequence: int
    previous_hash: str
    body: str
    hash: str


def target_of(instance: models.Model) -> str:
    """Name a row the way the row triggers do: table and primary key."""
    return f"{instance._meta.db_table}:{instance.pk}"


def record(kind: str, target: models.Model, *, chain: str, by: "User | None", **data: object) -> int:
    """Append one event in the transaction of the act it records; returns its sequence number.

    Values in `data` must be JSON or strings; personal text does not belong there, a digest of it does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kiks_append_event(%s, %s, %s, %s, %s, %s::jsonb)",
            [chain, kind, target_of(target), by.pk if by else None, clock.now(), json.dumps(data, default=str)],
        )
        return cursor.fetchone()[0]


@contextmanager
def act(by: "User | None") -> Iterator[None]:
    """One transaction whose row events carry the actor and the moment."""
    with act_reading(by):
        yield


@contextmanager
def act_reading(by: "User | None", *statements: tuple[str, Sequence[object]]) -> Iterator[list[list[tuple]]]:
    """`act` that begins with these statements: one trip to the database for all of them; gives the rows of each.

    The database runs them one after the other, so each sees what was committed while the one before it waited.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            sent = [(SET_ACTOR, [str(by.pk) if by else "", clock.shift()]), *statements]
            cursor.execute(";".join(sql for sql, _ in sent), [value for _, values in sent for value in values])
            rows = []
            while cursor.nextset():
                rows.append(cursor.fetchall())
        yield rows


def broken_links(links: Iterable[Link]) -> Iterator[str]:
    """Name every place where a chain is not what it was: a gap, a cut, an edit, a re-ordering."""
    previous, expected = GENESIS, 1
    for link in links:
        if link.sequence != expected:
            yield f"nomor {expected}: hilang (berikutnya {link.sequence})"
        if link.previous_hash != previous:
            yield f"nomor {link.sequence}: tidak menyambung ke nomor sebelumnya"
        if hashlib.sha256((link.previous_hash + link.body).encode()).hexdigest() != link.hash:
            yield f"nomor {link.sequence}: isinya berubah setelah dicatat"
        previous, expected = link.hash, link.sequence + 1
