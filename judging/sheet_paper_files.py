"""Papers of sheets together: one PDF for the judge, one archive for the committee. Each of them was laid out before."""

import io
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from pypdf import PdfWriter

from judging.models import SheetPaper
from judging.states import SheetPaperStatus
from kiks import storage
from kiks.archives import Sink

ZIP = "application/zip"
LIST_NAME = "daftar-berkas.txt"


def bound(papers: Iterable[SheetPaper]) -> bytes:
    """The stored papers one after the other, with a bookmark for each: a copy to read."""
    writer = PdfWriter()
    for paper in papers:
        writer.append(io.BytesIO(storage.read(paper.document)), outline_item=paper.number, import_outline=False)
    target = io.BytesIO()
    writer.write(target)
    writer.close()
    return target.getvalue()


def packed(papers: Iterable[SheetPaper]) -> Iterator[bytes]:
    """The stored files as they are, a folder for each judge, with a list that `sha256sum -c` reads."""
    sink = Sink()
    listed = [f"# Periksa keutuhan berkas: sha256sum -c {LIST_NAME}"]
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for paper in papers:
            name = _name(paper)
            listed.append(f"{paper.document.sha256}  {name}")
            # A PDF is packed already.
            archive.writestr(name, storage.read(paper.document), ZIP_STORED)
            yield sink.taken()
        archive.writestr(LIST_NAME, "\n".join([*listed, ""]))
    yield sink.taken()


def _name(paper: SheetPaper) -> str:
    folder = "diganti/" if paper.status == SheetPaperStatus.REPLACED else ""
    return f"{folder}{paper.assignment.judge.label}/{paper.file_name}"
