"""Where the bars and the line of a plot of counts by day stand: pure arithmetic in a drawing 1000 units wide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 1000, 250
LEFT, RIGHT, TOP, BASE = 40, 990, 16, 210
LABELS = 6


@dataclass(frozen=True)
class Bar:
    day: date
    number: int
    count: int
    earlier: int | None
    x: float
    y: float
    width: float
    height: float
    is_future: bool


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class DayPlot:
    """One bar for each day from the first to the last; `line` are the points of the earlier year, if there was one."""

    bars: tuple[Bar, ...]
    line: str
    ticks: tuple[Tick, ...]
    days: tuple[Bar, ...]
    deadline: float
    total: int
    earlier_total: int
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE
    top: int = TOP
    left: int = LEFT
    right: int = RIGHT

    @property
    def busiest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.count)


def plot_of(*, first: date, last: date, today: date, counts: Mapping[date, int], earlier: Mapping[int, int]) -> DayPlot:
    """The plot of the days `first` to `last`; the stage may have been moved, so days with counts widen it.

    `earlier` counts by number of the day, which is 1 on `first`.
    """
    start, end = min([first, *counts]), max([last, *counts])
    days = [start + timedelta(days=place) for place in range((end - start).days + 1)]
    most = max([1, *counts.values(), *earlier.values()])
    step = (RIGHT - LEFT) / len(days)
    bars = []
    for place, day in enumerate(days):
        number, count = (day - first).days + 1, counts.get(day, 0)
        height = _height(count, most)
        bars.append(
            Bar(
                day=day,
                number=number,
                count=count,
                earlier=earlier.get(number, 0) if earlier else None,
                x=round(LEFT + place * step + step * 0.15, 1),
                y=round(BASE - height, 1),
                width=round(step * 0.7, 1),
                height=height,
                is_future=day > today,
            )
        )
    return DayPlot(
        bars=tuple(bars),
        line=_line(bars, most, step),
        ticks=tuple(Tick(round(BASE - _height(value, most), 1), str(value)) for value in _values(most)),
        days=tuple(bars[:: max(1, -(-len(bars) // LABELS))]),
        deadline=round(LEFT + ((last - start).days + 1) * step, 1),
        total=sum(counts.values()),
        earlier_total=sum(earlier.values()),
        most=most,
    )


def _height(count: int, most: int) -> float:
    return round((BASE - TOP) * count / most, 1)


def _line(bars: list[Bar], most: int, step: float) -> str:
    if not bars or bars[0].earlier is None:
        return ""
    return " ".join(f"{bar.x + step * 0.35:.1f},{BASE - _height(bar.earlier or 0, most):.1f}" for bar in bars)


def _values(most: int) -> list[int]:
    """The counts that the scale names: none, the most, and the middle where that is a whole number of its own."""
    return [0, most // 2, most] if most > 2 and most % 2 == 0 else [0, most]
