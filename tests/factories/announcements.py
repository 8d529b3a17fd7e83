"""An announcement of the screening as a row: what stands, and from when everybody may see it, without the paper."""

from datetime import datetime, timedelta
from itertools import count

from competitions.models import Edition
from entries.models import Entry, ScreeningAnnouncement
from entries.states import EntryStatus
from kiks import clock, storage
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user

_number = count(1)


def announced(edition: Edition, *, at: datetime | None = None, objection_days: int = 3) -> ScreeningAnnouncement:
    """Announced at `at`, which is now unless told otherwise; later than now it stands and nobody sees it yet."""
    number, now = next(_number), clock.now()
    moment = at or now
    passed = Entry.objects.filter(edition=edition, status=EntryStatus.PASSED).count()
    failed = Entry.objects.filter(edition=edition, status=EntryStatus.REJECTED).count()
    return ScreeningAnnouncement.objects.create(
        edition=edition,
        version=edition.screening_announcements.count() + 1,
        number=f"{number:03d}/UJI/{edition.code}",
        document=storage.store(tiny_pdf(f"pengumuman {edition.code} {number}"), content_type="application/pdf"),
        data_digest=f"{number:064x}",
        received=passed + failed,
        passed=passed,
        failed=failed,
        reason="Sanggahan diterima." if edition.screening_announcements.exists() else "",
        visible_from=moment,
        objections_until=moment + timedelta(days=objection_days) if objection_days else None,
        issued_at=now,
        issued_by=make_committee_user("Ketua Panitia"),
    )
