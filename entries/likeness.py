"""Innovations that are most likely one and the same under two names; names in, scores out; pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from entries.names import sounding_words

# From here on two innovations are a likely twin; a person decides, so a doubtful pair is rather shown.
LIKELY = 80.0
SAME_NAME, SAME_STEM, SLIP, ACRONYM = 100.0, 95.0, 90.0, 82.0
HIGHEST_OF_TEXTS, ALL_BUT_SPELLING = 94.0, 88.0
MOST = 5

LINKS = frozenset({
    "dan", "di", "ke", "dari", "untuk", "yang", "dengan", "bagi", "oleh", "pada", "si", "para", "secara",
})  # fmt: skip
# Words that nearly every proposal has say little about which one it is.
COMMON = frozenset({
    "sistem", "informasi", "pelayanan", "layanan", "aplikasi", "inovasi", "program", "gerakan", "online", "daring",
    "digital", "elektronik", "terpadu", "masyarakat", "warga", "kota", "sukabumi", "berbasis", "melalui", "cepat",
    "mandiri", "bersama", "kesehatan", "pendidikan", "kelurahan", "kecamatan", "puskesmas", "sekolah", "dinas",
    "daerah", "anak", "ibu", "desa",
})  # fmt: skip
COMMON_WEIGHT = 0.35
# What a renewed innovation carries behind its old name.
SEQUELS = frozenset({
    "plus", "baru", "next", "gen", "versi", "v", "jilid", "pro", "reborn", "lanjutan", "ii", "iii", "iv",
})  # fmt: skip
SHORTEST_STEM = 4
SHORTEST_ACRONYM, LONGEST_ACRONYM = 4, 14


@dataclass(frozen=True)
class Known[Key: Hashable]:
    """An innovation as it is recorded."""

    key: Key
    short_name: str
    expansion: str = ""


@dataclass(frozen=True)
class Twin[Key: Hashable]:
    key: Key
    score: float


class Title(NamedTuple):
    """One text that names an innovation, taken apart."""

    words: tuple[str, ...]
    core: str  # all words run together
    stem: str  # without numbers and what says "the new one"
    telling: frozenset[str]  # the words that carry meaning
    weight: float

    @property
    def is_sentence(self) -> bool:
        return len(self.telling) > 1

    @property
    def is_common(self) -> bool:
        """Whether it has no word of its own: "Inovasi 2" says as little of an innovation as "Inovasi 3"."""
        return self.telling <= COMMON


def twins[Key: Hashable](
    short_name: str, expansion: str, known: Iterable[Known[Key]], most: int = MOST
) -> list[Twin[Key]]:
    """Those of `known` that are likely the innovation so named, the likeliest first."""
    known = list(known)
    parts = titles([short_name, expansion, *(text for each in known for text in (each.short_name, each.expansion))])
    own = _said(short_name, expansion, parts)
    scored = [
        (_likeness(own, _said(other.short_name, other.expansion, parts)), place, other.key)
        for place, other in enumerate(known)
    ]
    likely = sorted(row for row in scored if row[0] >= LIKELY)
    return [Twin(key, round(score, 1)) for score, _, key in sorted(likely, key=lambda row: (-row[0], row[1]))[:most]]


def likeness(short_name: str, expansion: str, other_short: str, other_expansion: str) -> float:
    """How surely the two are one innovation, up to 100; 0 where nothing speaks for it."""
    parts = titles([short_name, expansion, other_short, other_expansion])
    return _likeness(_said(short_name, expansion, parts), _said(other_short, other_expansion, parts))


def _said(short_name: str, expansion: str, parts: Mapping[str, Title]) -> list[Title]:
    """The name and, where there is one, what it stands for."""
    return [parts[short_name], parts[expansion]] if expansion else [parts[short_name]]


def _likeness(texts: Sequence[Title], other_texts: Sequence[Title]) -> float:
    name, other = texts[0], other_texts[0]
    if not name.core or not other.core:
        return 0.0
    by_name, by_text = _names(name, other), _texts(texts, other_texts)
    is_explained, other_is = len(texts) > 1, len(other_texts) > 1
    if by_name == SLIP and is_explained and other_is and by_text < LIKELY / 2:
        # "Sicepot" and "Sicepat" that stand for different things.
        by_name = 0.0
    best = max(by_name, by_text)
    if best >= ACRONYM:
        return best
    # An acronym whose meaning is given is compared by its meaning.
    is_acronym = (not is_explained and _unfolds(name, other_texts)) or (not other_is and _unfolds(other, texts))
    return ACRONYM if is_acronym else best


def titles(texts: Iterable[str]) -> dict[str, Title]:
    """Every text taken apart, the new ones in one pass: a year's names are read once, not one by one."""
    wanted = dict.fromkeys(texts)
    found = {text: known for text in wanted if (known := _read.get(text))}
    new = [text for text in wanted if text not in found]
    if len(_read) + len(new) > MOST_READ:
        _read.clear()
    made = {text: _title(words) for text, words in zip(new, sounding_words(new), strict=True)} if new else {}
    _read.update(made)
    return found | made


