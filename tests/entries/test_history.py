"""Which texts are kept before they are written over."""

from datetime import UTC, datetime, timedelta

import pytest

from entries.history import KEPT_EVERY, is_worth_keeping, removes_much

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HUNDRED = " ".join(f"kata{number}" for number in range(100))


def first(count: int) -> str:
    return " ".join(HUNDRED.split()[:count])


@pytest.mark.parametrize(
    ("text", "new_text", "much"),
    [
        (HUNDRED, HUNDRED, False),
        (HUNDRED, HUNDRED + " tambahan", False),
        (HUNDRED, first(80), False),  # a fifth, exactly
        (HUNDRED, first(79), True),
        (HUNDRED, "", True),
        (HUNDRED, " ".join(reversed(HUNDRED.split())), False),  # moved, not removed
        (HUNDRED, " ".join(f"lain{number}" for number in range(100)), True),  # as long, but another text
        (f"{HUNDRED} " * 4, f"{HUNDRED} " * 3 + first(60), False),  # forty words, exactly
        (f"{HUNDRED} " * 4, f"{HUNDRED} " * 3 + first(59), True),
        ("Warga seha", "Warga sehat", False),
        ("satu dua tiga empat", "", False),
        ("satu dua tiga empat lima", "", True),
        ("", "baru", False),
        ("sama sama sama sama sama", "sama", False),
        ("sama sama sama sama sama sama", "sama", True),
    ],
)
def test_removes_much(text, new_text, much):
    assert removes_much(text, new_text) is much


@pytest.mark.parametrize(
    ("text", "new_text", "is_by_another", "age", "kept"),
    [
        (HUNDRED, HUNDRED + " dan", False, timedelta(seconds=8), False),
        (HUNDRED, HUNDRED + " dan", True, timedelta(seconds=8), True),
        (HUNDRED, HUNDRED + " dan", False, KEPT_EVERY - timedelta(seconds=1), False),
        (HUNDRED, HUNDRED + " dan", False, KEPT_EVERY, True),
        (HUNDRED, HUNDRED + " dan", False, None, True),
        (HUNDRED, "", False, timedelta(seconds=1), True),
        (HUNDRED, HUNDRED, True, None, False),
        ("", HUNDRED, True, None, False),
        (" \n", HUNDRED, True, None, False),
    ],
)
def test_is_worth_keeping(text, new_text, is_by_another, age, kept):
    kept_at = None if age is None else NOW - age
    assert is_worth_keeping(text, new_text=new_text, is_by_another=is_by_another, kept_at=kept_at, now=NOW) is kept


def test_an_hour_of_typing_leaves_about_thirty_versions_and_never_loses_more_than_two_minutes():
    kept, text = [], ""
    for second in range(0, 3600, 5):
        now, new_text = NOW + timedelta(seconds=second), f"{text} kata{second}"
        written_at = now - timedelta(seconds=5)
        if is_worth_keeping(text, new_text=new_text, is_by_another=False, kept_at=kept[-1] if kept else None, now=now):
            kept.append(written_at)
        text = new_text
    assert 25 <= len(kept) <= 32
    assert max(later - earlier for earlier, later in zip(kept, kept[1:], strict=False)) <= KEPT_EVERY
