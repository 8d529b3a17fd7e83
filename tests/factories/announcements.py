"""An announcement of the screening as a row: what stands, and from when everybody may see it, without the paper."""

from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import count

from competitions.models import Edition
from entries.documents import announcement_facts
from entries.models import ScreeningAnnouncement
from kiks import clock, storage
from kiks.texts import to_json
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user

_number = count(1)


def announced(edition: Edition, *, at: datetime | None = None, objection_days: int = 3) -> ScreeningAnnouncement:
    """Announced at `at`, which is now unless told otherwise; later than now it stands and nobody sees it yet."""
    number, now, by = next(_number), clock.now(), make_committee_user("Ketua Panitia")
    moment = at or now
    version = edition.screening_announcements.count() + 1
    until = moment + timedelta(days=objection_days) if objection_days else None
    reason = "Sanggahan diterima." if version > 1 else ""
    facts = announcement_facts(
        edition, by=by, version=version, visible_from=moment, objections_until=until, reason=reason
    )
    return ScreeningAnnouncement.objects.create(
        edition=edition,
        version=version,
        number=f"{number:03d}/UJI/{edition.code}",
        document=storage.store(tiny_pdf(f"pengumuman {edition.code} {number}"), content_type="application/pdf"),
        content=to_json(asdict(facts)),
        data_digest=f"{number:064x}",
        received=facts.received,
        passed=facts.passed,
        failed=facts.failed,
        reason=reason,
        visible_from=moment,
        objections_until=until,
        issued_at=now,
        issued_by=by,
    )
