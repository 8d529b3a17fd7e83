"""Registration and verification of units."""

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import StageKind
from entries.actions.unit import (
    NewAccount,
    UnitData,
    correct_unit,
    register_unit,
    reject_unit,
    return_unit,
    verify_unit,
)
from entries.actions.unit_changes import merge_units
from entries.models import ServiceUnit, UnitName
from entries.states import UnitStatus
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, OutgoingMail, User
from tests.factories.editions import make_edition
from tests.factories.entries import make_agency, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import PASSWORD, make_committee_user, make_user

pytestmark = pytest.mark.django_db


def known_unit(name: str = "Puskesmas Tipar") -> ServiceUnit:
    return ServiceUnit.objects.create(code="puskesmas-tipar", name=name, kind="puskesmas", agency=make_agency())


def register(unit: ServiceUnit | None = None, *, by: User | None = None, **changes: object) -> ServiceUnit:
    data = {
        "name": "Puskesmas Tipar",
        "kind": "puskesmas",
        "agency": unit.agency if unit else make_agency(),
        "village": None,
        "email": "kantor@contoh.test",
        "phone": "0266 1",
    }
    account = NewAccount(
        name="Ani", email=changes.pop("account_email", "Ani@Contoh.test"), phone="1", password=PASSWORD
    )
    return register_unit(
        by=by,
        account=None if by else account,
        unit=unit,
        data=UnitData(**data | changes),
        job_title="Kepala",
        employee_number="1980",
        letter=tiny_pdf(),
    )


def test_register_unit_makes_account_and_first_member():
    make_edition()
    unit = register(known_unit())
    member = unit.members.get()
    assert (unit.status, unit.registered_by, unit.email) == (UnitStatus.REGISTERED, member.user, "kantor@contoh.test")
    assert (member.user.email, member.user.name, member.job_title) == ("ani@contoh.test", "Ani", "Kepala")
    assert member.user.check_password(PASSWORD)
    assert unit.assignment_letter.content_type == "application/pdf"
    assert AuditEvent.objects.filter(kind="unit.registered", actor_id=member.user.pk).count() == 1
    assert "Akun Anda sudah dibuat" in OutgoingMail.objects.get().text


def test_register_unit_adds_a_unit_that_was_not_in_the_list():
    make_edition()
    unit = register()
    assert (unit.status, unit.name, unit.code) == (
        UnitStatus.REGISTERED,
        "Puskesmas Tipar",
        f"{unit.agency.code}-puskesmas-tipar",
    )


def test_register_unit_finds_a_code_that_is_free():
    make_edition()
    agency = make_agency()
    ServiceUnit.objects.create(code=f"{agency.code}-smpn-8", name="Lain", kind="uptd", agency=agency)
    assert register(agency=agency, name="SMPN 8").code == f"{agency.code}-smpn-8-2"


def test_register_unit_with_a_known_address_keeps_the_account_and_tells_its_owner():
    make_edition()
    owner = make_user("Pemilik", "ani@contoh.test")
    owner.set_password("sandi-lama-milik-ani")
    owner.save(update_fields=["password"])
    unit = register(known_unit())
    owner.refresh_from_db()
    assert unit.members.get().user == owner
    assert (owner.name, owner.check_password("sandi-lama-milik-ani")) == ("Pemilik", True)
    assert "Kata sandi Anda tidak berubah" in OutgoingMail.objects.get().text


def test_register_unit_of_a_person_who_is_logged_in_asks_for_no_account():
    make_edition()
    user = make_user()
    unit = register(known_unit(), by=user)
    assert unit.members.get().user == user
    assert "akun" not in OutgoingMail.objects.get().text.lower()


@pytest.mark.parametrize("spelling", ["puskesmas tipar", "Puskesmas-Tipar", "PKM Tipar"])
def test_register_unit_refuses_a_twin_in_another_spelling(spelling):
    make_edition()
    unit = known_unit()
    ServiceUnit.objects.create(code="lain", name="Laboratorium", kind="laboratory", agency=unit.agency)
    UnitName.objects.create(unit=unit, name="PKM Tipar")
    with pytest.raises(RuleBrokenError, match="sudah tercatat"):
        register(agency=unit.agency, name=spelling)


