"""Totals on the scoring screen while marks are still missing."""

import pytest

from judging.scoring import LiveInstrument, LiveTotals, live_totals
from judging.scoring.bundle import Criterion, Instrument

KIPP = Instrument(
    code="kipp",
    name="KIPP",
    share="60",
    criteria=(
        Criterion(code="ide", name="Ide", weight="45", max="100"),
        Criterion(code="dampak", name="Dampak", weight="55", max="100"),
    ),
)
KIJB = Instrument(
    code="kijb", name="KIJB", share="40", criteria=(Criterion(code="baru", name="Baru", weight="100", max="10"),)
)


def test_nothing_marked_yet():
    assert live_totals([KIPP, KIJB], {}) == LiveTotals(
        instruments={
            "kipp": LiveInstrument(so_far="0.00", score=None, given=0, required=2),
            "kijb": LiveInstrument(so_far="0.00", score=None, given=0, required=1),
        },
        blended=None,
    )


def test_a_partial_sheet_has_a_sum_but_no_score():
    totals = live_totals([KIPP, KIJB], {"kipp": {"ide": "80.5"}, "kijb": {"baru": "8"}})
    assert totals.instruments["kipp"] == LiveInstrument(so_far="36.23", score=None, given=1, required=2)
    assert totals.instruments["kijb"] == LiveInstrument(so_far="80.00", score="80.00", given=1, required=1)
    assert totals.blended is None


def test_complete_sheets_give_the_judge_s_own_blended_figure():
    totals = live_totals([KIPP, KIJB], {"kipp": {"ide": "80", "dampak": "77.5"}, "kijb": {"baru": "8"}})
    assert [sheet.score for sheet in totals.instruments.values()] == ["78.63", "80.00"]
    assert totals.blended == "79.18"


def test_decimals_are_the_round_s():
    assert live_totals([KIJB], {"kijb": {"baru": "8"}}, 0).instruments["kijb"].score == "80"


def test_a_mark_of_an_unknown_criterion_is_no_mark():
    with pytest.raises(KeyError):
        live_totals([KIJB], {"kijb": {"lain": "8"}})
    with pytest.raises(KeyError):
        live_totals([KIJB], {"lain": {}})
