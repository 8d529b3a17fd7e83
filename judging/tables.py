"""A stored ranking as a table that pages draw: read from its frozen bundle and result, never computed again."""

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from entries.models import Entry
from judging.models import Placing, Ranking
from judging.queries import by_seat
from judging.states import RoundKind

DOT, MARGIN, WIDTH, TICK = 16, 20, 960, 5


@dataclass(frozen=True)
class Column:
    """An instrument of a round, or a round of the final, with its share in per cent."""

    code: str
    name: str
    share: str


@dataclass(frozen=True)
class Row:
    """One entry; `line` is what is drawn above it: "cut" at N, "tie" where a tie straddles N, else nothing."""

    entry: Entry
    position: int
    tied: bool
    advances: bool | None
    score: str
    judges: int | None
    cells: tuple[tuple[Column, str | None], ...]
    judge_cells: tuple[str | None, ...]
    line: str


@dataclass(frozen=True)
class Tie:
    """A tied group that the plenary put in order."""

    numbers: tuple[str, ...]
    by: str
    reason: str


@dataclass(frozen=True)
class Table:
    ranking: Ranking
    edition: str
    cutoff: int | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tie_breakers: tuple[str, ...]
    settled: tuple[Tie, ...]
    open_ties: tuple[tuple[str, ...], ...]
    judges: tuple[str, ...]

    @cached_property
    def advancing(self) -> list[Row]:
        return [row for row in self.rows if row.advances]

    @cached_property
    def spread(self) -> "Spread":
        return spread_of(self.rows)


@dataclass(frozen=True)
class Dot:
    row: Row
    x: int
    y: int


@dataclass(frozen=True)
class Spread:
    """Where the dots of a picture lie that is 1000 wide: one dot for each entry, equal ones on top of each other."""

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[int, str], ...]
    low: str
    high: str
    base: int

    @property
    def height(self) -> int:
        return self.base + 28


def spread_of(rows: tuple[Row, ...]) -> Spread:
    scores = [Decimal(row.score) for row in rows]
    low, high = min(scores), max(scores)
    first, last = int(low) - int(low) % TICK, int(high) - int(high) % TICK + TICK
    piles: Counter[int] = Counter()
    spots = []
    for row, score in zip(rows, scores, strict=True):
        x = _across(score, first, last)
        piles[x] += 1
        spots.append((row, x, piles[x]))
    base = max(piles.values()) * DOT + 12
    dots = tuple(Dot(row, x, base - 4 - place * DOT + DOT // 2) for row, x, place in spots)
    ticks = tuple((_across(Decimal(tick), first, last), str(tick)) for tick in range(first, last + 1, TICK))
    return Spread(dots, ticks, str(low), str(high), base)


def _across(score: Decimal, first: int, last: int) -> int:
    """Position on the axis, in steps as wide as a dot."""
    exact = (score - first) / (last - first) * WIDTH
    return MARGIN + round(exact / DOT) * DOT


def with_entries(rankings: QuerySet[Ranking]) -> QuerySet[Ranking]:
    """Load what `table_of` reads, in a fixed number of queries."""
    placings = Placing.objects.select_related("entry__innovation__unit__agency")
    return rankings.select_related("round", "category").prefetch_related(Prefetch("placings", placings))


def table_of(ranking: Ranking, round_names: dict[str, str]) -> Table:
    """`round_names` maps the codes of the edition's rounds, for the columns and tie-breakers of a final."""
    bundle, result = json.loads(ranking.bundle), json.loads(ranking.result)
    entries = {placing.entry.number: placing.entry for placing in ranking.placings.all()}
    columns = _columns(ranking, bundle, round_names)
    labels = {label for placing in result["placings"] for label in placing.get("per_judge", {})}
    judges = tuple(sorted(labels, key=by_seat))
    lines = _lines([placing["advances"] for placing in result["placings"]])
    rows = tuple(
        _row(placing, entries[placing["entry"]], columns, judges, line)
        for placing, line in zip(result["placings"], lines, strict=True)
    )
    return Table(
        ranking=ranking,
        edition=bundle["edition"],
        cutoff=bundle["cutoff"],
        columns=columns,
        rows=rows,
        tie_breakers=_tie_breakers(bundle, round_names),
        settled=tuple(Tie(tuple(tie["order"]), tie["by"], tie["reason"]) for tie in bundle.get("settled_ties", [])),
        open_ties=tuple(tuple(group) for group in result["open_ties"]),
        judges=judges,
    )


def _columns(ranking: Ranking, bundle: dict, round_names: dict[str, str]) -> tuple[Column, ...]:
    if ranking.round.kind == RoundKind.FINAL:
        return tuple(Column(part["code"], round_names[part["code"]], part["share"]) for part in bundle["rounds"])
    return tuple(Column(part["code"], part["name"], part["share"]) for part in bundle["instruments"])


def _row(placing: dict, entry: Entry, columns: tuple[Column, ...], judges: tuple[str, ...], line: str) -> Row:
    parts = placing.get("per_instrument") or placing.get("per_round") or {}
    return Row(
        entry=entry,
        position=placing["position"],
        tied=placing["tied"],
        advances=placing["advances"],
        score=placing["score"],
        judges=placing.get("judges"),
        cells=tuple((column, parts.get(column.code)) for column in columns),
        judge_cells=tuple(placing.get("per_judge", {}).get(label) for label in judges),
        line=line,
    )


def _lines(advances: list[bool | None]) -> list[str]:
    """The line above each row: where a straddling tie begins, and where those begin that stay behind."""
    before = [True, *advances[:-1]]
    if not any(answer is not False for answer in advances):
        return [""] * len(advances)
    return [
        "" if answer == previous else "tie" if answer is None else "cut"
        for previous, answer in zip(before, advances, strict=True)
    ]


def _tie_breakers(bundle: dict, round_names: dict[str, str]) -> tuple[str, ...]:
    """Names of the tie-breakers: rounds in a final, else "criterion (instrument)"."""
    names = dict(round_names)
    for instrument in bundle.get("instruments", []):
        for criterion in instrument["criteria"]:
            names[f"{instrument['code']}.{criterion['code']}"] = f"{criterion['name']} ({instrument['name']})"
    return tuple(names[code] for code in bundle["tie_breakers"])