def test_register_unit_asks_whether_a_similar_name_is_another_unit():
    make_edition()
    unit, agency = known_unit(), make_agency()
    with pytest.raises(RuleBrokenError, match=f"mirip dengan “{unit.full_name}”"):
        register(agency=agency, name="Puskesmas Tipar Kota Sukabumi")
    assert ServiceUnit.objects.count() == 1
    found = register(agency=agency, name="Puskesmas Tipar Kota Sukabumi", is_different=True)
    assert found.status == UnitStatus.REGISTERED


def test_register_unit_names_the_successor_of_a_merged_unit():
    make_edition()
    merged, into = make_unit(), make_unit()
    merge_units(merged, into, by=make_committee_user(), reason="Perwal 1/2026")
    with pytest.raises(RuleBrokenError, match=f"“{into.name}” sudah tercatat pada {into.agency.name}"):
        register(agency=merged.agency, name=merged.name)


def test_register_unit_refuses_a_unit_that_is_registered():
    make_edition()
    with pytest.raises(WrongStateError):
        register(make_unit())


def test_register_unit_refuses_after_the_stage():
    make_edition(StageKind.JUDGING)
    with pytest.raises(RuleBrokenError, match="sudah ditutup"):
        register(known_unit())


def test_register_unit_refuses_without_an_edition():
    with pytest.raises(RuleBrokenError, match="Belum ada edisi"):
        register(known_unit())


@pytest.mark.parametrize(
    ("decide", "status", "words"),
    [
        (lambda unit, by: verify_unit(unit, by=by), UnitStatus.VERIFIED, "sudah terverifikasi"),
        (lambda unit, by: return_unit(unit, by=by, reason=" Surat buram "), UnitStatus.RETURNED, "Surat buram"),
        (lambda unit, by: reject_unit(unit, by=by, reason="Bukan UPP"), UnitStatus.REJECTED, "Bukan UPP"),
    ],
)
def test_decisions_on_a_unit_tell_its_members(decide, status, words):
    unit = decide(make_unit(verified=False), make_committee_user())
    assert unit.status == status
    assert (unit.verified_at is not None) == (status == UnitStatus.VERIFIED)
    mail = OutgoingMail.objects.get()
    assert (mail.to_user, words in mail.text) == (member_of(unit), True)
    assert AuditEvent.objects.filter(kind=f"unit.{status.value}").count() == 1


@pytest.mark.parametrize("decide", [return_unit, reject_unit])
def test_refusals_need_a_reason(decide):
    with pytest.raises(RuleBrokenError, match="Tulis alasan"):
        decide(make_unit(verified=False), by=make_committee_user(), reason="  ")


def test_verify_unit_is_for_the_committee():
    unit = make_unit(verified=False)
    with pytest.raises(PermissionDenied):
        verify_unit(unit, by=member_of(unit))


def test_nobody_verifies_a_unit_of_their_own():
    unit = make_unit(verified=False)
    committee = make_committee_user()
    member = unit.members.get()
    unit.members.create(user=committee, job_title="Staf", joined_at=member.joined_at, joined_by=committee)
    with pytest.raises(RuleBrokenError, match="anggota unit ini"):
        verify_unit(unit, by=committee)


def test_verify_unit_refuses_twice():
    unit = make_unit()
    with pytest.raises(WrongStateError):
        verify_unit(unit, by=make_committee_user())


@pytest.mark.parametrize("refuse", [return_unit, reject_unit])
@pytest.mark.parametrize("letter", [None, tiny_pdf("baru")])
def test_correct_unit_sends_the_registration_again(refuse, letter):
    unit = refuse(make_unit(verified=False), by=make_committee_user(), reason="Surat buram")
    fixed = correct_unit(unit, by=member_of(unit), email="baru@contoh.test", phone="2", letter=letter)
    assert (fixed.status, fixed.status_reason, fixed.email) == (UnitStatus.REGISTERED, "", "baru@contoh.test")
    assert (fixed.assignment_letter is not None) == (letter is not None)


def test_correct_unit_refuses_strangers_and_units_that_wait():
    unit = make_unit(verified=False)
    with pytest.raises(PermissionDenied):
        correct_unit(unit, by=make_user(), email="", phone="", letter=None)
    with pytest.raises(WrongStateError):
        correct_unit(unit, by=member_of(unit), email="", phone="", letter=None)
