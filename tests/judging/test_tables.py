"""Stored rankings as tables: the line at N, columns and the picture of the spread."""

import pytest

from judging.queries import standing_rankings
from judging.tables import Table, spread_of, table_of, with_entries
from tests.factories.judging import settling_round

pytestmark = pytest.mark.django_db


def table(marks: dict[str, str], **fields: int) -> Table:
    round_ = settling_round(marks, entries=len(marks), **fields)
    return table_of(with_entries(standing_rankings(round_)).get(), {})


def test_the_line_stands_above_the_first_that_stays_behind():
    found = table({"001": "90", "002": "80", "003": "70"}, cutoff=2)
    assert [(row.entry.number, row.line) for row in found.rows] == [("001", ""), ("002", ""), ("003", "cut")]


def test_a_tie_across_the_line_is_marked_where_it_begins():
    found = table({"001": "80", "002": "80", "003": "70"}, cutoff=1)
    assert [(row.entry.number, row.line) for row in found.rows] == [("001", "tie"), ("002", ""), ("003", "cut")]
    assert found.open_ties == (("001", "002"),)


@pytest.mark.parametrize("cutoff", [None, 5])
def test_there_is_no_line_where_nobody_or_everybody_advances(cutoff):
    assert [row.line for row in table({"001": "80", "002": "70"}, cutoff=cutoff).rows] == ["", ""]


def test_columns_carry_shares_and_judges_are_in_order():
    found = table({"001": "80", "002": "70"}, judges=2)
    assert [(column.name, column.share) for column in found.columns] == [("KIPP", "60"), ("KIJB", "40")]
    assert found.judges == ("J1", "J2")
    assert found.rows[0].judge_cells == ("80.00", "80.00")
    assert found.tie_breakers == ("Signifikansi (KIPP)",)


def test_equal_scores_lie_on_top_of_each_other_on_whole_fives():
    spread = spread_of(table({"001": "80", "002": "80", "003": "71"}, cutoff=1).rows)
    first, second, third = spread.dots
    assert first.x == second.x > third.x
    assert first.y > second.y
    assert [label for _, label in spread.ticks] == ["70", "75", "80", "85"]
    assert (spread.low, spread.high) == ("71.00", "80.00")
