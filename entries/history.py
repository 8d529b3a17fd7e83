"""When a text is worth keeping before it is written over; pure."""

from collections import Counter
from datetime import datetime, timedelta

# Typing saves itself every few seconds. Two minutes are about forty words: who loses the way inside them remembers what
# stood there, and an hour of writing leaves thirty versions, which a person can still read through.
KEPT_EVERY = timedelta(minutes=2)
# What is gone at one stroke (a paragraph deleted, another text pasted over it) is kept at once.
MANY_WORDS = 40
LARGE_SHARE = 0.2
# A word that is being typed looks removed ("seha", then "sehat"): in a short text that alone would be a large share.
FEW_WORDS = 5


def removes_much(text: str, new_text: str) -> bool:
    """Whether much of `text` is missing from `new_text`; words that only move are not missing."""
    words = Counter(text.split())
    removed = (words - Counter(new_text.split())).total()
    return removed > MANY_WORDS or (removed >= FEW_WORDS and removed > LARGE_SHARE * words.total())


def is_worth_keeping(text: str, *, new_text: str, is_by_another: bool, kept_at: datetime | None, now: datetime) -> bool:
    """Whether the standing text is kept before the new one; `kept_at`: when the last kept one had been written."""
    if not text.strip() or text == new_text:
        return False
    return is_by_another or kept_at is None or now - kept_at >= KEPT_EVERY or removes_much(text, new_text)
