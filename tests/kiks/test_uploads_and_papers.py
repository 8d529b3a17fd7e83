"""What an uploaded PDF must be, and what the renderer may read."""

import socket
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from kiks.pdf import OwnFilesOnly, render_pdf
from kiks.uploads import read_pdf
from tests.factories.pdf import tiny_pdf

SCRIPT = DictionaryObject(
    {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
)


def add_script(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = SCRIPT


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", content, content_type="application/pdf")


def written(change) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_plain_pdf_is_taken_as_it_is():
    assert read_pdf(upload(tiny_pdf())) == tiny_pdf()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><script>alert(1)</script>", "bukan PDF"),
        (b"", "bukan PDF"),
        (b"%PDF-1.7\nrusak", "rusak"),
        (tiny_pdf()[:200], "rusak"),
        (written(lambda writer: writer.encrypt("rahasia")), "terkunci kata sandi"),
        (written(add_script), "skrip atau berkas tersemat"),
        (written(lambda writer: writer.add_attachment("a.exe", b"MZ")), "skrip atau berkas tersemat"),
    ],
    ids=["html", "empty", "broken", "cut", "encrypted", "script", "embedded"],
)
def test_anything_else_is_refused_with_the_reason(content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        read_pdf(upload(content))


def test_the_size_is_limited_to_the_byte(settings):
    settings.LETTER_MAX_BYTES = len(tiny_pdf())
    assert read_pdf(upload(tiny_pdf()))
    settings.LETTER_MAX_BYTES -= 1
    with pytest.raises(ValidationError, match="terlalu besar"):
        read_pdf(upload(tiny_pdf()))


def test_a_paper_is_a_tagged_pdf():
    reader = PdfReader(BytesIO(render_pdf("demo_paper.html", {"title": "Surat contoh"})))
    assert "SURAT CONTOH" in reader.pages[0].extract_text().upper()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:{port}/x", "https://static.invalid/../manage.py"]
)
def test_the_renderer_reads_nothing_but_its_own_files(url):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0)
        with pytest.raises(ValueError, match="."):
            OwnFilesOnly().fetch(url.format(port=listener.getsockname()[1]))
        with pytest.raises(BlockingIOError):
            listener.accept()
