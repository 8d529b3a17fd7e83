"""The announcement of the screening: when it may be issued, what it does, how it is cancelled and followed."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from competitions.models import Edition, StageKind
from entries.actions.announcement import announce_screening, cancel_announcement
from entries.actions.objections import decide_objection, raise_objection
from entries.actions.proposals import propose_rejection
from entries.actions.screening import ItemDecision
from entries.actions.submission import withdraw_entry
from entries.announcement_rules import outcome_digest
from entries.announcements import counts_of, screening_blockers
from entries.models import Entry, ScreeningAnnouncement
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock, mail, storage
from kiks.audit import target_of
from kiks.exceptions import RuleBrokenError, StaleVersionError, WrongStateError
from kiks.models import AuditEvent, OutgoingMail
from kiks.texts import sha256_of
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of, screen
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=2)


@pytest.fixture
def chair():
    return make_committee_user("Ketua Panitia")


def over(edition: Edition):
    """The moment after the close of submissions."""
    return clock.shifted_to(edition.stages.get(kind=StageKind.SUBMISSION).closes_at + timedelta(minutes=1))


@pytest.fixture
def edition():
    """One entry that passed, one that failed, and nothing undecided."""
    edition = make_edition()
    for status in (EntryStatus.PASSED, EntryStatus.REJECTED):
        entry_at(status, edition=edition)
    OutgoingMail.objects.all().delete()
    return edition


def entry_with(edition: Edition, status: EntryStatus) -> Entry:
    return edition.entries.get(status=status)


def test_the_paper_names_who_passed_and_counts_the_others(edition, chair):
    passed, failed = (entry_with(edition, status) for status in (EntryStatus.PASSED, EntryStatus.REJECTED))
    with over(edition):
        made = announce_screening(edition, by=chair)
    facts = json.loads(made.content)
    assert (made.number, made.version) == (f"001/PENG-SA/{edition.code.upper()}", 1)
    assert (made.received, made.passed, made.failed) == (2, 1, 1)
    assert [row["number"] for row in facts["entries"]] == [passed.number]
    assert failed.innovation.short_name not in made.content
    assert made.data_digest == sha256_of(made.content)
    assert storage.read(made.document).startswith(b"%PDF")
    data = json.loads(AuditEvent.objects.get(kind="screening.announced").body)["data"]
    assert (data["file"], data["digest"], data["passed"]) == (made.document.sha256, made.data_digest, 1)


def test_the_window_ends_with_its_last_day(edition, chair):
    with over(edition):
        made = announce_screening(edition, by=chair)
    assert clock.now() < made.objections_until
    assert f"{made.objections_until.astimezone().isoformat()}".endswith(":00+07:00")
    assert (made.objections_until.date() - made.visible_from.date()).days in (3, 4)


def test_mails_wait_for_the_moment_and_go_to_every_unit(edition, chair):
    with over(edition):
        made = announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
        mail.send_waiting()
        queued = list(OutgoingMail.objects.order_by("template"))
        assert [one.template for one in queued] == ["screening_passed.txt", "screening_rejected.txt"]
        assert {one.to_user for one in queued} == {member_of(one.innovation.unit) for one in edition.entries.all()}
        assert {(one.not_before, one.batch, one.sent_at) for one in queued} == {
            (made.visible_from, target_of(made), None)
        }
    assert "Berkas belum lengkap." in queued[1].text
    assert "mengajukan satu sanggahan dari" in queued[1].text
    assert f"/seleksi/{edition.code}/" in queued[0].text
    with clock.shifted_to(made.visible_from + timedelta(minutes=1)):
        mail.send_waiting()
    assert OutgoingMail.objects.filter(sent_at__isnull=True).count() == 0


def test_without_a_window_the_mail_promises_none(chair):
    edition = make_edition(objection_days=0)
    entry_at(EntryStatus.REJECTED, edition=edition)
    with over(edition):
        assert announce_screening(edition, by=chair).objections_until is None
    assert "tidak membuka masa sanggah" in OutgoingMail.objects.get(template="screening_rejected.txt").text


def test_a_proposal_for_an_entry_that_was_withdrawn_does_not_block(edition, chair):
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    items = [ItemDecision(item, False, "Kurang.") for item in edition.checklist.all()]
    Edition.objects.update(rejection_needs_second=True)
    entry.refresh_from_db()
    propose_rejection(entry, by=chair, items=items, expected_attempt=1)
    assert counts_of(edition).proposals == 1
    withdraw_entry(entry, by=member_of(entry.innovation.unit))
    assert counts_of(edition).proposals == 0


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(EntryStatus.SUBMITTED, "1 usulan belum diputuskan"), (EntryStatus.RETURNED, "1 usulan dikembalikan")],
)
def test_nothing_may_be_undecided(edition, chair, status, sentence):
    entry_at(status, edition=edition)
    with over(edition), pytest.raises(RuleBrokenError, match=sentence):
        announce_screening(edition, by=chair)
    assert not ScreeningAnnouncement.objects.exists()


def test_what_stands_in_the_way_is_said(edition, chair):
    with pytest.raises(RuleBrokenError, match="Pengajuan usulan masih dibuka"):
        announce_screening(edition, by=chair)
    with over(edition):
        with pytest.raises(RuleBrokenError, match="sudah lewat"):
            announce_screening(edition, by=chair, visible_from=clock.now() - timedelta(minutes=1))
        with pytest.raises(RuleBrokenError, match="Masa sanggah akan berakhir .* setelah penilaian dibuka"):
            announce_screening(edition, by=chair, visible_from=clock.now() + timedelta(days=8))
        with pytest.raises(PermissionDenied):
            announce_screening(edition, by=member_of(edition.entries.first().innovation.unit))
    empty = make_edition()
    with over(empty), pytest.raises(RuleBrokenError, match="Belum ada usulan yang diterima"):
        announce_screening(empty, by=chair)


def test_nobody_announces_what_they_did_not_see(edition, chair):
    seen = outcome_digest(edition)
    entry_at(EntryStatus.PASSED, edition=edition)
    with over(edition):
        with pytest.raises(StaleVersionError, match="Hasil seleksi berubah"):
            announce_screening(edition, by=chair, expected=seen)
        announce_screening(edition, by=chair, expected=outcome_digest(edition))


def test_after_it_no_status_changes_but_by_an_objection(edition, chair):
    with over(edition):
        announce_screening(edition, by=chair)
        for before, after in (
            (EntryStatus.PASSED, EntryStatus.SUBMITTED),
            (EntryStatus.REJECTED, EntryStatus.PASSED),
        ):
            entry = entry_with(edition, before)
            with pytest.raises(DatabaseError, match="only a granted objection"), transaction.atomic():
                Entry.objects.filter(pk=entry.pk).update(status=after)


def test_until_its_moment_it_is_cancelled_and_decisions_are_possible_again(edition, chair):
    with over(edition):
        made = announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
        with pytest.raises(RuleBrokenError, match="menunggu terbit"):
            announce_screening(edition, by=chair, reason="Lagi.")
        with pytest.raises(RuleBrokenError, match="Tulis alasan pembatalan"):
            cancel_announcement(made, by=chair, reason=" ")
        cancelled = cancel_announcement(made, by=chair, reason="Ada yang keliru.")
        assert (cancelled.cancelled_by, cancelled.cancel_reason) == (chair, "Ada yang keliru.")
        assert OutgoingMail.objects.count() == 0
        assert AuditEvent.objects.filter(kind="screening.announcement_cancelled").count() == 1
        with pytest.raises(WrongStateError, match="sudah dibatalkan"):
            cancel_announcement(made, by=chair, reason="Sekali lagi.")
        Entry.objects.filter(pk=entry_with(edition, EntryStatus.PASSED).pk).update(status=EntryStatus.SUBMITTED)
        Entry.objects.filter(edition=edition, status=EntryStatus.SUBMITTED).update(status=EntryStatus.PASSED)
        with pytest.raises(RuleBrokenError, match="Tulis alasan versi baru"):
            announce_screening(edition, by=chair)
        assert announce_screening(edition, by=chair, reason="Menggantikan yang dibatalkan.").version == 2
    assert OutgoingMail.objects.count() == 2


def test_what_everybody_has_seen_is_not_cancelled(edition, chair):
    with over(edition):
        made = announce_screening(edition, by=chair)
        with pytest.raises(RuleBrokenError, match="sudah terbit"):
            cancel_announcement(made, by=chair, reason="Terlambat.")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ScreeningAnnouncement.objects.filter(pk=made.pk).update(passed=9)


def test_a_further_version_tells_what_the_objections_changed(edition, chair):
    failed = entry_with(edition, EntryStatus.REJECTED)
    with over(edition):
        first = announce_screening(edition, by=chair)
        objection = raise_objection(failed, by=member_of(failed.innovation.unit), text="SK ada.")
        with pytest.raises(RuleBrokenError, match=r"Masa sanggah masih berlangsung.*1 sanggahan belum diputuskan"):
            announce_screening(edition, by=chair, reason="Sanggahan diterima.")
        assert screening_blockers(edition, clock.now())[1:] == ["1 sanggahan belum diputuskan."]
    with clock.shifted_to(first.objections_until):
        assert screening_blockers(edition, clock.now()) == ["1 sanggahan belum diputuskan."]
        decide_objection(objection, by=chair, granted=True, reason="SK terbaca.")
        OutgoingMail.objects.all().delete()
        second = announce_screening(edition, by=chair, reason="Sanggahan diterima.")
        assert screening_blockers(edition, clock.now()) == []
    facts = json.loads(second.content)
    assert (second.version, second.passed, second.failed) == (2, 2, 0)
    assert (facts["replaces"], second.objections_until) == (first.number, first.objections_until)
    assert [(row["outcome"], row["entry"][:3]) for row in facts["objections"]] == [("Diterima", failed.number)]
    assert OutgoingMail.objects.count() == 0


def test_a_dismissed_objection_names_nobody(edition, chair):
    failed = entry_with(edition, EntryStatus.REJECTED)
    with over(edition):
        first = announce_screening(edition, by=chair)
        objection = raise_objection(failed, by=member_of(failed.innovation.unit), text="SK ada.")
        decide_objection(objection, by=chair, granted=False, reason="SK tidak ada.")
    with clock.shifted_to(first.objections_until):
        second = announce_screening(edition, by=chair, reason="Sanggahan diputuskan.")
    assert [row["entry"] for row in json.loads(second.content)["objections"]] == [""]
    assert failed.innovation.short_name not in second.content


def test_judging_waits_for_the_screening(edition, chair):
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    now = clock.now()
    assert screening_blockers(edition, now) == [
        "1 usulan belum diputuskan pada seleksi administrasi.",
        "Hasil seleksi administrasi belum diumumkan.",
    ]
    screen(entry, ScreeningOutcome.PASSED)
    with over(edition):
        made = announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
        assert "baru terbit" in screening_blockers(edition, clock.now())[0]
    with clock.shifted_to(made.visible_from):
        assert "Masa sanggah masih berlangsung" in screening_blockers(edition, clock.now())[0]
    assert screening_blockers(edition, made.objections_until) == []
    edition.stages.filter(kind=StageKind.SCREENING).delete()
    assert screening_blockers(edition, now) == []
