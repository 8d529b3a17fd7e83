"""Order, ties and the cut, from rounded scores to positions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from judging.scoring.shapes import SettledTie


class Figures(Protocol):
    """What ranking needs to know of an entry, whether it stands in a round or in the final."""

    @property
    def score(self) -> int: ...
    @property
    def tie_values(self) -> tuple[int, ...]: ...
    def details(self, decimals: int) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Place:
    entry: str
    position: int
    tied: bool
    advances: bool | None


def groups(figures: Mapping[str, Figures]) -> list[list[str]]:
    """Entries that neither score nor tie-breakers separate, best group first, entry numbers ascending."""
    equal: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for entry in sorted(figures):
        equal[figures[entry].score, *figures[entry].tie_values].append(entry)
    return [equal[key] for key in sorted(equal, reverse=True)]


def settlement_faults(tied: Sequence[Sequence[str]], settled_ties: Sequence[SettledTie]) -> list[str]:
    """One line for every settlement that does not name exactly one group left after the tie-breakers."""
    group_of = {entry: group for group in tied for entry in group}
    faults = []
    for index, tie in enumerate(settled_ties):
        group = group_of[tie.order[0]] if tie.order else []
        if len(group) > 1 and sorted(tie.order) == group:
            continue
        left = [", ".join(group) for group in tied if len(group) > 1]
        faults.append(
            f"settled_ties[{index}].order: harus menyebut tepat satu kelompok yang masih seri setelah penentu urutan"
            f" ({'; '.join(left) or 'tidak ada yang seri'})"
        )
    return faults


def settle(tied: Sequence[Sequence[str]], settled_ties: Sequence[SettledTie]) -> list[list[str]]:
    """The groups that are left when the settled ones are taken apart in their order."""
    orders = {tie.order[0]: tie.order for tie in settled_ties}
    left: list[list[str]] = []
    for group in tied:
        order = next((orders[entry] for entry in group if entry in orders), None)
        left.extend([list(group)] if order is None else [[entry] for entry in order])
    return left


def positions(left: Sequence[Sequence[str]], cutoff: int | None) -> list[Place]:
    """Positions 1-2-2-4, and who is above the cut."""
    placed: list[Place] = []
    for group in left:
        position = len(placed) + 1
        advances = _advances(position, len(group), cutoff)
        placed.extend(Place(entry, position, len(group) > 1, advances) for entry in group)
    return placed


def _advances(position: int, size: int, cutoff: int | None) -> bool | None:
    if cutoff is None or position > cutoff:
        return False
    # A group that straddles the line: undecided until it is settled.
    return True if position + size - 1 <= cutoff else None
