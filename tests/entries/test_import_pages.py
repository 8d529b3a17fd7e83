"""The pages of an import: template, preview, confirmation; every bad file gets a sentence and changes nothing."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from entries.models import ServiceUnit
from kiks.models import AuditEvent
from tests.factories.entries import make_agency
from tests.factories.people import client_of, make_committee_user
from tests.factories.spreadsheets import UNIT_HEADINGS, units_xlsx, xlsx

pytestmark = pytest.mark.django_db
IMPORT = reverse("admin:entries_serviceunit_import")
PROCESS = reverse("admin:entries_serviceunit_process_import")
LIST = reverse("admin:entries_serviceunit_changelist")
MEGABYTE = 1024 * 1024


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def committee(officer):
    return client_of(officer)


@pytest.fixture
def agency():
    return make_agency(name="Dinas Kesehatan")


def send(client: Client, content: bytes, name: str = "unit.xlsx", url: str = IMPORT):
    return client.post(url, {"import_file": SimpleUploadedFile(name, content)})


def waiting_files() -> list[str]:
    return default_storage.listdir("imports")[1] if default_storage.exists("imports") else []


def test_the_list_leads_to_the_import_and_the_page_to_the_templates(committee, agency):
    assert IMPORT in committee.get(LIST).text
    page = committee.get(IMPORT).text
    for what in ("templat", "data"):
        for ending in ("xlsx", "csv"):
            address = reverse("admin:entries_serviceunit_import_file", args=[what, ending])
            assert address in page
            response = committee.get(address)
            assert response.status_code == 200
            assert f'filename="{what}-unit-pelayanan-upp.{ending}"' in response.headers["Content-Disposition"]
    assert committee.get(reverse("admin:entries_serviceunit_import_file", args=["lain", "xlsx"])).status_code == 404
    assert committee.get(reverse("admin:entries_serviceunit_import_file", args=["data", "pdf"])).status_code == 404


def test_49_units_are_previewed_and_kept(committee, officer, agency):
    page = send(committee, units_xlsx(49))
    assert page.status_code == 200
    assert "UPTD Contoh 49" in page.text
    assert "Simpan data ini" in page.text
    assert not ServiceUnit.objects.exists()
    response = committee.post(PROCESS, page.context["confirm_form"].initial, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "49 baru, 0 diubah, 0 tetap." in response.text
    assert ServiceUnit.objects.count() == 49
    assert AuditEvent.objects.get(kind="reference.imported").actor_id == officer.pk


def test_the_file_waits_privately_and_goes_when_it_is_kept(committee, agency):
    before = set(waiting_files())
    page = send(committee, units_xlsx(1))
    assert len(set(waiting_files()) - before) == 1
    confirm = page.context["confirm_form"].initial
    committee.post(PROCESS, confirm)
    assert set(waiting_files()) <= before
    again = committee.post(PROCESS, confirm, follow=True)
    assert "sudah disimpan atau kedaluwarsa" in again.text
    assert AuditEvent.objects.filter(kind="reference.imported").count() == 1


def test_a_file_that_nobody_confirms_goes_in_time(committee, agency):
    before = set(waiting_files())
    send(committee, units_xlsx(1))
    (left,) = set(waiting_files()) - before
    call_command("tick")
    assert left in waiting_files()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        call_command("tick")
    assert left not in waiting_files()


def test_a_preview_belongs_to_one_person_and_one_list(committee, agency):
    confirm = send(committee, units_xlsx(1)).context["confirm_form"].initial
    other = client_of(make_committee_user())
    assert "kedaluwarsa" in other.post(PROCESS, confirm, follow=True).text
    elsewhere = reverse("admin:entries_agency_process_import")
    assert "kedaluwarsa" in committee.post(elsewhere, confirm, follow=True).text
    assert "kedaluwarsa" in committee.post(PROCESS, {"token": "x"}, follow=True).text
    assert not ServiceUnit.objects.exists()
    assert committee.get(PROCESS).status_code == 405


def test_what_changed_since_the_preview_is_checked_again(committee, agency):
    rows = [UNIT_HEADINGS[:4], ["baru", "Unit", "UPTD", agency.code]]
    confirm = send(committee, xlsx(rows)).context["confirm_form"].initial
    ServiceUnit.objects.create(code="lain", name="Unit", kind="uptd", agency=agency)
    response = committee.post(PROCESS, confirm)
    assert response.status_code == 200
    assert "“Unit” sudah tercatat dengan kode “lain”" in response.text
    assert ServiceUnit.objects.count() == 1


def test_a_file_that_changes_nothing_offers_nothing_to_keep(committee, agency):
    content = units_xlsx(2)
    committee.post(PROCESS, send(committee, content).context["confirm_form"].initial)
    page = send(committee, content)
    assert "Semua baris sama dengan yang sudah tercatat." in page.text
    assert page.context["confirm_form"] is None


def test_the_preview_shows_what_changes(committee, agency):
    ServiceUnit.objects.create(code="u", name="Unit Satu", kind="uptd", agency=agency, phone="0266")
    rows = [["Kode", "Nama", "Jenis", "Perangkat daerah", "Telepon"], ["u", "Unit Satu", "UPTD", agency.code, "0267"]]
    page = send(committee, xlsx(rows)).text
    assert "<del>0266</del> <ins>0267</ins>" in page
    assert page.count("<ins>") == 1


def test_a_faulty_file_shows_every_fault_and_nothing_to_keep(committee, agency):
    rows = [UNIT_HEADINGS[:4], ["", "=1+1", "UPTD", agency.code], ["", "Unit", "Kerajaan", "Dinas Apa"]]
    page = send(committee, xlsx(rows))
    assert page.status_code == 200
    assert "3 hal harus diperbaiki pada 2 baris." in page.text
    assert "Simpan data ini" not in page.text
    assert [(fault.number, fault.heading) for fault in page.context["outcome"].faults] == [
        (2, "Nama"),
        (3, "Jenis"),
        (3, "Perangkat daerah"),
    ]
    assert not ServiceUnit.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas itu kosong."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel lama"),
        (b"PK rusak", "Berkas ini rusak"),
        (b"Nama;Warna\nx;y\n", "Kolom “Warna” tidak dikenal."),
        (b"a" * (5 * MEGABYTE + 1), "Berkas 5,0 MB terlalu besar, maksimal 5,0 MB."),
    ],
)
def test_a_bad_file_gets_a_sentence(committee, content, sentence):
    response = send(committee, content)
    assert response.status_code == 200
    assert sentence in response.text
    assert not ServiceUnit.objects.exists()


def test_a_form_without_a_file(committee):
    assert "Unggah berkas." in committee.post(IMPORT, {}).text


@pytest.mark.long
def test_60_megabytes_are_refused_without_being_kept(committee, monkeypatch):
    def never(*args: object) -> None:
        raise AssertionError("The file was written to disk.")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile.__init__", never)
    response = send(committee, b"\0" * (60 * MEGABYTE))
    assert response.status_code == 200
    assert "Berkas 60,0 MB terlalu besar, maksimal 5,0 MB." in response.text


def test_a_template_can_be_filled_in_and_sent_back(committee, agency):
    template = committee.get(reverse("admin:entries_serviceunit_import_file", args=["templat", "xlsx"])).content
    book = load_workbook(BytesIO(template))
    book["Data"].append(["", "Unit Baru", "UPTD", "Dinas Kesehatan"])
    out = BytesIO()
    book.save(out)
    assert "Simpan data ini" in send(committee, out.getvalue()).text


@pytest.mark.parametrize(
    "name",
    [
        "competitions_edition",
        "entries_agency",
        "entries_district",
        "entries_innovation",
        "entries_serviceunit",
        "entries_unitmember",
        "entries_village",
        "judging_judge",
    ],
)
def test_every_table_has_its_page(committee, name):
    page = committee.get(reverse(f"admin:{name}_import"))
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.text
    for ending in ("xlsx", "csv"):
        assert committee.get(reverse(f"admin:{name}_import_file", args=["templat", ending])).status_code == 200
        assert committee.get(reverse(f"admin:{name}_import_file", args=["data", ending])).status_code == 200
