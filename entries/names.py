"""Names of service units: what two spellings have in common, and which known names somebody may mean."""

import re
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

# Phrases first, single words afterwards; both are written the way `plain_words` leaves them.
PHRASES = {
    "pusat kesehatan masyarakat": "puskesmas",
    "unit pelaksana teknis daerah": "uptd",
    "unit pelaksana teknis": "uptd",
    "rumah sakit umum daerah": "rsud",
    "laboratorium kesehatan daerah": "labkesda",
    "sekolah dasar": "sd",
    "sekolah menengah pertama": "smp",
    "sekolah menengah atas": "sma",
    "sekolah menengah kejuruan": "smk",
    "taman kanak kanak": "tk",
    "satpol pp": "satuan polisi pamong praja",
    "perusahaan daerah air minum": "pdam",
    "perusahaan umum daerah": "perumda",
    "badan usaha milik daerah": "bumd",
    "rumah potong hewan": "rph",
}
WORDS = {
    "kel": "kelurahan",
    "kec": "kecamatan",
    "pkm": "puskesmas",
    "pusk": "puskesmas",
    "puskes": "puskesmas",
    "upt": "uptd",
    "sdn": "sd negeri",
    "smpn": "smp negeri",
    "sman": "sma negeri",
    "smkn": "smk negeri",
    "tkn": "tk negeri",
    "negri": "negeri",
    "setda": "sekretariat daerah",
    "setwan": "sekretariat dprd",
    "lab": "laboratorium",
    "satpol": "satuan polisi pamong praja",
}
SCHOOLS = frozenset({"sd", "smp", "sma", "smk", "tk", "paud", "skb", "sdlb", "slb"})
KINDS = SCHOOLS | {
    "kelurahan", "kecamatan", "puskesmas", "uptd", "rsud", "dinas", "badan", "sekretariat", "laboratorium", "perumda",
    "pdam", "bumd", "rph", "bagian", "satuan",
}  # fmt: skip
OF_ITS_OWN = KINDS | {"labkesda"}
FILLERS = frozenset({"dan", "di", "kota", "pemerintah", "pemkot"})
# Behind these a name only says where the unit belongs: "SMPN 8 pada Dinas Pendidikan".
BELONGING = frozenset({"pada", "dinas", "kecamatan"})
ROMAN = re.compile(r"x{0,3}(ix|iv|v?i{0,3})")
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
# How the same sound was or is written; a double letter says no more than a single one.
SOUNDS = (("oe", "u"), ("tj", "c"), ("dj", "j"))
# Between names that are read in one pass: in no word, and no white space.
END = "\0"

SAME = 100.0
GOOD_ENOUGH = 62.0
OTHER_KIND = 30.0
OTHER_NUMBER = 25.0


@dataclass(frozen=True)
class Name:
    """A name taken apart: what kind of unit it says, its own words, its numbers."""

    kind: str
    words: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def core(self) -> str:
        """The own words run together: "Jaya Mekar" and "Jayamekar" are one."""
        return sounding("".join(self.words))

    @property
    def bag(self) -> frozenset[str]:
        return frozenset(sounding(word) for word in self.words)


@dataclass(frozen=True)
class Candidate[Key: Hashable]:
    """Something that has names: the one it bears and those by which it is also found."""

    key: Key
    names: tuple[str, ...]


@dataclass(frozen=True)
class Match[Key: Hashable]:
    key: Key
    name: str
    score: float


@lru_cache(maxsize=20_000)
def parse(name: str) -> Name:
    """Take a name apart, whatever its case, spaces, punctuation, diacritics and abbreviations."""
    words = _significant(_expanded(plain_words(name)))
    kind = words[0] if words and words[0] in KINDS else ""
    rest = words[1:] if kind else words
    if kind in SCHOOLS:
        rest = [word for word in rest if word not in ("negeri", "n")]
    numbers = [(word, _number(word, is_first=not kind and position == 0)) for position, word in enumerate(rest)]
    return Name(
        kind=kind,
        words=tuple(word for word, number in numbers if number is None),
        numbers=tuple(number for _, number in numbers if number is not None),
    )


def normalised(name: str) -> str:
    """One text for all spellings of a name."""
    parsed = parse(name)
    return " ".join([parsed.kind, parsed.core, *map(str, parsed.numbers)]).strip()


def is_same(one: str, other: str) -> bool:
    """Whether the two differ in nothing but spelling."""
    return normalised(one) == normalised(other) != ""


def is_duplicate(one: str, other: str) -> bool:
    """Whether the two most likely name one unit: the same but for a slip of the pen or a kind that was left out.

    Other numbers and other kinds are other units, and a kind alone ("puskesmas") is no name.
    """
    first, second = parse(one), parse(other)
    if first.numbers != second.numbers or (first.kind and second.kind and first.kind != second.kind):
        return False
    if not first.words or not second.words:
        return first == second and first.numbers != ()
    return first.bag == second.bag or _slips(first.core, second.core) <= _forgiven(first.core, second.core)


