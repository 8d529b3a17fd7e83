"""Registration page and the place of a member."""

import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competitions.models import StageKind
from entries.actions.unit import reject_unit, return_unit
from entries.models import Entry, Innovation, ServiceUnit, UnitMember, UnitName
from entries.states import EntryStatus, UnitStatus
from kiks import clock
from kiks.models import AuditEvent, User
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import PASSWORD, client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
PERSON = {
    "person_name": "Ani",
    "job_title": "Kepala",
    "employee_number": "",
    "account_email": "ani@contoh.test",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "email": "kantor@contoh.test",
    "phone": "0266 221234",
}


def a_pdf(name="surat.pdf", content=None):
    return SimpleUploadedFile(name, content or tiny_pdf(), content_type="application/pdf")


def known_unit() -> ServiceUnit:
    return ServiceUnit.objects.create(code="tipar", name="Puskesmas Tipar", kind="puskesmas", agency=make_agency())


def accounts():
    """The accounts beside that of the person who opened the edition."""
    return User.objects.exclude(name="Pembuka Edisi")


def post(client=None, **changes):
    data = {**PERSON, "letter": a_pdf(), **changes}
    return (client or Client()).post("/daftar/", {key: value for key, value in data.items() if value is not None})


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_registration_of_a_known_unit():
    make_edition()
    unit = known_unit()
    assert Client().get("/daftar/").status_code == 200
    response = post(unit=unit.pk)
    assert (response.status_code, response.url) == (302, "/daftar/diterima/")
    unit.refresh_from_db()
    assert (unit.status, unit.members.get().user.email) == (UnitStatus.REGISTERED, "ani@contoh.test")
    assert b"Pendaftaran diterima" in Client().get(response.url).content


def test_registration_of_a_new_unit():
    make_edition()
    agency = make_agency()
    post(agency=agency.pk, kind="school", name="SMPN 8")
    assert ServiceUnit.objects.get().full_name == f"SMPN 8 pada {agency.name}"


def test_registration_answers_the_same_whether_the_address_has_an_account_or_not():
    make_edition()
    make_user("Pemilik", "ani@contoh.test")
    known = post(unit=known_unit().pk)
    unknown = post(agency=make_agency().pk, kind="school", name="SMPN 8", account_email="baru@contoh.test")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert known.headers.keys() == unknown.headers.keys()


def test_registration_of_a_person_who_is_logged_in_needs_no_account():
    make_edition()
    user = make_user()
    client = client_of(user)
    assert "password" not in client.get("/daftar/").context["form"].fields
    post(client, unit=known_unit().pk, account_email="lain@contoh.test", password="x")
    assert (UnitMember.objects.get().user, User.objects.filter(email="lain@contoh.test").count()) == (user, 0)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kind": "school", "name": "SMPN 8"}, "agency", "Pilih perangkat daerah"),
        ({"password_again": "lain-sama-sekali"}, "password_again", "Kata sandi kedua berbeda"),
        ({"password": "pendek", "password_again": "pendek"}, "password", "pendek"),
        ({"password": ""}, "password", "Isi kata sandi"),
        ({"password_again": ""}, "password_again", "Isi ulangi kata sandi"),
        ({"letter": None}, "letter", "Unggah surat penunjukan"),
        ({"letter": SimpleUploadedFile("a.pdf", b"<html>")}, "letter", "bukan PDF"),
        ({"employee_number": "3272 0101 0101 0001"}, "employee_number", "NIK tidak pernah diminta"),
        ({"employee_number": "19800101"}, "employee_number", "NIP berisi 18 angka"),
        ({"phone": "221234"}, "phone", "Awali nomor dengan kode daerah"),
        ({}, "unit", "Pilih unit Anda"),
        ({"unit": "999999"}, "unit", "tidak tersedia"),
        ({"unit": "tipar"}, "unit", "tidak tersedia"),
        ({}, "letter", "Pilih lagi berkas suratnya"),
        ({}, "password", "Ketik lagi kata sandi"),
    ],
)
def test_registration_says_what_is_wrong(changes, field, words):
    make_edition()
    response = post(**changes)
    assert words in errors_of(response)[field][0]
    assert not accounts().exists()


def test_registration_names_the_twin_of_a_new_unit():
    make_edition()
    unit = known_unit()
    response = post(agency=unit.agency.pk, kind="puskesmas", name="puskesmas  tipar")
    assert "Pilih unit itu dari daftar" in errors_of(response)["name"][0]
    registered = make_unit()
    response = post(agency=registered.agency.pk, kind="puskesmas", name=registered.name)
    assert "hubungi panitia" in errors_of(response)["name"][0]
    assert "hubungi panitia" in errors_of(post(unit=registered.pk))["unit"][0]


