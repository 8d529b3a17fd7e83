"""Where the bars of a picture of counts stand: pure arithmetic in a drawing 480 units wide, labels above their bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

WIDTH, BAR_ROOM, MARGIN = 480, 330, 16
LINE, BAR, LANE_GAP, ROW_GAP = 20, 18, 4, 14
# Widths of letters are guessed generously: nobody measures a font here.
LABEL_LETTERS, HEADING_LETTERS, LETTER, DIGIT, KEY_MARK, KEY_GAP = 52, 48, 7.6, 9, 20, 18
# However many others there are, one is still seen.
THINNEST = 2


class Colours(NamedTuple):
    """Of a bar, its edge, and the number in it."""

    fill: str
    edge: str = "#ffffff"
    inside: str = "#fbfaf7"


# For a file that stands alone, which is a paper: the light tokens. On a page bar-plot.css takes them from the tokens.
TONES = {
    "accent": Colours("#0f5c4d"),
    "danger": Colours("#b5451b"),
    "warn": Colours("#8a5a00"),
    "muted": Colours("#5b6470"),
    "sunken": Colours("#f3f1ea", edge="#858a86", inside="#1b1f24"),
}


@dataclass(frozen=True)
class Value:
    """One count of a row; `count` is None where nobody knows it, and then `note` says so."""

    tone: str
    name: str
    count: int | None
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A label and its counts; `text` stands behind a stacked bar."""

    label: str
    values: tuple[Value, ...]
    text: str = ""


@dataclass(frozen=True)
class Bar:
    """A count; `title` says it in words."""

    tone: str
    x: float
    y: float
    width: float
    title: str
    height: int = BAR

    @property
    def colours(self) -> Colours:
        return TONES[self.tone]


@dataclass(frozen=True)
class Text:
    """`kind` is label, value, unknown or inside; one inside a bar has the tone of the bar and is centred at `x`."""

    x: float
    y: float
    kind: str
    text: str
    tone: str = ""

    @property
    def colours(self) -> Colours | None:
        return TONES.get(self.tone)


@dataclass(frozen=True)
class Key:
    """What a tone means."""

    tone: str
    name: str
    x: float
    y: float

    @property
    def colours(self) -> Colours:
        return TONES[self.tone]

    @property
    def mark_y(self) -> float:
        return self.y + 4

    @property
    def text_x(self) -> float:
        return round(self.x + KEY_MARK, 1)

    @property
    def text_y(self) -> float:
        return self.y + LINE * 0.75


class Box(NamedTuple):
    """The edges of a picture, and the line on which a note stands."""

    x: float
    y: float
    width: float
    height: float
    note_y: float


@dataclass(frozen=True)
class BarPlot:
    """A picture with its title, which stands above it (at a negative y) where the picture stands alone."""

    title: str
    bars: tuple[Bar, ...]
    texts: tuple[Text, ...]
    keys: tuple[Key, ...]
    heading: tuple[Text, ...]
    height: float
    width: int = WIDTH

    @property
    def alone(self) -> Box:
        """The edges of a file: the heading above, a line for a note below, a margin around."""
        top = -LINE * len(self.heading) - 2 * MARGIN
        return Box(-MARGIN, top, WIDTH + 2 * MARGIN, self.height - top + LINE + MARGIN, self.height + LINE)


def plot_of(title: str, rows: Sequence[Row], *, stacked: bool = True) -> BarPlot:
    """The counts of a row behind each other in one bar, or each in a lane of its own with its number."""
    keys, y = _keys(rows)
    scale = BAR_ROOM / max([1, *(_length(row, stacked) for row in rows)])
    bars: list[Bar] = []
    texts: list[Text] = []
    for row in rows:
        for line in wrap(row.label, LABEL_LETTERS):
            texts.append(Text(0, y + LINE * 0.75, "label", line))
            y += LINE
        draw = _stacked if stacked else _lanes
        new_bars, new_texts, y = draw(row, y, scale)
        bars += new_bars
        texts += new_texts
        y += ROW_GAP
    lines = wrap(title, HEADING_LETTERS)
    heading = tuple(Text(0, -LINE * (len(lines) - place), "heading", line) for place, line in enumerate(lines))
    return BarPlot(title, tuple(bars), tuple(texts), keys, heading, round(y, 1))


def _length(row: Row, stacked: bool) -> int:
    counts = [value.count or 0 for value in row.values]
    return sum(counts) if stacked else max(counts, default=0)


def _width(count: int | None, scale: float) -> float:
    return max(round(count * scale, 1), THINNEST) if count else 0.0


def _stacked(row: Row, y: float, scale: float) -> tuple[list[Bar], list[Text], float]:
    bars, texts, x = [], [], 0.0
    for value in row.values:
        width = _width(value.count, scale)
        if width:
            bars.append(Bar(value.tone, round(x, 1), y, width, _said(row, value)))
            if width > DIGIT * (len(str(value.count)) + 1):
                texts.append(Text(round(x + width / 2, 1), y + BAR * 0.75, "inside", str(value.count), value.tone))
        x += width
    return bars, [*texts, Text(round(x + 8, 1) if x else 0, y + BAR * 0.75, "value", row.text)], y + BAR


def _lanes(row: Row, y: float, scale: float) -> tuple[list[Bar], list[Text], float]:
    bars, texts = [], []
    for value in row.values:
        width = _width(value.count, scale)
        if width:
            bars.append(Bar(value.tone, 0, y, width, _said(row, value)))
        kind = "unknown" if value.count is None else "value"
        texts.append(Text(round(width + 8, 1) if width else 0, y + BAR * 0.75, kind, _number(value)))
        y += BAR + LANE_GAP
    return bars, texts, y


def _number(value: Value) -> str:
    if value.count is None:
        return f"{value.name}: {value.note}"
    return f"{value.count}, {value.note}" if value.note else str(value.count)


def _said(row: Row, value: Value) -> str:
    return f"{row.label}, {value.name}: {value.count}"


def _keys(rows: Sequence[Row]) -> tuple[tuple[Key, ...], float]:
    """What the tones mean that are seen, in as many lines as they need, and where the first row begins."""
    seen = {value.tone for row in rows for value in row.values if value.count != 0}
    names = {value.tone: value.name for row in rows for value in row.values if value.tone in seen}
    keys: list[Key] = []
    x = y = 0.0
    for tone, name in names.items():
        width = KEY_MARK + len(name) * LETTER
        if x and x + width > WIDTH:
            x, y = 0.0, y + LINE
        keys.append(Key(tone, name, round(x, 1), y))
        x += width + KEY_GAP
    return tuple(keys), y + LINE + ROW_GAP if keys else 0.0
