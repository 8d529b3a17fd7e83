"""Papers: what they say is fixed by a digest, they are rendered once, stored, and never rendered again."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import segno
from django.conf import settings

from kiks.models import StoredDocument
from kiks.pdf import Enclosure, render_pdf, render_sheets
from kiks.storage import store
from kiks.texts import sha256_of, to_json

PDF = "application/pdf"
LETTERHEAD = {"lines": ["Pemerintah Kota Sukabumi", "Sekretariat Daerah", "Bagian Organisasi"]}


def digest_of(facts: Any) -> str:
    """SHA-256 of the canonical JSON of a paper's facts (a frozen dataclass of plain values)."""
    return sha256_of(to_json(asdict(facts)))


def numbered(ordinal: int, kind: str, edition_code: str) -> str:
    """The number of a paper: the n-th of its kind in its edition, as in 001/BA/KIKS-2026."""
    return f"{ordinal:03d}/{kind}/{edition_code.upper()}"


def draft_paper(template: str, *, facts: Any, is_demo: bool) -> bytes:
    """The paper as it would be, marked as a draft: it has no number and no digest, and is not kept."""
    return render_pdf(template, {"facts": facts, "letterhead": LETTERHEAD, "is_draft": True, "is_demo_site": is_demo})


def issue_paper(
    template: str, *, number: str, facts: Any, is_demo: bool, enclosure: Enclosure | None = None
) -> tuple[StoredDocument, str]:
    """Render `templates/pdf/<template>` from `facts`, store the file; returns it and the digest of the facts.

    `enclosure` lies inside the file.
    """
    digest = digest_of(facts)
    context = context_of(number=number, facts=facts, digest=digest, is_demo=is_demo)
    return store(render_pdf(template, context, enclosure=enclosure), content_type=PDF), digest


def lay_out_paper(
    template: str, *, number: str, facts: Any, digest: str, is_demo: bool, checked_by: str = ""
) -> StoredDocument:
    """Render and store a paper whose digest is known; the code in its foot leads to `checked_by`, or to its number."""
    context = context_of(number=number, facts=facts, digest=digest, is_demo=is_demo, checked_by=checked_by)
    return store(render_pdf(template, context), content_type=PDF)


def issue_sheets(template: str, papers: Iterable[tuple[str, Any]], *, is_demo: bool) -> list[StoredDocument]:
    """Many papers of one sheet each, as (number, facts), in one layout; the same bytes as one after the other."""
    contexts = [
        context_of(number=number, facts=facts, digest=digest_of(facts), is_demo=is_demo) for number, facts in papers
    ]
    return [store(content, content_type=PDF) for content in render_sheets(template, contexts)]


def context_of(*, number: str, facts: Any, digest: str, is_demo: bool, checked_by: str = "") -> dict[str, object]:
    """What the template of an issued paper is drawn from."""
    verify_url = f"{settings.BASE_URL}/verifikasi/{checked_by or number}/"
    return {
        "facts": facts,
        "number": number,
        "digest": digest,
        "letterhead": LETTERHEAD,
        "verify_url": verify_url,
        "qr": segno.make(verify_url, error="m").svg_data_uri(border=0),
        "is_demo_site": is_demo,
    }
