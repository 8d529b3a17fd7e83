"""People, seats, the audit trail and the outbox in the admin site."""

import pytest
from django.test import Client
from django.urls import reverse

from entries.states import EntryStatus
from kiks import audit
from kiks.models import AuditEvent, OutgoingMail, User
from kiks.trail.words import what, which
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
LISTS = [
    "kiks_user",
    "kiks_committeemember",
    "kiks_invitation",
    "kiks_auditevent",
    "kiks_outgoingmail",
    "kiks_storeddocument",
]


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


def test_only_the_committee_gets_in(committee):
    entry = entry_at(EntryStatus.SUBMITTED)
    pages = [
        *(reverse(f"admin:{name}_changelist") for name in LISTS),
        reverse("admin:kiks_committeemember_add"),
        reverse("admin:kiks_auditevent_change", args=[AuditEvent.objects.first().pk]),
        reverse("admin:kiks_outgoingmail_change", args=[OutgoingMail.objects.first().pk]),
    ]
    unit_member = client_of(member_of(entry.innovation.unit))
    assert {client.get(page).status_code for page in pages for client in (Client(), unit_member)} == {302}
    assert {page: committee.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_questions_for_few_rows_and_for_many(
    committee, django_assert_max_num_queries, name
):
    make_unit()
    url = reverse(f"admin:{name}_changelist")
    with django_assert_max_num_queries(30) as few:
        committee.get(url)
    make_unit()
    make_unit()
    with django_assert_max_num_queries(len(few)):
        committee.get(url)


def test_the_trail_says_who_did_what_to_which_thing(committee, officer):
    unit = make_unit(committee=officer)
    page = committee.get(reverse("admin:kiks_auditevent_changelist"), {"q": f"entries_serviceunit:{unit.pk}"}).text
    assert "diverifikasi" in page
    assert "Petugas Satu" in page
    assert f"unit pelayanan (UPP) {unit.name}" in page


def test_an_event_of_nobody_is_the_systems(committee):
    audit.record("reference.loaded", make_agency(), chain="kiks", by=None)
    assert "sistem" in committee.get(reverse("admin:kiks_auditevent_changelist")).text


def test_an_event_of_somebody_gone_keeps_the_number(committee, officer):
    stranger = User(pk=10**9)
    audit.record("reference.loaded", make_agency(), chain="kiks", by=stranger)
    assert f"pengguna {10**9}" in committee.get(reverse("admin:kiks_auditevent_changelist")).text


def test_the_trail_cannot_be_changed(committee):
    audit.record("reference.loaded", make_agency(), chain="kiks", by=None)
    event = AuditEvent.objects.last()
    assert committee.post(reverse("admin:kiks_auditevent_change", args=[event.pk]), {"kind": "x"}).status_code == 403
    assert committee.get(reverse("admin:kiks_auditevent_delete", args=[event.pk])).status_code == 403


@pytest.mark.parametrize(
    ("kind", "words"), [("entry.submitted", "dikirim"), ("row.update", "baris diubah"), ("x.brand_new", "brand new")]
)
def test_kinds_in_words(kind, words):
    assert what(kind) == words


def test_targets_in_words():
    assert which("entries_entry:5") == "usulan 5"
    assert which("tabel_lama:5") == "tabel_lama:5"


def test_the_outbox_shows_what_was_written(committee):
    unit = make_unit()
    sent = OutgoingMail.objects.get(to_user=member_of(unit))
    page = committee.get(reverse("admin:kiks_outgoingmail_change", args=[sent.pk])).text
    assert "sudah terverifikasi sebagai peserta KIKS" in page


def test_history_leads_to_the_audit_trail(committee):
    unit = make_unit()
    response = committee.get(reverse("admin:entries_serviceunit_history", args=[unit.pk]))
    trail = reverse("admin:kiks_auditevent_changelist")
    assert response.url == f"{trail}?q=entries_serviceunit%3A{unit.pk}"


@pytest.mark.parametrize(("content", "acts", "rows"), [("tindakan", True, False), ("baris", False, True)])
def test_the_trail_is_narrowed_to_acts_or_to_rows(committee, content, acts, rows):
    make_unit()
    page = committee.get(reverse("admin:kiks_auditevent_changelist"), {"isi": content}).text
    assert ("diverifikasi</td>" in page, ">diubah: " in page) == (acts, rows)


def test_choices_begin_in_indonesian_and_open_no_pop_ups(committee):
    page = committee.get(reverse("admin:entries_serviceunit_add")).text
    assert page.count(">Pilih</option>") == 2
    assert ">Tidak ada</option>" in page
    assert "Select an option" not in page
    assert "_popup=1" not in page


def test_who_holds_no_seat_is_refused_and_who_is_not_logged_in_goes_to_the_one_login():
    index = reverse("admin:index")
    assert client_of(make_user()).get(index, follow=True).status_code == 403
    assert Client().get(index, follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
