"""Units and entries in the admin site: lists, decisions on registrations, spreadsheets, the dashboard."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entries.models import District, ServiceUnit
from entries.states import EntryStatus, UnitStatus
from kiks import storage
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LISTS = [
    "entries_district",
    "entries_village",
    "entries_agency",
    "entries_serviceunit",
    "entries_innovation",
    "entries_entry",
]
SPREADSHEETS = LISTS[:4]


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def committee(officer):
    return client_of(officer)


def decide_url(unit: ServiceUnit, step: str) -> str:
    return reverse(f"admin:entries_serviceunit_{step}", args=[unit.pk])


def test_only_the_committee_gets_in(committee):
    entry = entry_at(EntryStatus.SUBMITTED)
    unit = make_unit(verified=False)
    pages = [
        *(reverse(f"admin:{name}_changelist") for name in LISTS),
        *(reverse(f"admin:{name}_import") for name in SPREADSHEETS),
        *(reverse(f"admin:{name}_export", args=["xlsx"]) for name in LISTS),
        *(decide_url(unit, step) for step in ("verifikasi", "kembalikan", "tolak")),
        reverse("admin:entries_serviceunit_change", args=[unit.pk]),
        reverse("admin:entries_entry_change", args=[entry.pk]),
        reverse("admin:entries_innovation_change", args=[entry.innovation_id]),
        reverse("admin:entries_agency_change", args=[unit.agency_id]),
    ]
    unit_member = client_of(member_of(entry.innovation.unit))
    assert {client.get(page).status_code for page in pages for client in (Client(), unit_member)} == {302}
    assert {page: committee.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("name", ["entries_entry", "entries_serviceunit", "entries_innovation", "entries_agency"])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(
    committee, django_assert_max_num_queries, name
):
    edition, agency = make_edition(), make_agency()
    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=make_unit(agency=agency))
    url = reverse(f"admin:{name}_changelist")
    with django_assert_max_num_queries(30) as one:
        committee.get(url)
    for _ in range(2):
        entry_at(EntryStatus.SUBMITTED, edition=edition, unit=make_unit(agency=agency))
    with django_assert_max_num_queries(len(one)):
        committee.get(url)


def test_entries_are_searched_by_number_and_name_and_drafts_are_not_listed(committee):
    entry, draft = entry_at(EntryStatus.SUBMITTED), entry_at(EntryStatus.DRAFT)
    url = reverse("admin:entries_entry_changelist")
    assert entry.innovation.short_name in committee.get(url, {"q": entry.number}).text
    assert draft.innovation.short_name not in committee.get(url).text
    assert entry.innovation.short_name not in committee.get(url, {"q": "tidak ada"}).text


def test_official_objects_offer_no_way_to_change_them(committee):
    entry = entry_at(EntryStatus.SUBMITTED)
    url = reverse("admin:entries_entry_change", args=[entry.pk])
    assert 'name="_save"' not in committee.get(url).text
    assert committee.post(url, {"status": "passed"}).status_code == 403
    assert committee.get(reverse("admin:entries_entry_add")).status_code == 403
    assert committee.get(reverse("admin:entries_entry_delete", args=[entry.pk])).status_code == 403


def test_verify_tells_the_unit_and_leads_to_the_next_one(committee, officer):
    unit, waiting = make_unit(verified=False), make_unit(verified=False)
    response = committee.post(decide_url(unit, "verifikasi"))
    assert response.url == reverse("admin:entries_serviceunit_change", args=[waiting.pk])
    unit.refresh_from_db()
    assert (unit.status, unit.verified_by) == (UnitStatus.VERIFIED, officer)
    assert OutgoingMail.objects.filter(to_user=member_of(unit), subject__contains="terverifikasi").exists()
    response = committee.post(decide_url(waiting, "verifikasi"))
    assert response.url == reverse("admin:entries_serviceunit_changelist")


@pytest.mark.parametrize(("step", "status"), [("kembalikan", UnitStatus.RETURNED), ("tolak", UnitStatus.REJECTED)])
def test_return_and_reject_need_a_reason(committee, step, status):
    unit = make_unit(verified=False)
    assert "Tulis alasan, agar unit tahu" in committee.post(decide_url(unit, step), {"reason": ""}).text
    committee.post(decide_url(unit, step), {"reason": "Surat belum ditandatangani."})
    unit.refresh_from_db()
    assert (unit.status, unit.status_reason) == (status, "Surat belum ditandatangani.")


def test_a_decision_that_comes_too_late_says_why(committee):
    unit = make_unit()
    assert "statusnya sudah “Terverifikasi”" in committee.post(decide_url(unit, "verifikasi")).text


def test_the_unit_page_offers_what_its_status_allows(committee):
    unit = make_unit(verified=False)
    unit.assignment_letter = storage.store(tiny_pdf("surat"), content_type="application/pdf")
    unit.save(update_fields=["assignment_letter"])
    page = committee.get(reverse("admin:entries_serviceunit_change", args=[unit.pk])).text
    assert [decide_url(unit, step) in page for step in ("verifikasi", "kembalikan", "tolak")] == [True] * 3
    assert reverse("entries:letter", args=[unit.pk]) in page
    assert member_of(unit).name in committee.get(decide_url(unit, "verifikasi")).text
    verified = make_unit()
    page = committee.get(reverse("admin:entries_serviceunit_change", args=[verified.pk])).text
    assert decide_url(verified, "tolak") not in page


def test_a_changed_unit_enters_the_chain_with_the_actor(committee, officer):
    unit = make_unit()
    inlines = {f"{name}-{key}_FORMS": 0 for name in ("other_names",) for key in ("TOTAL", "INITIAL")}
    members = {"members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0}
    data = {"name": "Puskesmas Baru", "kind": "puskesmas", "agency": unit.agency_id}
    url = reverse("admin:entries_serviceunit_change", args=[unit.pk])
    assert committee.post(url, {**data, **inlines, **members}).status_code == 302
    event = AuditEvent.objects.filter(kind="reference.changed").last()
    assert (event.target, event.actor_id) == (f"entries_serviceunit:{unit.pk}", officer.pk)


def test_dashboard_says_what_waits(committee):
    make_unit(verified=False)
    entry = entry_at(EntryStatus.SUBMITTED)
    page = committee.get(reverse("admin:index")).text
    assert "Unit menunggu verifikasi" in page
    assert "Usulan menunggu seleksi administrasi" in page
    assert page.count("status status-active") == 2
    assert entry.edition.name in page


def test_a_deleted_reference_row_is_recorded_with_its_name(committee, officer):
    district = District.objects.create(code="salah", name="Salah Ketik")
    committee.post(reverse("admin:entries_district_delete", args=[district.pk]), {"post": "yes"})
    assert not District.objects.exists()
    event = AuditEvent.objects.get(kind="reference.deleted")
    assert (event.actor_id, "Salah Ketik" in event.body) == (officer.pk, True)


BULK = {"action": "verify_selected", "index": 0}


def test_many_units_are_verified_after_one_question(committee, officer):
    waiting = [make_unit(verified=False) for _ in range(2)]
    own, verified = make_unit(verified=False), make_unit()
    own.members.create(user=officer, job_title="Staf", joined_at=own.registered_at, joined_by=officer)
    chosen = [unit.pk for unit in (*waiting, own, verified)]
    address = reverse("admin:entries_serviceunit_changelist")
    page = committee.post(address, {**BULK, "_selected_action": chosen}).content.decode()
    assert "Verifikasi 4 unit" in page
    assert "Tidak akan diverifikasi: Anda anggota unit ini" in page
    assert "Tidak akan diverifikasi: berstatus “Terverifikasi”" in page
    assert not ServiceUnit.objects.filter(pk__in=[unit.pk for unit in waiting], status="verified").exists()
    done = committee.post(address, {**BULK, "_selected_action": chosen, "confirmed": "yes"}, follow=True)
    page = done.content.decode()
    assert "2 unit terverifikasi" in page
    assert f"{own.full_name} tidak diverifikasi: Anda anggota unit ini" in page
    assert f"{verified.full_name} tidak diverifikasi" in page
    assert AuditEvent.objects.filter(kind="unit.verified", actor_id=officer.pk).count() == 2
    own.refresh_from_db()
    assert own.status == UnitStatus.REGISTERED


def test_nothing_is_said_to_be_done_where_every_unit_refused(committee):
    chosen = [make_unit().pk]
    address = reverse("admin:entries_serviceunit_changelist")
    data = {**BULK, "_selected_action": chosen, "confirmed": "yes"}
    assert "unit terverifikasi" not in committee.post(address, data, follow=True).content.decode()


def test_the_question_about_many_units_asks_as_often_as_about_one(committee):
    address = reverse("admin:entries_serviceunit_changelist")

    def count(units):
        with CaptureQueriesContext(connection) as queries:
            committee.post(address, {**BULK, "_selected_action": [unit.pk for unit in units]})
        return len(queries)

    units = [make_unit(verified=False)]
    count(units)
    one = count(units)
    units += [make_unit(verified=False) for _ in range(19)]
    assert count(units) == one


def test_the_decision_shows_units_of_a_similar_name(committee):
    unit, other = make_unit(verified=False), make_unit()
    ServiceUnit.objects.filter(pk=unit.pk).update(name="Kelurahan Jaya Mekar")
    ServiceUnit.objects.filter(pk=other.pk).update(name="Kelurahan Jayamekar")
    page = committee.get(decide_url(unit, "verifikasi")).content.decode()
    assert "Mungkin tercatat dua kali" in page
    assert "Kelurahan Jayamekar" in page
    assert other.agency.name in page
    ServiceUnit.objects.filter(pk=other.pk).update(name="Kelurahan Baros")
    assert "Mungkin tercatat dua kali" not in committee.get(decide_url(unit, "verifikasi")).content.decode()


def test_units_are_filtered_by_what_they_wait_for(committee):
    waiting, verified = make_unit(verified=False), make_unit()
    address = reverse("admin:entries_serviceunit_changelist")
    found = committee.get(address, {"status__exact": "registered"}).context["cl"].result_list
    assert (waiting in found, verified in found) == (True, False)
    found = committee.get(address, {"agency__id__exact": verified.agency_id}).context["cl"].result_list
    assert list(found) == [verified]


def test_the_name_of_a_unit_that_exists_changes_by_an_act_only(committee):
    unit = make_unit()
    address = reverse("admin:entries_serviceunit_change", args=[unit.pk])
    assert 'name="name"' not in committee.get(address).content.decode()
