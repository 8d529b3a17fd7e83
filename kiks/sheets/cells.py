"""Cells of spreadsheets that go out and come in, and the files that go out: text stays text, numbers stay numbers."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "'"
# "+62 812 3456", "-6,9": a sign before nothing but figures is a number, whoever opens the file.
SIGNED_NUMBER = re.compile(r"[+-][\d\s.,()/-]+")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
INK, PAPER = "FF1F2937", "FFE2E8F0"
HEADING_FONT = Font(bold=True, color=INK)
HEADING_FILL = PatternFill("solid", fgColor=PAPER)
HEADING_LINE = Border(bottom=Side(style="thin", color=INK))
HEADING_PLACE = Alignment(vertical="center", wrap_text=True)
DAY, MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
NARROW, WIDE, MEASURED_ROWS = 10, 60, 200
# A spreadsheet program shows 15 figures of a number and loses the rest.
SAFE_NUMBER = 10**15

type Row = Sequence[object]


class Sheet(NamedTuple):
    """A table that goes out: a title, the headings, and the rows in their order."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Row]


def safe_cell(value: object) -> object:
    """Text that could start a formula gets a leading apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return MARK + value
    return value


def plain_cell(value: object) -> object:
    """What `safe_cell` was given, so that an exported table can be imported again."""
    if isinstance(value, str) and value.startswith(tuple(MARK + start for start in STARTS_FORMULA)):
        return value.removeprefix(MARK)
    return value


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program would run the text; a telephone number with its plus sign is none."""
    return text.startswith(STARTS_FORMULA) and len(text) > 1 and not SIGNED_NUMBER.fullmatch(text)


def refuse_formula(text: object) -> None:
    """A validator for what people type: a dash before a space only begins a list."""
    if isinstance(text, str) and is_formula(text) and not text.startswith(("- ", "+ ")):
        raise ValidationError(f"Isian ini diawali tanda {text[0]} seperti rumus. Hapus tanda itu, lalu simpan lagi.")


def cell_of(value: object) -> object:
    """A value as it stands in a cell: Ya and Tidak, local time, readable and safe text, numbers that lose nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, int) and abs(value) >= SAFE_NUMBER:
        return str(value)
    if isinstance(value, int | float | Decimal | date):
        return value
    return safe_cell(UNREADABLE.sub("", str(value)))


def write_xlsx(sheet: Sheet) -> bytes:
    """A workbook of one sheet."""
    return write_book(sheet.title, [sheet])


def write_book(title: str, sheets: Iterable[Sheet]) -> bytes:
    """A workbook whose sheets have a heading that stays in view, filters, and columns as wide as what is in them."""
    workbook = Workbook(write_only=True)
    workbook.properties.title = title
    workbook.properties.creator = "KIKS Kota Sukabumi"
    for sheet in sheets:
        _write_sheet(workbook, sheet)
    return saved(workbook)


def _write_sheet(workbook: Workbook, sheet: Sheet) -> None:
    page = workbook.create_sheet(sheet_title(sheet.title))
    rows = (tuple(cell_of(value) for value in row) for row in sheet.rows)
    first = list(islice(rows, MEASURED_ROWS))
    for letter, width in column_widths(sheet.headings, first).items():
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    page.append([_heading_cell(page, heading) for heading in sheet.headings])
    count = 0
    for row in chain(first, rows):
        page.append([_dated(page, value) if isinstance(value, date) else value for value in row])
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(sheet.headings), 1))}{count + 1}"


def write_csv(sheet: Sheet) -> bytes:
    """Text that a spreadsheet program set to Indonesian opens by itself: a byte mark, semicolons, decimal commas."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell_of(heading) for heading in sheet.headings])
    writer.writerows([_written(cell_of(value)) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def sheet_title(title: str) -> str:
    """At most 31 characters, and none that a workbook refuses in the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip() or "Data"


def column_widths(headings: Sequence[str], rows: Iterable[Row]) -> dict[str, int]:
    """Widths by letter, measured on the headings and the rows given."""
    longest = [len(heading) for heading in headings]
    for row in rows:
        for place, value in enumerate(row[: len(longest)]):
            longest[place] = max(longest[place], len(_written(value)))
    return {get_column_letter(place): min(max(length + 3, NARROW), WIDE) for place, length in enumerate(longest, 1)}


def style_heading(cell: WriteOnlyCell) -> None:
    cell.font, cell.fill, cell.border, cell.alignment = HEADING_FONT, HEADING_FILL, HEADING_LINE, HEADING_PLACE


def saved(workbook: Workbook) -> bytes:
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def _heading_cell(page: object, heading: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, cell_of(heading))
    style_heading(cell)
    return cell


def _dated(page: object, value: date) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value)
    cell.number_format = MOMENT if isinstance(value, datetime) else DAY
    return cell


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return str(value)
