"""Marks as judges type them."""

import pytest

from judging.scoring import MarkProblem, canonical_mark, mark_problem


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("77,50", "77.5"), ("77.50", "77.5"), ("80", "80"), (" 8,0 ", "8"), ("0", "0"), ("0,05", "0.05"), ("100", "100")],
)
def test_comma_and_point_give_the_same_mark(typed, mark):
    assert canonical_mark(typed) == mark


@pytest.mark.parametrize(
    "typed", ["", " ", "-1", "1.000,5", "1,2,3", "7 5", "08", ",5", "5,", "1e1", "tujuh", "NaN", "٧"]
)
def test_what_is_no_plain_decimal_is_refused(typed):
    with pytest.raises(ValueError, match="^" if not typed else None):
        canonical_mark(typed)


@pytest.mark.parametrize(
    ("mark", "maximum", "step", "problem"),
    [
        ("100", "100", None, None),
        ("100.01", "100", None, MarkProblem.ABOVE_MAX),
        ("0", "100", "1", None),
        ("77.5", "100", "0.5", None),
        ("77.5", "100", "1", MarkProblem.OFF_STEP),
        ("0.3", "1", "0.1", None),
        ("101", "100", "2", MarkProblem.ABOVE_MAX),
        ("7.5", "7.5", "2.5", None),
    ],
)
def test_a_mark_is_held_against_max_and_step(mark, maximum, step, problem):
    assert mark_problem(mark, maximum, step) is problem
