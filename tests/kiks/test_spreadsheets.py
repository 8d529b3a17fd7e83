"""What comes in as a spreadsheet and what goes out as one, cell by cell and file by file."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kiks.sheets import reader as sheet_reader
from kiks.sheets.cells import Sheet, cell_of, is_formula, plain_cell, safe_cell, write_csv, write_xlsx
from kiks.sheets.columns import Day, Names, Whole, YesNo, text_of
from kiks.sheets.reader import SheetError, read_table
from tests.factories.spreadsheets import xlsx

# What a spreadsheet program knows of time: no zone.
NIGHT, NEW_YEAR, SPRING, MORNING = (
    datetime.fromisoformat(text) for text in ("2026-03-29 03:00", "2026-01-02", "2026-03-28", "2026-03-28 07:00")
)

ROWS = [["Kode", "Nama"], ["a", "Satu"], ["b", "Dua"]]
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)


def refusal(content: bytes) -> str:
    with pytest.raises(SheetError) as caught:
        read_table(content)
    return str(caught.value)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_marked(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert plain_cell(safe_cell(f"{start}1+1")) == f"{start}1+1"


@pytest.mark.parametrize("value", ["Puskesmas = baik", "", 5, -5, None, "'kutip"])
def test_everything_else_stays_as_it_is(value):
    assert safe_cell(value) == plain_cell(value) == value


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+cmd()", "\tx", "=x"])
def test_formulas(text):
    assert is_formula(text)


@pytest.mark.parametrize("text", ["+62 812 3456", "-6,9", "+(0266) 12-34", "-", "Unit = satu", "Satu", ""])
def test_what_is_no_formula(text):
    assert not is_formula(text)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "Ya"),
        (False, "Tidak"),
        (49, 49),
        (Decimal("87.5"), Decimal("87.5")),
        (date(2026, 3, 28), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 20, 0, tzinfo=UTC), NIGHT),
        (198001012005011001, "198001012005011001"),
        ("a\x00b", "ab"),
    ],
)
def test_cells(value, cell):
    assert cell_of(value) == cell


def test_a_workbook_that_goes_out_is_styled_and_keeps_its_types():
    content = write_xlsx(Sheet("Unit: daftar", ["Nama", "Jumlah", "Hari"], [("=x", 5, date(2026, 1, 2))]))
    page = load_workbook(BytesIO(content)).active
    assert [cell.value for cell in page[1]] == ["Nama", "Jumlah", "Hari"]
    assert (page["A2"].value, page["B2"].value, page["C2"].value) == ("'=x", 5, NEW_YEAR)
    assert (page["A2"].data_type, page["B2"].data_type) == ("s", "n")
    assert (page["C2"].number_format, page["A1"].font.bold, page.freeze_panes) == ("dd/mm/yyyy", True, "A2")
    assert (page.auto_filter.ref, page.title) == ("A1:C2", "Unit  daftar")


def test_a_csv_that_goes_out_opens_in_an_indonesian_program():
    content = write_csv(Sheet("x", ["Nama", "Nilai"], [("=x;y", Decimal("1.5"))]))
    assert content == '\ufeffNama;Nilai\r\n"\'=x;y";1,5\r\n'.encode()


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_text_survives_the_way_out_and_back(write, rows):
    table = read_table(write(Sheet("x", ["A", "B"], rows)))
    assert [[text_of(plain_cell(cell)) for cell in row] for row in table.rows] == [
        [text_of(cell) for cell in row] for row in rows
    ]


def test_rows_keep_the_numbers_that_they_have_in_the_file():
    table = read_table(xlsx([["Kode"], [None], ["a"], [None], ["b"]]))
    assert (table.headings, table.rows, table.numbers) == (["Kode"], [["a"], ["b"]], [3, 5])


def test_whole_numbers_and_days_come_without_what_the_program_adds():
    table = read_table(xlsx([["A", "B", "C"], [5.0, SPRING, 1.5]]))
    assert table.rows == [[5, date(2026, 3, 28), 1.5]]


def test_the_sheet_called_data_is_the_one_that_is_read():
    book = Workbook()
    book.active.append(["Petunjuk"])
    page = book.create_sheet("Data")
    page.append(["Kode"])
    page.append(["a"])
    out = BytesIO()
    book.save(out)
    assert read_table(out.getvalue()).rows == [["a"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_every_program(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in [["Kode", "Nama"], ["a", "Café"]])
    assert read_table(text.encode(encoding)).rows == [["a", "Café"]]


def test_a_formula_is_read_as_it_is_written():
    assert read_table(xlsx([["Kode"], ['=HYPERLINK("http://x")']])).rows == [['=HYPERLINK("http://x")']]


@pytest.mark.parametrize("content", [b"", b"  \r\n ;;\r\n", b"\xef\xbb\xbf", xlsx([])])
def test_an_empty_file(content):
    assert refusal(content).startswith("Berkas ini kosong.")


def test_a_file_without_rows():
    assert refusal(b"Kode;Nama\n").startswith("Berkas ini hanya berisi judul kolom.")


def test_an_old_and_a_locked_workbook():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "Excel lama (.xls)" in refusal(old)
    assert "terkunci kata sandi" in refusal(old + "EncryptedPackage".encode("utf-16-le"))


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 broken",
        xlsx(ROWS)[:-300],
        zipped(xl__workbook_xml=b"<not-a-workbook/>"),
        zipped(xl__workbook_xml=b"<x"),
    ],
)
def test_a_broken_workbook(content):
    assert refusal(content).startswith("Berkas ini rusak")


def test_another_archive_than_a_workbook():
    assert refusal(zipped(word__document_xml=b"<x/>")).startswith("Berkas ini bukan lembar kerja Excel")


def test_a_sheet_with_entities_is_not_opened():
    page = b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"
    assert refusal(zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=page)).startswith("Berkas ini rusak")


def test_an_archive_that_unfolds_is_not_unfolded(monkeypatch):
    monkeypatch.setattr(sheet_reader, "load_workbook", None)
    bomb = zipped(xl__workbook_xml=b"<x/>", xl__media__huge=b"\0" * (sheet_reader.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 100_000
    assert "terlalu besar setelah dibuka" in refusal(bomb)


def test_too_many_rows_are_counted_before_anything_parses_them(monkeypatch):
    monkeypatch.setattr(sheet_reader, "load_workbook", None)
    page = b"<worksheet><sheetData>" + b'<row r="1"><c/></row>' * (sheet_reader.MAX_LINES + 1)
    content = zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=page)
    assert "maksimal 20.000" in refusal(content)


def test_the_number_of_rows_has_a_limit(monkeypatch):
    monkeypatch.setattr(sheet_reader, "MAX_ROWS", 2)
    assert len(read_table(b"Kode\na\nb\n").rows) == 2
    assert "lebih dari 2 baris, maksimal 2" in refusal(b"Kode\na\nb\nc\n")


def test_the_size_has_a_limit(monkeypatch):
    monkeypatch.setattr(sheet_reader, "MAX_BYTES", 10)
    assert "terlalu besar, maksimal" in refusal(b"Kode\n" + b"a" * 6)


def test_the_number_of_columns_has_a_limit():
    headings = ";".join(f"K{place}" for place in range(61))
    assert "lebih dari 60 kolom" in refusal(f"{headings}\nx\n".encode())


def test_an_open_quote_is_named():
    assert "tanda kutip" in refusal(b'Kode;Nama\na;"tak ditutup\nb;c\n')


def test_data_beside_the_headings_is_named():
    assert refusal(b"Kode\na;b\n").startswith("Baris 2 berisi data di kolom tanpa judul.")


def test_letters_that_no_program_writes():
    assert "Huruf dalam berkas ini" in refusal(b"Kode;\x81\na;b\n")


@pytest.mark.parametrize(
    ("widget", "cell", "value"),
    [
        (Day(), "28/03/2026", date(2026, 3, 28)),
        (Day(), "2026-03-28", date(2026, 3, 28)),
        (Day(), MORNING, date(2026, 3, 28)),
        (Day(), "", None),
        (Whole(), "49", 49),
        (Whole(), 49, 49),
        (Whole(), "", None),
        (YesNo(), "YA", True),
        (YesNo(), "tidak", False),
        (YesNo(), True, True),
        (Names(), " Satu ;; Dua", ["Satu", "Dua"]),
    ],
)
def test_what_a_cell_may_say(widget, cell, value):
    assert widget.clean(cell) == value


@pytest.mark.parametrize(
    ("widget", "cell", "sentence"),
    [
        (Day(), "besok", "Tulis seperti 28/03/2026."),
        (Whole(), "-3", "Tulis angka saja"),
        (Whole(), 1.5, "Tulis angka saja"),
        (YesNo(), "mungkin", "Tulis Ya atau Tidak."),
        (Names(), 198001012005011001, "dibulatkan oleh Excel"),
    ],
)
def test_what_it_may_not_say(widget, cell, sentence):
    with pytest.raises(ValueError, match=sentence):
        widget.clean(cell)
