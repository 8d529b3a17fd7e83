"""Texts that stand in one another are found, whatever was moved or reworded; formulas and short texts say nothing."""

import random
import subprocess
import sys
from pathlib import Path

from entries.fingerprint import LIKELY_SHARE, SHORTEST, fingerprint, overlaps, passages, shared_share

SYLLABLES = ["ba", "ci", "du", "fe", "go", "ha", "ji", "ku", "le", "mo", "na", "pi", "ru", "se", "to", "wa"]


def chance(seed):
    return random.Random(seed)  # noqa: S311 - made-up texts, not secrets


FORMULA = " ".join("".join(chance(f"f{n}").choices(SYLLABLES, k=4)) for n in range(150))


def prose(seed, words=400, sentences=40):
    """Words that nobody else writes, in sentences."""
    rng = chance(seed)
    made = ["".join(rng.choices(SYLLABLES, k=4)) for _ in range(words)]
    size = words // sentences
    return [" ".join(made[place : place + size]) + "." for place in range(0, words, size)]


def overlap_of(one, others, among=2):
    own = fingerprint([one])
    prints = {place: fingerprint([other]) for place, other in enumerate(others)}
    shared = {place: own & found for place, found in prints.items() if own & found}
    return overlaps(own, shared, {place: len(found) for place, found in prints.items()}, among)


def test_a_copy_is_whole_and_another_text_is_nothing():
    text = " ".join(prose("a"))
    found = overlap_of(text, [text, " ".join(prose("b"))])
    assert list(found) == [0]
    assert (found[0].here, found[0].there, found[0].score) == (100, 100, 100)


def test_reordered_paragraphs_are_the_same_text():
    sentences = prose("a")
    moved = sentences[20:] + sentences[:20]
    assert overlap_of(" ".join(sentences), [" ".join(moved)])[0].score > 90


def test_a_paraphrase_is_found_also_with_other_links_numbers_and_spelling():
    words = " ".join(prose("a")).split()
    reworded = [
        f"yang {word}nya 2026" if place % 5 == 0 else word.upper() if place % 3 else "lain" if place % 21 == 0 else word
        for place, word in enumerate(words)
    ]
    found = overlap_of(" ".join(words), [" ".join(reworded)])
    assert LIKELY_SHARE < found[0].score < 100


def test_a_text_within_a_longer_one_is_found_from_both_sides():
    part, whole = prose("a"), prose("a") + prose("b") + prose("c")
    found = overlap_of(" ".join(part), [" ".join(whole)])[0]
    assert found.here > 95
    assert found.there < 45
    assert found.score == found.here


def test_a_formula_that_many_share_makes_no_twin():
    texts = [f"{FORMULA} {' '.join(prose(seed, words=100, sentences=10))}" for seed in range(9)]
    assert overlap_of(texts[0], texts[1:], among=8) == {}
    # Shared by two alone, the same words are no formula.
    assert overlap_of(texts[0], texts[1:2])[0].score > LIKELY_SHARE


def test_a_short_text_says_too_little():
    short = " ".join(prose("a", words=30, sentences=3))
    assert 0 < len(fingerprint([short])) < SHORTEST
    assert overlap_of(short, [short]) == {}
    assert fingerprint(["", "dua kata", "dan yang di 2026"]) == frozenset()


def test_the_numbers_are_the_same_in_every_process_and_fit_the_database():
    text = "Petugas mencatat balita di posyandu lalu mengirim hasilnya kepada puskesmas setiap pekan."
    code = f"from entries.fingerprint import fingerprint; print(sorted(fingerprint([{text!r}])))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    own = sorted(fingerprint([text]))
    assert found.stdout.strip() == str(own)
    assert all(-(2**31) <= number < 2**31 for number in own)


def test_passages_mark_what_stands_in_the_other_and_keep_every_letter():
    text = "Awal yang lain sekali. " + " ".join(prose("a", words=40, sentences=4)) + " Akhir kalimat berbeda."
    other = " ".join(prose("a", words=40, sentences=4))
    pieces = passages(text, [other])
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.is_shared for piece in pieces] == [False, True, False]
    assert shared_share(other, text) == 100
    assert shared_share("", text) == 0
