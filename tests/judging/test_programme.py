"""The programme, the lot and the clock of a day of presentations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.order_lot import commitment_of, drawn_order
from judging.programme import Pause, moved, programme, slots
from judging.stage_clock import Clock, Tone, shown

START = datetime(2026, 5, 4, 1, tzinfo=UTC)


def of(entries, pauses=None):
    return programme(entries, starts_at=START, presentation=7, interview=13, pauses=pauses or {})


def minutes(moment):
    return (moment - START) // timedelta(minutes=1)


def test_slots_follow_one_another_and_a_pause_moves_the_rest():
    found = of(["003", "001", "002"], {2: ("Rehat", 15)})
    assert [
        (item.entry, minutes(item.starts_at), minutes(item.ends_at)) for item in found if item not in found[2:3]
    ] == [
        ("003", 0, 20),
        ("001", 20, 40),
        ("002", 55, 75),
    ]
    assert found[2] == Pause(
        title="Rehat", after=2, starts_at=START + timedelta(minutes=40), ends_at=START + timedelta(minutes=55)
    )
    assert minutes(slots(found)["001"].interview_at) == 27


def test_a_pause_before_the_first_and_one_beyond_the_last():
    found = of(["001"], {0: ("Pembukaan", 30), 9: ("Penutupan", 10)})
    assert [minutes(item.starts_at) for item in found] == [0, 30, 50]
    assert [type(item).__name__ for item in found] == ["Pause", "Slot", "Pause"]


def test_nobody_presents():
    assert of([]) == []


@pytest.mark.parametrize(("to", "order"), [(1, "cab"), (2, "acb"), (3, "abc"), (9, "abc"), (0, "cab")])
def test_moving_one_keeps_the_order_of_the_others(to, order):
    assert moved("abc", "c", to) == list(order)


def test_moving_a_stranger_is_refused():
    with pytest.raises(ValueError, match="not in the order"):
        moved(["001"], "002", 1)


# Sorted by `printf 'benih:mawar:001' | sha256sum` and so on.
ORDER = ["001", "003", "002"]


def test_the_lot_is_repeated_from_seed_word_and_list():
    assert commitment_of("benih") == "f0c32f775d834634ab4743214b82a469be384c0218fca39820d53ad8e123a067"
    assert drawn_order("benih", "mawar", ["001", "002", "003"]) == drawn_order("benih", "mawar", ["003", "002", "001"])
    assert drawn_order("benih", "mawar", ["001", "002", "003"]) == ORDER


@given(st.text(max_size=20), st.sets(st.from_regex(r"[0-9]{3}", fullmatch=True), max_size=8))
def test_everybody_appears_once(seed, entries):
    assert sorted(drawn_order(seed, "", entries)) == sorted(entries)


def test_the_word_of_the_hall_changes_the_order():
    entries = [f"{number:03d}" for number in range(1, 7)]
    assert len({tuple(drawn_order("s", word, entries)) for word in "abcdefgh"}) > 1


CLOCK = Clock(started_at=START, carried=60, length=420, warning=120)


@pytest.mark.parametrize(
    ("seconds", "left", "tone"),
    [(0, 360, Tone.RUNNING), (239, 121, Tone.RUNNING), (240, 120, Tone.WARNING), (359, 1, Tone.WARNING)]
    + [(360, 0, Tone.OVERTIME), (402, -42, Tone.OVERTIME), (-30, 360, Tone.RUNNING)],
)
def test_the_clock(seconds, left, tone):
    now = START + timedelta(seconds=seconds)
    assert (CLOCK.remaining(now), CLOCK.tone(now)) == (left, tone)


def test_a_halted_clock_stands():
    halted = Clock(started_at=None, carried=90, length=420, warning=120)
    assert halted.remaining(START) == halted.remaining(START + timedelta(hours=1)) == 330
    assert halted.tone(START) == Tone.STILL
    assert Clock(started_at=None, carried=421, length=420, warning=120).tone(START) == Tone.OVERTIME


@pytest.mark.parametrize(("seconds", "text"), [(365, "6:05"), (0, "0:00"), (-42, "+0:42"), (-125, "+2:05")])
def test_the_digits(seconds, text):
    assert shown(seconds) == text
