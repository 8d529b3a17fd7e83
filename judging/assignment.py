"""Who judges what: balanced assignment under conflicts, and each judge's own reading order; pure and repeatable."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence


class AssignmentError(ValueError):
    """No assignment is possible; the message is an Indonesian sentence for the committee."""


def assign(  # noqa: PLR0917 - every fact that the draw depends on, and nothing else
    judges: Sequence[str],
    entries: Sequence[str],
    conflicts: Collection[tuple[str, str]],
    per_entry: int | None,
    existing: Collection[tuple[str, str]],
    seed: str,
) -> list[tuple[str, str]]:
    """Pairs of (judge, entry), sorted by entry, then judge; labels and entry numbers are texts.

    Every judge for every entry when `per_entry` is None; else `per_entry` judges for each, with loads as even as
    conflicts and existing pairs allow. Existing pairs are kept. The order of the arguments does not matter.
    """
    draw = _Draw(judges, entries, conflicts, existing, seed)
    for entry in draw.entries:
        wanted = len(draw.allowed[entry]) if per_entry is None else per_entry
        draw.fill(entry, max(wanted, 1))
    if per_entry is not None:
        while draw.level():
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
        conflicts: Collection[tuple[str, str]],
        existing: Collection[tuple[str, str]],
        seed: str,
    ) -> None:
        self.seed = seed
        self.judges = sorted(set(judges), key=lambda judge: _lot(seed, "judge", judge))
        self.entries = sorted(set(entries), key=lambda entry: _lot(seed, "entry", entry))
        refused = set(conflicts)
        self.allowed = {
            entry: [judge for judge in self.judges if (judge, entry) not in refused] for entry in self.entries
        }
        self.kept = set(existing)
        self.given: dict[str, set[str]] = {entry: set() for entry in self.entries}
        self.loads = dict.fromkeys(self.judges, 0)
        for judge, entry in sorted(self.kept):
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
        free.sort(key=lambda judge: (self.loads[judge], _lot(self.seed, "pair", judge, entry)))
        for judge in free[: max(wanted - len(self.given[entry]), 0)]:
            self._give(judge, entry)

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

    def _reachable(self, heavy: str) -> dict[str, tuple[str, str]]:
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

    def _give(self, judge: str, entry: str) -> None:
        self.given[entry].add(judge)
        self.loads[judge] += 1
