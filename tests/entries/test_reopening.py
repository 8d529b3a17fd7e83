"""A decision taken up again before the announcement: the entry waits anew, the screening stays with the reason."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from entries.actions.entry import start_entry
from entries.actions.reopening import reopen_screening
from entries.actions.submission import submit_entry
from entries.models import ScreeningReopening
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError, WrongStateError
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, fill_entry, member_of, screen
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.mark.parametrize("status", [EntryStatus.PASSED, EntryStatus.REJECTED])
def test_a_reopened_entry_waits_again_and_keeps_its_screening(officer, status):
    entry = entry_at(status)
    OutgoingMail.objects.all().delete()
    reopening = reopen_screening(entry, by=officer, reason=" Lampiran tertukar. ", expected_attempt=1)
    entry.refresh_from_db()
    assert (entry.status, reopening.reason, reopening.screening) == (
        EntryStatus.SUBMITTED,
        "Lampiran tertukar.",
        entry.screenings.get(),
    )
    event = AuditEvent.objects.get(kind="entry.screening_reopened")
    assert json.loads(event.body)["data"]["outcome"] == status
    assert not OutgoingMail.objects.exists()
    screen(entry, ScreeningOutcome.PASSED)
    assert list(entry.screenings.values_list("attempt", "outcome")) == [(1, status), (2, "passed")]


def test_a_reason_is_asked_for(officer):
    entry = entry_at(EntryStatus.PASSED)
    with pytest.raises(RuleBrokenError, match="Tulis alasan"):
        reopen_screening(entry, by=officer, reason=" ")


@pytest.mark.parametrize("status", [EntryStatus.SUBMITTED, EntryStatus.RETURNED, EntryStatus.WITHDRAWN])
def test_only_a_decision_is_reopened(officer, status):
    with pytest.raises(WrongStateError, match="tidak ada keputusan"):
        reopen_screening(entry_at(status), by=officer, reason="Keliru.")


def test_not_by_the_unit_itself_and_not_by_strangers(officer):
    entry = entry_at(EntryStatus.REJECTED)
    user = member_of(entry.innovation.unit)
    with pytest.raises(PermissionDenied):
        reopen_screening(entry, by=user, reason="Keliru.")
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=officer)
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        reopen_screening(entry, by=user, reason="Keliru.")


def test_two_officers_reopen_once(officer):
    seen = entry_at(EntryStatus.REJECTED)
    reopen_screening(seen, by=officer, reason="Keliru.", expected_attempt=1)
    with pytest.raises(WrongStateError, match="berstatus “Terkirim”"):
        reopen_screening(seen, by=make_committee_user(), reason="Keliru.", expected_attempt=1)
    screen(seen, ScreeningOutcome.PASSED)
    with pytest.raises(StaleVersionError, match="sudah diputuskan lagi"):
        reopen_screening(seen, by=make_committee_user(), reason="Keliru.", expected_attempt=1)
    assert ScreeningReopening.objects.count() == 1


def test_a_participation_that_was_freed_is_taken_again(officer):
    entry = entry_at(EntryStatus.REJECTED, edition=make_edition(rejection_frees_participation=True))
    assert entry.innovation.participations.count() == 0
    reopen_screening(entry, by=officer, reason="Keliru.")
    assert entry.innovation.participations.get().edition == entry.edition


def test_a_participation_used_elsewhere_cannot_come_back(officer):
    entry = entry_at(
        EntryStatus.REJECTED, edition=make_edition(rejection_frees_participation=True, participation_limit=1)
    )
    user = member_of(entry.innovation.unit)
    other = start_entry(by=user, unit=entry.innovation.unit, edition=make_edition(), innovation=entry.innovation)
    submit_entry(fill_entry(other, user), by=user, statement=True)
    with pytest.raises(RuleBrokenError, match="sudah 1 kali ikut serta, maksimal 1 kali"):
        reopen_screening(entry, by=officer, reason="Keliru.")
    entry.refresh_from_db()
    assert (entry.status, ScreeningReopening.objects.count()) == (EntryStatus.REJECTED, 0)


def test_after_the_announcement_nothing_is_reopened(officer):
    entry = entry_at(EntryStatus.PASSED)
    announced(entry.edition, at=clock.now() + timedelta(days=1))
    with pytest.raises(WrongStateError, match="sudah diterbitkan"):
        reopen_screening(entry, by=officer, reason="Keliru.")
