"""Certificates together: all in one file to print, or each as its own in an archive. Each of them was drawn before."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models import F, QuerySet
from pypdf import PdfWriter

from judging.models import Certificate
from kiks import storage
from kiks.archives import Sink

# An archive of the same certificates has the same bytes, whenever it is packed.
EARLIEST = (1980, 1, 1, 0, 0, 0)


def with_documents(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """With all that a certificate says, participants first."""
    whose = ("entry__edition", "entry__category", "entry__innovation__unit__agency", "judge__edition", "judge__user")
    return certificates.select_related("document", *whose).order_by(F("entry__number").asc(nulls_last=True), "number")


def file_name(certificate: Certificate) -> str:
    return f"{certificate.number.replace('/', '-')}.pdf"


def bound(certificates: Iterable[Certificate]) -> bytes:
    """The very pages that were issued, one after the other; what is the same in all of them is stored once."""
    writer = PdfWriter()
    for certificate in certificates:
        content = BytesIO(storage.read(certificate.document))
        writer.append(content, outline_item=certificate.number, import_outline=False)
    writer.compress_identical_objects()
    target = BytesIO()
    writer.write(target)
    writer.close()
    return target.getvalue()


def packed(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """The stored files as they are; a PDF is packed already."""
    sink = Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for certificate in certificates:
            archive.writestr(ZipInfo(file_name(certificate), EARLIEST), storage.read(certificate.document))
            yield sink.taken()
    yield sink.taken()
