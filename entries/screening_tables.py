"""The statistics of a screening as tables with their pictures: for its page, for files, for a workbook."""

from dataclasses import dataclass
from decimal import Decimal

from entries.screening_statistics import Group, Reason, ScreeningStatistics, Tally, Year
from kiks.bar_plot import BarPlot, Row, Value, plot_of
from kiks.formats import score, thousands
from kiks.sheets.cells import Sheet

# A picture of more rows than these is no longer read; the table has them all.
MOST_ROWS = 12
OUTCOMES = (
    ("passed", "accent", "lolos"),
    ("failed", "danger", "tidak lolos"),
    ("withdrawn", "muted", "ditarik"),
    ("returned", "warn", "sedang diperbaiki unit"),
    ("undecided", "sunken", "belum diputuskan"),
)
COUNTS = ("Diterima", "Lolos", "Tidak lolos", "Ditarik", "Sedang diperbaiki", "Belum diputuskan", "Lolos (%)")
UNKNOWN = "tidak tercatat"

type Cell = int | Decimal | str | None


@dataclass(frozen=True)
class Table:
    """`code` names its file; `plot` is None where there is nothing to draw; `note` explains how it is counted."""

    code: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plot: BarPlot | None
    note: str = ""
    none: str = ""

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """Each heading, and whether numbers stand below it."""
        return [(heading, not self._holds_text(place)) for place, heading in enumerate(self.headings)]

    @property
    def shown(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Each row as its label and the cells behind it, as people read them, and whether they are numbers."""
        return [
            (shown(row[0]), [(shown(cell), not self._holds_text(place)) for place, cell in enumerate(row[1:], 1)])
            for row in self.rows
        ]

    def _holds_text(self, place: int) -> bool:
        return any(isinstance(row[place], str) for row in self.rows)


def tables_of(found: ScreeningStatistics) -> list[Table]:
    """What the page shows, in its order; before anything was received only the years."""
    years = _years(found)
    if not found.whole.received:
        return [years]
    return [
        years,
        _groups(found, "perangkat-daerah", "Menurut perangkat daerah", found.agencies),
        _reasons(found),
        _groups(found, "kategori", "Menurut kategori", found.categories),
        _groups(found, "jenis-unit", "Menurut jenis unit", found.kinds),
        _groups(found, "kecamatan", "Menurut kecamatan", found.districts, note="Letak unit menurut kelurahannya."),
    ]


def sheets_of(found: ScreeningStatistics, as_of: str, note: str) -> list[Sheet]:
    """The same for a workbook; the first sheet says of what and of when the numbers are."""
    facts: list[tuple[str, Cell]] = [("Edisi", found.edition.name), ("Keadaan", as_of)]
    facts += [("Catatan", note)] if note else []
    facts += zip(COUNTS, _cells(found.whole), strict=True)
    if found.disqualified:
        facts.append(("Lolos, kemudian didiskualifikasi", found.disqualified))
    tables = tables_of(found)
    return [Sheet("Ringkasan", ("Keterangan", "Isi"), facts), *(Sheet(t.title, t.headings, t.rows) for t in tables)]


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–"
    if isinstance(cell, Decimal):
        return score(cell)
    return thousands(cell) if isinstance(cell, int) else cell


def _cells(tally: Tally) -> tuple[Cell, ...]:
    return (tally.received, *(getattr(tally, name) for name, _, _ in OUTCOMES), tally.rate)


def _title(title: str, found: ScreeningStatistics) -> str:
    return f"{title}, seleksi administrasi {found.edition.name}"


def _groups(found: ScreeningStatistics, code: str, title: str, groups: list[Group], note: str = "") -> Table:
    what = title.removeprefix("Menurut ")
    drawn = [
        Row(group.label, _values(group.tally), f"{group.tally.passed} dari {group.tally.received} lolos")
        for group in _shortened(groups, what)
    ]
    rows = tuple((group.label, *_cells(group.tally)) for group in groups)
    return Table(code, title, (what.capitalize(), *COUNTS), rows, plot_of(_title(title, found), drawn), note=note)


def _values(tally: Tally) -> tuple[Value, ...]:
    return tuple(Value(tone, name, getattr(tally, field)) for field, tone, name in OUTCOMES)


def _shortened(groups: list[Group], what: str) -> list[Group]:
    """The largest groups, and one that stands for all the others."""
    if len(groups) <= MOST_ROWS:
        return groups
    others = Tally()
    for group in groups[MOST_ROWS - 1 :]:
        others.include(group.tally)
    return [*groups[: MOST_ROWS - 1], Group(f"{len(groups) - MOST_ROWS + 1} {what} lain", others)]


def _reasons(found: ScreeningStatistics) -> Table:
    title = "Alasan tidak lolos"
    return Table(
        "alasan",
        title,
        ("Butir yang tidak terpenuhi", "Tidak lolos", "Sedang diperbaiki"),
        tuple((reason.label, reason.failed, reason.returned) for reason in found.reasons),
        _reason_plot(_title(title, found), [each for each in found.reasons if each.failed or each.returned]),
        note="Satu usulan dapat gagal pada beberapa butir. Yang dihitung adalah pemeriksaan terakhirnya.",
        none="Belum ada usulan yang gagal pada suatu butir.",
    )


def _reason_plot(title: str, reasons: list[Reason]) -> BarPlot | None:
    rows = [
        Row(
            reason.label,
            (
                Value("danger", "tidak lolos", reason.failed),
                Value("warn", "sedang diperbaiki unit", reason.returned),
            ),
            f"{reason.failed + reason.returned} usulan",
        )
        for reason in reasons
    ]
    return plot_of(title, rows) if rows else None


def _years(found: ScreeningStatistics) -> Table:
    title = "Dari tahun ke tahun"
    drawn = [
        Row(
            _year_name(year),
            (_year_value("muted", "diterima", year.received), _year_value("accent", "lolos", year.passed)),
        )
        for year in found.years
    ]
    return Table(
        "tahun",
        title,
        ("Edisi", "Diterima", "Lolos", "Tidak lolos", "Lolos (%)", "Asal angka"),
        tuple(_year_cells(year) for year in found.years),
        plot_of(_title(title, found), drawn, stacked=False),
        note="Angka edisi sebelum sistem ini adalah yang dilaporkan; tanda – berarti tidak tercatat.",
    )


def _year_name(year: Year) -> str:
    number, name = str(year.edition.year), year.edition.name
    return name if number in name else f"{name} ({number})"


def _year_value(tone: str, name: str, count: int | None) -> Value:
    return Value(tone, name, count, UNKNOWN if count is None else name)


def _year_cells(year: Year) -> tuple[Cell, ...]:
    return (_year_name(year), year.received, year.passed, year.failed, year.rate, _source(year))


def _source(year: Year) -> str:
    if not year.edition.is_history:
        return "dihitung sistem ini"
    return ", ".join(sureness.label for sureness in year.sureness) or UNKNOWN
