"""What the officers of the made-up editions say of innovations that look alike."""

from collections.abc import Iterable

from entries.actions.comparing import compare_waiting
from entries.actions.twins import state_different, state_same
from entries.models import Entry
from entries.twin_pairs import OpenPair, open_pairs
from judging.demo.acts import Play
from judging.demo.choosing import DemoInnovation, Flaw
from kiks import clock

# Flaws that somebody finds by laying two innovations side by side, and what the officer writes.
REPEATED = {
    Flaw.THIRD_PARTICIPATION: "Layanan, sasaran, dan isinya sama dengan yang diajukan sebelumnya (data contoh).",
    Flaw.SAME_TEXT_AS: "Isi keduanya hampir seluruhnya sama; yang dikirim lebih dahulu tetap diperiksa (data contoh).",
}
DIFFERENT = "Namanya mirip, tetapi pelaksana dan langkah-langkahnya lain (data contoh)."
AFTER_HOURS = 450


def compare(play: Play, day: int) -> None:
    """As the tick does it, until nothing waits."""
    with clock.shifted_to(play.calendar.at(day, AFTER_HOURS)):
        while done := compare_waiting():
            play.say(done)


def decide_pairs(play: Play, entered: Iterable[tuple[Entry, DemoInnovation]], day: int, *, repeated: bool) -> None:
    """A verdict on every pair of these entries; those that are one and the same only where `repeated` says so."""
    flaws = {entry.innovation_id: innovation.flaw for entry, innovation in entered}
    given = 0
    while pair := next(iter(_waiting(play, flaws, repeated=repeated)), None):
        reason = REPEATED.get(_repeats(pair, flaws), "")
        with clock.shifted_to(play.calendar.at(day, AFTER_HOURS + 3 + given * 4)):
            act = state_same if reason else state_different
            act(
                pair.entry.innovation,
                pair.twin.innovation,
                by=play.cast.committee[2 + given % 2],
                reason=reason or DIFFERENT,
            )
        given += 1
    play.say(f"{given} pasangan inovasi mirip diputuskan")


def _waiting(play: Play, flaws: dict[int, Flaw], *, repeated: bool) -> list[OpenPair]:
    return [
        pair
        for pair in open_pairs(play.edition)
        if _sides(pair) & flaws.keys() and (repeated or _repeats(pair, flaws) is Flaw.NONE)
    ]


def _repeats(pair: OpenPair, flaws: dict[int, Flaw]) -> Flaw:
    """The planted flaw that shows in the pair: the same text, under whatever name."""
    found = {flaws.get(side, Flaw.NONE) for side in _sides(pair)} & REPEATED.keys()
    return next(iter(found)) if found and pair.twin.alike.text_share else Flaw.NONE


def _sides(pair: OpenPair) -> set[int]:
    return {pair.entry.innovation_id, pair.twin.innovation.pk}


def without_open_pairs(
    play: Play, entered: Iterable[tuple[Entry, DemoInnovation]]
) -> list[tuple[Entry, DemoInnovation]]:
    """What can be screened while some pairs wait for their verdict."""
    waiting = {side for pair in open_pairs(play.edition) for side in _sides(pair)}
    return [(entry, innovation) for entry, innovation in entered if entry.innovation_id not in waiting]
