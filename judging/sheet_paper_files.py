"""Papers of sheets together: one PDF for the judge, one archive for the committee. Each of them was laid out before."""

from collections.abc import Iterable, Iterator

from django.utils.timezone import localtime

from judging.models import SheetPaper
from judging.states import SheetPaperStatus
from kiks import archives, clock, storage

LIST_NAME = "daftar-berkas.txt"


def bound(papers: Iterable[SheetPaper]) -> bytes:
    """A copy to read, with a bookmark for each paper."""
    return archives.bound((paper.number, storage.read(paper.document)) for paper in papers)


def packed(papers: Iterable[SheetPaper]) -> Iterator[bytes]:
    """The stored files as they are, a folder for each judge, with a list that `sha256sum -c` reads."""
    return archives.packed(_files(papers), dated=localtime(clock.now()))


def _files(papers: Iterable[SheetPaper]) -> Iterator[tuple[str, bytes]]:
    listed = [f"# Periksa keutuhan berkas: sha256sum -c {LIST_NAME}"]
    for paper in papers:
        name = _name(paper)
        listed.append(f"{paper.document.sha256}  {name}")
        yield name, storage.read(paper.document)
    yield LIST_NAME, "\n".join([*listed, ""]).encode()


def _name(paper: SheetPaper) -> str:
    folder = "diganti/" if paper.status == SheetPaperStatus.REPLACED else ""
    return f"{folder}{paper.assignment.judge.label}/{paper.file_name}"
