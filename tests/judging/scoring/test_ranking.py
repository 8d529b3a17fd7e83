"""Rankings: tables of expected results."""

import json
import locale

import pytest

from judging.scoring import RULES_VERSION, BundleError, Placing, Result, rank, rank_text
from judging.scoring.bundle import load
from tests.judging.scoring.samples import final_plain, round_plain, sheet, tied_plain


def ranked(plain):
    return rank_text(json.dumps(plain))


def table(plain):
    return [
        (placing["entry"], placing["position"], placing["tied"], placing["advances"])
        for placing in ranked(plain)["placings"]
    ]


def test_the_example_of_the_rules():
    example = round_plain()
    example["entries"] = example["entries"][:1]
    example["sheets"] = example["sheets"][:2]
    example["cutoff"] = 6
    assert json.dumps(ranked(example)) == json.dumps(
        {
            "placings": [
                {
                    "entry": "001",
                    "score": "79.18",
                    "position": 1,
                    "tied": False,
                    "advances": True,
                    "judges": 1,
                    "per_instrument": {"kipp": "78.63", "kijb": "80.00"},
                    "per_judge": {"J1": "79.18"},
                }
            ],
            "open_ties": [],
        }
    )


def test_the_result_comes_in_frozen_dataclasses_too():
    result = rank(load(json.dumps(round_plain())))
    assert isinstance(result, Result)
    assert [placing.entry for placing in result.placings] == ["002", "001"]
    assert result.placings[1] == Placing(
        entry="001",
        score="79.18",
        position=2,
        tied=False,
        advances=False,
        judges=1,
        per_instrument={"kipp": "78.63", "kijb": "80.00"},
        per_judge={"J1": "79.18"},
    )
    assert result.open_ties == ()
    assert RULES_VERSION == "kiks-rules/1"


def test_the_mean_of_the_judges_is_rounded_once():
    plain = tied_plain({"001": "8.0004"})
    plain["sheets"] += [sheet("J2", "001", "kijb", baru="8.0007")]
    (placing,) = ranked(plain)["placings"]
    # 80.004 and 80.007: rounded before the mean they would give 80.005, that is 80.01 as well; the mean is 80.0055.
    assert (placing["score"], placing["per_judge"], placing["judges"]) == ("80.01", {"J1": "80.00", "J2": "80.01"}, 2)


def test_the_blend_is_not_made_of_rounded_instrument_scores():
    plain = round_plain()
    plain["instruments"][0]["share"] = plain["instruments"][1]["share"] = "50"
    plain["instruments"][0]["criteria"][1].pop("step")
    plain["entries"] = plain["entries"][:1]
    plain["sheets"] = [
        sheet("J1", "001", "kipp", ide="80.005", dampak="80.005"),
        sheet("J1", "001", "kijb", baru="8.0004"),
    ]
    (placing,) = ranked(plain)["placings"]
    # Of the rounded 80.01 and 80.00 it would be 80.01; exactly it is 80.0045.
    assert placing["per_instrument"] == {"kipp": "80.01", "kijb": "80.00"}
    assert placing["score"] == "80.00"


def test_a_weight_of_zero_still_breaks_a_tie():
    plain = round_plain()
    plain["instruments"][0]["criteria"][0]["weight"] = "0"
    plain["instruments"][0]["criteria"][1]["weight"] = "100"
    plain["tie_breakers"] = ["kipp.ide"]
    plain["sheets"][2]["marks"] = {"ide": "79.99", "dampak": "77.5"}
    plain["sheets"][3]["marks"] = {"baru": "8"}
    assert table(plain) == [("001", 1, False, True), ("002", 2, False, False)]


def test_tie_breakers_are_compared_in_their_order_and_rounded():
    plain = round_plain()
    plain["instruments"][0]["criteria"][0]["weight"] = plain["instruments"][0]["criteria"][1]["weight"] = "50"
    plain["sheets"][2]["marks"] = {"ide": "77.5", "dampak": "80"}
    plain["sheets"][3]["marks"] = {"baru": "8"}
    assert [row[0] for row in table(plain)] == ["002", "001"]
    plain["tie_breakers"].reverse()
    assert [row[0] for row in table(plain)] == ["001", "002"]
    plain["decimals"], plain["cutoff"] = 0, 2
    plain["sheets"][2]["marks"] = {"ide": "79.6", "dampak": "77.5"}
    assert table(plain) == [("001", 1, True, True), ("002", 1, True, True)]


