"""The screening desk: who gets in, what the pages show, and what the buttons do."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from entries.actions.objections import raise_objection
from entries.actions.piles import share_piles
from entries.models import Entry
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.formats import JAKARTA
from kiks.models import AuditEvent, CommitteeMember
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of, screen
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:entries_screening")


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


@pytest.fixture
def entry():
    return entry_at(EntryStatus.SUBMITTED)


def page_of(entry: Entry) -> str:
    return reverse("admin:entries_entry_screen", args=[entry.pk])


def answers(entry: Entry, outcome: str, *, verdict: str = "yes", reason: str = "", **fields: object) -> dict:
    """What the checklist sends: the same verdict for every item."""
    item = entry.edition.checklist.get()
    return {
        f"item_{item.pk}": verdict,
        f"reason_{item.pk}": reason,
        "outcome": outcome,
        "expected_attempt": entry.screenings.count() + 1,
        "expected_version": entry.current_version.ordinal,
        **fields,
    }


def moment(days: int) -> str:
    return f"{(clock.now() + timedelta(days=days)).astimezone(JAKARTA):%Y-%m-%dT%H:%M}"


def test_only_the_committee_gets_in(entry, committee):
    screen(other := entry_at(EntryStatus.SUBMITTED), ScreeningOutcome.REJECTED)
    announced(other.edition)
    objection = raise_objection(other, by=member_of(other.innovation.unit), text="Keliru.", document=tiny_pdf("bukti"))
    pages = [
        QUEUE,
        page_of(entry),
        reverse("admin:entries_entry_overdue", args=[entry.pk]),
        reverse("admin:entries_objection_decide", args=[objection.pk]),
        reverse("admin:entries_objection_file", args=[objection.pk]),
    ]
    unit_member = client_of(member_of(entry.innovation.unit))
    assert {client.get(page).status_code for page in pages for client in (Client(), unit_member)} == {302}
    assert {page: committee.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_the_desk_without_an_edition_says_so(committee):
    assert "Belum ada edisi berjalan" in committee.get(QUEUE).text


def test_the_queue_asks_the_same_number_of_questions_for_one_entry_and_for_three(
    committee, django_assert_max_num_queries
):
    edition = make_edition()
    entry_at(EntryStatus.SUBMITTED, edition=edition)
    with django_assert_max_num_queries(40) as one:
        committee.get(QUEUE)
    entry_at(EntryStatus.SUBMITTED, edition=edition)
    entry_at(EntryStatus.SUBMITTED, edition=edition)
    with django_assert_max_num_queries(len(one)):
        assert "3 usulan menunggu" in committee.get(QUEUE).text


def test_the_queue_is_filtered(committee, entry):
    other = entry_at(EntryStatus.SUBMITTED, edition=entry.edition)
    agency = other.innovation.unit.agency
    page = committee.get(QUEUE, {"agency": agency.pk, "category": other.category_id, "attempt": "first"}).text
    assert other.innovation.short_name in page
    assert entry.innovation.short_name not in page
    assert "Tidak ada usulan yang menunggu" in committee.get(QUEUE, {"attempt": "again"}).text
    assert "2 usulan menunggu" in committee.get(QUEUE, {"agency": "bukan angka"}).text


def test_filters_work_together_and_travel_to_the_entry_and_on_to_the_next(committee, entry):
    other = entry_at(EntryStatus.SUBMITTED, edition=entry.edition)
    third = entry_at(EntryStatus.SUBMITTED, edition=entry.edition, unit=other.innovation.unit)
    other.edition.checklist.update(machine_rule="decree")
    query = f"officer=all&machine=clean&agency={other.innovation.unit.agency_id}"
    page = committee.get(f"{QUEUE}?{query}").text
    assert "2 usulan menunggu" in page
    assert f"{page_of(other)}?{query}".replace("&", "&amp;") in page
    response = committee.post(f"{page_of(other)}?{query}", answers(other, "passed"))
    assert response.url == f"{page_of(third)}?{query}"
    assert "1 dari 1 yang menunggu" in committee.get(response.url).text
    assert "1 usulan menunggu" in committee.get(QUEUE, {"q": entry.number}).text
    assert "1 usulan menunggu" in committee.get(QUEUE, {"q": entry.innovation.short_name.lower()}).text
    assert "Tidak ada usulan" in committee.get(QUEUE, {"machine": "doubted"}).text
    assert "Tidak ada usulan" in committee.get(QUEUE, {"twin": "yes"}).text


def test_filters_and_edition_stay_with_the_choice_of_clean_ones_and_with_the_way_back(committee, entry):
    code = entry.edition.code
    page = committee.get(QUEUE, {"edisi": code, "officer": "all", "kind": entry.innovation.unit.kind}).text
    choice = f"?edisi={code}&amp;officer=all&amp;kind={entry.innovation.unit.kind}&amp;machine=clean&amp;pilih=bersih"
    assert choice in page
    nothing = committee.get(QUEUE, {"edisi": code, "q": "tidak ada yang bernama begini"}).text
    assert f'href="{QUEUE}?edisi={code}&amp;officer=all"' in nothing


@pytest.mark.parametrize(("needs_second", "what"), [(True, "Ini menjadi usul tidak lolos"), (False, "dinyatakan")])
def test_an_overdue_page_says_when_the_unit_learns_of_it(committee, needs_second, what):
    late = entry_at(EntryStatus.RETURNED, edition=make_edition(rejection_needs_second=needs_second))
    page = committee.get(reverse("admin:entries_entry_overdue", args=[late.pk])).text
    assert what in page
    assert "Unit mengetahui hasilnya dari pengumuman seleksi administrasi" in page
    assert "Unit diberi tahu" not in page


def test_one_button_passes_a_clear_case_and_never_a_doubted_one(committee, entry):
    item = entry.edition.checklist.get()
    blank = {f"item_{item.pk}": "", f"reason_{item.pk}": "", "expected_attempt": 1, "expected_version": 1}
    assert 'value="rest_is_fulfilled"' in committee.get(page_of(entry)).text
    failed = blank | {f"item_{item.pk}": "no", f"reason_{item.pk}": "Keliru.", "outcome": "rest_is_fulfilled"}
    assert "1 butir tidak terpenuhi" in committee.post(page_of(entry), failed).text
    assert committee.post(page_of(entry), blank | {"outcome": "rest_is_fulfilled"}).status_code == 302
    entry.refresh_from_db()
    assert entry.status == EntryStatus.PASSED


def test_what_the_machine_says_against_an_item_is_no_reason_for_passing_it(committee, entry):
    entry.edition.minimum_age_months = 200
    entry.edition.save()
    page = committee.get(page_of(entry))
    assert 'value="rest_is_fulfilled"' not in page.text
    reason = page.context["form"].findings["umur"].reason
    assert "berbeda dari temuan sistem" in committee.post(page_of(entry), answers(entry, "passed", reason=reason)).text
    assert committee.post(page_of(entry), answers(entry, "passed", reason="Bukti terlampir.")).status_code == 302


def test_decisions_are_found_again(committee, entry, officer):
    screen(entry, ScreeningOutcome.PASSED, by=officer)
    address = reverse("admin:entries_screened")
    assert page_of(entry) in committee.get(address).text
    assert officer.name in committee.get(address, {"outcome": "passed"}).text
    assert "Belum ada keputusan" in committee.get(address, {"outcome": "rejected"}).text


def test_piles_are_proposed_saved_and_shown_first(committee, entry, officer):
    other = entry_at(EntryStatus.SUBMITTED, edition=entry.edition)
    colleague = make_committee_user("Petugas Dua")
    address = reverse("admin:entries_piles")
    even = committee.post(address, {"step": "even", "among": [officer.pk, colleague.pk]})
    assert "belum disimpan" in even.text
    assert entry.edition.screening_shares.count() == 0
    mine, theirs = entry.innovation.unit.agency_id, other.innovation.unit.agency_id
    committee.post(address, {"step": "save", f"agency_{mine}": officer.pk, f"agency_{theirs}": colleague.pk})
    assert set(entry.edition.screening_shares.values_list("agency", "officer")) == {
        (mine, officer.pk),
        (theirs, colleague.pk),
    }
    page = committee.get(QUEUE).text
    assert "1 usulan menunggu" in page
    assert page_of(other) not in page
    assert "2 usulan menunggu" in committee.get(QUEUE, {"officer": "all"}).text
    assert page_of(other) in committee.get(QUEUE, {"officer": colleague.pk}).text
    stranger = client_of(member_of(entry.innovation.unit))
    assert stranger.post(address, {"step": "save"}).status_code == 302
    assert "Pilih sekurang-kurangnya satu petugas." in committee.post(address, {"step": "even"}).text
    committee.post(address, {"step": "save", "group_dinas": colleague.pk})
    assert set(entry.edition.screening_shares.values_list("officer", flat=True)) == {colleague.pk}


def test_only_the_committee_shares_piles_and_only_among_itself(entry, officer):
    agency, stranger = entry.innovation.unit.agency, member_of(entry.innovation.unit)
    with pytest.raises(PermissionDenied):
        share_piles(entry.edition, by=stranger, shares={agency: officer})
    with pytest.raises(RuleBrokenError, match="Bukan anggota panitia"):
        share_piles(entry.edition, by=officer, shares={agency: stranger})
    assert share_piles(entry.edition, by=officer, shares={agency: officer}) == 1
    assert share_piles(entry.edition, by=officer, shares={agency: officer}) == 0
    event = AuditEvent.objects.get(kind="screening.piles_shared")
    assert json.loads(event.body)["data"]["shares"] == {agency.code: officer.pk}
    assert share_piles(entry.edition, by=officer, shares={agency: None}) == 1
    assert entry.edition.screening_shares.count() == 0


def test_the_year_before_stays_at_hand_once_the_next_one_is_open(committee, entry):
    newer = make_edition(year=entry.edition.year + 1)
    old_queue = f"{QUEUE}?edisi={entry.edition.code}"
    assert f'href="?edisi={entry.edition.code}"' in committee.get(QUEUE).text
    assert page_of(entry) not in committee.get(QUEUE).text
    html = committee.get(old_queue).text
    assert page_of(entry) in html
    assert f'<input type="hidden" name="edisi" value="{entry.edition.code}">' in html
    prepared = make_edition(year=newer.year + 1, opened_at=None, opened_by=None)
    assert committee.get(f"{QUEUE}?edisi={prepared.code}").status_code == 404


def test_the_entry_page_shows_facts_and_the_frozen_text(committee, entry):
    page = committee.get(page_of(entry)).text
    assert "Sistem: Mulai diterapkan " in page
    assert "Jawaban Ringkasan untuk uji." in page
    assert "1 dari 1 yang menunggu" in page
    assert reverse("entries:attachment", args=[entry.attachments.first().pk]) in page


def test_a_draft_is_not_the_committees_business(committee):
    assert committee.get(page_of(entry_at(EntryStatus.DRAFT))).status_code == 404


def test_pass_leads_to_the_next_entry(committee, entry, officer):
    following = entry_at(EntryStatus.SUBMITTED, edition=entry.edition)
    response = committee.post(page_of(entry), answers(entry, "passed"))
    assert (response.status_code, response.url) == (302, page_of(following))
    assert entry.screenings.get().screened_by == officer
    response = committee.post(page_of(following), answers(following, "passed"), follow=True)
    assert response.redirect_chain == [(QUEUE, 302)]
    assert f"Usulan {following.number} lolos seleksi administrasi." in response.text


def test_return_takes_reason_and_deadline(committee, entry):
    data = answers(entry, "returned", verdict="no", reason="Tanggal tidak terbukti.", correction_due_at=moment(3))
    assert committee.post(page_of(entry), data).status_code == 302
    entry.refresh_from_db()
    assert (entry.status, entry.screenings.get().reason) == (
        EntryStatus.RETURNED,
        "Umur penerapan: Tanggal tidak terbukti.",
    )
    page = committee.get(page_of(entry)).text
    assert "Tanggal tidak terbukti." in page
    assert 'name="outcome"' not in page


def test_what_the_action_refuses_is_said_and_nothing_typed_is_lost(committee, entry):
    response = committee.post(page_of(entry), answers(entry, "returned", verdict="no", reason="Belum terbukti."))
    assert "Tentukan batas perbaikan setelah saat ini." in response.text
    assert "Belum terbukti." in response.text
    assert entry.screenings.count() == 0


def test_every_item_waits_for_a_decision(committee, entry):
    entry.edition.checklist.update(machine_rule="")
    item = entry.edition.checklist.get()
    response = committee.post(page_of(entry), answers(entry, "passed", verdict=""))
    assert f"Putuskan butir ini: {item.label}." in response.text


def test_a_second_officer_is_told_who_was_first(committee, entry, officer):
    data = answers(entry, "rejected", verdict="no", reason="Kurang.")
    screen(entry, ScreeningOutcome.PASSED, by=make_committee_user("Petugas Dua"))
    response = committee.post(page_of(entry), data, follow=True)
    assert response.status_code == 409
    assert "sudah diperiksa Petugas Dua" in response.text
    assert "tidak terpenuhi: Kurang." in response.text
    half = committee.post(page_of(entry), data | {"expected_attempt": ""})
    assert (half.status_code, "tidak terpenuhi: Kurang." in half.text) == (409, True)
    assert entry.screenings.count() == 1


def test_the_entry_of_ones_own_unit_has_no_buttons(entry):
    user = member_of(entry.innovation.unit)
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=user)
    assert 'name="outcome"' not in client_of(user).get(page_of(entry)).text


def test_an_overdue_correction_is_refused_by_its_button(committee):
    entry = entry_at(EntryStatus.RETURNED)
    url = reverse("admin:entries_entry_overdue", args=[entry.pk])
    assert "masih dapat mengirim perbaikan" in committee.post(url, follow=True).text
    entry.refresh_from_db()
    assert entry.status == EntryStatus.RETURNED
    with clock.shifted_to(entry.screenings.get().correction_due_at + timedelta(minutes=1)):
        assert "Lewat batas perbaikan" in committee.get(QUEUE).text
        assert url in committee.get(page_of(entry)).text
        committee.post(url)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.REJECTED


def test_an_objection_is_decided_once(committee):
    entry = entry_at(EntryStatus.REJECTED)
    announced(entry.edition, objection_days=60)
    objection = raise_objection(entry, by=member_of(entry.innovation.unit), text="SK sudah ada.")
    url = reverse("admin:entries_objection_decide", args=[objection.pk])
    assert url in committee.get(QUEUE).text
    assert "SK sudah ada." in committee.get(url).text
    assert "Anda ikut memutuskan" not in committee.get(url).text
    screened_by = entry.screenings.get().screened_by
    assert "Anda ikut memutuskan" in client_of(screened_by).get(url).text
    assert "Pilih keputusan." in committee.post(url, {"reason": "x"}).text
    assert committee.post(url, {"granted": "yes", "reason": "SK terbaca."}).url == QUEUE
    entry.refresh_from_db()
    assert entry.status == EntryStatus.PASSED
    assert committee.get(url).url == page_of(entry)
    assert committee.get(reverse("admin:entries_objection_file", args=[objection.pk])).status_code == 404


def test_a_refused_objection_decision_is_said(committee):
    entry = entry_at(EntryStatus.REJECTED)
    announced(entry.edition, objection_days=60)
    objection = raise_objection(entry, by=member_of(entry.innovation.unit), text="SK sudah ada.")
    judging = entry.edition.stages.get(kind="judging")
    with clock.shifted_to(judging.opens_at + timedelta(minutes=1)):
        url = reverse("admin:entries_objection_decide", args=[objection.pk])
        assert "Penilaian sudah dibuka" in committee.post(url, {"granted": "yes", "reason": "SK terbaca."}).text
