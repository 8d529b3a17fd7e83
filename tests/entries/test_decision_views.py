"""The pages of the second person and of a reopening: who gets in, what they show, what the buttons do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from entries.actions.proposals import propose_rejection
from entries.actions.screening import ItemDecision
from entries.actions.submission import submit_entry, withdraw_entry
from entries.models import Entry, ProposedRejection
from entries.states import EntryStatus
from kiks import clock
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:entries_proposals")


@pytest.fixture
def first():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def second():
    return make_committee_user("Petugas Dua")


@pytest.fixture
def proposal(first):
    return propose(make_edition(rejection_needs_second=True), first)


def propose(edition, by) -> ProposedRejection:
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    items = [ItemDecision(item, False, "SK tidak terbaca.") for item in edition.checklist.all()]
    return propose_rejection(entry, by=by, items=items, expected_attempt=1)


def page_of(proposal: ProposedRejection) -> str:
    return reverse("admin:entries_proposal", args=[proposal.pk])


def reopening_of(entry: Entry) -> str:
    return reverse("admin:entries_entry_reopen", args=[entry.pk])


def test_only_the_committee_gets_in(proposal, second):
    passed = entry_at(EntryStatus.PASSED, edition=proposal.entry.edition)
    pages = [LIST, page_of(proposal), reopening_of(passed), reverse("admin:entries_screen_many")]
    unit = client_of(member_of(proposal.entry.innovation.unit))
    assert {client.get(page).status_code for page in pages for client in (Client(), unit)} == {302}
    assert {client_of(second).get(page).status_code for page in pages} == {200}


def test_the_dashboard_counts_for_whoever_may_confirm(proposal, first, second):
    label = "Penolakan menunggu konfirmasi orang kedua"
    index = reverse("admin:index")
    assert label in client_of(second).get(index).text
    assert label not in client_of(first).get(index).text


def test_the_list_asks_no_more_for_more_proposals(proposal, first, second, django_assert_max_num_queries):
    client = client_of(second)
    client.get(LIST)
    with django_assert_max_num_queries(40) as one:
        assert "1 usul menunggu" in client.get(LIST).text
    propose(proposal.entry.edition, first)
    propose(proposal.entry.edition, second)
    with django_assert_max_num_queries(len(one)):
        page = client.get(LIST).text
    assert "3 usul menunggu" in page
    assert "pengusulnya" in page


def test_the_second_person_sees_everything_and_confirms(proposal, first, second):
    following = propose(proposal.entry.edition, first)
    page = client_of(second).get(page_of(proposal)).text
    for part in ("Umur penerapan: SK tidak terbaca.", "Sistem: Mulai diterapkan", "Diusulkan Petugas Satu"):
        assert part in page
    response = client_of(second).post(page_of(proposal), {"act": "confirm"})
    assert response.url == page_of(following)
    assert Entry.objects.get(pk=proposal.entry_id).status == EntryStatus.REJECTED
    history = client_of(first).get(reverse("admin:entries_entry_screen", args=[proposal.entry_id])).text
    assert "dikonfirmasi Petugas Dua" in history


def test_the_first_person_can_only_take_it_back(proposal, first):
    client = client_of(first)
    page = client.get(page_of(proposal)).text
    assert "Konfirmasi tidak lolos" not in page
    assert "Tarik usul saya" in page
    assert "Anda buat sendiri" in client.post(page_of(proposal), {"act": "confirm"}, follow=True).text
    assert client.post(page_of(proposal), {"act": "take_back"}).url == LIST
    assert "Ditarik pengusulnya" in client.get(page_of(proposal)).text


def test_declining_wants_a_reason_and_shows_it_where_the_entry_is_screened(proposal, second):
    client = client_of(second)
    assert "Tulis mengapa Anda tidak setuju" in client.post(page_of(proposal), {"act": "decline", "reason": " "}).text
    assert client.post(page_of(proposal), {"act": "decline", "reason": "SK ada di lampiran 2."}).url == LIST
    entry_page = client.get(reverse("admin:entries_entry_screen", args=[proposal.entry_id])).text
    assert "SK ada di lampiran 2." in entry_page
    assert 'name="outcome"' in entry_page


def test_a_lapsed_proposal_says_so_and_has_no_buttons(proposal, second):
    user = member_of(proposal.entry.innovation.unit)
    withdraw_entry(proposal.entry, by=user)
    submit_entry(proposal.entry, by=user, statement=True)
    page = client_of(second).get(page_of(proposal)).text
    assert "sudah gugur" in page
    assert "Konfirmasi tidak lolos" not in page
    assert "sudah gugur" in client_of(second).post(page_of(proposal), {"act": "confirm"}, follow=True).text


def test_nonsense_decides_nothing(proposal, second):
    assert client_of(second).post(page_of(proposal), {"act": "hapus"}).status_code == 200
    assert client_of(second).get(reverse("admin:entries_proposal", args=[999999])).status_code == 404
    proposal.refresh_from_db()
    assert proposal.decided_at is None


def test_a_decision_is_reopened_with_a_reason(second):
    entry, client = entry_at(EntryStatus.REJECTED), client_of(second)
    entry_page = reverse("admin:entries_entry_screen", args=[entry.pk])
    assert reopening_of(entry) in client.get(entry_page).text
    data = {"expected_attempt": 1}
    assert "Tulis alasan" in client.post(reopening_of(entry), data | {"reason": " "}).text
    assert client.post(reopening_of(entry), data | {"reason": "Lampiran tertukar."}).url == entry_page
    page = client.get(entry_page).text
    assert "Lampiran tertukar." in page
    assert reopening_of(entry) not in page
    assert "tidak ada keputusan" in client.post(reopening_of(entry), data | {"reason": "Lagi."}, follow=True).text


def test_after_the_announcement_the_link_is_gone(second):
    entry, client = entry_at(EntryStatus.PASSED), client_of(second)
    announced(entry.edition, at=clock.now() + timedelta(days=1))
    assert reopening_of(entry) not in client.get(reverse("admin:entries_entry_screen", args=[entry.pk])).text
    assert "sudah diterbitkan" in client.get(reopening_of(entry), follow=True).text
