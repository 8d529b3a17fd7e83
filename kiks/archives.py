"""Files together: an archive that leaves piece by piece, PDFs bound into one."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pypdf import PdfWriter

ZIP = "application/zip"
# As early as a ZIP can say; with it the same files give the same bytes, whenever they are packed.
EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001 - a ZIP knows no time zone
READABLE = 0o644 << 16

type Files = Iterable[tuple[str, bytes]]


class Sink(io.RawIOBase):
    """What a ZipFile writes into and a response takes out of; it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        content, self._pieces = b"".join(self._pieces), []
        return content


def packed(files: Files, *, dated: datetime = EARLIEST) -> Iterator[bytes]:
    """A ZIP of names and contents, a piece for each; no more than a piece and the next file are in memory."""
    sink = Sink()
    with ZipFile(sink, "w") as archive:
        for place, (name, content) in enumerate(files):
            # Where one ends is only known when the next one comes: the last leaves with the directory.
            if place:
                yield sink.taken()
            entry = ZipInfo(name, dated.timetuple()[:6])
            entry.external_attr = READABLE
            # A PDF is packed already.
            archive.writestr(entry, content, ZIP_STORED if name.endswith(".pdf") else ZIP_DEFLATED)
    yield sink.taken()


def bound(files: Files) -> bytes:
    """The very pages of these PDFs, one after the other with their bookmarks; what is the same in all is kept once."""
    writer = PdfWriter()
    for title, content in files:
        writer.append(io.BytesIO(content), outline_item=title, import_outline=False)
    writer.compress_identical_objects()
    target = io.BytesIO()
    writer.write(target)
    writer.close()
    return target.getvalue()
