"""Agencies, places, units, people and history come in from a spreadsheet: all of a file or nothing, and never twice."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from openpyxl import load_workbook

from entries.actions.unit import verify_unit
from entries.models import Agency, District, Innovation, Participation, ServiceUnit, UnitMember, UnitName, Village
from entries.resources import (
    AgencyResource,
    DistrictResource,
    ParticipationResource,
    ServiceUnitResource,
    UnitMemberResource,
    VillageResource,
    members,
)
from entries.states import EntryStatus, UnitStatus
from kiks import clock
from kiks.models import AuditEvent, Invitation, OutgoingMail, User
from kiks.sheets.importing import Outcome, run
from kiks.sheets.reader import SheetError
from kiks.sheets.templates import csv_template, current_rows, xlsx_template
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.people import make_committee_user, make_user
from tests.factories.spreadsheets import UNIT_HEADINGS, unit_rows, units_xlsx, xlsx

pytestmark = pytest.mark.django_db
MEMBER_HEADINGS = ["Unit", "Nama", "Surel", "Jabatan", "NIP"]
DATES = ["Mulai digagas", "Mulai diterapkan"]
HISTORY_HEADINGS = ["Edisi", "Unit", "Nama singkat", "Kepanjangan", "Tahap", "Peringkat", *DATES]


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def health():
    return make_agency(name="Dinas Kesehatan")


def bring(resource, rows, *, by, dry_run=False, **options) -> Outcome:
    return run(xlsx(rows), resource, by=by, dry_run=dry_run, options=options)


def told(outcome: Outcome) -> list[tuple[int | None, str, str]]:
    return [(fault.number, fault.heading, fault.sentence) for fault in outcome.faults]


def counts(outcome: Outcome) -> tuple[int, int, int]:
    assert told(outcome) == []
    return outcome.new, outcome.changed, outcome.same


# Units


def test_units_come_in_and_the_same_file_again_changes_nothing(officer, health):
    content = units_xlsx(49)
    assert counts(run(content, ServiceUnitResource, by=officer, dry_run=False)) == (49, 0, 0)
    unit = ServiceUnit.objects.get(name="UPTD Contoh 7")
    assert (unit.agency, unit.kind, unit.status, unit.is_demo) == (health, "uptd", UnitStatus.KNOWN, False)
    assert (unit.email, unit.code) == ("uptd.7@contoh.test", f"{health.code}-uptd-contoh-7")
    events = AuditEvent.objects.count()
    assert counts(run(content, ServiceUnitResource, by=officer, dry_run=False)) == (0, 0, 49)
    assert (ServiceUnit.objects.count(), AuditEvent.objects.count()) == (49, events)


def test_a_preview_changes_nothing(officer, health):
    outcome = run(units_xlsx(3), ServiceUnitResource, by=officer, dry_run=True)
    assert counts(outcome) == (3, 0, 0)
    assert [line.number for line in outcome.shown_lines] == [2, 3, 4]
    assert not ServiceUnit.objects.exists()
    assert not AuditEvent.objects.filter(kind__in=["reference.imported", "row.insert"]).exists()


def test_one_event_tells_of_the_import_and_each_row_has_its_own(officer, health):
    run(units_xlsx(2), ServiceUnitResource, by=officer, dry_run=False)
    event = AuditEvent.objects.get(kind="reference.imported")
    assert event.actor_id == officer.pk
    assert '"totals": {"new": 2}' in event.body
    assert '"file_sha256": "' in event.body
    rows = AuditEvent.objects.filter(kind="row.insert", target__startswith="entries_serviceunit:")
    assert {row.actor_id for row in rows} == {officer.pk}
    assert rows.count() == 2


def test_only_the_committee_imports(health):
    with pytest.raises(PermissionDenied):
        run(units_xlsx(1), ServiceUnitResource, by=make_user(), dry_run=True)


@pytest.mark.parametrize("agency", ["Dinas Kesehatan", "dinas kesehatan", "DINAS  KESEHATAN Kota Sukabumi", None])
def test_an_agency_is_known_by_code_and_by_every_spelling(officer, health, agency):
    assert counts(run(units_xlsx(1, agency=agency or health.code), ServiceUnitResource, by=officer, dry_run=False)) == (
        1,
        0,
        0,
    )


def test_a_unit_is_known_by_its_spelling_and_by_another_name(officer, health):
    unit = ServiceUnit.objects.create(code="u", name="Puskesmas Gedongpanjang", kind="puskesmas", agency=health)
    UnitName.objects.create(unit=unit, name="PKM Lama")
    rows = [
        ["Nama", "Jenis", "Perangkat daerah", "Telepon"],
        ["Puskesmas Gedong Panjang", "Puskesmas", "Dinas Kesehatan", "0266"],
    ]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 1, 0)
    rows[1][0] = "PKM Lama"
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 1, 0)
    unit.refresh_from_db()
    assert (unit.code, unit.name, unit.phone) == ("u", "PKM Lama", "0266")
    assert set(unit.other_names.values_list("name", flat=True)) >= {"Puskesmas Gedongpanjang"}


def test_a_unit_that_gets_another_name_keeps_the_earlier_one(officer, health):
    ServiceUnit.objects.create(code="u", name="Balai Benih", kind="uptd", agency=health)
    rows = [["Kode", "Nama", "Jenis", "Perangkat daerah"], ["u", "Kebun Agro", "UPTD", health.code]]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 1, 0)
    earlier = UnitName.objects.get()
    assert (earlier.name, earlier.used_until) == ("Balai Benih", localdate(clock.now()))
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 0, 1)


def test_a_unit_in_use_is_renamed_on_its_own_page_only(officer, health):
    unit = make_unit(agency=health)
    rows = [["Kode", "Nama", "Jenis", "Perangkat daerah"], [unit.code, "Nama Baru", "Puskesmas", health.code]]
    assert "nama baru dicatat dari halaman unit" in told(bring(ServiceUnitResource, rows, by=officer))[0][2]
    rows[1][1] = unit.name.upper()
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 1, 0)


def test_other_names_are_added_and_never_taken_away(officer, health):
    rows = [UNIT_HEADINGS, ["u", "Unit", "UPTD", health.code, "", "", "", "Satu; Dua"]]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (1, 0, 0)
    rows[1][-1] = "Tiga"
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 1, 0)
    assert list(UnitName.objects.values_list("name", flat=True)) == ["Dua", "Satu", "Tiga"]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 0, 1)


def test_the_status_never_comes_in(officer, health):
    rows = [["Nama", "Jenis", "Perangkat daerah", "Status"], ["Unit", "UPTD", health.code, "Terverifikasi"]]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (1, 0, 0)
    assert ServiceUnit.objects.get().status == UnitStatus.KNOWN
    unit = make_unit(agency=health)
    rows = [["Kode", *rows[0]], [unit.code, unit.name, "UPTD", health.code, "Ditolak"]]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (0, 1, 0)
    unit.refresh_from_db()
    assert (unit.status, unit.kind) == (UnitStatus.VERIFIED, "uptd")


def test_columns_that_are_not_there_leave_what_is_known(officer, health):
    rows = [UNIT_HEADINGS, ["u", "Unit", "UPTD", health.code, "", "a@contoh.test", "0266", ""]]
    bring(ServiceUnitResource, rows, by=officer)
    bring(ServiceUnitResource, [row[:4] for row in rows[:1]] + [["u", "Unit Satu", "UPTD", health.code]], by=officer)
    assert ServiceUnit.objects.values_list("name", "email", "phone").get() == ("Unit Satu", "a@contoh.test", "0266")


@pytest.mark.parametrize(
    ("change", "heading", "sentence"),
    [
        ({"Nama": '=HYPERLINK("http://x","y")'}, "Nama", "Isian ini diawali tanda = seperti rumus."),
        ({"Nama": "+cmd|' /C calc'!A0"}, "Nama", "Isian ini diawali tanda + seperti rumus."),
        ({"Nama": "@SUM(A1)"}, "Nama", "Isian ini diawali tanda @ seperti rumus."),
        ({"Nama": "'=1+1"}, "Nama", "Isian ini diawali tanda = seperti rumus."),
        ({"Nama": "#REF!"}, "Nama", "Rumus di sel ini gagal (#REF!)."),
        ({"Nama": "Unit " + "x" * 160}, "Nama", "Panjangnya 165 karakter, maksimal 160. Pendekkan isian ini."),
        ({"Nama": ""}, "Nama", "Isi kolom ini."),
        ({"Nama": "Unit Dua"}, "", "Baris ini mengulang data baris 3. Hapus salah satunya."),
        ({"Kode": "u 1"}, "Kode", "Kode hanya berisi huruf, angka"),
        ({"Kode": "u1"}, "Nama", "“Unit Lama” sudah tercatat dengan kode “lama”."),
        ({"Jenis": "Kerajaan"}, "Jenis", "“Kerajaan” tidak dikenal. Tulis salah satu: Sekretariat,"),
        ({"Perangkat daerah": "Dinas Kesehtan"}, "Perangkat daerah", "Maksud Anda “Dinas Kesehatan”?"),
        ({"Perangkat daerah": "Apa Saja"}, "Perangkat daerah", "Perangkat daerah “Apa Saja” belum tercatat. Perbaiki"),
        ({"Kelurahan": "Atlantis"}, "Kelurahan", "Kelurahan “Atlantis” belum tercatat."),
        ({"Surel": "bukan surel"}, "Surel", "Alamat surel belum benar."),
        ({"Nama lain": "y" * 161}, "Nama lain", "Satu nama lain maksimal 160 karakter."),
        ({"Telepon": 812345678901234567}, "Telepon", "Angka panjang ini dibulatkan oleh Excel."),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column_and_nothing_changes(officer, health, change, heading, sentence):
    ServiceUnit.objects.create(code="lama", name="Unit Lama", kind="uptd", agency=health)
    good = dict(zip(UNIT_HEADINGS, ["", "Unit Dua", "UPTD", health.code, "", "", "", ""], strict=True))
    bad = good | {"Nama": "Unit Lama" if "Kode" in change else "Unit Tiga"} | change
    outcome = bring(ServiceUnitResource, [UNIT_HEADINGS, [], list(good.values()), list(bad.values())], by=officer)
    assert [(number, where) for number, where, _ in told(outcome)] == [(4, heading)]
    assert sentence in told(outcome)[0][2]
    assert ServiceUnit.objects.count() == 1
    assert not AuditEvent.objects.filter(kind="reference.imported").exists()


def test_a_zero_byte_in_a_text_file_is_named(officer, health):
    content = f"Nama;Jenis;Perangkat daerah\nUnit\x00;UPTD;{health.code}\n".encode()
    outcome = run(content, ServiceUnitResource, by=officer, dry_run=False)
    assert told(outcome)[0][:2] == (2, "Nama")
    assert "karakter yang tidak dapat dibaca" in told(outcome)[0][2]


def test_a_telephone_number_with_a_plus_is_no_formula(officer, health):
    rows = [UNIT_HEADINGS, ["u", "Unit", "UPTD", health.code, "", "", "+62 266 12345", ""]]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (1, 0, 0)
    assert ServiceUnit.objects.get().phone == "+62 266 12345"


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (["Nama", "Jenis"], "Kolom “Perangkat daerah” tidak ada."),
        (["Nama", "Jenis", "Perangkat daerah", "Warna"], "Kolom “Warna” tidak dikenal."),
        (["Nama", "Jenis", "Perangkat daerah", "NAMA"], "Kolom “Nama” muncul lebih dari sekali."),
        (["Nama", None, "Jenis", "Perangkat daerah"], "Kolom ke-2 tidak berjudul."),
    ],
)
def test_columns_are_checked_before_any_row(officer, headings, sentence):
    with pytest.raises(SheetError) as caught:
        bring(ServiceUnitResource, [headings, ["x"] * len(headings)], by=officer)
    assert sentence in str(caught.value)


def test_headings_may_be_written_as_programs_write_them(officer, health):
    rows = [["NAMA", "jenis ", "perangkat_daerah"], ["Unit", "uptd", health.code]]
    assert counts(bring(ServiceUnitResource, rows, by=officer)) == (1, 0, 0)


def test_a_merged_unit_is_left_alone(officer, health):
    unit, other = make_unit(agency=health), make_unit(agency=health)
    unit.status, unit.merged_into, unit.merged_at, unit.merged_by = UnitStatus.MERGED, other, clock.now(), officer
    unit.save()
    rows = [["Kode", "Nama", "Jenis", "Perangkat daerah"], [unit.code, "Nama Baru", "UPTD", health.code]]
    assert "sudah digabung" in told(bring(ServiceUnitResource, rows, by=officer))[0][2]


def test_a_collision_in_the_database_is_a_sentence(officer, health, monkeypatch):
    ServiceUnit.objects.create(code="u", name="Unit", kind="uptd", agency=health)
    monkeypatch.setattr(ServiceUnitResource, "known", lambda self: ServiceUnit.objects.none())
    rows = [["Kode", "Nama", "Jenis", "Perangkat daerah"], ["u", "Unit", "UPTD", health.code]]
    outcome = bring(ServiceUnitResource, rows, by=officer)
    assert told(outcome)[0][0] is None
    assert "bertabrakan" in told(outcome)[0][2]
    assert ServiceUnit.objects.count() == 1


@pytest.mark.long
def test_ten_times_as_many_rows_ask_the_same_number_of_questions(officer, health):
    def questions(count: int, *, changed: str = "") -> int:
        rows = unit_rows(count, health.code)
        for row in rows[1:]:
            row[6] = f"{row[6]}{changed}"
        with CaptureQueriesContext(
            connection,
        ) as asked:
            counts(bring(ServiceUnitResource, rows, by=officer, dry_run=True))
        return len(asked)

    assert questions(20) == questions(200)
    bring(ServiceUnitResource, unit_rows(200, health.code), by=officer)
    assert questions(20) == questions(200)
    assert questions(20, changed="1") == questions(200, changed="1")


# Places and agencies


def test_places_and_agencies_come_in(officer):
    rows = [["Kode", "Nama"], ["baros", "Baros"], ["", "Cikole"]]
    assert counts(bring(DistrictResource, rows, by=officer)) == (2, 0, 0)
    assert list(District.objects.values_list("code", "name")) == [("baros", "Baros"), ("cikole", "Cikole")]
    rows = [["Nama", "Kecamatan"], ["Jayamekar", "BAROS"]]
    assert counts(bring(VillageResource, rows, by=officer)) == (1, 0, 0)
    assert Village.objects.get().district.code == "baros"
    rows = [["Nama", "Jenis"], ["Dinas Sosial", "dinas"], ["Kecamatan Baros", "Kecamatan"]]
    assert counts(bring(AgencyResource, rows, by=officer)) == (2, 0, 0)
    assert counts(bring(AgencyResource, rows, by=officer)) == (0, 0, 2)
    assert Agency.objects.get(kind="dinas").code == "dinas-sosial"


# Members


@pytest.fixture
def unit(officer, health):
    return make_unit(agency=health, committee=officer)


def member_rows(unit, **change) -> list[list[object]]:
    row = dict(zip(MEMBER_HEADINGS, [unit.code, "Siti", "Siti@Contoh.test", "Kepala", ""], strict=True))
    return [MEMBER_HEADINGS, list((row | change).values())]


def test_a_member_gets_an_account_without_password_and_an_invitation(officer, unit):
    rows = member_rows(unit)
    outcome = bring(UnitMemberResource, rows, by=officer, dry_run=True, invite=True)
    assert list(outcome.notes) == ["1 undangan dikirim lewat surel setelah impor disimpan."]
    assert not User.objects.filter(email="siti@contoh.test").exists()
    assert counts(bring(UnitMemberResource, rows, by=officer, invite=True)) == (1, 0, 0)
    user = User.objects.get(email="siti@contoh.test")
    assert (user.name, user.has_usable_password()) == ("Siti", False)
    member = UnitMember.objects.get(user=user)
    assert (member.unit, member.job_title, member.joined_by) == (unit, "Kepala", officer)
    assert Invitation.objects.get().user == user
    assert OutgoingMail.objects.filter(to_user=user).count() == 1
    assert AuditEvent.objects.get(kind="unit.member_joined").actor_id == officer.pk
    assert counts(bring(UnitMemberResource, rows, by=officer, invite=True)) == (0, 0, 1)
    assert Invitation.objects.count() == 1


def test_no_invitation_where_none_is_wanted(officer, unit):
    assert counts(bring(UnitMemberResource, member_rows(unit), by=officer, invite=False)) == (1, 0, 0)
    assert not Invitation.objects.exists()


def test_who_is_in_the_unit_learns_of_the_new_member_in_any_case(officer, unit):
    first = member_of(unit)
    before = OutgoingMail.objects.filter(to_user=first).count()
    bring(UnitMemberResource, member_rows(unit), by=officer, invite=False)
    assert OutgoingMail.objects.filter(to_user=first).count() == before + 1


def test_there_is_a_limit_to_new_members(officer, unit, monkeypatch):
    monkeypatch.setattr(members, "MOST_NEW", 1)
    rows = [*member_rows(unit), member_rows(unit, Surel="dua@contoh.test")[1]]
    assert "Paling banyak 1 anggota baru" in told(bring(UnitMemberResource, rows, by=officer))[0][2]
    assert not User.objects.filter(email="siti@contoh.test").exists()


def test_one_person_in_two_units_has_one_account_and_one_invitation(officer, unit):
    other = make_unit()
    rows = [*member_rows(unit), member_rows(other)[1]]
    assert counts(bring(UnitMemberResource, rows, by=officer, invite=True)) == (2, 0, 0)
    assert User.objects.filter(email="siti@contoh.test").count() == Invitation.objects.count() == 1


def test_an_account_that_exists_keeps_its_name(officer, unit):
    user = make_user("Nama Sendiri")
    rows = member_rows(unit, Surel=user.email)
    assert counts(bring(UnitMemberResource, rows, by=officer, invite=True)) == (1, 0, 0)
    user.refresh_from_db()
    assert (user.name, user.has_usable_password()) == ("Nama Sendiri", True)
    assert not Invitation.objects.exists()
    rows = member_rows(unit, Surel=user.email, Jabatan="Sekretaris")
    assert counts(bring(UnitMemberResource, rows, by=officer)) == (0, 1, 0)
    assert UnitMember.objects.get(user=user).job_title == "Sekretaris"
    assert AuditEvent.objects.filter(kind="member.changed").count() == 1


def test_the_agency_decides_between_units_of_one_name(officer, health):
    units = [
        ServiceUnit.objects.create(code=f"tu-{place}", name="Tata Usaha", kind="uptd", agency=agency)
        for place, agency in enumerate([health, make_agency(name="Dinas Sosial")])
    ]
    rows = member_rows(units[1], Unit="Tata Usaha")
    assert "lebih dari satu unit bernama" in told(bring(UnitMemberResource, rows, by=officer))[0][2]
    rows = [[*rows[0], "Perangkat daerah"], [*rows[1], "Dinas Sosial"]]
    assert counts(bring(UnitMemberResource, rows, by=officer)) == (1, 0, 0)
    assert UnitMember.objects.get().unit == units[1]


@pytest.mark.parametrize(
    ("change", "heading", "sentence"),
    [
        ({"Unit": "tidak-ada"}, "Unit", "belum tercatat"),
        ({"Surel": "siti"}, "Surel", "Alamat surel belum benar."),
        ({"Nama": "=1+1"}, "Nama", "seperti rumus"),
        ({"Nama": "x" * 121}, "Nama", "maksimal 120"),
        ({"Jabatan": ""}, "Jabatan", "Isi kolom ini."),
        ({"NIP": "3272010101800001"}, "NIP", "16 angka adalah NIK"),
    ],
)
def test_what_is_wrong_with_a_member(officer, unit, change, heading, sentence):
    outcome = bring(UnitMemberResource, member_rows(unit, **change), by=officer)
    assert told(outcome)[0][:2] == (2, heading)
    assert sentence in told(outcome)[0][2]
    assert UnitMember.objects.count() == 1


def test_who_left_does_not_come_back_by_an_old_file(officer, unit):
    member = unit.members.get()
    member.left_at, member.left_by = clock.now(), officer
    member.save()
    rows = member_rows(unit, Surel=member.user.email, Jabatan="Kepala Baru")
    assert "berhenti mewakili unit ini" in told(bring(UnitMemberResource, rows, by=officer))[0][2]


def test_a_closed_account_is_not_made_a_member(officer, unit):
    user = make_user()
    user.is_active = False
    user.save()
    rows = member_rows(unit, Surel=user.email)
    assert "dinonaktifkan" in told(bring(UnitMemberResource, rows, by=officer))[0][2]


# History


@pytest.fixture
def years():
    return [
        make_edition(
            code=f"kiks-{year}", year=year, name=f"KIKS {year}", is_history=True, opened_at=None, opened_by=None
        )
        for year in (2022, 2023)
    ]


def history_row(unit, **change) -> list[object]:
    row = dict.fromkeys(HISTORY_HEADINGS, "") | {"Edisi": "kiks-2023", "Unit": unit.code, "Nama singkat": "Si Paman"}
    return list((row | change).values())


def test_history_comes_in_with_ordinals_in_the_order_of_the_years(officer, unit, years):
    rows = [
        HISTORY_HEADINGS,
        history_row(unit, Tahap="Finalis", **{"Mulai digagas": "01/03/2022", "Kepanjangan": "Sadar Pangan Aman"}),
        history_row(unit, Edisi="kiks-2022", Tahap="Pemenang", Peringkat=2, **{"Nama singkat": "SI-PAMAN"}),
    ]
    assert counts(bring(ParticipationResource, rows, by=officer)) == (2, 0, 0)
    innovation = Innovation.objects.get()
    assert (innovation.unit, innovation.initiated_on) == (unit, date(2022, 3, 1))
    found = Participation.objects.order_by("ordinal").values_list(
        "edition__year", "ordinal", "is_imported", "reported_stage", "reported_position"
    )
    assert list(found) == [(2022, 1, True, "winner", 2), (2023, 2, True, "finalist", None)]


def test_history_again_changes_nothing_and_a_new_finding_changes_one_row(officer, unit, years):
    rows = [HISTORY_HEADINGS, history_row(unit, Tahap="Peserta")]
    assert counts(bring(ParticipationResource, rows, by=officer)) == (1, 0, 0)
    assert counts(bring(ParticipationResource, rows, by=officer)) == (0, 0, 1)
    rows = [HISTORY_HEADINGS, history_row(unit, Tahap="Finalis", Kepanjangan="Panjang")]
    assert counts(bring(ParticipationResource, rows, by=officer)) == (0, 1, 0)
    assert Participation.objects.get().reported_stage == "finalist"
    assert Innovation.objects.get().expansion == "Panjang"


@pytest.mark.parametrize(
    ("change", "heading", "sentence"),
    [
        ({"Edisi": "kiks-1999"}, "Edisi", "Edisi riwayat “kiks-1999” belum tercatat."),
        ({"Tahap": "Juara"}, "Tahap", "Tulis salah satu: Peserta,"),
        ({"Nama singkat": "x" * 81}, "Nama singkat", "maksimal 80"),
        ({"Nama singkat": "@x"}, "Nama singkat", "seperti rumus"),
        ({"Mulai digagas": "kapan-kapan"}, "Mulai digagas", "Tulis seperti 28/03/2026."),
        ({"Mulai digagas": "02/01/2023", "Mulai diterapkan": "01/01/2023"}, "Mulai diterapkan", "lebih awal"),
    ],
)
def test_what_is_wrong_with_history(officer, unit, years, change, heading, sentence):
    outcome = bring(ParticipationResource, [HISTORY_HEADINGS, history_row(unit, **change)], by=officer)
    assert [fault[:2] for fault in told(outcome)] == [(2, heading)]
    assert sentence in told(outcome)[0][2]
    assert not Innovation.objects.exists()


def test_what_runs_here_is_not_history(officer, years):
    entry = entry_at(EntryStatus.SUBMITTED)
    unit, name = entry.innovation.unit, entry.innovation.short_name
    running = history_row(unit, Edisi=entry.edition.code, **{"Nama singkat": name})
    assert told(bring(ParticipationResource, [HISTORY_HEADINGS, running], by=officer))[0][1] == "Edisi"
    changing = history_row(unit, Kepanjangan="Bukan dari unit", **{"Nama singkat": name})
    assert "milik unit" in told(bring(ParticipationResource, [HISTORY_HEADINGS, changing], by=officer))[0][2]
    plain = history_row(unit, **{"Nama singkat": name})
    assert counts(bring(ParticipationResource, [HISTORY_HEADINGS, plain], by=officer)) == (1, 0, 0)
    assert Participation.objects.get(is_imported=True).ordinal == 2


def test_a_key_holds_an_innovation_together_whatever_its_name(officer, unit, years):
    rows = [
        ["Edisi", "Unit", "Kunci", "Nama singkat"],
        ["kiks-2022", unit.code, "si-paman", "Si Paman"],
        ["kiks-2023", unit.code, "si-paman", "Keluarga Si Paman"],
    ]
    assert counts(bring(ParticipationResource, rows, by=officer)) == (2, 0, 0)
    assert Innovation.objects.get().key == "si-paman"
    other = make_unit()
    rows = [rows[0], ["kiks-2023", other.code, "si-paman", "Keluarga Si Paman"]]
    assert "tercatat pada unit" in told(bring(ParticipationResource, rows, by=officer))[0][2]


def test_an_ordinal_is_given_once(officer, unit, years):
    headings = ["Edisi", "Unit", "Nama singkat", "Keikutsertaan ke-"]
    rows = [headings, ["kiks-2022", unit.code, "A", 1], ["kiks-2023", unit.code, "A", 1]]
    assert told(bring(ParticipationResource, rows, by=officer))[0][:2] == (3, "Keikutsertaan ke-")
    rows[2][3] = 0
    assert "dimulai dari 1" in told(bring(ParticipationResource, rows, by=officer))[0][2]


def test_history_asks_few_questions(officer, unit, years):
    def questions(count: int) -> int:
        rows = [
            HISTORY_HEADINGS,
            *(history_row(unit, **{"Nama singkat": f"Inovasi {place}"}) for place in range(count)),
        ]
        with CaptureQueriesContext(connection) as asked:
            counts(bring(ParticipationResource, rows, by=officer, dry_run=True))
        return len(asked)

    assert questions(5) == questions(50)


# Templates, and what goes out in the same columns

RESOURCES = [
    AgencyResource,
    DistrictResource,
    ParticipationResource,
    ServiceUnitResource,
    UnitMemberResource,
    VillageResource,
]


@pytest.fixture
def everything(officer, health, years):
    bring(DistrictResource, [["Nama"], ["Baros"]], by=officer)
    bring(VillageResource, [["Nama", "Kecamatan"], ["Jayamekar", "Baros"]], by=officer)
    rows = [
        UNIT_HEADINGS,
        ["u1", "-Unit Aneh", "UPTD", health.code, "Jayamekar", "", "+62266", "Dua; Satu"],
        ["u2", "Unit Biasa", "Puskesmas", health.code, "", "a@contoh.test", "", ""],
    ]
    rows[1][1] = "Unit Aneh"
    bring(ServiceUnitResource, rows, by=officer)
    ServiceUnit.objects.filter(code="u1").update(name="=Unit Aneh")
    verify_unit(make_unit(agency=health, verified=False), by=officer)
    unit = ServiceUnit.objects.get(code="u2")
    bring(UnitMemberResource, member_rows(unit, NIP="198001012005011001"), by=officer)
    history = history_row(unit, Tahap="Finalis", Peringkat=3, **{"Mulai digagas": date(2022, 3, 1)})
    bring(ParticipationResource, [HISTORY_HEADINGS, history], by=officer)


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("write", [xlsx_template, csv_template])
def test_what_goes_out_comes_in_again_and_changes_nothing(officer, everything, resource, write):
    rows = current_rows(resource())
    assert rows
    outcome = run(write(resource(), rows), resource, by=officer, dry_run=False)
    assert counts(outcome) == (0, 0, len(rows))


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_template_explains_itself_and_has_nothing_to_import(officer, everything, resource):
    content = xlsx_template(resource())
    book = load_workbook(BytesIO(content))
    headings = [column.heading for column in resource().columns]
    assert [cell.value for cell in book["Data"][1]] == headings
    guide = [row[0] for row in book["Petunjuk"].iter_rows(values_only=True)]
    assert set(headings) <= set(guide)
    with pytest.raises(SheetError, match="hanya berisi judul kolom"):
        run(content, resource, by=officer, dry_run=True)


def test_a_template_offers_what_may_be_chosen(officer, health):
    book = load_workbook(BytesIO(xlsx_template(ServiceUnitResource())))
    rules = {str(rule.sqref): rule for rule in book["Data"].data_validations.dataValidation}
    assert set(rules) == {"C2:C20001", "D2:D20001"}
    assert rules["C2:C20001"].errorStyle == "stop"
    assert rules["D2:D20001"].errorStyle == "warning"
    choices = [row[:2] for row in book["Pilihan"].iter_rows(values_only=True)]
    assert choices[0] == ("Jenis", "Perangkat daerah")
    assert choices[1][1] == "Dinas Kesehatan"
    assert book["Data"].column_dimensions["G"].number_format == "@"


def test_a_member_of_a_unit_is_who_the_export_says(everything):
    rows = current_rows(UnitMemberResource())
    assert member_of(ServiceUnit.objects.get(code="u2")).email in {row[3] for row in rows}
