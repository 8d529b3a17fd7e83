"""Screening: each outcome, each refusal, two officers at once, and objections."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import ChecklistItem, StageKind
from entries.actions.entry import start_entry
from entries.actions.screening import (
    ItemDecision,
    decide_objection,
    raise_objection,
    reject_overdue,
    screen_entry,
)
from entries.actions.submission import submit_entry, withdraw_entry
from entries.models import Entry, Participation
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError, WrongStateError
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, fill_entry, member_of, screen
from tests.factories.pdf import tiny_pdf
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


def objected(edition=None):
    entry = entry_at(EntryStatus.REJECTED, edition=edition)
    return raise_objection(entry, by=unit_user(entry), text="SK sudah terlampir.", document=tiny_pdf("bukti"))


def test_a_granted_objection_passes_the_entry(officer):
    objection = decide_objection(objected(), by=officer, granted=True, reason="SK terbaca.")
    entry = Entry.objects.get(pk=objection.entry_id)
    assert (entry.status, objection.decided_by) == (EntryStatus.PASSED, officer)
    assert "dinyatakan lolos" in OutgoingMail.objects.get(subject__startswith="Sanggahan diterima").text


def test_a_dismissed_objection_changes_nothing(officer):
    objection = decide_objection(objected(), by=officer, granted=False, reason="SK tidak terbaca.")
    assert Entry.objects.get(pk=objection.entry_id).status == EntryStatus.REJECTED
    with pytest.raises(WrongStateError, match="Tidak diterima"):
        decide_objection(objection, by=officer, granted=True, reason="Berubah pikiran.")


def test_a_granted_objection_takes_the_participation_back(officer):
    objection = objected(make_edition(rejection_frees_participation=True))
    assert objection.entry.innovation.participations.count() == 0
    decide_objection(objection, by=officer, granted=True, reason="SK terbaca.")
    assert objection.entry.innovation.participations.get().ordinal == 1


def test_a_participation_used_elsewhere_cannot_come_back(officer):
    edition = make_edition(rejection_frees_participation=True, participation_limit=1)
    objection = objected(edition)
    innovation, user = objection.entry.innovation, unit_user(objection.entry)
    other = start_entry(by=user, unit=innovation.unit, edition=make_edition(), innovation=innovation)
    submit_entry(fill_entry(other, user), by=user, statement=True)
    with pytest.raises(RuleBrokenError, match="sudah 1 kali ikut serta, maksimal 1 kali"):
        decide_objection(objection, by=officer, granted=True, reason="SK terbaca.")
    objection.refresh_from_db()
    assert objection.decided_at is None


def test_an_objection_is_raised_once_by_the_unit_of_a_rejected_entry(officer):
    objection = objected()
    with pytest.raises(RuleBrokenError, match="sudah diajukan"):
        raise_objection(objection.entry, by=unit_user(objection.entry), text="Sekali lagi.")
    with pytest.raises(PermissionDenied):
        raise_objection(objection.entry, by=officer, text="Untuk mereka.")
    passed = entry_at(EntryStatus.PASSED)
    with pytest.raises(WrongStateError, match="tidak lolos"):
        raise_objection(passed, by=unit_user(passed), text="Sanggahan.")


def test_after_the_judging_has_opened_nothing_comes_in_any_more(officer):
    objection, late = objected(), entry_at(EntryStatus.SUBMITTED)
    screen(late, REJECTED)
    with clock.shifted_to(late.edition.stages.get(kind=StageKind.JUDGING).opens_at + timedelta(minutes=1)):
        with pytest.raises(RuleBrokenError, match="Penilaian sudah dibuka"):
            raise_objection(late, by=unit_user(late), text="Terlambat.")
        with pytest.raises(RuleBrokenError, match="Penilaian sudah dibuka"):
            decide_objection(objection, by=officer, granted=True, reason="Terlambat.")
        decide_objection(objection, by=officer, granted=False, reason="Terlambat.")


def test_texts_are_asked_for(officer):
    objection = objected()
    with pytest.raises(RuleBrokenError, match="Tulis alasan keputusan"):
        decide_objection(objection, by=officer, granted=True, reason=" ")
    with pytest.raises(RuleBrokenError, match="Tulis sanggahan Anda"):
        raise_objection(objection.entry, by=unit_user(objection.entry), text=" ")


def test_an_objection_of_ones_own_unit_is_decided_by_somebody_else(officer):
    objection = objected()
    user = unit_user(objection.entry)
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=officer)
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        decide_objection(objection, by=user, granted=True, reason="Kami benar.")