# Of all threads: whoever clears it takes nothing from one that has found its texts already.
_read: dict[str, Title] = {}
MOST_READ = 40_000


def forget() -> None:
    """As if no text had been read yet."""
    _read.clear()


def _title(words: list[str]) -> Title:
    own = [word for word in words if not word.isdigit() and word not in SEQUELS]
    telling = frozenset(own) - LINKS
    return Title(tuple(words), "".join(words), "".join(own), telling, _weight(telling))


def _names(one: Title, other: Title) -> float:
    if one.core == other.core:
        return SAME_NAME
    if one.is_common or other.is_common:
        return 0.0
    if one.stem == other.stem:
        return SAME_STEM if len(one.stem) >= SHORTEST_STEM else 0.0
    shortest = min(len(one.stem), len(other.stem))
    forgiven = 0 if shortest < 6 else 1 if shortest < 12 else 2
    if abs(len(one.stem) - len(other.stem)) > forgiven:
        return 0.0
    return SLIP if OSA.distance(one.stem, other.stem, score_cutoff=forgiven) <= forgiven else 0.0


def _texts(texts: Sequence[Title], others: Sequence[Title]) -> float:
    """Two explanations in nearly the same words, in whatever order."""
    return max([_shared(one, other) for one in texts for other in others])


def _shared(one: Title, other: Title) -> float:
    # Asked of every pair, and nearly always the end of it.
    if one.telling.isdisjoint(other.telling):
        return 0.0
    if not (one.is_sentence and other.is_sentence) or one.is_common or other.is_common:
        return 0.0
    shared = one.telling & other.telling
    # The share of the words that both have, then with slips of the pen, which costs more and is rarely asked.
    weight = _weight(shared)
    score = 100 * weight / (one.weight + other.weight - weight)
    if LIKELY > score >= LIKELY / 2:
        by_word = fuzz.ratio(" ".join(sorted(one.telling)), " ".join(sorted(other.telling)))
        spelt = max(by_word, fuzz.ratio(one.core, other.core))
        score = max(score, spelt if spelt >= ALL_BUT_SPELLING else 0.0)
    return min(score, HIGHEST_OF_TEXTS)


def _weight(words: frozenset[str]) -> float:
    if words.isdisjoint(COMMON):
        return float(len(words))
    return sum(COMMON_WEIGHT if word in COMMON else 1.0 for word in words)


def _unfolds(name: Title, texts: Sequence[Title]) -> bool:
    """Whether the name is made of pieces of one of the texts: "Cendol" of "Cerita dan Dongeng Online"."""
    letters = name.core
    if len(name.words) > 3 or not SHORTEST_ACRONYM <= len(letters) <= LONGEST_ACRONYM:
        return False
    # Whatever the pieces are, their letters stand in the text in this order.
    return any(
        text.is_sentence and text.core != letters and _runs_through(letters, text.core) and _made_of(letters, text)
        for text in texts
    )


@lru_cache(maxsize=40_000)
def _made_of(letters: str, text: Title) -> bool:
    words = [word for word in text.words if not word.isdigit()]
    if letters[0] not in words[0]:
        return False
    # Of four words and more one may be missing from the acronym.
    missing = 1 if sum(word not in LINKS for word in words) > 3 else 0
    places = {(0, 0)}  # letters used up, words left out
    for word in words:
        places = {
            (used, left_out)
            for start, skipped in places
            for used, left_out in _after(letters, start, skipped, word)
            if left_out <= missing
        }
    return any(used == len(letters) for used, _ in places)


def _after(letters: str, start: int, skipped: int, word: str) -> Iterable[tuple[int, int]]:
    """Where the acronym may stand once this word has given what it gives."""
    is_link = word in LINKS
    yield start, skipped + (not is_link)
    for end in range(start + 1, min(len(letters), start + len(word)) + 1):
        piece = letters[start:end]
        if is_link:
            fits = piece in word
        else:
            fits = (piece[0] == word[0] and _runs_through(piece, word)) or (len(piece) > 2 and piece in word)
        if fits:
            yield end, skipped


def _runs_through(piece: str, word: str) -> bool:
    """The letters of the piece stand in the word in this order."""
    rest = iter(word)
    return all(letter in rest for letter in piece)
