"""The marks that the made-up judges give."""

from random import Random

from judging.demo.chance import chance

MIDDLE = 76


def marks(  # noqa: PLR0917 - a mark is named by exactly these
    seed: object, judge_label: str, entry_number: str, instrument_code: str, criterion_code: str, quality: int
) -> int:
    """A mark from 0 to 100: the entry's quality, seen by a judge with a severity, a width and an opinion of the entry.

    Sums of whole numbers only, so that no machine rounds differently.
    """
    judge = chance(seed, "judge", judge_label)
    severity, width = judge.randint(-7, 7), judge.randint(80, 115)
    opinion = _around(chance(seed, "opinion", judge_label, entry_number), 3)
    profile = _around(chance(seed, "profile", entry_number, instrument_code, criterion_code), 3)
    mood = _around(chance(seed, "mood", judge_label, entry_number, instrument_code, criterion_code), 2)
    seen = MIDDLE + (quality - MIDDLE) * width // 100
    return max(0, min(100, seen + severity + opinion + profile + mood))


def _around(rng: Random, reach: int) -> int:
    """A whole number around 0, more often near than far, at most twice the reach away."""
    return rng.randint(-reach, reach) + rng.randint(-reach, reach)
