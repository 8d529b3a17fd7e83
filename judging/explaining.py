"""How a score came about, step by step, from the bundle alone: exact fractions beside the digits that are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from judging.scoring.bundle import Bundle, FinalBundle, Instrument, RoundBundle, Sheet
from judging.scoring.exact import canonical, half_up, printed
from judging.scoring.ranking import Placing, rank

HUNDRED = Fraction(100)
# A fraction that never ends, as thirds do, is shown with so many digits and an ellipsis.
MOST_PLACES = 10


@dataclass(frozen=True, kw_only=True)
class Exact:
    """An exact number as people read it: all of its digits, or the first ones and an ellipsis."""

    value: Fraction

    @property
    def text(self) -> str:
        units = half_up(self.value.numerator, self.value.denominator, MOST_PLACES)
        if Fraction(units, 10**MOST_PLACES) == self.value:
            return canonical(printed(units, MOST_PLACES))
        cut = self.value.numerator * 10**MOST_PLACES // self.value.denominator
        return f"{printed(cut, MOST_PLACES)}…"

    @property
    def shown(self) -> str:
        """With a decimal comma."""
        return self.text.replace(".", ",")

    def rounded(self, decimals: int) -> str:
        return printed(half_up(self.value.numerator, self.value.denominator, decimals), decimals)


@dataclass(frozen=True, kw_only=True)
class CriterionStep:
    """weight x mark / max."""

    name: str
    weight: str
    mark: str
    maximum: str
    points: Exact


@dataclass(frozen=True, kw_only=True)
class SheetStep:
    judge: str
    criteria: tuple[CriterionStep, ...]
    score: Exact


@dataclass(frozen=True, kw_only=True)
class PartStep:
    """An instrument of a round, or a round of the final: its figure, its share, what it brings to the score."""

    code: str
    name: str
    share: str
    sheets: tuple[SheetStep, ...]
    figure: Exact
    shown: str
    brings: Exact


@dataclass(frozen=True, kw_only=True)
class TieStep:
    """A tie-breaker: the entry's own value, and those of the entries with the same score."""

    name: str
    value: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    entry: str
    title: str
    decimals: int
    parts: tuple[PartStep, ...]
    judges: tuple[tuple[str, str], ...]
    uncounted: tuple[tuple[str, str], ...]
    exact: Exact
    placing: Placing
    ties: tuple[TieStep, ...]
    settled: tuple[str, str, str] | None


def explain(bundle: Bundle, number: str, round_names: Mapping[str, str]) -> Explanation | None:
    """The way to the score and the position of an entry; None when the bundle does not rank it.

    `round_names` maps the codes of the rounds that a final is blended of.
    """
    placings = {placing.entry: placing for placing in rank(bundle).placings}
    if number not in placings:
        return None
    placing = placings[number]
    if isinstance(bundle, FinalBundle):
        parts = _final_parts(bundle, number, round_names)
    else:
        parts = _round_parts(bundle, number)
    same = [other.entry for other in placings.values() if other.score == placing.score and other.entry != number]
    return Explanation(
        entry=number,
        title=_title(bundle, number),
        decimals=bundle.decimals,
        parts=parts,
        judges=tuple((placing.per_judge or {}).items()),
        uncounted=_uncounted(bundle, number),
        exact=Exact(value=sum((part.brings.value for part in parts), Fraction(0))),
        placing=placing,
        ties=tuple(_tie_step(bundle, name, number, sorted(same), round_names) for name in bundle.tie_breakers)
        if same
        else (),
        settled=next(
            ((", ".join(tie.order), tie.by, tie.reason) for tie in bundle.settled_ties if number in tie.order), None
        ),
    )


def _title(bundle: Bundle, number: str) -> str:
    if isinstance(bundle, FinalBundle):
        return ""
    return next(entry.title for entry in bundle.entries if entry.number == number)


