"""The order of stages: pure, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from competitions.calendar_rules import IN_ORDER, Window, faults, years_later
from competitions.models import StageKind

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
DAYS = {
    "registration": (0, 30),
    "submission": (10, 40),
    "screening": (40, 50),
    "judging": (50, 60),
    "presentation": (62, 63),
    "announcement": (70, 80),
}


def calendar(**changed: tuple[int, int] | None) -> list[Window]:
    days = {kind: window for kind, window in (DAYS | changed).items() if window}
    return [
        Window(kind, kind.capitalize(), START + timedelta(days=opens), START + timedelta(days=closes))
        for kind, (opens, closes) in days.items()
    ]


def test_the_order_names_every_kind_of_stage():
    assert {"registration", *IN_ORDER} == set(StageKind.values)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"registration": (0, 75)},  # a unit may still register while others are judged
        {"registration": (10, 40)},
        {"presentation": None},
        {"submission": None},
        {"screening": (45, 47)},  # a gap is allowed
    ],
)
def test_calendars_that_fit(changed):
    assert faults(calendar(**changed)) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"screening": (39, 50)}, ["Screening dibuka", "Submission baru ditutup", "setelah Submission ditutup"]),
        ({"judging": (41, 44)}, ["Judging dibuka", "Screening baru ditutup"]),
        ({"presentation": (55, 58)}, ["Presentation dibuka", "Judging baru ditutup"]),
        ({"presentation": None, "announcement": (59, 80)}, ["Announcement dibuka", "Judging baru ditutup"]),
        ({"submission": (10, 10)}, ["Submission ditutup", "harus setelah waktu pembukaan"]),
        ({"submission": (10, 5)}, ["harus setelah waktu pembukaan"]),
        ({"registration": (11, 30)}, ["Registration baru dibuka", "lebih dahulu atau bersamaan"]),
    ],
)
def test_calendars_that_do_not_fit_say_how_to_go_on(changed, words):
    [sentence] = faults(calendar(**changed))
    assert [word for word in words if word not in sentence] == []


def test_every_fault_is_named_at_once():
    assert len(faults(calendar(screening=(39, 55), presentation=(58, 71)))) == 4


@pytest.mark.parametrize(("years", "days"), [(0, 0), (1, 364), (2, 728), (4, 1463), (-1, -364)])
def test_a_year_later_is_the_same_day_of_the_week(years, days):
    assert years_later(years) == timedelta(days=days)
    assert (START + years_later(years)).weekday() == START.weekday()
