"""Made-up spreadsheets as a bureau would send them."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

UNIT_HEADINGS = ["Kode", "Nama", "Jenis", "Perangkat daerah", "Kelurahan", "Surel", "Telepon", "Nama lain"]


def xlsx(rows: Sequence[Sequence[object]], *, title: str = "Data") -> bytes:
    """A workbook of one sheet; the first row is the heading."""
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(list(row))
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def unit_rows(count: int, agency: str) -> list[list[object]]:
    """Headings and `count` made-up units of one agency, which is named by code or name; without codes of their own."""
    units = [
        ["", f"UPTD Contoh {place}", "UPTD", agency, "", f"uptd.{place}@contoh.test", f"0266 {100000 + place}", ""]
        for place in range(1, count + 1)
    ]
    return [UNIT_HEADINGS, *units]


def units_xlsx(count: int = 49, *, agency: str = "Dinas Kesehatan") -> bytes:
    """What the bureau imports in an afternoon: `count` units under an agency that is recorded already."""
    return xlsx(unit_rows(count, agency))