@pytest.mark.parametrize(
    ("cutoff", "advances"),
    [
        (None, [False] * 5),
        (0, [False] * 5),
        (1, [True, None, None, None, False]),
        (2, [True, None, None, None, False]),
        (3, [True, None, None, None, False]),
        (4, [True, True, True, True, False]),
        (5, [True] * 5),
        (9, [True] * 5),
    ],
)
def test_a_tie_over_the_cut_leaves_it_open(cutoff, advances):
    plain = tied_plain({"005": "9", "002": "8", "003": "8", "001": "8", "004": "7"}, cutoff=cutoff)
    if cutoff == 1:
        advances = [True, False, False, False, False]
    found = ranked(plain)
    assert [placing["advances"] for placing in found["placings"]] == advances
    assert [placing["position"] for placing in found["placings"]] == [1, 2, 2, 2, 5]
    assert [placing["tied"] for placing in found["placings"]] == [False, True, True, True, False]
    assert [placing["entry"] for placing in found["placings"]] == ["005", "001", "002", "003", "004"]
    assert found["open_ties"] == [["001", "002", "003"]]


def test_positions_are_1_2_2_4():
    plain = tied_plain({"001": "9", "002": "8", "003": "8", "004": "7"})
    assert [row[1] for row in table(plain)] == [1, 2, 2, 4]


def test_a_settled_tie_has_positions_of_its_own():
    plain = tied_plain(
        {"001": "8", "002": "8", "003": "8", "004": "7", "005": "7"},
        cutoff=2,
        settled_ties=[{"order": ["003", "001", "002"], "by": "sidang pleno", "reason": ""}],
    )
    assert table(plain) == [
        ("003", 1, False, True),
        ("001", 2, False, True),
        ("002", 3, False, False),
        ("004", 4, True, False),
        ("005", 4, True, False),
    ]
    assert ranked(plain)["open_ties"] == [["004", "005"]]


def test_several_ties_are_listed_in_order_of_position():
    plain = tied_plain({"001": "7", "002": "9", "003": "7", "004": "9"}, cutoff=1)
    assert ranked(plain)["open_ties"] == [["002", "004"], ["001", "003"]]
    assert [row[3] for row in table(plain)] == [None, None, False, False]


def test_an_uncounted_sheet_changes_nothing():
    plain = round_plain()
    before = ranked(plain)
    plain["sheets"].append(
        {"judge": "J2", "entry": "001", "instrument": "kipp", "counted": False, "marks": {"ide": "0"}, "why": "recused"}
    )
    assert ranked(plain) == before


def test_a_final_blends_rounded_round_scores():
    assert json.dumps(ranked(final_plain())) == json.dumps(
        {
            "placings": [
                {
                    "entry": "002",
                    "score": "80.00",
                    "position": 1,
                    "tied": False,
                    "advances": True,
                    "per_round": {"desk": "76.00", "presentation": "86.00"},
                },
                {
                    "entry": "001",
                    "score": "80.00",
                    "position": 2,
                    "tied": False,
                    "advances": True,
                    "per_round": {"desk": "80.00", "presentation": "80.00"},
                },
                {
                    "entry": "003",
                    "score": "70.02",
                    "position": 3,
                    "tied": False,
                    "advances": True,
                    "per_round": {"desk": "70.00", "presentation": "70.05"},
                },
            ],
            "open_ties": [],
        }
    )


def test_the_final_alone_may_decide():
    plain = final_plain()
    plain["rounds"][0]["share"], plain["rounds"][1]["share"] = "0", "100"
    assert [(row["entry"], row["score"]) for row in ranked(plain)["placings"]] == [
        ("002", "86.00"),
        ("001", "80.00"),
        ("003", "70.05"),
    ]


def test_a_final_shares_and_settles_positions_too():
    plain = final_plain()
    plain["tie_breakers"] = []
    assert table(plain)[:2] == [("001", 1, True, True), ("002", 1, True, True)]
    plain["settled_ties"] = [{"order": ["002", "001"], "by": "sidang pleno", "reason": "kebaruan"}]
    assert table(plain)[:2] == [("002", 1, False, True), ("001", 2, False, True)]


def test_a_bundle_made_in_code_is_checked_before_it_is_ranked():
    broken = round_plain()
    broken["sheets"].pop()
    with pytest.raises(BundleError) as caught:
        rank_text(json.dumps(broken))
    assert caught.value.faults == (
        "entries[1]: lembar J1 untuk usulan 002, instrumen kijb, belum ada atau tidak dihitung",
    )
    sound = load(json.dumps(round_plain()))
    object.__setattr__(sound, "sheets", sound.sheets[:-1])
    with pytest.raises(BundleError) as caught_again:
        rank(sound)
    assert caught_again.value.faults == caught.value.faults


def test_the_locale_does_not_matter():
    before = ranked(round_plain())
    kept = locale.setlocale(locale.LC_ALL)
    for name in ("C", "C.UTF-8", "id_ID.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        assert ranked(round_plain()) == before
    locale.setlocale(locale.LC_ALL, kept)
