"""Honest PDFs, from the smallest one to what offices and scanners make; and the builders for others."""

import struct
import zlib
from io import BytesIO

from pypdf import PdfWriter

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
MARK = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def tiny_pdf(title: str = "Uji") -> bytes:
    """One blank page; `title` makes the bytes differ."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def stream(entry: bytes, data: bytes) -> bytes:
    return b"<<" + entry + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"


def _parts(catalog: bytes, page: bytes, pages: bytes, page_object: bytes, objects: dict[int, bytes] | None) -> dict:
    return {
        1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        2: pages,
        3: page_object[:-2] + page + b">>",
        **(objects or {}),
    }


def classic_pdf(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    pages: bytes = PAGES,
    page_object: bytes = PAGE,
    objects: dict[int, bytes] | None = None,
    header: bytes = MARK,
    shift: int = 0,
    table_offset: int | None = None,
    then: dict[int, bytes] | None = None,
) -> bytes:
    """Objects as text and a cross-reference table; `then` are objects of a later revision, saved behind it."""
    out = bytearray(header)
    _append(out, _parts(catalog, page, pages, page_object, objects), shift, table_offset, previous=None)
    if then:
        _append(out, then, 0, None, previous=out.rindex(b"xref\n", 0, out.rindex(b"startxref")))
    return bytes(out)


def _append(out: bytearray, parts: dict, shift: int, table_offset: int | None, previous: int | None) -> None:
    offsets = {}
    for number, body in sorted(parts.items()):
        offsets[number] = len(out) + shift
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    back = b"" if previous is None else b"/Prev %d" % previous
    out += b"trailer\n<</Root 1 0 R/Size %d%s>>\n" % (max(parts) + 1, back)
    out += b"startxref\n%d\n%%%%EOF\n" % (at if table_offset is None else table_offset)


def packed_pdf(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    objects: dict[int, bytes] | None = None,
    streams: dict[int, bytes] | None = None,
) -> bytes:
    """Objects in an object stream and a cross-reference stream, as Word and LibreOffice write them."""
    parts, out, offsets = _parts(catalog, page, PAGES, PAGE, objects), bytearray(MARK), {}
    for number, body in (streams or {}).items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    holder = max([*parts, *offsets]) + 1
    index, bodies = [], bytearray()
    for number, body in parts.items():
        index.append(b"%d %d" % (number, len(bodies)))
        bodies += body + b"\n"
    head = b" ".join(index) + b"\n"
    offsets[holder] = len(out)
    entry = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(parts), len(head))
    out += b"%d 0 obj\n" % holder + stream(entry, zlib.compress(head + bodies)) + b"\nendobj\n"
    table_at, rows = len(out), [struct.pack(">BIH", 0, 0, 65535)]
    positions = {number: position for position, number in enumerate(parts)}
    offsets[holder + 1] = table_at
    for number in range(1, holder + 2):
        if number in positions:
            rows.append(struct.pack(">BIH", 2, holder, positions[number]))
        else:
            rows.append(struct.pack(">BIH", 1, offsets[number], 0) if number in offsets else rows[0])
    entry = b"/Type/XRef/W[1 4 2]/Root 1 0 R/Size %d/Filter/FlateDecode" % (holder + 2)
    out += b"%d 0 obj\n" % (holder + 1) + stream(entry, zlib.compress(b"".join(rows))) + b"\nendobj\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF" % table_at)


def text_pdf(pages: int, words: str = "Halaman") -> bytes:
    """Pages that say their number in large letters."""
    numbers = range(10, 10 + pages)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = {4: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
    for place, number in enumerate(numbers, 1):
        drawing = b"BT /F 48 Tf 60 700 Td (%s %d) Tj ET 60 400 300 200 re f" % (words.encode(), place)
        objects[number] = PAGE[:-2] + b"/Resources<</Font<</F 4 0 R>>>>/Contents %d 0 R>>" % (number + pages)
        objects[number + pages] = stream(b"", drawing)
    return classic_pdf(pages=b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages), objects=objects)


def word_pdf() -> bytes:
    """As from Word: tagged, packed objects, links to the web and to a mailbox, a relative link."""
    links = b"".join(
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</Type/Action/S/URI/URI(%s)>>>>" % address
        for address in (
            b"https://jdih.go.id/?a=1&b=2",
            b"HTTP://contoh.go.id",
            b"mailto:a@contoh.go.id",
            b"www.contoh.go.id",
        )
    )
    tree = {4: b"<</Type/StructTreeRoot/K 5 0 R>>", 5: b"<</S/Document/P 4 0 R/K[]/A<</O/Layout/Placement/Block>>>>"}
    catalog = b"/MarkInfo<</Marked true>>/StructTreeRoot 4 0 R/Lang(id-ID)/ViewerPreferences<</DisplayDocTitle true>>"
    content = {6: stream(b"/Filter/FlateDecode", zlib.compress(b"BT ET " * 500))}
    return packed_pdf(catalog=catalog, page=b"/Contents 6 0 R/Annots[" + links + b"]", objects=tree, streams=content)


def form_pdf() -> bytes:
    """A form to fill in that does nothing by itself, and an action that turns to a page."""
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(nama)/V(Siti)/Rect[0 0 90 20]>>"
    catalog = b"/AcroForm<</Fields[4 0 R]/NeedAppearances true>>/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"
    return classic_pdf(catalog=catalog, page=b"/Annots[4 0 R]", objects={4: field})


def scan_pdf(pages: int = 3, noise: bytes = b"") -> bytes:
    """As from a scanner: one large picture a page, no text; `noise` makes the pictures heavy."""
    picture = zlib.compress(noise or bytes(2480 * 3508), 1)
    size = b"/Width 2480/Height 3508/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    numbers = range(10, 10 + pages)
    objects = {number: PAGE[:-2] + b"/Resources<</XObject<</I %d 0 R>>>>>>" % (number + pages) for number in numbers}
    objects |= {number + pages: stream(b"/Type/XObject/Subtype/Image" + size, picture) for number in numbers}
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    return classic_pdf(pages=b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages), objects=objects)


def fax_pdf() -> bytes:
    """As from an old scanner: a picture packed by the rules of fax group 4, all of it black."""
    parameters = b"/DecodeParms<</K -1/Columns 64/Rows 64/BlackIs1 true>>"
    picture = (
        b"/Type/XObject/Subtype/Image/Width 64/Height 64/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode"
    )
    rows_and_end = b"\xff" * 8 + b"\x00\x10\x01"  # a bit says that a row is as white as the one above
    return classic_pdf(
        page=b"/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R",
        objects={4: stream(picture + parameters, rows_and_end), 5: stream(b"", b"200 0 0 200 100 400 cm /I Do")},
    )


def signed_pdf() -> bytes:
    """As signed electronically: a second revision with a signature field behind the first one."""
    signature = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 9 99 9]/Contents<00ff>>>"
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(ttd)/V 5 0 R/Rect[0 0 0 0]/F 132>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>"
    return classic_pdf(then={1: catalog, 4: field, 5: signature})


HONEST = {
    "smallest": tiny_pdf,
    "word": word_pdf,
    "form": form_pdf,
    "scan": scan_pdf,
    "fax": fax_pdf,
    "signed": signed_pdf,
    "text": lambda: text_pdf(12),
}
