"""Screening: each outcome, each refusal, two officers at once."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import ChecklistItem, StageKind
from entries.actions.entry import save_identity
from entries.actions.screening import ItemDecision, reject_overdue, screen_entry
from entries.actions.submission import open_revision, submit_entry, withdraw_entry
from entries.models import Entry, LikelyTwin, Participation, TwinStatement
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError, WrongStateError
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db
PASSED, RETURNED, REJECTED = ScreeningOutcome


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def entry():
    return entry_at(EntryStatus.SUBMITTED)


def decide(entry: Entry, by, outcome=PASSED, *, passed=True, reason="", **fields):
    """Screen with the same decision for every item."""
    items = [ItemDecision(item, passed, reason) for item in entry.edition.checklist.all()]
    given = {"expected_attempt": entry.screenings.count() + 1} | fields
    return screen_entry(entry, by=by, outcome=outcome, items=items, **given)


def unit_user(entry: Entry):
    return member_of(entry.innovation.unit)


def letters(entry: Entry):
    """What the outbox holds for the unit since its entry was submitted."""
    return OutgoingMail.objects.filter(to_user=unit_user(entry)).exclude(template="entry_submitted.txt")


def test_a_passed_entry_is_recorded_and_its_unit_learns_nothing_yet(entry, officer):
    letters(entry).delete()
    screening = decide(entry, officer)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.PASSED
    assert (screening.attempt, screening.screened_by, screening.items.get().is_machine) == (1, officer, True)
    event = AuditEvent.objects.get(chain=entry.edition.code, kind="entry.passed")
    assert json.loads(event.body)["data"]["version"] == entry.current_version.digest
    assert not letters(entry).exists()


def test_a_rejection_tells_the_unit_nothing_before_the_announcement(entry, officer):
    letters(entry).delete()
    decide(entry, officer, REJECTED, passed=False, reason="Kurang.")
    assert not letters(entry).exists()
    late = entry_at(EntryStatus.RETURNED)
    letters(late).delete()
    with clock.shifted_to(late.screenings.get().correction_due_at):
        reject_overdue(late, by=officer)
    assert not letters(late).exists()


@pytest.mark.parametrize("outcome", [PASSED, REJECTED])
def test_a_secret_outcome_neither_comes_over_an_open_revision_nor_ends_it(entry, officer, outcome):
    """A revision that ended would tell its unit that the outcome is there."""
    entry = open_revision(entry, by=unit_user(entry))
    letters(entry).delete()
    kwargs = {"passed": outcome == PASSED, "reason": "" if outcome == PASSED else "Kurang."}
    with pytest.raises(RuleBrokenError, match="Unit sedang mengubah usulan ini"):
        decide(entry, officer, outcome, **kwargs)
    with clock.shifted_to(entry.edition.stages.get(kind=StageKind.SUBMISSION).closes_at):
        decide(entry, officer, outcome, **kwargs)
    assert not letters(entry).exists()


def test_a_return_ends_an_open_revision_and_says_so(entry, officer):
    user = unit_user(entry)
    entry = open_revision(entry, by=user)
    save_identity(entry, by=user, data={"team": "Tim baru"})
    decide(entry, officer, RETURNED, passed=False, reason="Kurang.", correction_due_at=clock.now() + timedelta(days=3))
    entry.refresh_from_db()
    assert entry.revision_opened_at is None
    assert letters(entry).filter(template="revision_unsent.txt").exists()


@pytest.mark.parametrize("outcome", [PASSED, RETURNED, REJECTED])
def test_after_the_announcement_is_issued_nothing_is_decided(entry, officer, outcome):
    late = entry_at(EntryStatus.RETURNED, edition=entry.edition)
    announced(entry.edition, at=clock.now() + timedelta(days=1))
    due = {"correction_due_at": clock.now() + timedelta(days=3)} if outcome == RETURNED else {}
    reason = "" if outcome == PASSED else "Kurang."
    with pytest.raises(WrongStateError, match="Pengumuman seleksi administrasi edisi ini sudah diterbitkan"):
        decide(entry, officer, outcome, passed=outcome == PASSED, reason=reason, **due)
    with (
        clock.shifted_to(late.screenings.get().correction_due_at),
        pytest.raises(WrongStateError, match="Pengumuman seleksi administrasi edisi ini sudah diterbitkan"),
    ):
        reject_overdue(late, by=officer)


def test_an_announcement_that_was_cancelled_forbids_nothing(entry, officer):
    announcement = announced(entry.edition, at=clock.now() + timedelta(days=1))
    announcement.cancelled_at, announcement.cancelled_by, announcement.cancel_reason = clock.now(), officer, "Keliru."
    announcement.save()
    assert decide(entry, officer).attempt == 1


def test_a_likely_twin_is_compared_before_the_entry_passes(entry, officer):
    earlier = entry_at(EntryStatus.PASSED)
    LikelyTwin.objects.create(
        innovation=entry.innovation,
        earlier=earlier.innovation,
        score=92,
        stated=TwinStatement.DIFFERENT,
        stated_at=clock.now(),
        stated_by=unit_user(entry),
    )
    name = f"{earlier.innovation.short_name} dari {earlier.innovation.unit.full_name} (2026)"
    with pytest.raises(RuleBrokenError, match=re.escape(f"Mirip dengan {name}. Putuskan dahulu")):
        decide(entry, officer)
    assert decide(entry, officer, REJECTED, passed=False, reason="Kembar.").outcome == REJECTED


def test_a_returned_entry_carries_reason_and_deadline(entry, officer):
    due = clock.now() + timedelta(days=3)
    decide(entry, officer, RETURNED, passed=False, reason="Lampirkan SK yang terbaca.", correction_due_at=due)
    entry.refresh_from_db()
    screening = entry.screenings.get()
    assert (entry.status, screening.correction_due_at) == (EntryStatus.RETURNED, due)
    assert screening.reason == "Umur penerapan: Lampirkan SK yang terbaca."
    assert "Lampirkan SK yang terbaca." in OutgoingMail.objects.get(subject__contains="perlu perbaikan").text


def test_a_corrected_entry_is_screened_a_second_time(officer):
    entry = entry_at(EntryStatus.RETURNED)
    submit_entry(entry, by=unit_user(entry), statement=True)
    assert decide(entry, officer).attempt == 2


@pytest.mark.parametrize(("frees", "left"), [(False, 1), (True, 0)])
def test_a_rejection_frees_the_participation_where_the_edition_says_so(officer, frees, left):
    entry = entry_at(EntryStatus.SUBMITTED, edition=make_edition(rejection_frees_participation=frees))
    decide(entry, officer, REJECTED, passed=False, reason="Dokumen kosong.")
    entry.refresh_from_db()
    assert entry.status == EntryStatus.REJECTED
    assert Participation.objects.filter(innovation=entry.innovation).count() == left


def test_the_note_of_the_officer_follows_the_items_in_the_order_of_the_checklist(entry, officer):
    first = ChecklistItem.objects.create(
        edition=entry.edition, code="judul", label="Judul", failure_sentence="Belum jelas.", position=0
    )
    age = entry.edition.checklist.get(code="umur")
    items = [ItemDecision(age, False, "Kurang"), ItemDecision(first, False)]
    screening = screen_entry(
        entry, by=officer, outcome=REJECTED, items=items, reason="Hubungi panitia. ", expected_attempt=1
    )
    assert screening.reason == "Judul: Belum jelas.\nUmur penerapan: Kurang.\nHubungi panitia."


def test_a_note_that_repeats_an_item_is_said_once(entry, officer):
    assert decide(entry, officer, REJECTED, passed=False, reason="Kurang.", **{}).reason == "Umur penerapan: Kurang."
    other = entry_at(EntryStatus.SUBMITTED)
    items = [ItemDecision(item, False, "Kurang.") for item in other.edition.checklist.all()]
    said = screen_entry(other, by=officer, outcome=REJECTED, items=items, reason="kurang", expected_attempt=1)
    assert said.reason == "Umur penerapan: Kurang."


@pytest.mark.parametrize(
    ("outcome", "passed", "fields", "sentence"),
    [
        (PASSED, False, {}, "1 butir tidak terpenuhi"),
        (REJECTED, True, {}, "Tandai dahulu butir"),
        (RETURNED, False, {}, "Tentukan batas perbaikan"),
        (RETURNED, False, {"correction_due_at": timedelta(days=-1)}, "setelah saat ini"),
        (RETURNED, False, {"correction_due_at": timedelta(days=90)}, "sebelum penilaian dibuka"),
        (REJECTED, False, {"correction_due_at": timedelta(days=1)}, "hanya untuk usulan yang dikembalikan"),
    ],
)
def test_an_outcome_that_contradicts_the_checklist_is_refused(entry, officer, outcome, passed, fields, sentence):
    fields = {name: clock.now() + shift for name, shift in fields.items()}
    with pytest.raises(RuleBrokenError, match=sentence):
        decide(entry, officer, outcome, passed=passed, reason="" if passed else "Kurang.", **fields)
    entry.refresh_from_db()
    assert (entry.status, entry.screenings.count()) == (EntryStatus.SUBMITTED, 0)


def test_overruling_the_machine_needs_a_reason(entry, officer):
    with pytest.raises(RuleBrokenError, match="berbeda dari temuan sistem"):
        decide(entry, officer, REJECTED, passed=False)
    screening = decide(entry, officer, REJECTED, passed=False, reason="Tanggalnya tidak terbukti.")
    assert not screening.items.get().is_machine


def test_what_the_machine_found_missing_needs_no_reason_of_the_officer(entry, officer):
    ChecklistItem.objects.filter(edition=entry.edition).delete()
    ChecklistItem.objects.create(edition=entry.edition, code="isi", label="Isi", failure_sentence="Isi belum layak.")
    screening = decide(entry, officer, REJECTED, passed=False)
    assert (screening.items.get().reason, screening.items.get().is_machine) == ("Isi belum layak.", False)


@pytest.mark.parametrize("times", [0, 2])
def test_every_item_is_decided_exactly_once(entry, officer, times):
    items = [ItemDecision(item, True) for item in entry.edition.checklist.all()] * times
    with pytest.raises(RuleBrokenError, match="masing-masing satu kali"):
        screen_entry(entry, by=officer, outcome=PASSED, items=items, expected_attempt=1)


def test_two_officers_never_overwrite_each_other(entry, officer):
    decide(entry, officer)
    with pytest.raises(StaleVersionError, match="sudah diperiksa Petugas Satu") as refused:
        decide(entry, make_committee_user(), REJECTED, passed=False, reason="Kurang.", expected_attempt=1)
    assert refused.value.current == entry.screenings.get()
    entry.refresh_from_db()
    assert entry.status == EntryStatus.PASSED


def test_a_version_that_the_officer_has_not_seen_is_not_decided(entry, officer):
    user = unit_user(entry)
    withdraw_entry(entry, by=user)
    submit_entry(entry, by=user, statement=True)
    with pytest.raises(StaleVersionError, match="versi baru"):
        decide(entry, officer, expected_version=1)
    decide(entry, officer, expected_version=2)


def test_screening_is_for_the_committee_and_not_for_ones_own_unit(entry):
    with pytest.raises(PermissionDenied):
        decide(entry, unit_user(entry))
    CommitteeMember.objects.create(user=unit_user(entry), appointed_at=clock.now(), appointed_by=unit_user(entry))
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        decide(entry, unit_user(entry))


@pytest.mark.parametrize("status", [EntryStatus.DRAFT, EntryStatus.WITHDRAWN, EntryStatus.RETURNED])
def test_only_a_submitted_entry_is_screened(officer, status):
    entry = entry_at(status)
    with pytest.raises(WrongStateError, match="tidak sedang menunggu pemeriksaan"):
        decide(entry, officer)


def test_a_correction_that_never_came_is_rejected_after_its_date(officer):
    entry = entry_at(EntryStatus.RETURNED)
    with pytest.raises(RuleBrokenError, match="masih dapat mengirim perbaikan"):
        reject_overdue(entry, by=officer)
    with clock.shifted_to(entry.screenings.get().correction_due_at):
        screening = reject_overdue(entry, by=officer)
    entry.refresh_from_db()
    assert (entry.status, screening.attempt, screening.items.get().passed) == (EntryStatus.REJECTED, 2, False)
    assert screening.reason.startswith("Perbaikan tidak dikirim sampai ")
    assert screening.reason.endswith("\nUmur penerapan: Berkas belum lengkap.")
    with pytest.raises(WrongStateError, match="tidak sedang menunggu perbaikan"):
        reject_overdue(entry, by=officer)


def test_an_overdue_entry_of_ones_own_unit_is_somebody_elses(officer):
    entry = entry_at(EntryStatus.RETURNED)
    with pytest.raises(PermissionDenied):
        reject_overdue(entry, by=unit_user(entry))
    CommitteeMember.objects.create(user=unit_user(entry), appointed_at=clock.now(), appointed_by=officer)
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        reject_overdue(entry, by=unit_user(entry))
