"""The ranking of a bundle: placings, ties, cut."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from judging.scoring.bundle import Bundle, check, figures, load
from judging.scoring.exact import printed
from judging.scoring.order import groups, positions, settle


@dataclass(frozen=True, kw_only=True)
class Placing:
    """One entry's place; scores are texts with exactly the bundle's decimals.

    `judges`, `per_instrument` and `per_judge` belong to a round, `per_round` to a final; the others are None.
    `advances` is None while a tie straddles the cut.
    """

    entry: str
    score: str
    position: int
    tied: bool
    advances: bool | None
    judges: int | None = None
    per_instrument: Mapping[str, str] | None = None
    per_judge: Mapping[str, str] | None = None
    per_round: Mapping[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        placing: dict[str, Any] = {
            "entry": self.entry,
            "score": self.score,
            "position": self.position,
            "tied": self.tied,
            "advances": self.advances,
        }
        if self.judges is not None:
            placing["judges"] = self.judges
        for key in ("per_instrument", "per_judge", "per_round"):
            if (scores := getattr(self, key)) is not None:
                placing[key] = dict(scores)
        return placing


@dataclass(frozen=True, kw_only=True)
class Result:
    """Placings in order of position, then entry number; open ties in order of position, numbers ascending."""

    placings: tuple[Placing, ...]
    open_ties: tuple[tuple[str, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """The result as documented in the scoring rules, section 5."""
        return {
            "placings": [placing.as_dict() for placing in self.placings],
            "open_ties": [list(tie) for tie in self.open_ties],
        }


def rank(bundle: Bundle) -> Result:
    """Rank a bundle made anywhere; raise BundleError for one that `load` would refuse."""
    check(bundle)
    return _ranked(bundle)


def rank_text(text: str | bytes) -> dict[str, Any]:
    """Read, check and rank a bundle's text; raise BundleError where it is broken."""
    return _ranked(load(text)).as_dict()


def _ranked(bundle: Bundle) -> Result:
    found = figures(bundle)
    left = settle(groups(found), bundle.settled_ties)
    return Result(
        placings=tuple(
            Placing(
                entry=place.entry,
                score=printed(found[place.entry].score, bundle.decimals),
                position=place.position,
                tied=place.tied,
                advances=place.advances,
                **found[place.entry].details(bundle.decimals),
            )
            for place in positions(left, bundle.cutoff)
        ),
        open_ties=tuple(tuple(group) for group in left if len(group) > 1),
    )
