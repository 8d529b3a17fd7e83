"""The paper that a unit takes away: the receipt of a submission."""

from dataclasses import dataclass

import segno
from django.conf import settings

from entries.models import EntryVersion
from entries.queries import frozen_attachments, frozen_content, submission_event
from kiks.formats import file_size, indonesian_datetime
from kiks.papers import LETTERHEAD
from kiks.pdf import render_pdf


@dataclass(frozen=True)
class ReceiptAnswer:
    title: str
    words: int
    word_limit: int | None


@dataclass(frozen=True)
class ReceiptAttachment:
    kind: str
    name: str
    size: str
    sha256: str


@dataclass(frozen=True)
class Receipt:
    """What was received, by whom and when, and the digests that prove it."""

    edition: str
    number: str
    innovation: str
    unit: str
    agency: str
    category: str
    version: int
    received_at: str
    submitted_by: str
    answers: tuple[ReceiptAnswer, ...]
    attachments: tuple[ReceiptAttachment, ...]
    digest: str
    audit_sequence: int
    audit_hash: str
    is_demo: bool
    limits_unconfirmed: bool


def receipt_of(version: EntryVersion) -> Receipt:
    entry, content, event = version.entry, frozen_content(version), submission_event(version)
    return Receipt(
        edition=entry.edition.name,
        number=content["number"],
        innovation=" - ".join(filter(None, (content["short_name"], content["expansion"]))),
        unit=content["unit"],
        agency=content["agency"],
        category=content["category"],
        version=version.ordinal,
        received_at=indonesian_datetime(version.frozen_at),
        submitted_by=version.frozen_by.name,
        answers=tuple(
            ReceiptAnswer(answer["title"], answer["words"], answer["word_limit"]) for answer in content["answers"]
        ),
        attachments=tuple(
            ReceiptAttachment(file.title, file.name, file_size(file.document.size), file.document.sha256)
            for file in frozen_attachments(version)
        ),
        digest=version.digest,
        audit_sequence=event.sequence,
        audit_hash=event.hash,
        is_demo=entry.is_demo,
        limits_unconfirmed=entry.edition.rules_confirmed_at is None,
    )


def render_receipt(receipt: Receipt) -> bytes:
    """The receipt as PDF; its digest is the address where anybody checks it."""
    verify_url = f"{settings.BASE_URL}/verifikasi/{receipt.digest}/"
    context = {
        "facts": receipt,
        "digest": receipt.digest,
        "verify_url": verify_url,
        "qr": segno.make(verify_url, error="m").svg_data_uri(border=0),
        "letterhead": LETTERHEAD,
        "title": "Tanda terima usulan inovasi",
        "subtitle": receipt.edition,
        "is_demo_site": receipt.is_demo,
    }
    return render_pdf("receipt.html", context)
