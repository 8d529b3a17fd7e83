"""What papers about entries say: the receipt of a submission, and the announcement of the screening."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings

from competitions.models import Edition
from entries.announcements import counts_of, passed_entries
from entries.models import Entry, EntryVersion, Objection
from entries.queries import frozen_attachments, frozen_content, submission_event
from entries.states import ObjectionStatus
from kiks.formats import day_month_year, file_size, indonesian_datetime
from kiks.models import User
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


@dataclass(frozen=True, kw_only=True)
class AnnouncedEntry:
    """One entry that passed."""

    number: str
    innovation: str
    unit: str
    category: str


@dataclass(frozen=True, kw_only=True)
class AnnouncedObjection:
    """What became of one objection; `entry` only where it was granted, since nobody else is named."""

    raised_on: str
    outcome: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementFacts:
    """The announcement of the screening: who decided on what basis, the counts, who passed, how to object.

    Entries that failed are counted and never named.
    """

    title: str
    edition: str
    theme: str
    basis: str
    version: int
    reason: str
    replaces: str
    received: int
    passed: int
    failed: int
    withdrawn: int
    disqualified: int
    categories: tuple[str, ...]
    entries: tuple[AnnouncedEntry, ...]
    visible_from: str
    dated: str
    objections_until: str
    objections: tuple[AnnouncedObjection, ...]
    signer: str


def announcement_facts(
    edition: Edition,
    *,
    by: User,
    version: int,
    visible_from: datetime,
    objections_until: datetime | None,
    reason: str = "",
    replaces: str = "",
) -> AnnouncementFacts:
    counts = counts_of(edition)
    decided = Objection.objects.filter(entry__edition=edition).exclude(status=ObjectionStatus.RAISED)
    return AnnouncementFacts(
        title=f"Pengumuman hasil seleksi administrasi {edition.name}",
        edition=edition.name,
        theme=edition.theme,
        basis=edition.rules_source,
        version=version,
        reason=reason,
        replaces=replaces,
        received=counts.received,
        passed=counts.passed,
        failed=counts.rejected,
        withdrawn=counts.withdrawn,
        disqualified=counts.disqualified,
        categories=tuple(edition.categories.values_list("name", flat=True)),
        entries=tuple(_announced(entry) for entry in passed_entries(edition)),
        visible_from=indonesian_datetime(visible_from),
        dated=day_month_year(visible_from),
        objections_until=indonesian_datetime(objections_until) if objections_until else "",
        objections=tuple(
            _objection(row) for row in decided.select_related("entry__innovation").order_by("raised_at", "pk")
        ),
        signer=by.name,
    )


def _announced(entry: Entry) -> AnnouncedEntry:
    return AnnouncedEntry(
        number=entry.number,
        innovation=str(entry.innovation),
        unit=entry.unit_then,
        category=entry.category.name if entry.category else "",
    )


def _objection(objection: Objection) -> AnnouncedObjection:
    entry = objection.entry
    is_granted = objection.status == ObjectionStatus.GRANTED
    return AnnouncedObjection(
        raised_on=day_month_year(objection.raised_at),
        outcome=objection.get_status_display(),
        entry=f"{entry.number} {entry.innovation.short_name}" if is_granted else "",
    )
