"""How a judge's own figures lie: lowest, median, highest, rank, a small picture; exact, from decimal texts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from judging.scoring.blend import Scale
from judging.scoring.exact import canonical, half_up, most_places, printed, scaled
from judging.scoring.shapes import Instrument

TEN, HUNDRED = 10, 100
# The picture, in units of its own: as wide as it may be, and as high as the tallest bar.
WIDTH, HEIGHT, LOWEST_BAR = 240, 48, 3


def totals_of[Key](
    instruments: Sequence[Instrument], entries: Mapping[Key, Mapping[str, Mapping[str, str]]], decimals: int
) -> dict[Key, str]:
    """One judge's blended figure of many entries, as `live_totals` gives it for each, but with one common scale.

    `entries` map instrument codes to marks by criterion code; every mark is there.
    """
    scale = Scale.of(
        instruments, (mark for sheets in entries.values() for marks in sheets.values() for mark in marks.values())
    )
    unit = scale.unit * scale.share_unit
    return {
        key: printed(
            half_up(
                sum(scale.shares[code] * scale.points(code, marks) for code, marks in sheets.items()), unit, decimals
            ),
            decimals,
        )
        for key, sheets in entries.items()
    }


@dataclass(frozen=True, kw_only=True)
class Spread:
    count: int
    lowest: str
    median: str
    highest: str


def spread_of(texts: Iterable[str], decimals: int | None = None) -> Spread | None:
    """The spread of decimal texts, None of nothing; with `decimals` rounded half up to that many places, else exact."""
    texts = tuple(texts)
    if not texts:
        return None
    digits = most_places(texts)
    units = sorted(scaled(text, digits) for text in texts)
    # Twice the median is a whole number of units, whether one or two of them stand in the middle.
    twice = units[(len(units) - 1) // 2] + units[len(units) // 2]
    lowest, median, highest = (_half(number, digits, decimals) for number in (2 * units[0], twice, 2 * units[-1]))
    return Spread(count=len(units), lowest=lowest, median=median, highest=highest)


def _half(twice: int, digits: int, decimals: int | None) -> str:
    """Half of a number of units of 10**-digits."""
    if decimals is None:
        return canonical(printed(5 * twice, digits + 1))
    return printed(half_up(5 * twice, 10 ** (digits + 1), decimals), decimals)


@dataclass(frozen=True, kw_only=True)
class Rank:
    """`position` among `count`; so many others have the `same` figure."""

    position: int
    count: int
    same: int


def rank_of(own: str, others: Iterable[str]) -> Rank:
    """Where a figure stands among others, the highest first; equal ones share their position."""
    others = tuple(others)
    digits = most_places((own, *others))
    here = scaled(own, digits)
    units = [scaled(text, digits) for text in others]
    return Rank(position=1 + sum(unit > here for unit in units), count=1 + len(units), same=units.count(here))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`sign` is 1 where the first is higher, -1 where the second is, 0 where they are equal."""

    sign: int
    size: str


def difference(one: str, other: str) -> Difference:
    digits = most_places((one, other))
    units = scaled(one, digits) - scaled(other, digits)
    return Difference(sign=(units > 0) - (units < 0), size=canonical(printed(abs(units), digits)))


@dataclass(frozen=True, kw_only=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Bars over an axis from `first` to `last`, whole tens from 0 to 100."""

    first: int
    last: int
    width: int
    height: int
    bars: tuple[Bar, ...]


def picture_of(totals: Iterable[str], here: str | None = None) -> Picture | None:
    """How often totals from 0 to 100 fall where; the bar of `here`, one of them, is marked. None of nothing."""
    totals = tuple(totals)
    if not totals:
        return None
    digits = most_places(totals)
    unit = 10**digits
    units = [scaled(text, digits) for text in totals]
    first = min(min(units) // (TEN * unit) * TEN, HUNDRED - TEN)
    last = max(-(-max(units) // (TEN * unit)) * TEN, first + TEN)
    step = next(step for step in (1, 2, 5) if last - first <= 20 * step)
    count = (last - first) // step

    def bin_of(number: int) -> int:
        return min((number - first * unit) // (step * unit), count - 1)

    found = Counter(map(bin_of, units))
    marked = None if here is None else bin_of(scaled(here, digits))
    tallest, width = max(found.values()), WIDTH // count
    bars = []
    for place, number in sorted(found.items()):
        height = max(HEIGHT * number // tallest, LOWEST_BAR)
        bars.append(Bar(x=place * width, y=HEIGHT - height, width=width - 1, height=height, is_here=place == marked))
    return Picture(first=first, last=last, width=width * count, height=HEIGHT, bars=tuple(bars))
