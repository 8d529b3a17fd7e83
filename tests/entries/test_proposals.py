"""Rejections by two people: proposed, confirmed, declined, taken back, lapsed; never one's own, never over another."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import ChecklistItem
from entries.actions.proposals import (
    confirm_rejection,
    decline_rejection,
    propose_overdue,
    propose_rejection,
    take_back_rejection,
)
from entries.actions.screening import ItemDecision, reject_overdue, screen_entry
from entries.actions.submission import submit_entry, withdraw_entry
from entries.models import Entry, Participation, ProposedRejection
from entries.second_person import waiting_proposal, waiting_proposals
from entries.states import EntryStatus, ProposalStatus, ScreeningOutcome
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
def first():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def second():
    return make_committee_user("Petugas Dua")


@pytest.fixture
def entry():
    return entry_at(EntryStatus.SUBMITTED, edition=make_edition(rejection_needs_second=True))


def decisions(entry: Entry, *, passed: bool = False, reason: str = "Kurang bukti."):
    return [ItemDecision(item, passed, reason) for item in entry.edition.checklist.all()]


def propose(entry: Entry, by, **fields) -> ProposedRejection:
    given = {"expected_attempt": entry.screenings.count() + 1, "items": decisions(entry)} | fields
    return propose_rejection(entry, by=by, **given)


def sit_in_committee(entry: Entry):
    user = member_of(entry.innovation.unit)
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=user)
    return user


def data_of(kind: str) -> dict:
    return json.loads(AuditEvent.objects.get(kind=kind).body)["data"]


def test_a_proposal_refuses_nothing_until_the_second_person_confirms_it(entry, first, second):
    OutgoingMail.objects.all().delete()
    proposal = propose(entry, first, reason="Lengkapi surat.")
    entry.refresh_from_db()
    assert (entry.status, entry.screenings.count(), waiting_proposal(entry)) == (EntryStatus.SUBMITTED, 0, proposal)
    assert proposal.reason == "Umur penerapan: Kurang bukti.\nLengkapi surat."
    with clock.shifted_to(clock.now() + timedelta(hours=1)):
        screening = confirm_rejection(proposal, by=second)
    entry.refresh_from_db()
    assert (entry.status, screening.attempt, screening.outcome) == (EntryStatus.REJECTED, 1, REJECTED)
    assert (screening.screened_by, screening.confirmed_by) == (first, second)
    assert screening.screened_at == proposal.proposed_at < screening.confirmed_at
    assert screening.reason == proposal.reason
    assert [(row.item.code, row.passed, row.reason) for row in screening.items.all()] == [
        ("umur", False, "Kurang bukti.")
    ]
    assert not OutgoingMail.objects.exists()
    assert data_of("entry.proposed")["failed"] == ["umur"]
    assert data_of("entry.rejected")["proposed_by"] == first.pk
    assert waiting_proposal(entry) is None


def test_nobody_rejects_alone_where_the_edition_asks_for_two(entry, first):
    with pytest.raises(RuleBrokenError, match="orang kedua mengonfirmasi setiap penolakan"):
        screen_entry(entry, by=first, outcome=REJECTED, items=decisions(entry), expected_attempt=1)
    passed = screen_entry(
        entry, by=first, outcome=PASSED, items=decisions(entry, passed=True, reason=""), expected_attempt=1
    )
    assert passed.confirmed_by is None


def test_a_proposal_is_checked_like_a_screening(entry, first):
    with pytest.raises(RuleBrokenError, match="Tandai dahulu butir"):
        propose(entry, first, items=decisions(entry, passed=True, reason=""))
    with pytest.raises(RuleBrokenError, match="masing-masing satu kali"):
        propose(entry, first, items=[])
    with pytest.raises(StaleVersionError, match="belum diperiksa"):
        propose(entry, first, expected_attempt=2)
    with pytest.raises(StaleVersionError, match="versi baru"):
        propose(entry, first, expected_version=7)
    with pytest.raises(PermissionDenied):
        propose(entry, member_of(entry.innovation.unit))
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        propose(entry, sit_in_committee(entry))


def test_while_a_proposal_waits_nobody_screens_the_entry(entry, first, second):
    propose(entry, first)
    for decide in (
        lambda: propose(entry, second),
        lambda: screen_entry(
            entry, by=second, outcome=PASSED, items=decisions(entry, passed=True, reason=""), expected_attempt=1
        ),
    ):
        with pytest.raises(WrongStateError, match="Petugas Satu mengusulkan usulan ini tidak lolos pada "):
            decide()


def test_nobody_confirms_or_declines_their_own_proposal(entry, first):
    proposal = propose(entry, first)
    with pytest.raises(RuleBrokenError, match="Anda buat sendiri"):
        confirm_rejection(proposal, by=first)
    with pytest.raises(RuleBrokenError, match="Anda buat sendiri"):
        decline_rejection(proposal, by=first, reason="Keliru.")


def test_a_member_of_the_unit_and_a_stranger_decide_nothing(entry, first):
    proposal = propose(entry, first)
    with pytest.raises(PermissionDenied):
        confirm_rejection(proposal, by=member_of(entry.innovation.unit))
    user = sit_in_committee(entry)
    for act in (confirm_rejection, lambda proposal, by: decline_rejection(proposal, by=by, reason="Keliru.")):
        with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
            act(proposal, by=user)


def test_a_declined_proposal_brings_the_entry_back_with_the_note(entry, first, second):
    proposal = propose(entry, first)
    with pytest.raises(RuleBrokenError, match="Tulis mengapa Anda tidak setuju"):
        decline_rejection(proposal, by=second, reason=" ")
    declined = decline_rejection(proposal, by=second, reason="SK terbaca pada lampiran 2.")
    assert (declined.status, declined.decision_reason) == (ProposalStatus.DECLINED, "SK terbaca pada lampiran 2.")
    assert data_of("entry.declined")["proposed_by"] == first.pk
    assert propose(entry, first).status == ProposalStatus.PROPOSED


def test_the_proposer_alone_takes_a_proposal_back(entry, first, second):
    proposal = propose(entry, first)
    with pytest.raises(RuleBrokenError, match="Usul ini dibuat Petugas Satu"):
        take_back_rejection(proposal, by=second)
    assert take_back_rejection(proposal, by=first).status == ProposalStatus.TAKEN_BACK
    assert data_of("entry.taken_back")["attempt"] == 1
    assert waiting_proposal(entry) is None


@pytest.mark.parametrize("act", ["confirm", "decline", "take_back"])
def test_with_a_stale_page_nothing_is_decided_twice(entry, first, second, act):
    """Both officers hold the proposal as it waited; the second one is told what the first one did."""
    proposal, seen = propose(entry, first), ProposedRejection.objects.get()
    decline_rejection(proposal, by=second, reason="Keliru.")
    third = make_committee_user("Petugas Tiga")
    acts = {
        "confirm": lambda: confirm_rejection(seen, by=third),
        "decline": lambda: decline_rejection(seen, by=third, reason="Keliru."),
        "take_back": lambda: take_back_rejection(seen, by=first),
    }
    with pytest.raises(WrongStateError, match="sudah diputuskan Petugas Dua .*: tidak disetujui"):
        acts[act]()


def test_a_proposal_for_an_earlier_version_has_lapsed(entry, first, second):
    proposal, user = propose(entry, first), member_of(entry.innovation.unit)
    withdraw_entry(entry, by=user)
    with pytest.raises(WrongStateError, match="sudah gugur"):
        confirm_rejection(proposal, by=second)
    submit_entry(entry, by=user, statement=True)
    entry.refresh_from_db()
    for act in (confirm_rejection, lambda proposal, by: decline_rejection(proposal, by=by, reason="x")):
        with pytest.raises(WrongStateError, match="sudah gugur"):
            act(proposal, by=second)
    assert (waiting_proposal(entry), waiting_proposals(entry.edition).count()) == (None, 0)
    again = propose(entry, second, expected_version=2)
    assert confirm_rejection(again, by=first).confirmed_by == first


def test_a_checklist_that_changed_wants_another_look(entry, first, second):
    proposal = propose(entry, first)
    ChecklistItem.objects.create(edition=entry.edition, code="baru", label="Baru", failure_sentence="Belum.")
    with pytest.raises(StaleVersionError, match="Butir seleksi edisi ini berubah"):
        confirm_rejection(proposal, by=second)
    entry.refresh_from_db()
    assert (entry.status, waiting_proposal(entry)) == (EntryStatus.SUBMITTED, proposal)
    decline_rejection(proposal, by=second, reason="Butir berubah.")


def test_an_overdue_correction_is_proposed_too(first, second):
    entry = entry_at(EntryStatus.RETURNED, edition=make_edition(rejection_needs_second=True))
    with pytest.raises(RuleBrokenError, match="masih dapat mengirim perbaikan"):
        propose_overdue(entry, by=first)
    with clock.shifted_to(entry.screenings.get().correction_due_at):
        with pytest.raises(RuleBrokenError, match="orang kedua mengonfirmasi"):
            reject_overdue(entry, by=first)
        proposal = propose_overdue(entry, by=first)
        with pytest.raises(WrongStateError, match="Petugas Satu mengusulkan"):
            propose_overdue(entry, by=second)
        screening = confirm_rejection(proposal, by=second)
    assert (screening.attempt, screening.reason.startswith("Perbaikan tidak dikirim sampai ")) == (2, True)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.REJECTED


def test_a_confirmed_rejection_frees_the_participation_where_the_edition_says_so(first, second):
    edition = make_edition(rejection_needs_second=True, rejection_frees_participation=True)
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    proposal = propose(entry, first)
    assert Participation.objects.filter(innovation=entry.innovation).count() == 1
    confirm_rejection(proposal, by=second)
    assert Participation.objects.filter(innovation=entry.innovation).count() == 0


def test_after_the_announcement_nothing_is_proposed_or_confirmed(entry, first, second):
    proposal, other = propose(entry, first), entry_at(EntryStatus.SUBMITTED, edition=entry.edition)
    announced(entry.edition, at=clock.now() + timedelta(days=1))
    for act in (lambda: propose(other, first), lambda: confirm_rejection(proposal, by=second)):
        with pytest.raises(WrongStateError, match="sudah diterbitkan"):
            act()
