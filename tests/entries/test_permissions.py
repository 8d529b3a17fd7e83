"""Who may do what."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from entries.decision_permissions import check_can_screen
from entries.permissions import (
    check_can_read_entry,
    check_can_submit_entry,
    is_member,
    role_links,
)
from entries.states import EntryStatus
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, WrongStateError
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


def reader_of_the_tests(user, entry):
    return user.name == "Juri"


def test_role_links_are_for_members():
    member = member_of(make_unit())
    assert [link.url_name for link in role_links(member)] == ["entries:index"]
    assert role_links(make_user()) == []


def test_nobody_is_a_member_without_logging_in():
    assert not is_member(AnonymousUser(), make_unit())


def test_check_can_read_entry_asks_the_other_rooms_last(settings):
    settings.KIKS_ENTRY_READERS = [f"{__name__}.reader_of_the_tests"]
    entry = entry_at(EntryStatus.SUBMITTED)
    readers = [member_of(entry.innovation.unit), make_committee_user(), make_user("Juri")]
    assert all(allowed(check_can_read_entry, user, entry) for user in readers)
    for stranger in (make_user(), member_of(make_unit())):
        with pytest.raises(PermissionDenied):
            check_can_read_entry(stranger, entry)


def test_check_can_submit_entry_of_a_return_does_not_ask_the_stage():
    entry = entry_at(EntryStatus.RETURNED)
    entry.edition.stages.all().delete()
    check_can_submit_entry(member_of(entry.innovation.unit), entry, clock.now())


def test_check_can_screen_wants_a_waiting_entry_and_an_outsider_of_the_committee():
    entry = entry_at(EntryStatus.SUBMITTED)
    committee = make_committee_user()
    check_can_screen(committee, entry)
    with pytest.raises(PermissionDenied):
        check_can_screen(make_user(), entry)
    unit = entry.innovation.unit
    unit.members.create(user=committee, job_title="Staf", joined_at=clock.now(), joined_by=committee)
    with pytest.raises(RuleBrokenError, match="anggota unit pengusul"):
        check_can_screen(committee, entry)
    with pytest.raises(WrongStateError):
        check_can_screen(make_committee_user(), entry_at(EntryStatus.PASSED))
