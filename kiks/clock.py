"""What time it is: the database's clock, read where the decision is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from kiks.exceptions import RuleBrokenError

_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


def now() -> datetime:
    """The database's clock_timestamp(), aware; read after the lock is held, so that the lock decides who was first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0] + _shift.get()


def shift() -> timedelta:
    """How far the clock runs ahead of the database's: nothing outside the demo and the tests."""
    return _shift.get()


@contextmanager
def shifted_to(moment: datetime) -> Iterator[None]:
    """Let the clock run on from `moment` inside the block; only for the demo and the tests."""
    if settings.IS_PRODUCTION:
        raise RuleBrokenError("Jam tidak dapat digeser pada sistem yang sesungguhnya.")
    token = _shift.set(timedelta(0))
    _shift.set(moment - now())
    try:
        yield
    finally:
        _shift.reset(token)
