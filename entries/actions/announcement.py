"""The announcement of the screening: one numbered paper, issued now, seen by everybody from its moment on."""

from dataclasses import asdict
from datetime import datetime

from competitions.models import Edition
from entries.announcement_rules import check_can_announce, outcome_digest, window_for
from entries.announcements import standing
from entries.documents import announcement_facts
from entries.models import Entry, ScreeningAnnouncement
from entries.outcome_mails import outcome_mails, told_entries
from entries.permissions import check_can_cancel_announcement
from kiks import audit, clock, mail
from kiks.access import check_is_committee
from kiks.exceptions import StaleVersionError
from kiks.mail.sending import take_back
from kiks.models import User
from kiks.papers import issue_paper, numbered
from kiks.texts import to_json
from kiks.wording import required

KIND = "PENG-SA"


def announce_screening(
    edition: Edition,
    *,
    by: User,
    visible_from: datetime | None = None,
    reason: str = "",
    expected: str | None = None,
) -> ScreeningAnnouncement:
    """Issue the paper and put the mails of all units into the outbox; without `visible_from` it shows at once.

    From here on nothing is decided but objections. A further version, with a reason, tells what these changed.
    `expected` is the digest of the outcome that was looked through, so that nobody announces what they did not see.
    """
    check_is_committee(by)
    with audit.act(by):
        edition = _locked(edition)
        now = clock.now()
        moment = visible_from or now
        check_can_announce(edition, moment=moment, now=now, reason=reason)
        if expected is not None and expected != outcome_digest(edition):
            raise StaleVersionError(
                "Hasil seleksi berubah sejak Anda membuka halaman ini. Periksa sekali lagi sebelum mengumumkan.",
                current=None,
            )
        announcement = _issue(edition, by=by, moment=moment, now=now, reason=reason.strip())
        if standing(edition).count() == 1:
            _queue_mails(announcement)
    return announcement


def cancel_announcement(announcement: ScreeningAnnouncement, *, by: User, reason: str) -> ScreeningAnnouncement:
    """Until its moment: the mails are taken back and decisions are possible again; the paper stays, marked."""
    reason = required(reason, "Tulis alasan pembatalan.")
    with audit.act(by):
        edition = _locked(announcement.edition)
        announcement = ScreeningAnnouncement.objects.select_for_update().get(pk=announcement.pk)
        now = clock.now()
        check_can_cancel_announcement(by, announcement, now)
        announcement.cancelled_at, announcement.cancelled_by = now, by
        announcement.cancel_reason = reason
        announcement.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
        taken_back = take_back(audit.target_of(announcement))
        audit.record(
            "screening.announcement_cancelled",
            announcement,
            chain=edition.code,
            by=by,
            number=announcement.number,
            mails=taken_back,
            reason=announcement.cancel_reason,
        )
    return announcement


def _locked(edition: Edition) -> Edition:
    """The edition, then its entries: a decision that is being made ends first, or finds the announcement."""
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    list(Entry.objects.select_for_update(no_key=True).filter(edition=edition).order_by("pk").values_list("pk"))
    return edition


def _issue(edition: Edition, *, by: User, moment: datetime, now: datetime, reason: str) -> ScreeningAnnouncement:
    version = edition.screening_announcements.count() + 1
    number = numbered(version, KIND, edition.code)
    before, until = standing(edition).first(), window_for(edition, moment)
    facts = announcement_facts(
        edition,
        by=by,
        version=version,
        visible_from=moment,
        objections_until=until,
        reason=reason,
        replaces=before.number if before else "",
    )
    document, digest = issue_paper("announcement.html", number=number, facts=facts, is_demo=edition.is_demo)
    announcement = ScreeningAnnouncement.objects.create(
        edition=edition,
        version=version,
        number=number,
        document=document,
        content=to_json(asdict(facts)),
        data_digest=digest,
        received=facts.received,
        passed=facts.passed,
        failed=facts.failed,
        reason=reason,
        visible_from=moment,
        objections_until=until,
        issued_at=now,
        issued_by=by,
    )
    _record(announcement, by)
    return announcement


def _record(announcement: ScreeningAnnouncement, by: User) -> None:
    audit.record(
        "screening.announced",
        announcement,
        chain=announcement.edition.code,
        by=by,
        number=announcement.number,
        version=announcement.version,
        visible_from=announcement.visible_from,
        digest=announcement.data_digest,
        file=announcement.document.sha256,
        received=announcement.received,
        passed=announcement.passed,
        failed=announcement.failed,
    )


def _queue_mails(announcement: ScreeningAnnouncement) -> None:
    """To be looked through in the outbox until the moment; a further version says nothing that units do not know."""
    batch = audit.target_of(announcement)
    mails = outcome_mails(
        told_entries(announcement.edition),
        visible_from=announcement.visible_from,
        objections_until=announcement.objections_until,
    )
    for one in mails:
        mail.queue(
            one.template, to=one.to, not_before=announcement.visible_from, batch=batch, entry=one.entry, **one.context
        )