def likely[Key: Hashable](name: str, candidates: Iterable[Candidate[Key]], limit: int = 8) -> list[Match[Key]]:
    """What somebody who types `name` may mean, the most likely first; half a name is enough."""
    wanted = parse(name)
    if not (wanted.kind or wanted.words or wanted.numbers):
        return []
    found = []
    for candidate in candidates:
        scored = [(_score(wanted, parse(known)), known) for known in candidate.names]
        score, known = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
        if score >= GOOD_ENOUGH:
            found.append(Match(candidate.key, known, score))
    return sorted(found, key=lambda match: (-match.score, match.name))[:limit]


def _score(wanted: Name, known: Name) -> float:
    """How well `known` answers what was typed, up to 100."""
    score = _likeness(wanted, known)
    if wanted.kind and known.kind and not known.kind.startswith(wanted.kind) and wanted.kind != known.kind:
        score -= OTHER_KIND
    if wanted.numbers and wanted.numbers != known.numbers[: len(wanted.numbers)]:
        score -= OTHER_NUMBER
    return score


def _likeness(wanted: Name, known: Name) -> float:
    if not wanted.words:
        return SAME - 10 if not wanted.kind or wanted.kind == known.kind else 0.0
    typed, core = wanted.core, known.core
    if typed == core:
        return SAME
    # What is typed last may be half a word: also the kind may still be one ("pusk", "kelur").
    if not wanted.kind and len(wanted.words) == 1 and len(typed) > 1 and known.kind.startswith(typed):
        return SAME - 10
    if core.startswith(typed):
        return SAME - 5
    if len(typed) > 2 and typed in core:
        return SAME - 12
    whole = fuzz.ratio(typed, core)
    beginning = fuzz.ratio(typed, core[: len(typed)]) - 8 if len(typed) > 3 else 0.0
    return max(whole, beginning, fuzz.token_set_ratio(" ".join(wanted.words), " ".join(known.words)) - 10)


def _slips(one: str, other: str) -> int:
    return OSA.distance(one, other)


def _forgiven(one: str, other: str) -> int:
    """How many letters may be wrong: none in a short name, where another letter is another place."""
    shortest = min(len(one), len(other))
    return 0 if shortest < 6 else 1 if shortest < 12 else 2


def plain_words(name: str) -> list[str]:
    """Small letters and digits, split where one meets the other; initials with dots ("S.H.") become one word."""
    return re.findall(r"[^\W\d_]+|\d+", _plain(name))


def sounding_words(names: Iterable[str]) -> list[list[str]]:
    """The plain words of each name, each as it sounds; thousands of names in one pass over one text."""
    letters = _plain(END.join(name.replace(END, ",") for name in names))
    words = " ".join(re.findall(rf"[^\W\d_]+|\d+|{END}", letters))
    return [each.split() for each in _as_it_sounds(words).split(END)]


def _plain(name: str) -> str:
    letters = name.replace("&", " dan ").casefold()
    if not letters.isascii():
        letters = END.join(part if part.isascii() else _unaccented(part) for part in letters.split(END))
    letters = re.sub(r"\b([a-z])\.\s?(?=[a-z]\b)", r"\1", letters)
    return re.sub(r"['’`]", "", letters)


def _unaccented(letters: str) -> str:
    letters = unicodedata.normalize("NFKD", letters).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _expanded(words: list[str]) -> list[str]:
    text = f" {' '.join(words)} "
    for phrase, short in PHRASES.items():
        text = text.replace(f" {phrase} ", f" {short} ")
    return " ".join(WORDS.get(word, word) for word in text.split()).split()


def _significant(words: list[str]) -> list[str]:
    """Without what only says where a unit belongs: the city, the agency, the office that runs it."""
    text = " ".join(words).replace("kota sukabumi", "kota")
    words = [word for word in text.split() if word not in FILLERS]
    # "UPTD Puskesmas Tipar" is how an office calls Puskesmas Tipar.
    while len(words) > 1 and words[0] == "uptd" and words[1] in OF_ITS_OWN:
        words = words[1:]
    end = next((place for place, word in enumerate(words) if place > 0 and word in BELONGING), len(words))
    return words[:end]


def _number(word: str, *, is_first: bool) -> int | None:
    """The number that a word is, in arabic or (never as the first word) roman figures."""
    if word.isdigit():
        return int(word)
    if is_first or not ROMAN.fullmatch(word):
        return None
    values = [ROMAN_VALUES[letter] for letter in word]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


@lru_cache(maxsize=60_000)
def sounding(text: str) -> str:
    return _as_it_sounds(text)


def _as_it_sounds(text: str) -> str:
    for old, new in SOUNDS:
        text = text.replace(old, new)
    # A digit counts as often as it stands: 322 is not 32.
    return re.sub(r"(\D)\1+", r"\1", text)
