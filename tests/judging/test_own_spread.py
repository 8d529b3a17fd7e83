"""The judge's own figures: exact medians, shared ranks, signed differences, bars where the totals lie."""

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.own_spread import Rank, difference, picture_of, rank_of, spread_of, totals_of
from judging.scoring import live_totals
from judging.scoring.shapes import Criterion, Instrument

marks = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False, allow_infinity=False).map(
    lambda value: f"{value:f}"
)


def test_nothing_has_no_spread_and_no_picture():
    assert spread_of([]) is None
    assert picture_of([]) is None


def test_an_even_number_of_marks_has_a_median_between_two():
    found = spread_of(["77.5", "60", "78", "92"])
    assert (found.count, found.lowest, found.median, found.highest) == (4, "60", "77.75", "92")


def test_totals_keep_their_places_and_round_half_up():
    found = spread_of(["80.00", "80.01"], decimals=2)
    assert (found.lowest, found.median, found.highest) == ("80.00", "80.01", "80.01")


@given(st.lists(marks, min_size=1, max_size=12))
def test_spread_is_that_of_the_fractions(texts):
    exact, found = [Fraction(text) for text in texts], spread_of(texts)
    assert [Fraction(text) for text in (found.lowest, found.median, found.highest)] == [
        min(exact), median(exact), max(exact)
    ]  # fmt: skip


@given(st.lists(st.tuples(marks, marks, st.integers(0, 10)), max_size=8), st.integers(0, 6))
def test_totals_of_many_entries_are_those_of_the_rules(given, decimals):
    instruments = [
        Instrument(
            code="kipp",
            name="KIPP",
            share="33.3",
            criteria=(
                Criterion(code="ide", name="Ide", weight="45", max="100"),
                Criterion(code="guna", name="Guna", weight="55", max="100"),
            ),
        ),
        Instrument(
            code="kijb", name="KIJB", share="66.7", criteria=(Criterion(code="baru", name="B", weight="100", max="10"),)
        ),
    ]
    entries = {
        place: {"kipp": {"ide": ide, "guna": guna}, "kijb": {"baru": str(baru)}}
        for place, (ide, guna, baru) in enumerate(given)
    }
    assert totals_of(instruments, entries, decimals) == {
        place: live_totals(instruments, sheets, decimals).blended for place, sheets in entries.items()
    }


@pytest.mark.parametrize(
    ("own", "others", "rank"),
    [
        ("80", [], Rank(position=1, count=1, same=0)),
        ("80.00", ["90.00", "80", "70.5"], Rank(position=2, count=4, same=1)),
        ("9", ["10", "70.5"], Rank(position=3, count=3, same=0)),
    ],
)
def test_rank_shares_positions(own, others, rank):
    assert rank_of(own, others) == rank


@pytest.mark.parametrize(
    ("one", "other", "sign", "size"), [("82.5", "80", 1, "2.5"), ("9", "80", -1, "71"), ("7.50", "7.5", 0, "0")]
)
def test_difference_has_a_sign_and_a_size(one, other, sign, size):
    found = difference(one, other)
    assert (found.sign, found.size) == (sign, size)


@given(st.lists(marks, min_size=1, max_size=40))
def test_every_total_stands_in_one_bar_of_the_picture(texts):
    found = picture_of(texts, texts[0])
    assert found.first <= min(map(Fraction, texts))
    assert max(map(Fraction, texts)) <= found.last <= 100
    assert [bar.is_here for bar in found.bars].count(True) == 1
    for bar in found.bars:
        assert bar.x + bar.width <= found.width <= 240
        assert bar.y + bar.height == found.height
        assert bar.width >= 11
    assert max(bar.height for bar in found.bars) == found.height


def test_bars_are_as_high_as_they_are_many():
    found = picture_of(["81", "81.5", "85", "100"], "85")
    assert (found.first, found.last) == (80, 100)
    assert [(bar.x, bar.height, bar.is_here) for bar in found.bars] == [
        (12, 48, False),
        (60, 24, True),
        (228, 24, False),
    ]