def test_registration_asks_whether_a_similar_name_means_a_known_unit():
    make_edition()
    unit, agency = known_unit(), make_agency()
    new = {"agency": agency.pk, "kind": "puskesmas", "name": "Pkm. Tippar"}
    response = post(**new)
    page = response.content.decode()
    assert "mirip" in errors_of(response)["twin"][0]
    assert f"Puskesmas Tipar pada {unit.agency.name}" in page
    assert 'value="Pkm. Tippar"' in page
    assert not accounts().exists()
    assert post(**new, twin=unit.pk).status_code == 302
    unit.refresh_from_db()
    assert (unit.status, ServiceUnit.objects.count()) == (UnitStatus.REGISTERED, 1)


def test_registration_of_a_unit_that_is_different_is_remembered():
    make_edition()
    unit = known_unit()
    response = post(agency=make_agency().pk, kind="puskesmas", name="Puskesmas Tippar", twin="different")
    assert response.status_code == 302
    assert ServiceUnit.objects.count() == 2
    event = AuditEvent.objects.get(kind="unit.registered")
    assert json.loads(event.body)["data"]["different_from"] == [unit.code]


def test_registration_refuses_the_registered_unit_that_was_meant():
    make_edition()
    registered = make_unit()
    response = post(agency=make_agency().pk, kind="puskesmas", name=registered.name, twin=registered.pk)
    sentence = errors_of(response)["twin"][0]
    assert "sudah terdaftar" in sentence
    assert member_of(registered).email not in response.content.decode()
    assert "Anggota unit" in sentence


def test_registration_keeps_what_was_typed():
    make_edition()
    page = post(phone="", typed_unit="Jaya Mek").content.decode()
    for kept in ('value="Ani"', 'value="kantor@contoh.test"', 'data-typed="Jaya Mek"'):
        assert kept in page
    assert PASSWORD not in page


def test_registration_normalises_numbers():
    make_edition()
    unit = known_unit()
    post(unit=unit.pk, phone="+62 266 221-234", employee_number="19800101 200501 1 001")
    unit.refresh_from_db()
    assert (unit.phone, unit.members.get().employee_number) == ("0266 221234", "198001012005011001")


@pytest.fixture
def _limited(settings):
    settings.KIKS_RATE_LIMITS = {"registration": "2/h/ip", "unit_names": "2/h/ip"}
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("_limited")
def test_registration_says_when_it_was_tried_too_often():
    make_edition()
    unit = known_unit()
    assert [post(phone="").status_code for _ in range(2)] == [200, 200]
    response = post(unit=unit.pk)
    assert (response.status_code, "Terlalu banyak permintaan" in response.content.decode()) == (429, True)
    assert 'value="Ani"' in response.content.decode()
    assert not accounts().exists()


