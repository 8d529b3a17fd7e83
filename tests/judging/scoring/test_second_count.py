"""The rules in Python and the rules in SQL agree to the digit on random bundles: scores, positions, ties, the line."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judging.scoring import rank_text
from judging.second_count import rank_in_sql
from tests.judging.scoring.samples import final_plain, final_plains, round_plain, round_plains, tied_plain

pytestmark = pytest.mark.django_db

plains = round_plains() | final_plains()
chances = st.randoms(use_true_random=False)
# The database keeps nothing between two bundles: one query, no row.
often = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def check_both(plain, chance):
    """Compare as drawn, then with some of the open ties settled."""
    for _ in range(2):
        text = json.dumps(plain)
        found = rank_text(text)
        assert rank_in_sql(text) == found
        settled = chance.sample(found["open_ties"], chance.randint(0, len(found["open_ties"])))
        plain["settled_ties"] = [
            {"order": chance.sample(tie, len(tie)), "by": "sidang pleno", "reason": ""} for tie in settled
        ]


@given(plains, chances)
@settings(often, max_examples=50)
def test_sql_agrees(plain, chance):
    check_both(plain, chance)


@pytest.mark.long
@given(round_plains(), chances)
@settings(often, max_examples=500)
def test_sql_agrees_on_many_rounds(plain, chance):
    check_both(plain, chance)


@pytest.mark.long
@given(final_plains(), chances)
@settings(often, max_examples=200)
def test_sql_agrees_on_many_finals(plain, chance):
    check_both(plain, chance)


@pytest.mark.parametrize(
    "plain",
    [
        round_plain(),
        final_plain(),
        tied_plain({"001": "8", "002": "8", "003": "7"}, cutoff=1),
        tied_plain({"001": "0", "002": "10"}, decimals=0),
        tied_plain({"001": "0.00000125", "002": "0.00000124999"}, decimals=4),
        tied_plain({"001": "3.3333333333333333", "002": "9.9999999999999999"}, decimals=20),
    ],
)
def test_sql_agrees_at_the_edges(plain):
    text = json.dumps(plain)
    assert rank_in_sql(text) == rank_text(text)
