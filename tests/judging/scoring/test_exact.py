"""Decimal texts: grammar, spelling, rounding half up."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.scoring.exact import LONGEST, canonical, half_up, is_decimal, parts_of_hundred, printed, total


@pytest.mark.parametrize("text", ["0", "7", "10", "0.5", "77.50", "0.000", "9" * LONGEST])
def test_a_plain_decimal_is_accepted(text):
    assert is_decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        "07",
        "-1",
        "+1",
        "1.",
        ".5",
        "1,5",
        "1e2",
        " 1",
        "1 ",
        "1\n",
        "1.5\n",
        "٣",
        "0x1",
        "NaN",
        "9" * (LONGEST + 1),
    ],
)
def test_anything_else_is_refused(text):
    assert not is_decimal(text)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("77.50", "77.5"), ("77.00", "77"), ("0.0", "0"), ("100", "100"), ("10.0", "10"), ("0.05", "0.05")],
)
def test_canonical_spelling_has_no_trailing_zeros(text, spelled):
    assert canonical(text) == spelled


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "expected"),
    [
        (125, 1000, 2, "0.13"),
        (135, 1000, 2, "0.14"),
        (1249, 10000, 2, "0.12"),
        (1, 2, 0, "1"),
        (5, 2, 0, "3"),
        (2, 3, 3, "0.667"),
        (0, 7, 2, "0.00"),
        (100, 1, 2, "100.00"),
        (99995, 1000, 2, "100.00"),
    ],
)
def test_rounding_is_half_up(numerator, denominator, decimals, expected):
    assert printed(half_up(numerator, denominator, decimals), decimals) == expected


@given(st.integers(0, 10**7), st.integers(0, 6), st.integers(0, 5))
def test_rounding_agrees_with_the_decimal_module(units, digits, decimals):
    number = Decimal(units).scaleb(-digits)
    expected = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert printed(half_up(units, 10**digits, decimals), decimals) == f"{expected:f}"


@given(st.integers(0, 10**6), st.integers(1, 10**4), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_unit(numerator, denominator, decimals):
    error = Fraction(half_up(numerator, denominator, decimals), 10**decimals) - Fraction(numerator, denominator)
    half = Fraction(1, 2 * 10**decimals)
    assert -half < error <= half


def test_a_sum_is_exact():
    with localcontext() as context:
        context.prec = 2
        assert total(["33.333333333333333333333333333333", "66.666666666666666666666666666667"]) == "100"
    assert total([]) == "0"
    assert total(["0.5", "0.25"]) == "0.75"


def test_shares_become_whole_numbers_over_one_denominator():
    assert parts_of_hundred({"a": "33.5", "b": "66.5"}) == ({"a": 335, "b": 665}, 1000)