@pytest.mark.usefixtures("_limited")
def test_names_are_not_given_too_often():
    known_unit()
    answers = [Client().get("/daftar/unit/", {"q": "tipar"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Terlalu banyak" in answers[2].json()["message"]


def test_names_while_typing():
    unit = known_unit()
    UnitName.objects.create(unit=unit, name="Klinik Tipar Lama")
    registered = make_unit()
    unit_row = {"id": unit.pk, "name": unit.full_name, "is_open": True}
    for typed in ("pkm tipar", "Tip", "klinik tipar", "puskemas tipar"):
        assert unit_row in Client().get("/daftar/unit/", {"q": typed}).json()["units"]
    rows = Client().get("/daftar/unit/", {"q": registered.name}).json()["units"]
    assert {"id": None, "name": registered.full_name, "is_open": False} in rows
    assert Client().get("/daftar/unit/").json() == {"units": []}
    assert Client().get("/daftar/unit/", {"q": "x" * 5000}).json() == {"units": []}


def test_names_cost_the_same_for_many_units(django_assert_num_queries):
    agency = make_agency()
    for number in range(20):
        unit = ServiceUnit.objects.create(code=f"u{number}", name=f"SDN Uji {number}", kind="school", agency=agency)
        UnitName.objects.create(unit=unit, name=f"SD Negeri Uji {number}")
    with django_assert_num_queries(2):
        assert len(Client().get("/daftar/unit/", {"q": "SDN uji"}).json()["units"]) == 8


def test_registration_takes_only_its_own_fields():
    make_edition()
    post(unit=known_unit().pk, status="verified", verified_at="2026-01-01", is_demo="on", is_active="")
    unit, user = ServiceUnit.objects.get(), accounts().get()
    assert (unit.status, unit.verified_at, unit.is_demo, user.is_active) == (UnitStatus.REGISTERED, None, False, True)


def test_registration_tells_what_the_action_refuses(monkeypatch):
    make_edition()
    unit = known_unit()
    monkeypatch.setattr("entries.unit_forms.same_named_unit", lambda agency, name: None)
    response = post(agency=unit.agency.pk, kind="puskesmas", name=unit.name, twin="different")
    assert "sudah tercatat" in errors_of(response)["__all__"][0]


@pytest.mark.parametrize(
    ("current", "words"), [(StageKind.JUDGING, "sudah ditutup"), (StageKind.REGISTRATION, "baru dibuka")]
)
def test_registration_outside_its_stage_says_when(current, words):
    edition = make_edition(StageKind.JUDGING)
    if current == StageKind.REGISTRATION:
        stage = edition.stages.get(kind=StageKind.REGISTRATION)
        stage.opens_at, stage.closes_at = clock.now() + (clock.now() - stage.opens_at), clock.now().replace(year=2099)
        stage.save()
    response = Client().get("/daftar/")
    assert words in response.content.decode()
    assert post(unit=known_unit().pk).status_code == 200
    assert not accounts().exists()


def test_registration_without_an_edition():
    assert "Belum ada edisi" in Client().get("/daftar/").content.decode()


def test_index_shows_units_and_entries_of_the_member_only():
    entry = entry_at(EntryStatus.SUBMITTED)
    other = entry_at(EntryStatus.DRAFT, edition=entry.edition)
    page = client_of(member_of(entry.innovation.unit)).get("/usulan/").content.decode()
    assert entry.innovation.short_name in page
    assert other.innovation.short_name not in page
    assert "Terkirim" in page


def test_index_asks_as_often_for_three_rows_as_for_one():
    entry = entry_at(EntryStatus.DRAFT)
    user = member_of(entry.innovation.unit)
    client = client_of(user)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/usulan/")
        return len(queries)

    count()
    one = count()
    for _ in range(2):
        unit = make_unit()
        unit.members.create(user=user, job_title="Staf", joined_at=clock.now(), joined_by=user)
        innovation = Innovation.objects.create(unit=unit, short_name="Lain")
        Entry.objects.create(innovation=innovation, edition=entry.edition)
    assert count() == one


def test_index_of_a_person_without_a_unit_leads_to_the_registration():
    page = client_of(make_user()).get("/usulan/").content.decode()
    assert "Anda belum mewakili unit mana pun" in page


def test_index_tells_a_unit_what_is_awaited():
    make_edition()
    unit = make_unit(verified=False)
    page = client_of(member_of(unit)).get("/usulan/").content.decode()
    assert "Panitia sedang memeriksa data unit" in page
    assert "Mulai usulan" in page


@pytest.mark.parametrize("path", ["/usulan/", "/usulan/1/", "/usulan/unit/1/baru/"])
def test_pages_of_members_ask_for_a_login(path):
    assert Client().get(path).url == f"/akun/login/?next={path}"


@pytest.mark.parametrize("refuse", [return_unit, reject_unit])
def test_correct_unit(refuse):
    unit = refuse(make_unit(verified=False), by=make_committee_user(), reason="Surat buram")
    client = client_of(member_of(unit))
    address = f"/usulan/unit/{unit.pk}/perbaiki/"
    assert "Surat buram" in client.get(address).content.decode()
    assert client.post(address, {"email": "salah", "phone": "0266221234"}).status_code == 200
    response = client.post(address, {"email": "baru@contoh.test", "phone": "0266221234", "letter": a_pdf()})
    unit.refresh_from_db()
    assert (response.url, unit.status, unit.email) == ("/usulan/", UnitStatus.REGISTERED, "baru@contoh.test")
    assert client.get(address).url == "/usulan/"


def test_correct_unit_keeps_the_letter_and_tells_refusals(monkeypatch):
    unit = return_unit(make_unit(verified=False), by=make_committee_user(), reason="Surat buram")
    client, data = client_of(member_of(unit)), {"email": "baru@contoh.test", "phone": "0266221234"}
    monkeypatch.setattr("entries.views.unit.check_can_correct_unit", lambda user, unit: None)
    assert client.post(f"/usulan/unit/{unit.pk}/perbaiki/", data).status_code == 302
    response = client.post(f"/usulan/unit/{unit.pk}/perbaiki/", data)
    assert "tidak sedang menunggu perbaikan" in errors_of(response)["__all__"][0]


def test_start_leads_back_when_nothing_is_open():
    unit = make_unit()
    assert client_of(member_of(unit)).get(f"/usulan/unit/{unit.pk}/baru/").url == "/usulan/"


@pytest.mark.parametrize("page", ["baru", "perbaiki"])
def test_pages_of_a_unit_do_not_exist_for_others(page):
    make_edition()
    unit = make_unit()
    for stranger in (make_user(), member_of(make_unit()), make_committee_user()):
        assert client_of(stranger).get(f"/usulan/unit/{unit.pk}/{page}/").status_code == 404
