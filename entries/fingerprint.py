"""Texts that stand in one another: texts in, a few stable numbers and shared passages out; pure."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from entries.names import plain_words, sounding

# A shingle is so many words in a row; of so many shingles in a row one is kept (winnowing), so that
# WINDOW + SHINGLE - 1 words in a row that stand in both texts are always found.
SHINGLE, WINDOW = 4, 4
# Below so many shingles a text says too little to be compared.
SHORTEST = 30
# What so many other innovations say, and so large a part of all, is a formula and says nothing of any of them.
FORMULA_OTHERS, FORMULA_SHARE = 6, 0.02
# From here on so much of one text stands in the other that a person has to look.
LIKELY_SHARE = 45.0

TOKEN = re.compile(r"[^\W_]+(?:['’`.-][^\W_]+)*")
STOP_WORDS = frozenset({
    "yang", "dan", "di", "ke", "dari", "untuk", "dengan", "pada", "oleh", "bagi", "dalam", "ini", "itu", "adalah",
    "akan", "atau", "juga", "serta", "agar", "sebagai", "karena", "maka", "para", "telah", "sudah", "dapat", "bisa",
    "secara", "antara", "tersebut", "kami", "kita", "nya",
})  # fmt: skip


class Word(NamedTuple):
    """A word that carries meaning, and where it stands in the text."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Overlap:
    """How much of this text stands in the other and the other way round, in per cent."""

    here: float
    there: float

    @property
    def score(self) -> float:
        return max(self.here, self.there)


class Passage(NamedTuple):
    """A piece of a text; `is_shared` where it stands in the other text too."""

    text: str
    is_shared: bool


def fingerprint(texts: Iterable[str]) -> frozenset[int]:
    """A small part of the shingles of the texts, always the same part of the same passage; 32-bit numbers."""
    return frozenset(kept for text in texts for kept in _winnowed([_number(*each) for each in _shingles(text)]))


def overlaps[Key: Hashable](
    own: Collection[int], shared: Mapping[Key, Collection[int]], sizes: Mapping[Key, int], compared: int
) -> dict[Key, Overlap]:
    """How much is common to the text `own` and each other, without formulas; `compared` texts were there to compare.

    `shared` holds what each other has of `own`, `sizes` how much each has in all; who shares too little is left out.
    """
    seen = Counter(number for numbers in shared.values() for number in numbers)
    most = max(FORMULA_OTHERS, compared * FORMULA_SHARE)
    formulas = {number for number, others in seen.items() if others > most}
    telling = len(own) - len(formulas)
    found = {}
    for key, numbers in shared.items():
        both = len(numbers) - len(formulas.intersection(numbers))
        there = sizes[key] - (len(numbers) - both)
        if both >= SHORTEST:
            found[key] = Overlap(100 * both / telling, 100 * both / there)
    return found


def passages(text: str, others: Collection[str]) -> list[Passage]:
    """The text in pieces, those marked that stand in one of the others in nearly the same words, in any order."""
    known = {shingle for other in others for shingle in _shingles(other)}
    words = list(_words(text))
    marked = [False] * len(words)
    for place in range(len(words) - SHINGLE + 1):
        if tuple(word.stem for word in words[place : place + SHINGLE]) in known:
            marked[place : place + SHINGLE] = [True] * SHINGLE
    return list(_pieces(text, words, marked))


def shared_share(text: str, other: str) -> float:
    """How much of the text stands in the other, in per cent of its words."""
    known, words = set(_shingles(other)), [word.stem for word in _words(text)]
    covered: set[int] = set()
    for place in range(len(words) - SHINGLE + 1):
        if tuple(words[place : place + SHINGLE]) in known:
            covered.update(range(place, place + SHINGLE))
    return 100 * len(covered) / len(words) if words else 0.0


def _pieces(text: str, words: list[Word], marked: list[bool]) -> Iterator[Passage]:
    done = 0
    place = 0
    while place < len(words):
        end = place
        while end < len(words) and marked[end] == marked[place]:
            end += 1
        if marked[place]:
            start, stop = words[place].start, words[end - 1].end
            if start > done:
                yield Passage(text[done:start], False)
            yield Passage(text[start:stop], True)
            done = stop
        place = end
    if done < len(text):
        yield Passage(text[done:], False)


def _words(text: str) -> Iterator[Word]:
    """Words without numbers and without those that stand everywhere."""
    for found in TOKEN.finditer(text):
        stem = _stem(found[0])
        if stem:
            yield Word(stem, found.start(), found.end())


@lru_cache(maxsize=60_000)
def _stem(token: str) -> str:
    """The word in one spelling; "" where it says nothing."""
    parts = [part for part in plain_words(token) if not part.isdigit()]
    # "anak-anak" and "anak" are one.
    word = sounding("".join(dict.fromkeys(parts)))
    word = word.removesuffix("nya") if len(word) > len("nya") + 3 else word
    return "" if word in STOP_WORDS or len(word) < 2 else word


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.stem for word in _words(text)]
    return (tuple(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1))


def _number(*words: str) -> int:
    """Of a fixed size and the same on every machine."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=4).digest(), signed=True)


def _winnowed(numbers: list[int]) -> Iterator[int]:
    if len(numbers) <= WINDOW:
        yield from numbers
        return
    for place in range(len(numbers) - WINDOW + 1):
        yield min(numbers[place : place + WINDOW])
