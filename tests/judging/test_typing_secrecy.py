"""Two worlds that differ in one typed mark: nobody but the two who type sees a difference, on any address."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.urls import reverse

from judging.actions.typing import type_sheets
from judging.models import Mark
from tests.factories.people import client_of, make_committee_user
from tests.judging.test_non_interference import Panel, differing, pages, seen_by, undone, world  # noqa: F401

pytestmark = pytest.mark.long
# Above what the tests themselves write in between.
ROOM = 1000
NEXT, SET = "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)"


def next_key(table: str, key: int | None = None) -> int:
    """Let the next row of the table get this key; without one, say which it will be."""
    with connection.cursor() as cursor:
        cursor.execute(*(SET, [table, key]) if key else (NEXT, [table]))
        return cursor.fetchone()[0] + ROOM


def typed(value: str) -> Callable[[Panel], None]:
    def change(world: Panel) -> None:  # noqa: F811
        # Keys are not given back when a world is undone, and would differ by themselves.
        for table, key in world.keys.items():
            next_key(table, key)
        one = world.others[0]
        marks = {
            (sheet.pk, code): value
            for sheet in one.sheets.all()
            for code in sheet.instrument.criteria.values_list("code", flat=True)
        }
        comments = {one.sheets.first().pk: f"Catatan {value}."}
        type_sheets(one, by=world.typist, marks=marks, comments=comments)

    return change


@pytest.fixture
def desk(world):  # noqa: F811
    # J2 works on paper.
    Mark.objects.filter(sheet__assignment=world.others[0]).delete()
    world.typist = make_committee_user("Rina Marlina")
    world.keys = {table: next_key(table) for table in ("judging_papertyping", "kiks_auditevent")}
    return world


@pytest.mark.parametrize("role", ["judge", "other_judge", "owner", "anonymous"])
def test_nobody_outside_learns_that_a_colleagues_sheet_was_typed(desk, role):
    nothing, mails = seen_by(desk, role)
    found, written = seen_by(desk, role, typed("81"))
    assert (differing(nothing, found), written) == (set(), mails)


def test_the_committee_learns_no_typed_mark(desk):
    one, _ = seen_by(desk, "committee", typed("81"))
    other, _ = seen_by(desk, "committee", typed("82"))
    assert differing(one, other) == set()
    address = reverse("admin:judging_paper_sheets", args=[desk.round.pk])
    assert b"Menunggu orang kedua" in one["admin:judging_paper_sheets", address][2]


def own_pages(world: Panel) -> Iterator[tuple[str, str]]:  # noqa: F811
    for name in ("type", "typing_refuse", "typing_withdraw"):
        yield name, reverse(f"admin:judging_{name}", args=[world.others[0].pk])


def test_the_second_person_types_blind_and_only_the_typist_sees_the_own_marks(desk):
    second, first = client_of(make_committee_user("Asep Hidayat")), client_of(desk.typist)
    seen = {}
    for value in ("81", "82"):
        with undone():
            typed(value)(desk)
            seen[value] = pages(second, own_pages(desk)), pages(first, own_pages(desk))
    assert differing(seen["81"][0], seen["82"][0]) == set()
    assert {name for name, _ in differing(seen["81"][1], seen["82"][1])} == {"type"}
