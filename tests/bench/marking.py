"""Saving one mark: over HTTP and the action alone, against one INSERT that is made durable."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import count

from django.conf import settings
from django.db import connection
from django.urls import reverse

from judging.actions.sheet import save_mark
from judging.models import ScoreSheet
from tests.bench.measuring import Row, Visitor, at_once, percentile, timed
from tests.factories.judging import open_desk_round
from tests.factories.people import client_of

JUDGES, SAVES, IN_A_ROW = 8, 200, 20
INSERT = "one durable INSERT"
# What a judge may be made to wait, in milliseconds; ninety-nine of a hundred saves are quicker.
PATIENCE = 15
# The aim is 8; a quiet machine was seen at 9.4.
TIMES = 12
CSRF = "0123456789abcdefghijklmnopqrstuv"


class Desk:
    """A judge at work: every save gives the same criterion another mark, on from the version that the last one made."""

    def __init__(self, port: int, sheet: ScoreSheet) -> None:
        client = client_of(sheet.assignment.judge.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        headers = {"Cookie": cookie, "X-CSRFToken": CSRF, "Host": "localhost", "Content-Type": "application/json"}
        self.visitor = Visitor(port, headers)
        self.path = reverse("judging:save_mark", args=[sheet.pk])
        self._versions = count(0)

    def save(self) -> None:
        version = next(self._versions)
        mark = {"criterion": "ide", "value": str(60 + version % 2), "version": version}
        self.visitor.ask("POST", self.path, 200, json.dumps(mark))

    def knock(self) -> None:
        """The least that the same server does for somebody who is logged in: it refuses the method."""
        self.visitor.ask("GET", self.path, 405)


class Floor:
    """One row into a plain table, committed: what the disk asks for, whatever the program does."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, value numeric NOT NULL)")

    def insert(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_floor (value) VALUES (%s)", [80])


def sheets_of(judges: int) -> list[ScoreSheet]:
    round_ = open_desk_round(entries=1, judges=judges)
    sheets = ScoreSheet.objects.filter(assignment__round=round_, instrument__code="kipp")
    return list(sheets.select_related("assignment__judge__user", "instrument").order_by("assignment__judge__label"))


def over_http(port: int) -> Iterator[Row]:
    desks, floor = [Desk(port, sheet) for sheet in sheets_of(JUDGES)], Floor()
    at_once([desk.save for desk in desks], 5)
    inserts, knocks, alone = [], [], []
    for _ in range(SAVES):
        inserts.append(timed(floor.insert))
        knocks.append(timed(desks[0].knock))
        alone.append(timed(desks[0].save))
    low, high, last = percentile(inserts, 0.5), percentile(alone, 0.5), percentile(alone, 0.99)
    yield Row("save a mark over HTTP, p50", INSERT, low, high, high / low, TIMES)
    yield Row("the same, p99", "what a judge waits for", PATIENCE, last, last / PATIENCE)
    trivial = percentile(knocks, 0.5)
    yield Row("the same, p50", "trivial request, logged in", trivial, high, high / trivial)
    together = at_once([desk.save for desk in desks], SAVES // JUDGES)
    middle = percentile(together, 0.5)
    note = f"p99 {percentile(together, 0.99):.0f} ms, one core"
    yield Row(f"save a mark, {JUDGES} judges against 1, p50", "the same alone", high, middle, middle / high, None, note)
    for desk in desks:
        desk.visitor.close()


def the_action() -> Iterator[Row]:
    """Without HTTP: locks, checks, one write, its event, the totals."""
    (sheet,) = sheets_of(1)
    criterion, judge, floor = sheet.instrument.criteria.get(code="ide"), sheet.assignment.judge.user, Floor()
    inserts, saves = [], []
    for version in range(SAVES):
        inserts.append(timed(floor.insert))
        mark = {"criterion": criterion, "value": str(60 + version % 2), "version": version}
        saves.append(timed(partial(save_mark, sheet, by=judge, **mark)))
    for share in (0.5, 0.99):
        low, high = percentile(inserts, share), percentile(saves, share)
        target = TIMES if share == 0.5 else None
        yield Row(f"save_mark, the action alone, p{share * 100:.0f}", INSERT, low, high, high / low, target)
