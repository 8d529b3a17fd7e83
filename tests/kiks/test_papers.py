"""What the renderer of papers makes, and what it may read."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.conf import settings
from pypdf import PdfReader

from kiks.pdf import Enclosure, OwnFilesOnly, render_pdf, render_sheets

PAPER = "demo_paper.html", {"title": "Surat contoh"}
ENCLOSURE = Enclosure(
    name="data.json",
    content='{"kota":"Sukabumi – ñ"}',
    description="Data yang dihitung",
    moment=datetime(2026, 11, 25, 3, 0, 7, tzinfo=UTC),
)
IN_A_PROCESS_OF_ITS_OWN = """
import django; django.setup()
from hashlib import sha256
from kiks.pdf import render_pdf
print(sha256(render_pdf("demo_paper.html", {"title": "Surat contoh"})).hexdigest())
"""


def certificate(number: int) -> dict:
    facts = {"title": "Peserta", "honoured": f"Puskesmas {number}", "innovation": "Lancar", "entry": f"{number:03d}"}
    return {
        "facts": {**facts, "edition": "KIKS 2026", "issued_on": "25 November 2026"},
        "number": f"{number:03d}/PIAGAM/KIKS-2026",
        "digest": f"{number:064x}",
        "letterhead": {"lines": ["Pemerintah Kota Sukabumi"]},
    }


def structure(reader: PdfReader) -> list[str]:
    """The kinds of all elements of the structure tree, from the top."""
    kinds, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, dict):
            kinds += [element["/S"]] if "/S" in element else []
            children = element.get("/K", [])
            waiting += children if isinstance(children, list) else [children]
    return kinds


def test_the_same_data_gives_the_same_bytes_at_any_time_and_in_any_process():
    """The tools that cut fonts write the time into them, unless this variable tells them another."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN],
            env={**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": moment},
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
        ).stdout
        for seed, moment in (("1", "1000000000"), ("2", "1764000000"))
    }
    assert len(digests) == 1


def test_a_paper_of_another_kind_in_between_changes_nothing():
    first, kept = render_pdf(*PAPER), render_pdf(*PAPER, enclosure=ENCLOSURE)
    assert (render_pdf(*PAPER), render_pdf(*PAPER, enclosure=ENCLOSURE)) == (first, kept)


def test_a_paper_with_an_enclosure_is_pdf_a_3a_tagged_and_holds_the_file():
    reader = PdfReader(BytesIO(render_pdf(*PAPER, enclosure=ENCLOSURE)))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert reader.trailer["/Root"]["/OutputIntents"]
    assert structure(reader) == structure(PdfReader(BytesIO(render_pdf(*PAPER))))
    assert "/H1" in structure(reader)
    assert reader.attachments == {"data.json": [ENCLOSURE.content.encode()]}
    assert {file.get_object()["/AFRelationship"] for file in reader.trailer["/Root"]["/AF"]} == {"/Source"}


def test_sheets_laid_out_together_have_the_bytes_of_sheets_laid_out_alone():
    contexts = [certificate(number) for number in (1, 2, 3)]
    sheets = render_sheets("certificate.html", contexts)
    assert sheets == [render_pdf("certificate.html", context) for context in contexts]
    assert "/H1" in structure(PdfReader(BytesIO(sheets[2])))
    assert render_sheets("certificate.html", []) == []


def test_sheets_that_do_not_fit_a_page_are_refused():
    with pytest.raises(ValueError, match="does not fill one page each: 1 for 2"):
        render_sheets(PAPER[0], [PAPER[1], PAPER[1]])


def test_a_paper_is_a_tagged_pdf():
    reader = PdfReader(BytesIO(render_pdf(*PAPER)))
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