def _final_parts(bundle: FinalBundle, number: str, names: Mapping[str, str]) -> tuple[PartStep, ...]:
    return tuple(
        PartStep(
            code=round_.code,
            name=names.get(round_.code, round_.code),
            share=round_.share,
            sheets=(),
            figure=Exact(value=Fraction(round_.scores[number])),
            shown=round_.scores[number],
            brings=Exact(value=Fraction(round_.share) / HUNDRED * Fraction(round_.scores[number])),
        )
        for round_ in bundle.rounds
    )


def _round_parts(bundle: RoundBundle, number: str) -> tuple[PartStep, ...]:
    return tuple(_instrument_step(bundle, instrument, number) for instrument in bundle.instruments)


def _counted(bundle: RoundBundle, instrument: str, number: str) -> list[Sheet]:
    found = [
        sheet for sheet in bundle.sheets if sheet.counted and (sheet.instrument, sheet.entry) == (instrument, number)
    ]
    return sorted(found, key=lambda sheet: (len(sheet.judge), sheet.judge))


def _instrument_step(bundle: RoundBundle, instrument: Instrument, number: str) -> PartStep:
    sheets = tuple(sheet_step(instrument, sheet) for sheet in _counted(bundle, instrument.code, number))
    mean = Exact(value=sum((sheet.score.value for sheet in sheets), Fraction(0)) / len(sheets))
    return PartStep(
        code=instrument.code,
        name=instrument.name,
        share=instrument.share,
        sheets=sheets,
        figure=mean,
        shown=mean.rounded(bundle.decimals),
        brings=Exact(value=Fraction(instrument.share) / HUNDRED * mean.value),
    )


def sheet_step(instrument: Instrument, sheet: Sheet) -> SheetStep:
    criteria = tuple(
        CriterionStep(
            name=criterion.name,
            weight=criterion.weight,
            mark=canonical(sheet.marks[criterion.code]),
            maximum=criterion.max,
            points=Exact(
                value=Fraction(criterion.weight) * Fraction(sheet.marks[criterion.code]) / Fraction(criterion.max)
            ),
        )
        for criterion in instrument.criteria
    )
    return SheetStep(
        judge=sheet.judge,
        criteria=criteria,
        score=Exact(value=sum((step.points.value for step in criteria), Fraction(0))),
    )


def _uncounted(bundle: Bundle, number: str) -> tuple[tuple[str, str], ...]:
    if isinstance(bundle, FinalBundle):
        return ()
    found = {(sheet.judge, sheet.why or "") for sheet in bundle.sheets if sheet.entry == number and not sheet.counted}
    return tuple(sorted(found, key=lambda pair: (len(pair[0]), pair)))


def _tie_step(bundle: Bundle, name: str, number: str, same: Sequence[str], names: Mapping[str, str]) -> TieStep:
    if isinstance(bundle, FinalBundle):
        scores = next(round_.scores for round_ in bundle.rounds if round_.code == name)
        return TieStep(
            name=names.get(name, name), value=scores[number], others=tuple((other, scores[other]) for other in same)
        )
    values = {entry: _tie_value(bundle, name, entry) for entry in [number, *same]}
    code, _, criterion = name.partition(".")
    instrument = next(part for part in bundle.instruments if part.code == code)
    told = next(row.name for row in instrument.criteria if row.code == criterion)
    return TieStep(
        name=f"{told} ({instrument.name})", value=values[number], others=tuple((other, values[other]) for other in same)
    )


def _tie_value(bundle: RoundBundle, name: str, number: str) -> str:
    """Mean of 100 x mark / max over the counted sheets, rounded."""
    code, _, criterion = name.partition(".")
    top = next(
        row.max
        for instrument in bundle.instruments
        if instrument.code == code
        for row in instrument.criteria
        if row.code == criterion
    )
    marks = [Fraction(sheet.marks[criterion]) for sheet in _counted(bundle, code, number)]
    return Exact(value=HUNDRED * sum(marks, Fraction(0)) / Fraction(top) / len(marks)).rounded(bundle.decimals)
