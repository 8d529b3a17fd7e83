"""Objections: who raises and decides them, until when, and what a granted one gives back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import StageKind
from entries.actions.entry import start_entry
from entries.actions.objections import decide_objection, raise_objection
from entries.actions.submission import submit_entry
from entries.models import Entry
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import CommitteeMember, OutgoingMail
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, fill_entry, member_of, screen
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db
REJECTED = ScreeningOutcome.REJECTED


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


def unit_user(entry: Entry):
    return member_of(entry.innovation.unit)


def objected(edition=None):
    entry = entry_at(EntryStatus.REJECTED, edition=edition)
    announced(entry.edition)
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
    announced(passed.edition)
    with pytest.raises(WrongStateError, match="tidak lolos"):
        raise_objection(passed, by=unit_user(passed), text="Sanggahan.")


def test_after_the_judging_has_opened_nothing_comes_in_any_more(officer):
    objection, late = objected(), entry_at(EntryStatus.SUBMITTED)
    screen(late, REJECTED)
    announced(late.edition, objection_days=60)
    with clock.shifted_to(late.edition.stages.get(kind=StageKind.JUDGING).opens_at + timedelta(minutes=1)):
        with pytest.raises(RuleBrokenError, match="Penilaian sudah dibuka"):
            raise_objection(late, by=unit_user(late), text="Terlambat.")
        with pytest.raises(RuleBrokenError, match="Penilaian sudah dibuka"):
            decide_objection(objection, by=officer, granted=True, reason="Terlambat.")
        decide_objection(objection, by=officer, granted=False, reason="Terlambat.")


def test_nobody_objects_before_the_announcement_nor_learns_from_trying(officer):
    entry, passed = entry_at(EntryStatus.REJECTED), entry_at(EntryStatus.PASSED)
    said = set()
    for one in (entry, passed):
        with pytest.raises(RuleBrokenError) as refused:
            raise_objection(one, by=unit_user(one), text="Sanggahan.")
        said.add((type(refused.value), str(refused.value)))
    assert said == {(RuleBrokenError, "Sanggahan dapat diajukan setelah hasil seleksi administrasi diumumkan.")}
    announced(entry.edition, at=clock.now() + timedelta(hours=1))
    with pytest.raises(RuleBrokenError, match="setelah hasil seleksi administrasi diumumkan"):
        raise_objection(entry, by=unit_user(entry), text="Sanggahan.")
    with clock.shifted_to(clock.now() + timedelta(hours=2)):
        raise_objection(entry, by=unit_user(entry), text="Sanggahan.")


def test_the_window_ends_and_says_when_it_was(officer):
    entry = entry_at(EntryStatus.REJECTED)
    announcement = announced(entry.edition)
    over = pytest.raises(RuleBrokenError, match="Masa sanggah berlangsung dari .* sampai .* dan sudah berakhir")
    with clock.shifted_to(announcement.objections_until), over:
        raise_objection(entry, by=unit_user(entry), text="Terlambat.")


def test_an_edition_without_a_window_takes_none(officer):
    entry = entry_at(EntryStatus.REJECTED)
    announced(entry.edition, objection_days=0)
    with pytest.raises(RuleBrokenError, match="Edisi ini tidak membuka masa sanggah"):
        raise_objection(entry, by=unit_user(entry), text="Sanggahan.")


def test_every_member_is_told_that_the_objection_came(officer):
    objection = objected()
    mail = OutgoingMail.objects.get(template="objection_received.txt")
    assert (mail.to_user, "SK sudah terlampir." in mail.text) == (unit_user(objection.entry), True)


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
