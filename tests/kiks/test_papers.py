"""What the renderer of papers makes, and what it may read."""

import socket
from io import BytesIO

import pytest
from pypdf import PdfReader

from kiks.pdf import OwnFilesOnly, render_pdf


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
