"""Balanced assignment: tables, refusals, and that nothing more even exists."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.assignment import AssignmentError, assign, reading_order

JUDGES = ["J1", "J2", "J3"]
ENTRIES = ["001", "002", "003", "004"]


def loads(pairs, judges):
    return sorted(sum(judge == given for given, _ in pairs) for judge in judges)


def test_every_judge_for_every_entry_without_a_conflict():
    pairs = assign(JUDGES, ENTRIES, {("J2", "003")}, None, [], "a")
    assert pairs == [(judge, entry) for entry in ENTRIES for judge in JUDGES if (judge, entry) != ("J2", "003")]


@pytest.mark.parametrize("per_entry", [1, 2, 3])
def test_loads_differ_by_at_most_one(per_entry):
    pairs = assign(JUDGES, ENTRIES, [], per_entry, [], "a")
    assert len(pairs) == len(set(pairs)) == 4 * per_entry
    assert {entry: sum(entry == given for _, given in pairs) for entry in ENTRIES} == dict.fromkeys(ENTRIES, per_entry)
    spread = loads(pairs, JUDGES)
    assert spread[-1] - spread[0] <= 1


def test_the_order_of_the_arguments_does_not_matter_but_the_seed_does():
    entries = [f"{number:03}" for number in range(20)]
    conflicts = [("J1", "003"), ("J2", "004")]
    kept = [("J3", "001"), ("J1", "002")]
    first = assign(JUDGES, entries, conflicts, 2, kept, "a")
    assert assign(JUDGES[::-1], entries[::-1], conflicts[::-1], 2, kept[::-1], "a") == first
    assert assign(JUDGES, entries, conflicts, 2, kept, "b") != first


def test_the_draw_of_a_seed_never_changes():
    assert assign(JUDGES, ENTRIES, [], 1, [], "kiks-2026") == [
        ("J2", "001"),
        ("J3", "002"),
        ("J1", "003"),
        ("J1", "004"),
    ]


def test_existing_pairs_are_kept_and_counted():
    kept = [("J1", "001"), ("J1", "002"), ("J1", "003")]
    pairs = assign(JUDGES, ENTRIES, [], 1, kept, "a")
    assert set(kept) < set(pairs)
    assert len(pairs) == 4
    assert ("J1", "004") not in pairs
    assert assign(JUDGES, ["001"], [], 1, [("J1", "001"), ("J2", "001")], "a") == [("J1", "001"), ("J2", "001")]


def test_load_travels_over_a_judge_in_between():
    """Only 003 may go to J3: where J2 has it and J1 too much, J2 takes one from J1 and hands 003 on."""
    barred = [("J3", "001"), ("J3", "002"), ("J3", "004"), ("J2", "004")]
    for seed in "abcdefgh":
        assert loads(assign(JUDGES, ENTRIES, barred, 1, [], seed), JUDGES) == [1, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            (JUDGES, ["001"], [("J1", "001")], 3, []),
            "Usulan 001 memerlukan 3 juri, tetapi hanya 2 juri yang tidak memiliki benturan kepentingan."
            " Tambah juri atau kurangi jumlah juri per usulan.",
        ),
        (
            (["J1"], ["001"], [("J1", "001")], None, []),
            "Usulan 001 memerlukan 1 juri, tetapi hanya 0 juri yang tidak memiliki benturan kepentingan."
            " Tambah juri atau kurangi jumlah juri per usulan.",
        ),
        (
            (JUDGES, ["001"], [], 1, [("J9", "001")]),
            "Penugasan J9 untuk usulan 001 tidak dikenal pada babak ini.",
        ),
        (
            (JUDGES, ["001"], [], 1, [("J1", "009")]),
            "Penugasan J1 untuk usulan 009 tidak dikenal pada babak ini.",
        ),
        (
            (JUDGES, ["001"], [("J1", "001")], 1, [("J1", "001")]),
            "J1 sudah ditugaskan menilai usulan 001, padahal tercatat memiliki benturan kepentingan.",
        ),
    ],
)
def test_what_is_impossible_is_said(arguments, sentence):
    with pytest.raises(AssignmentError) as caught:
        assign(*arguments, "a")
    assert str(caught.value) == sentence


def test_no_entries_need_no_judges():
    assert assign([], [], [], 2, [], "a") == []


def test_expertise_decides_where_the_loads_are_even_anyway():
    experts = {("J1", "001"), ("J2", "002"), ("J3", "003"), ("J1", "004")}
    for seed in "abcdefgh":
        assert set(assign(JUDGES, ENTRIES, [], 1, [], seed, preferred=experts)) == experts


def test_expertise_never_burdens_one_judge_more():
    experts = {("J1", entry) for entry in ENTRIES}
    for seed in "abcdefgh":
        pairs = assign(JUDGES, ENTRIES, [], 1, [], seed, preferred=experts)
        assert loads(pairs, JUDGES) == [1, 1, 2]
        assert len(experts & set(pairs)) == 2


def test_standing_pairs_move_only_as_far_as_the_loads_ask():
    """J1 stepped back from 001: its entry goes on, and J1 gets one of another judge, so that the loads are even."""
    standing = {("J1", "002"), ("J2", "003"), ("J2", "004"), ("J3", "005"), ("J3", "006")}
    entries = [f"{number:03}" for number in range(1, 7)]
    for seed in "abcdefgh":
        pairs = set(assign(JUDGES, entries, [("J1", "001")], 1, [], seed, standing=standing))
        assert loads(pairs, JUDGES) == [2, 2, 2]
        assert len(standing - pairs) == 1


def test_a_kept_pair_never_moves_even_where_a_standing_one_would():
    kept = {("J2", "001"), ("J2", "002"), ("J2", "003")}
    assert kept < set(assign(JUDGES, ENTRIES, [], 1, kept, "a", standing=[("J2", "004")]))
    assert ("J2", "004") not in assign(JUDGES, ENTRIES, [], 1, kept, "a", standing=[("J2", "004")])


def evenness(pairs, judges):
    return sum(load * load for load in loads(pairs, judges))


def every_assignment(judges, entries, conflicts, per_entry, facts):
    """All assignments that hold the kept pairs and give no entry more judges than it must have."""
    choices = []
    for entry in entries:
        have = {judge for judge, other in facts["kept"] if other == entry}
        there = have | {judge for judge, other in facts["standing"] if other == entry}
        free = [judge for judge in judges if judge not in have and (judge, entry) not in conflicts]
        missing = max(per_entry, len(there)) - len(have)
        choices.append([[(judge, entry) for judge in {*have, *more}] for more in combinations(free, missing)])
    for parts in product(*choices):
        yield [pair for part in parts for pair in part]


@pytest.mark.long
@given(st.data())
@settings(deadline=None, max_examples=150)
def test_no_other_assignment_is_more_even_or_as_even_and_better(data):
    """Evenness first, then the standing pairs, then expertise: against all assignments that there are."""
    judges, entries = JUDGES[: data.draw(st.integers(1, 3))], ENTRIES[: data.draw(st.integers(0, 4))]
    every_pair = list(product(judges, entries))
    conflicts = data.draw(st.sets(st.sampled_from(every_pair))) if every_pair else set()
    facts = {
        name: {pair for pair in every_pair if pair not in conflicts and data.draw(st.booleans())}
        for name in ("kept", "standing", "preferred")
    }
    facts["standing"] -= facts["kept"]
    per_entry, seed = data.draw(st.integers(1, len(judges))), data.draw(st.text(max_size=2))

    def draw():
        return assign(
            judges,
            entries,
            conflicts,
            per_entry,
            facts["kept"],
            seed,
            standing=facts["standing"],
            preferred=facts["preferred"],
        )

    def worth(pairs):
        held, liked = facts["standing"] & set(pairs), facts["preferred"] & set(pairs)
        return evenness(pairs, judges), -len(held), -len(liked)

    try:
        pairs = draw()
    except AssignmentError:
        assert any(sum((judge, entry) not in conflicts for judge in judges) < per_entry for entry in entries)
        return
    assert pairs == draw()
    assert facts["kept"] <= set(pairs)
    assert not conflicts & set(pairs)
    assert worth(pairs) == min(worth(other) for other in every_assignment(judges, entries, conflicts, per_entry, facts))


@given(st.integers(3, 7), st.integers(1, 30), st.integers(1, 3), st.text(max_size=3))
@settings(deadline=None, max_examples=30)
def test_without_conflicts_loads_differ_by_at_most_one_however_the_seed_falls(count, size, per_entry, seed):
    judges, entries = [f"J{number}" for number in range(count)], [f"{number:03}" for number in range(size)]
    experts = {(judge, entry) for judge in judges[:2] for entry in entries[::2]}
    spread = loads(assign(judges, entries, [], per_entry, [], seed, preferred=experts), judges)
    assert spread[-1] - spread[0] <= 1


def test_every_judge_reads_in_an_order_of_their_own_that_stays():
    entries = [f"{number:03}" for number in range(10)]
    order = reading_order("a", "J1", entries)
    assert sorted(order) == entries
    assert order == reading_order("a", "J1", reversed(entries))
    assert order != reading_order("a", "J2", entries)
    assert order != reading_order("b", "J1", entries)
    assert [entry for entry in reading_order("a", "J1", [*entries, "010"]) if entry != "010"] == order
