"""Who judges what: balanced assignment under conflicts, and each judge's own reading order; pure and repeatable."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence


class AssignmentError(ValueError):
    """No assignment is possible; the message is an Indonesian sentence for the committee."""


type Pair = tuple[str, str]


def assign(  # noqa: PLR0917 - every fact that the draw depends on, and nothing else
    judges: Sequence[str],
    entries: Sequence[str],
    conflicts: Collection[Pair],
    per_entry: int | None,
    existing: Collection[Pair],
    seed: str,
    *,
    standing: Collection[Pair] = (),
    preferred: Collection[Pair] = (),
) -> list[Pair]:
    """Pairs of (judge, entry), sorted by entry, then judge; labels and entry numbers are texts.

    Every judge for every entry when `per_entry` is None; else `per_entry` judges for each, with loads as even as
    conflicts and existing pairs allow. Existing pairs are kept. Standing pairs are there too, and move only where the
    loads would be less even otherwise, as few as possible. Among what is left, the assignment with the most preferred
    pairs (expertise) is taken. The order of the arguments does not matter.
    """
    draw = _Draw(judges, entries, conflicts, existing, seed, standing=standing, preferred=preferred)
    for entry in draw.entries:
        wanted = len(draw.allowed[entry]) if per_entry is None else per_entry
        draw.fill(entry, max(wanted, 1))
    if per_entry is not None:
        while draw.level():
            pass
        while draw.exchange():
            pass
    return sorted(
        ((judge, entry) for entry, given in draw.given.items() for judge in given), key=lambda pair: pair[::-1]
    )


def reading_order(seed: str, judge: str, entries: Iterable[str]) -> list[str]:
    """The entries in an order of this judge's own, always the same one; a new entry does not move the others."""
    return sorted(entries, key=lambda entry: _lot(seed, "reading", judge, entry))


def _lot(*facts: str) -> bytes:
    return hashlib.sha256(json.dumps(facts).encode()).digest()


