"""What bin/bench makes of the times that it took."""

import pytest

from tests.bench import __main__ as bench
from tests.bench.measuring import Row, alternate, at_once, percentile


def row(ratio: float, target: float | None) -> Row:
    return Row("simpan", "lantai", 2.0, 2.0 * ratio, ratio, target)


def test_percentiles_are_times_that_were_measured():
    times = [float(number) for number in range(101, 0, -1)]
    assert (percentile(times, 0.5), percentile(times, 0.99), percentile([7.0], 0.99)) == (51.0, 100.0, 7.0)


def test_floor_and_act_alternate():
    done: list[str] = []
    floor, act, ratio = alternate(lambda: done.append("floor"), lambda: done.append("act"), rounds=3)
    assert done == ["floor", "act"] * 3
    assert min(floor, act, ratio) > 0


def test_acts_side_by_side_are_all_timed():
    done: list[int] = []
    times = at_once([lambda place=place: done.append(place) for place in range(3)], 4)
    assert (len(times), sorted(done)) == (12, sorted([0, 1, 2] * 4))


@pytest.mark.parametrize(("ratio", "target", "missed"), [(3.0, 3.0, False), (3.1, 3.0, True), (99.0, None, False)])
def test_a_target_is_missed_by_more_than_it_allows(ratio, target, missed):
    assert row(ratio, target).is_missed is missed


def test_a_line_shows_times_ratio_and_target():
    shown = bench.line(row(3.5, 10)).split()
    assert shown == ["simpan", "7.00", "lantai", "2.00", "3.50", "10"]
    assert bench.line(row(3.5, None)).split()[-1] == "-"
