"""What holds for every bundle: agreement with a naive second implementation, and what must not matter."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.scoring import rank, rank_text
from judging.scoring.bundle import dump, load
from judging.scoring.faults import Checker
from judging.scoring.round_grammar import RoundCheck
from tests.judging.scoring.naive import naive_final, naive_round
from tests.judging.scoring.samples import final_plains, round_plains

# Each draws whole bundles by the hundred.
pytestmark = pytest.mark.long

plains = round_plains() | final_plains()


def text_of(plain):
    return json.dumps(plain)


def naive(plain):
    return naive_round(plain) if plain["format"] == "kiks-round/1" else naive_final(plain)


@given(plains)
@settings(deadline=None, max_examples=200)
def test_every_digit_agrees_with_the_naive_implementation(plain):
    assert rank_text(text_of(plain)) == naive(plain)


@given(plains, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200)
def test_settled_ties_agree_too(plain, chance):
    ties = rank_text(text_of(plain))["open_ties"]
    settled = chance.sample(ties, chance.randint(0, len(ties)))
    plain["settled_ties"] = [
        {"order": chance.sample(tie, len(tie)), "by": "sidang pleno", "reason": ""} for tie in settled
    ]
    found = rank_text(text_of(plain))
    assert found == naive(plain)
    assert found["open_ties"] == [tie for tie in ties if tie not in settled]


@given(round_plains(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_entries_sheets_and_marks_does_not_matter(plain, chance):
    before = json.dumps(rank_text(text_of(plain)))
    chance.shuffle(plain["entries"])
    chance.shuffle(plain["sheets"])
    for sheet in plain["sheets"]:
        sheet["marks"] = dict(chance.sample(sorted(sheet["marks"].items()), len(sheet["marks"])))
    assert json.dumps(rank_text(text_of(plain))) == before


@given(round_plains())
@settings(deadline=None)
def test_the_labels_of_the_judges_do_not_matter(plain):
    before = rank_text(text_of(plain))
    names = {"J1": "J3", "J2": "J1", "J3": "J2"}
    for sheet in plain["sheets"]:
        sheet["judge"] = names[sheet["judge"]]
    for placing in before["placings"]:
        placing["per_judge"] = {names[judge]: score for judge, score in placing["per_judge"].items()}
    assert rank_text(text_of(plain)) == before


@given(plains)
@settings(deadline=None)
def test_positions_follow_the_sizes_of_the_groups(plain):
    placings = rank_text(text_of(plain))["placings"]
    assert [placing["position"] for placing in placings] == [
        1 + sum(other["position"] < placing["position"] for other in placings) for placing in placings
    ]
    assert all(
        placing["tied"] == (sum(other["position"] == placing["position"] for other in placings) > 1)
        for placing in placings
    )


@given(plains)
@settings(deadline=None)
def test_a_dumped_bundle_loads_to_the_same_result_and_text(plain):
    bundle = load(text_of(plain))
    text = dump(bundle)
    assert rank(load(text)) == rank(bundle)
    assert dump(load(text)) == text


@given(round_plains(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_a_dump_does_not_depend_on_the_order_of_its_parts(plain, chance):
    text = dump(load(text_of(plain)))
    chance.shuffle(plain["entries"])
    chance.shuffle(plain["sheets"])
    assert dump(load(text_of(plain))) == text


WRONG = [None, True, 1, 1.5, "", "x", "101", [], {}, {"x": "1"}, ["001"]]


@given(round_plains(), st.randoms(use_true_random=False), st.sampled_from(WRONG))
@settings(deadline=None, max_examples=300)
def test_the_quick_test_of_a_sheet_hides_no_fault(plain, chance, wrong):
    """Whatever is put into a sheet, the quick test lets pass only what the long way passes."""
    place = chance.choice(plain["sheets"])
    if chance.random() < 0.3:
        place = place["marks"]
    place[chance.choice([*place, "nonce", "lain"])] = wrong
    assert faults(plain) == faults(plain, slowly=True)


def faults(plain, slowly=False):
    checker = Checker()
    check = RoundCheck(checker, plain)
    if slowly:
        check._is_sound = lambda sheet: False
    check.run()
    return checker.faults
