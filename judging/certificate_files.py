"""Certificates together: all in one file to print, or each as its own in an archive. Each of them was drawn before."""

from collections.abc import Iterable, Iterator

from django.db.models import F, QuerySet

from judging.models import Certificate
from kiks import archives, storage
from kiks.texts import file_name


def with_documents(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """With all that a certificate says, participants first."""
    whose = ("entry__edition", "entry__category", "entry__innovation__unit__agency", "judge__edition", "judge__user")
    return certificates.select_related("document", *whose).order_by(F("entry__number").asc(nulls_last=True), "number")


def bound(certificates: Iterable[Certificate]) -> bytes:
    return archives.bound((one.number, storage.read(one.document)) for one in certificates)


def packed(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """The stored files as they are; the same certificates give the same bytes."""
    return archives.packed((file_name(one.number), storage.read(one.document)) for one in certificates)
