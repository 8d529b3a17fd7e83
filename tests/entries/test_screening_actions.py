"""Screening: each outcome, each refusal, two officers at once."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import ChecklistItem
from entries.actions.screening import ItemDecision, reject_overdue, screen_entry
from entries.actions.submission import submit_entry, withdraw_entry
from entries.models import Entry, Participation
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError, WrongStateError
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
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


def test_a_passed_entry_is_recorded_and_its_unit_is_told(entry, officer):
    screening = decide(entry, officer)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.PASSED
    assert (screening.attempt, screening.screened_by, screening.items.get().is_machine) == (1, officer, True)
    event = AuditEvent.objects.get(chain=entry.edition.code, kind="entry.passed")
    assert json.loads(event.body)["data"]["version"] == entry.current_version.digest
    mail = OutgoingMail.objects.get(subject__startswith="Seleksi administrasi: lolos")
    assert (mail.to_user, "lolos seleksi administrasi" in mail.text) == (unit_user(entry), True)


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


def test_a_note_of_the_officer_stands_instead_of_the_list(entry, officer):
    items = [ItemDecision(item, False, "Kurang") for item in entry.edition.checklist.all()]
    screening = screen_entry(entry, by=officer, outcome=REJECTED, items=items, reason="Judul sama.", expected_attempt=1)
    assert screening.reason == "Judul sama."


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
    with pytest.raises(WrongStateError, match="tidak sedang menunggu perbaikan"):
        reject_overdue(entry, by=officer)


def test_an_overdue_entry_of_ones_own_unit_is_somebody_elses(officer):
    entry = entry_at(EntryStatus.RETURNED)
    with pytest.raises(PermissionDenied):
        reject_overdue(entry, by=unit_user(entry))
    CommitteeMember.objects.create(user=unit_user(entry), appointed_at=clock.now(), appointed_by=officer)
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        reject_overdue(entry, by=unit_user(entry))
