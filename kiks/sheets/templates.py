"""Files to start an import from: an empty template that explains itself, or the data of today in the same columns."""

from collections.abc import Sequence

from django.db import models
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kiks.sheets.cells import DAY, Sheet, cell_of, column_widths, saved, style_heading, write_csv
from kiks.sheets.columns import Column, Day, Whole
from kiks.sheets.reader import DATA_SHEET, MAX_ROWS
from kiks.sheets.resources import SheetResource

GUIDE_SHEET, CHOICE_SHEET = "Petunjuk", "Pilihan"
GUIDE_HEADINGS = ("Kolom", "Wajib", "Isi", "Contoh")
GENERAL = (
    "Isi data pada lembar “Data” mulai baris kedua. Jangan mengubah judul kolom; kolom yang tidak wajib boleh dihapus.",
    "Data yang sudah tercatat diperbarui, bukan digandakan. Bila satu baris saja salah, tidak ada yang berubah.",
)


def xlsx_template(resource: SheetResource, rows: Sequence[Sequence[object]] = ()) -> bytes:
    """A workbook with the sheet to fill in, the guide, and the values to choose from; with `rows` it is filled in."""
    workbook = Workbook()
    workbook.properties.title = f"Templat impor: {resource.title}"
    data = workbook.active
    data.title = DATA_SHEET
    _fill(data, resource.columns, rows)
    _explain(workbook.create_sheet(GUIDE_SHEET), resource)
    _offer(workbook, data, resource.columns)
    return saved(workbook)


def csv_template(resource: SheetResource, rows: Sequence[Sequence[object]] = ()) -> bytes:
    return write_csv(Sheet(resource.title, [column.heading for column in resource.columns], rows))


def current_rows(resource: SheetResource, queryset: models.QuerySet | None = None) -> list[tuple[object, ...]]:
    """What the columns say of everything that is recorded, in the form in which it may come in again."""
    resource.prepare()
    instances = resource.recorded() if queryset is None else queryset
    return [resource.values_of(instance) for instance in instances]


def _fill(data: Worksheet, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    headings = [column.heading for column in columns]
    data.append(headings)
    for row in rows:
        data.append([cell_of(value) for value in row])
    data.freeze_panes = "A2"
    data.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    widths = column_widths(headings, [*rows[:200], [column.example for column in columns]])
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        style_heading(data.cell(1, place))
        data.column_dimensions[letter].width = widths[letter]
        # Text, so that the program neither rounds a long number nor drops a leading zero.
        form = DAY if isinstance(column.widget, Day) else "0" if isinstance(column.widget, Whole) else "@"
        data.column_dimensions[letter].number_format = form
        for line in range(2, len(rows) + 2):
            data.cell(line, place).number_format = form


def _explain(guide: Worksheet, resource: SheetResource) -> None:
    guide.append([f"Impor {resource.title}"])
    guide["A1"].font = Font(bold=True, size=14)
    for sentence in (*GENERAL, *([resource.note] if resource.note else [])):
        guide.append([sentence])
    guide.append([])
    guide.append(GUIDE_HEADINGS)
    for cell in guide[guide.max_row]:
        style_heading(cell)
    for column in resource.columns:
        guide.append([column.heading, column.needed, _content(column), column.example])
        for cell in guide[guide.max_row]:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.number_format = "@"
    for letter, width in zip("ABCD", (24, 16, 70, 40), strict=True):
        guide.column_dimensions[letter].width = width


def _content(column: Column) -> str:
    options = column.options
    if options and len(options) <= 20:
        return f"{column.help} Pilihan: {', '.join(options)}.".strip()
    return column.help


def _offer(workbook: Workbook, data: Worksheet, columns: Sequence[Column]) -> None:
    """Lists to choose from; other text is refused where the list is final, and only questioned where a code is fine."""
    offered = [(place, column, column.options) for place, column in enumerate(columns, 1) if not column.readonly]
    offered = [(place, column, options) for place, column, options in offered if options]
    if not offered:
        return
    choices = workbook.create_sheet(CHOICE_SHEET)
    for at, (place, column, options) in enumerate(offered, 1):
        source, target = get_column_letter(at), get_column_letter(place)
        for line, text in enumerate([column.heading, *options], 1):
            choices.cell(line, at, cell_of(text))
        style_heading(choices.cell(1, at))
        choices.column_dimensions[source].width = 40
        rule = DataValidation(
            type="list",
            formula1=f"{quote_sheetname(CHOICE_SHEET)}!${source}$2:${source}${len(options) + 1}",
            allow_blank=True,
            errorStyle="warning" if hasattr(column.widget, "load") else "stop",
            errorTitle=column.heading,
            error="Pilih dari daftar, lihat lembar Petunjuk.",
        )
        data.add_data_validation(rule)
        rule.add(f"{target}2:{target}{MAX_ROWS + 1}")
