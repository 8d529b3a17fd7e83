"""From marks to round scores: whole numbers over one common denominator, rounded once at the end."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from judging.scoring.exact import canonical, half_up, most_places, parts_of_hundred, printed, printed_all, scaled
from judging.scoring.shapes import Instrument, RoundBundle, Sheet


@dataclass(frozen=True)
class RoundFigures:
    """The rounded figures of one entry, in units of 10**-decimals."""

    score: int
    tie_values: tuple[int, ...]
    per_instrument: Mapping[str, int]
    per_judge: Mapping[str, int]

    def details(self, decimals: int) -> dict[str, Any]:
        """What a placing shows beside score and position."""
        return {
            "judges": len(self.per_judge),
            "per_instrument": printed_all(self.per_instrument, decimals),
            "per_judge": printed_all(self.per_judge, decimals),
        }


@dataclass(frozen=True)
class TieBreaker:
    instrument: str
    criterion: str
    maximum: Fraction


@dataclass(frozen=True)
class Scale:
    """Factors that turn marks into whole numbers: weight x mark / max == weights[criterion] * marks[text] / unit."""

    marks: Mapping[str, int]
    mark_unit: int
    weights: Mapping[str, Mapping[str, int]]
    unit: int
    shares: Mapping[str, int]
    share_unit: int

    @classmethod
    def of(cls, instruments: Sequence[Instrument], marks: Iterable[str]) -> "Scale":
        texts = set(marks)
        digits = most_places(map(canonical, texts))
        factors = {
            instrument.code: {
                criterion.code: Fraction(criterion.weight) / Fraction(criterion.max)
                for criterion in instrument.criteria
            }
            for instrument in instruments
        }
        common = math.lcm(*(factor.denominator for row in factors.values() for factor in row.values()))
        shares, share_unit = parts_of_hundred({instrument.code: instrument.share for instrument in instruments})
        return cls(
            marks={text: scaled(canonical(text), digits) for text in texts},
            mark_unit=10**digits,
            weights={
                instrument: {criterion: int(factor * common) for criterion, factor in row.items()}
                for instrument, row in factors.items()
            },
            unit=common * 10**digits,
            shares=shares,
            share_unit=share_unit,
        )

    def points(self, instrument: str, marks: Mapping[str, str]) -> int:
        """The exact (perhaps partial) sheet score, in units of 1 / unit."""
        weights = self.weights[instrument]
        return sum(weights[criterion] * self.marks[mark] for criterion, mark in marks.items())


def round_figures(bundle: RoundBundle) -> dict[str, RoundFigures]:
    """The figures of every entry; the bundle has been checked."""
    counted: defaultdict[str, list[Sheet]] = defaultdict(list)
    for sheet in bundle.sheets:
        if sheet.counted:
            counted[sheet.entry].append(sheet)
    scale = Scale.of(
        bundle.instruments, (mark for sheets in counted.values() for sheet in sheets for mark in sheet.marks.values())
    )
    tie_breakers = _tie_breakers(bundle)
    return {
        entry.number: _entry_figures(counted[entry.number], scale, tie_breakers, bundle.decimals)
        for entry in bundle.entries
    }


def sheet_scores(bundle: RoundBundle) -> dict[tuple[str, str, str], str]:
    """The score of every counted sheet by judge, entry and instrument, rounded to be read."""
    counted = [sheet for sheet in bundle.sheets if sheet.counted]
    scale = Scale.of(bundle.instruments, (mark for sheet in counted for mark in sheet.marks.values()))
    return {
        (sheet.judge, sheet.entry, sheet.instrument): printed(
            half_up(scale.points(sheet.instrument, sheet.marks), scale.unit, bundle.decimals), bundle.decimals
        )
        for sheet in counted
    }


def _tie_breakers(bundle: RoundBundle) -> list[TieBreaker]:
    known = {
        f"{instrument.code}.{criterion.code}": TieBreaker(instrument.code, criterion.code, Fraction(criterion.max))
        for instrument in bundle.instruments
        for criterion in instrument.criteria
    }
    return [known[name] for name in bundle.tie_breakers]


def _entry_figures(
    sheets: Sequence[Sheet], scale: Scale, tie_breakers: Sequence[TieBreaker], decimals: int
) -> RoundFigures:
    per_instrument = dict.fromkeys(scale.shares, 0)
    per_judge = dict.fromkeys(sorted({sheet.judge for sheet in sheets}), 0)
    for sheet in sheets:
        points = scale.points(sheet.instrument, sheet.marks)
        per_instrument[sheet.instrument] += points
        per_judge[sheet.judge] += scale.shares[sheet.instrument] * points
    # Every counted judge has a sheet for every instrument, so one number of judges divides them all.
    judges = len(per_judge)
    blended_unit = scale.unit * scale.share_unit
    shared_unit = judges * scale.unit
    return RoundFigures(
        score=half_up(sum(per_judge.values()), judges * blended_unit, decimals),
        tie_values=tuple(_tie_value(sheets, scale, tie_breaker, decimals) for tie_breaker in tie_breakers),
        per_instrument={code: half_up(points, shared_unit, decimals) for code, points in per_instrument.items()},
        per_judge={judge: half_up(points, blended_unit, decimals) for judge, points in per_judge.items()},
    )


def _tie_value(sheets: Sequence[Sheet], scale: Scale, by: TieBreaker, decimals: int) -> int:
    """Mean of 100 x mark / max over the counted sheets, rounded."""
    given = [scale.marks[sheet.marks[by.criterion]] for sheet in sheets if sheet.instrument == by.instrument]
    whole = len(given) * scale.mark_unit * by.maximum.numerator
    return half_up(100 * sum(given) * by.maximum.denominator, whole, decimals)
