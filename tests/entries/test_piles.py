"""Dividing agencies among officers: as even as whole agencies allow, and the same every time."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entries.piles import balanced

LOADS = st.dictionaries(st.integers(0, 50), st.integers(0, 30), max_size=12)
OFFICERS = st.lists(st.integers(), min_size=1, max_size=4, unique=True)


def piles_of(waiting, shares, officers):
    return [sum(waiting[agency] for agency, owner in shares.items() if owner == officer) for officer in officers]


@pytest.mark.parametrize(
    ("waiting", "officers", "piles"),
    [
        ({}, "ab", [0, 0]),
        ({"dinkes": 7}, "ab", [7, 0]),
        ({"dinkes": 7, "disdik": 7}, "ab", [7, 7]),
        ({"dinkes": 12, "disdik": 9, "rsud": 3, "pdam": 1, "satpol": 1}, "ab", [13, 13]),
        # The largest first alone would end with 7 and 5.
        ({"a": 3, "b": 3, "c": 2, "d": 2, "e": 2}, "ab", [6, 6]),
        ({"a": 5, "b": 4, "c": 3, "d": 2, "e": 1}, "abc", [5, 5, 5]),
        ({"a": 5}, "a", [5]),
    ],
)
def test_the_piles_are_even(waiting, officers, piles):
    assert sorted(piles_of(waiting, balanced(waiting, officers), officers)) == sorted(piles)


def test_agencies_without_entries_are_divided_too():
    shares = balanced(dict.fromkeys("abcd", 0), "xy")
    assert sorted(shares.values()) == ["x", "x", "y", "y"]


def test_somebody_has_to_be_there():
    with pytest.raises(ValueError, match="Nobody"):
        balanced({"a": 1}, [])


@given(LOADS, OFFICERS)
def test_every_agency_has_one_officer_and_no_move_or_exchange_makes_it_more_even(waiting, officers):
    shares = balanced(waiting, officers)
    assert shares.keys() == waiting.keys()
    piles = dict(zip(officers, piles_of(waiting, shares, officers), strict=True))
    for agency, other in product(waiting, officers):
        gap = piles[shares[agency]] - piles[other]
        assert gap <= 0 or waiting[agency] == 0 or waiting[agency] >= gap
    for one, two in product(waiting, waiting):
        gap, difference = piles[shares[one]] - piles[shares[two]], waiting[one] - waiting[two]
        assert gap <= 0 or difference <= 0 or difference >= gap


@given(LOADS, OFFICERS, st.randoms())
def test_the_order_of_the_question_does_not_matter(waiting, officers, random):
    shuffled = list(waiting.items())
    random.shuffle(shuffled)
    assert balanced(dict(shuffled), officers) == balanced(waiting, officers)
