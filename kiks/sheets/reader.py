"""Reading a spreadsheet that somebody sent: how big it is and what it is are known before anything parses it."""

import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import IO
from xml.etree.ElementTree import ParseError  # noqa: S405 - only the exception

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from kiks.exceptions import RuleBrokenError
from kiks.formats import file_size, thousands

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_PARTS = 300
# Rows without content may stand between and behind the filled ones; so many of them are read past.
MAX_LINES = 3 * MAX_ROWS
DATA_SHEET = "Data"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DELIMITERS = ";,\t"

SAVE_AS_XLSX = "Buka di Excel atau LibreOffice, pilih Simpan sebagai, lalu pilih format Excel Workbook (.xlsx)."
BROKEN = f"Berkas ini rusak dan tidak dapat dibaca. {SAVE_AS_XLSX}"
EMPTY = "Berkas ini kosong. Isi data mulai baris kedua, di bawah judul kolom, lalu unggah lagi."
NO_ROWS = "Berkas ini hanya berisi judul kolom. Isi data mulai baris kedua, lalu unggah lagi."
UNREADABLE_PARTS = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
)


class SheetError(RuleBrokenError):
    """The file cannot be taken; the sentences say why, and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows as they stand in the file; `numbers` are the rows' own numbers in it."""

    headings: list[str]
    rows: list[list[object]]
    numbers: list[int]


def check_size(size: int) -> None:
    """Raise the sentence when a file of so many bytes is not even opened."""
    if size > MAX_BYTES:
        raise SheetError(
            f"Berkas {file_size(size)} terlalu besar, maksimal {file_size(MAX_BYTES)}. "
            "Hapus gambar dan lembar lain, atau bagi datanya menjadi beberapa berkas, lalu unggah lagi."
        )


def read_table(content: bytes) -> Table:
    """The table of an XLSX or CSV file, whatever its name says."""
    check_size(len(content))
    if content.startswith(OLD_OFFICE):
        raise SheetError(_old_office(content))
    if content.startswith(b"PK"):
        return _table(_xlsx_rows(content))
    if not content.strip(b"\x00\t\r\n ;,\xef\xbb\xbf"):
        raise SheetError(EMPTY)
    return _table(_csv_rows(content))


def _old_office(content: bytes) -> str:
    if ENCRYPTED in content:
        return f"Berkas ini terkunci kata sandi. Hapus kata sandinya, lalu unggah lagi. {SAVE_AS_XLSX}"
    return f"Berkas ini berformat Excel lama (.xls). {SAVE_AS_XLSX}"


def _xlsx_rows(content: bytes) -> Iterator[tuple[int, list[object]]]:
    try:
        _check_archive(content)
        with warnings.catch_warnings():
            # Styles and extensions that the library does not know say nothing about the values.
            warnings.simplefilter("ignore")
            # Formulas are wanted as they are written: a stored result may be another than the formula gives.
            book = load_workbook(BytesIO(content), read_only=True, data_only=False)
            pages = [page for page in book.worksheets if page.title == DATA_SHEET] or book.worksheets[:1]
            if not pages:
                raise SheetError(EMPTY)
            pages[0].reset_dimensions()
            lines = pages[0].iter_rows(max_row=MAX_LINES, max_col=_width(pages[0]) + 1, values_only=True)
            rows = [(number, [_value(cell) for cell in line]) for number, line in enumerate(lines, 1)]
            book.close()
    except UNREADABLE_PARTS as error:
        raise SheetError(BROKEN) from error
    return iter(rows)


def _width(page: ReadOnlyWorksheet) -> int:
    """How many columns the first filled line has; what the sheet says of itself is often wrong."""
    for line in page.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS + 1, values_only=True):
        filled = [place for place, cell in enumerate(line, 1) if cell not in ("", None)]
        if filled:
            return filled[-1]
    return 1


def _check_archive(content: bytes) -> None:
    """The sizes that the archive declares are the most that is ever unpacked, so they are believed."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names:
            raise SheetError(f"Berkas ini bukan lembar kerja Excel (.xlsx). {SAVE_AS_XLSX}")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise SheetError(
                "Isi berkas ini terlalu besar setelah dibuka. Salin hanya data yang akan diimpor ke templat kosong, "
                "lalu unggah lagi."
            )
        if any(part.flag_bits & 1 for part in parts):
            raise SheetError("Berkas ini terkunci kata sandi. Hapus kata sandinya, lalu unggah lagi.")
        for name in sorted(names):
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    _check_rows(part)


def _check_rows(part: IO[bytes]) -> None:
    """Count the rows of a sheet without parsing it."""
    count, rest = 0, b""
    while chunk := part.read(1 << 20):
        block = rest + chunk
        if not count and b"<!DOCTYPE" in block:
            raise SheetError(BROKEN)
        count += block.count(b"<row ") + block.count(b"<row>")
        rest = block[-4:]
        if count > MAX_LINES:
            raise SheetError(_too_many("lebih dari " + thousands(MAX_LINES)))


def _too_many(count: str) -> str:
    return f"Berkas ini berisi {count} baris, maksimal {thousands(MAX_ROWS)}. Bagi datanya menjadi beberapa berkas."


def _csv_rows(content: bytes) -> Iterator[tuple[int, list[object]]]:
    text = _decoded(content)
    if text.count("\n") > MAX_LINES:
        raise SheetError(_too_many(thousands(text.count("\n"))))
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield reader.line_num, [cell.strip(" \r\n") for cell in row]
    except csv.Error as error:
        raise SheetError(
            f"Baris {reader.line_num} tidak dapat dibaca, biasanya karena tanda kutip yang tidak ditutup. "
            "Perbaiki baris itu, atau simpan berkasnya sebagai Excel Workbook (.xlsx)."
        ) from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16, or what Windows programs write."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(f"Huruf dalam berkas ini tidak dapat dibaca. {SAVE_AS_XLSX}")


def _value(cell: object) -> object:
    """What a cell says: a whole number without its decimal point, a day without its midnight, a formula as written."""
    if isinstance(cell, str):
        return cell.strip(" \r\n")
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime):
        return cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell
    if hasattr(cell, "ref"):
        # A formula over several cells, or a table of one.
        return f"={getattr(cell, 'text', '') or cell.ref}".replace("==", "=")
    return "" if cell is None else cell


def _table(lines: Iterable[tuple[int, list[object]]]) -> Table:
    """The first filled line is the heading; empty lines are passed over."""
    filled = ((number, cells) for number, cells in lines if any(cell not in ("", None) for cell in cells))
    _, first = next(filled, (0, []))
    headings = [str(cell).strip() for cell in first]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise SheetError(EMPTY)
    if len(headings) > MAX_COLUMNS:
        raise SheetError(f"Berkas ini berisi lebih dari {MAX_COLUMNS} kolom. Hapus kolom yang tidak ada pada templat.")
    table = Table(headings, [], [])
    for number, cells in islice(filled, MAX_ROWS + 1):
        table.rows.append(_fitted(cells, len(headings), number))
        table.numbers.append(number)
    if len(table.rows) > MAX_ROWS:
        raise SheetError(_too_many("lebih dari " + thousands(MAX_ROWS)))
    if not table.rows:
        raise SheetError(NO_ROWS)
    return table


def _fitted(cells: list[object], width: int, number: int) -> list[object]:
    if any(cell not in ("", None) for cell in cells[width:]):
        raise SheetError(
            f"Baris {number} berisi data di kolom tanpa judul. Beri judul kolom itu sesuai templat, atau kosongkan."
        )
    return [*cells[:width], *[""] * (width - len(cells))]
