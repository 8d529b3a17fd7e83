"""The final: rounded round scores blended by the shares of the rounds, rounded once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from judging.scoring.exact import half_up, parts_of_hundred, printed_all, scaled
from judging.scoring.shapes import FinalBundle


@dataclass(frozen=True)
class FinalFigures:
    """The figures of one entry, in units of 10**-decimals."""

    score: int
    tie_values: tuple[int, ...]
    per_round: Mapping[str, int]

    def details(self, decimals: int) -> dict[str, Any]:
        """What a placing shows beside score and position."""
        return {"per_round": printed_all(self.per_round, decimals)}


def final_figures(bundle: FinalBundle) -> dict[str, FinalFigures]:
    """The figures of every entry; the bundle has been checked."""
    shares, share_unit = parts_of_hundred({round_.code: round_.share for round_ in bundle.rounds})
    figures = {}
    for entry in bundle.rounds[0].scores:
        per_round = {round_.code: scaled(round_.scores[entry], bundle.decimals) for round_ in bundle.rounds}
        figures[entry] = FinalFigures(
            # The scores already are in units of 10**-decimals: what is left to round is the division alone.
            score=half_up(sum(shares[code] * score for code, score in per_round.items()), share_unit, 0),
            tie_values=tuple(per_round[code] for code in bundle.tie_breakers),
            per_round=per_round,
        )
    return figures
