"""Dividing the agencies of an edition among officers, by what waits; counts in, piles out; pure."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations


def balanced[Agency: Hashable, Officer: Hashable](
    waiting: Mapping[Agency, int], officers: Sequence[Officer]
) -> dict[Agency, Officer]:
    """Who gets which agency, so that the piles are as even as whole agencies allow.

    The largest agency goes first, each to the smallest pile; then agencies move or change places as long as two piles
    become more even by it. The same question has the same answer, whatever the order of `waiting`.
    """
    if not officers:
        raise ValueError("Nobody is there to divide the agencies among.")
    piles: list[list[Agency]] = [[] for _ in officers]
    for agency in sorted(waiting, key=lambda agency: (-waiting[agency], str(agency))):
        min(piles, key=lambda pile: (_sum(pile, waiting), len(pile))).append(agency)
    while any(_level(one, other, waiting) for one, other in combinations(piles, 2)):
        pass
    return {agency: officer for officer, pile in zip(officers, piles, strict=True) for agency in pile}


def _sum[Agency: Hashable](pile: Sequence[Agency], waiting: Mapping[Agency, int]) -> int:
    return sum(waiting[agency] for agency in pile)


def _level[Agency: Hashable](one: list[Agency], other: list[Agency], waiting: Mapping[Agency, int]) -> bool:
    """Move one agency, or exchange two, if that brings the two piles nearer to each other; says whether it did."""
    gap = _sum(one, waiting) - _sum(other, waiting)
    larger, smaller = (one, other) if gap >= 0 else (other, one)
    gap = abs(gap)
    for agency in larger:
        # What leaves the larger pile changes the gap twice over.
        if 0 < waiting[agency] < gap:
            _move(agency, larger, smaller)
            return True
        for back in smaller:
            if 0 < waiting[agency] - waiting[back] < gap:
                _move(agency, larger, smaller)
                _move(back, smaller, larger)
                return True
    return False


def _move[Agency: Hashable](agency: Agency, source: list[Agency], target: list[Agency]) -> None:
    source.remove(agency)
    target.append(agency)