class _Draw:
    def __init__(
        self,
        judges: Sequence[str],
        entries: Sequence[str],
        conflicts: Collection[Pair],
        existing: Collection[Pair],
        seed: str,
        *,
        standing: Collection[Pair],
        preferred: Collection[Pair],
    ) -> None:
        self.seed = seed
        self.preferred = set(preferred)
        self.judges = sorted(set(judges), key=lambda judge: _lot(seed, "judge", judge))
        self.entries = sorted(set(entries), key=lambda entry: _lot(seed, "entry", entry))
        refused = set(conflicts)
        self.allowed = {
            entry: [judge for judge in self.judges if (judge, entry) not in refused] for entry in self.entries
        }
        self.kept = set(existing)
        self.standing = set(standing) - self.kept
        self.given: dict[str, set[str]] = {entry: set() for entry in self.entries}
        self.loads = dict.fromkeys(self.judges, 0)
        for judge, entry in sorted(self.kept | self.standing):
            if entry not in self.given or judge not in self.loads:
                raise AssignmentError(f"Penugasan {judge} untuk usulan {entry} tidak dikenal pada babak ini.")
            if (judge, entry) in refused:
                raise AssignmentError(
                    f"{judge} sudah ditugaskan menilai usulan {entry}, padahal tercatat memiliki benturan kepentingan."
                )
            self._give(judge, entry)

    def fill(self, entry: str, wanted: int) -> None:
        """Give the entry judges until it has as many as wanted, the least burdened first."""
        allowed = self.allowed[entry]
        if len(allowed) < wanted:
            raise AssignmentError(
                f"Usulan {entry} memerlukan {wanted} juri, tetapi hanya {len(allowed)} juri yang tidak memiliki"
                " benturan kepentingan. Tambah juri atau kurangi jumlah juri per usulan."
            )
        free = [judge for judge in allowed if judge not in self.given[entry]]
        free.sort(key=lambda judge: self._rank(judge, entry))
        for judge in free[: max(wanted - len(self.given[entry]), 0)]:
            self._give(judge, entry)

    def _rank(self, judge: str, entry: str) -> tuple[int, bool, bytes]:
        """The smaller, the sooner the judge gets the entry: few entries so far, then expertise, then the lot."""
        return self.loads[judge], (judge, entry) not in self.preferred, _lot(self.seed, "pair", judge, entry)

    def level(self) -> bool:
        """Move one pair's worth of load from a judge to one with at least two pairs less; whether that was possible.

        The load may have to travel over others who keep theirs (a chain of moves), where conflicts bar the direct way.
        When no chain is left, no other assignment is more even.
        """
        for heavy in sorted(self.judges, key=lambda judge: -self.loads[judge]):
            came_by = self._reachable(heavy)
            light = min(came_by, key=lambda judge: self.loads[judge])
            if self.loads[heavy] - self.loads[light] < 2:
                continue
            while light != heavy:
                giver, entry = came_by[light]
                self.given[entry].remove(giver)
                self.loads[giver] -= 1
                self._give(light, entry)
                light = giver
            return True
        return False

    def _reachable(self, heavy: str) -> dict[str, Pair]:
        """Every judge to whom load can travel from `heavy`, with who would hand over which entry."""
        came_by = {heavy: (heavy, "")}
        queue = [heavy]
        for giver in queue:
            for entry in self.entries:
                if giver not in self.given[entry] or (giver, entry) in self.kept:
                    continue
                for taker in self.allowed[entry]:
                    if taker not in came_by and taker not in self.given[entry]:
                        came_by[taker] = (giver, entry)
                        queue.append(taker)
        return came_by

    def exchange(self) -> bool:
        """Exchange entries in a ring of judges so that more standing, then more preferred pairs hold; whether it could.

        The loads stay as even as they are. When no ring is left that gains anything, no other assignment that is as
        even holds more (a ring that gains is what is missing to the best flow).
        """
        handovers = self._handovers()
        gained, came_by = dict.fromkeys(self.judges, 0), dict[str, str]()
        last = ""
        for _ in self.judges:
            last = ""
            for (giver, taker), (gain, _entry) in handovers.items():
                if gained[giver] + gain > gained[taker]:
                    gained[taker], came_by[taker], last = gained[giver] + gain, giver, taker
        if not last:
            return False
        for _ in self.judges:
            last = came_by[last]
        ring = [last]
        while (giver := came_by[ring[-1]]) != last:
            ring.append(giver)
        steps = [(came_by[taker], taker) for taker in ring]
        moves = [(giver, taker, handovers[giver, taker][1]) for giver, taker in steps]
        for giver, taker, entry in moves:
            if entry:
                self.given[entry].remove(giver)
                self.loads[giver] -= 1
                self._give(taker, entry)
        return True

    def _handovers(self) -> dict[Pair, tuple[int, str]]:
        """For each giver and taker the entry whose handing over gains most.

        No entry at all is a step too, at no gain: to a judge with one entry more, who thereby may end with one less.
        """
        best = {
            (light, heavy): (0, "")
            for light in self.judges
            for heavy in self.judges
            if self.loads[heavy] - self.loads[light] == 1
        }
        for entry in self.entries:
            for giver in sorted(self.given[entry]):
                if (giver, entry) in self.kept:
                    continue
                for taker in self.allowed[entry]:
                    gain = self._worth(taker, entry) - self._worth(giver, entry)
                    known = best.get((giver, taker))
                    if taker not in self.given[entry] and (known is None or gain > known[0]):
                        best[giver, taker] = (gain, entry)
        return best

    def _worth(self, judge: str, entry: str) -> int:
        """A standing pair outweighs all preferred ones together."""
        pair = (judge, entry)
        return (pair in self.standing) * (len(self.judges) * len(self.entries) + 1) + (pair in self.preferred)

    def _give(self, judge: str, entry: str) -> None:
        self.given[entry].add(judge)
        self.loads[judge] += 1
