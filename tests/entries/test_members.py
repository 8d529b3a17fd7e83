"""The people of a unit: joining, leaving, handing over; by members and by the committee."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entries.actions.members import NewMember, add_member, end_membership, hand_over
from entries.actions.unit import correct_unit, return_unit, verify_unit
from entries.actions.unit_changes import merge_units
from entries.models import ServiceUnit, UnitMember
from entries.states import EntryStatus
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, Invitation, OutgoingMail
from tests.entries.test_unit_actions import register
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
RINA = NewMember(name="Rina", email="Rina@Contoh.test", job_title="Staf", employee_number="198001012005011001")
FORM = {"name": "Rina", "email": "rina@contoh.test", "job_title": "Staf", "employee_number": ""}


def mails_to(user, template):
    return OutgoingMail.objects.filter(to_user=user, template=template)


def pages_of(unit: ServiceUnit, member: UnitMember) -> dict[str, str]:
    return {
        "list": reverse("entries:members", args=[unit.pk]),
        "add": reverse("entries:member_add", args=[unit.pk]),
        "end": reverse("entries:member_end", args=[unit.pk, member.pk]),
        "successor": reverse("entries:member_successor", args=[unit.pk, member.pk]),
    }


def test_add_member_invites_a_person_without_an_account():
    unit = make_unit()
    first = member_of(unit)
    member = add_member(unit, by=first, person=RINA)
    assert (member.user.email, member.user.name, member.job_title) == ("rina@contoh.test", "Rina", "Staf")
    assert (member.employee_number, member.joined_by) == ("198001012005011001", first)
    assert Invitation.objects.get().user == member.user
    assert mails_to(member.user, "invitation.txt").count() == 1
    assert AuditEvent.objects.filter(kind="unit.member_joined", actor_id=first.pk).count() == 1


def test_add_member_with_an_account_gets_a_plain_mail():
    unit = make_unit()
    owner = make_user("Pemilik", "rina@contoh.test")
    member = add_member(unit, by=member_of(unit), person=RINA)
    assert (member.user, member.user.name) == (owner, "Pemilik")
    assert not Invitation.objects.exists()
    mail = mails_to(owner, "unit_member_joined.txt").get()
    assert unit.full_name in mail.text
    assert "{" not in mail.subject + mail.text


def test_those_who_stay_learn_of_the_change():
    unit = make_unit()
    first = member_of(unit)
    add_member(unit, by=make_committee_user(), person=RINA)
    assert "Bergabung: Rina, Staf." in mails_to(first, "unit_members_changed.txt").get().text


def test_add_member_refuses_who_is_in_already():
    unit = make_unit()
    add_member(unit, by=member_of(unit), person=RINA)
    with pytest.raises(RuleBrokenError, match="sudah menjadi anggota"):
        add_member(unit, by=make_committee_user(), person=RINA)


def test_an_account_that_is_closed_is_the_committees_to_know():
    unit = make_unit()
    closed = make_user("Tutup", "rina@contoh.test")
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    with pytest.raises(RuleBrokenError, match="dinonaktifkan"):
        add_member(unit, by=make_committee_user(), person=RINA)
    assert add_member(unit, by=member_of(unit), person=RINA).user == closed


@pytest.mark.parametrize("who", ["stranger", "member of another unit"])
def test_members_are_not_the_business_of_others(who):
    unit = make_unit()
    member = unit.members.get()
    by = make_user() if who == "stranger" else member_of(make_unit())
    for act in (
        lambda: add_member(unit, by=by, person=RINA),
        lambda: end_membership(member, by=by),
        lambda: hand_over(member, by=by, person=RINA),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_end_membership():
    unit = make_unit()
    first = unit.members.get()
    rina = add_member(unit, by=first.user, person=RINA)
    ended = end_membership(first, by=rina.user)
    assert (ended.left_at is not None, ended.left_by) == (True, rina.user)
    assert "sudah berakhir" in mails_to(first.user, "unit_member_left.txt").get().text
    assert AuditEvent.objects.filter(kind="unit.member_left").count() == 1
    with pytest.raises(WrongStateError, match="sudah berakhir"):
        end_membership(first, by=rina.user)


@pytest.mark.parametrize("by_committee", [False, True])
def test_the_last_member_stays(by_committee):
    unit = make_unit()
    member = unit.members.get()
    with pytest.raises(RuleBrokenError, match="serah terima"):
        end_membership(member, by=make_committee_user() if by_committee else member.user)
    assert unit.members.filter(left_at__isnull=True).count() == 1


@pytest.mark.parametrize("by_committee", [False, True])
def test_hand_over(by_committee):
    unit = make_unit()
    first = unit.members.get()
    successor = hand_over(first, by=make_committee_user() if by_committee else first.user, person=RINA)
    first.refresh_from_db()
    assert first.left_at is not None
    assert [member.user for member in unit.members.filter(left_at__isnull=True)] == [successor.user]
    assert "Penerus Anda adalah Rina, Staf." in mails_to(first.user, "unit_member_left.txt").get().text
    assert AuditEvent.objects.filter(kind="unit.handed_over").count() == 1


def test_hand_over_to_somebody_who_is_in_already():
    unit = make_unit()
    first = unit.members.get()
    rina = add_member(unit, by=first.user, person=RINA)
    assert hand_over(first, by=first.user, person=RINA) == rina
    assert unit.members.filter(left_at__isnull=True).count() == 1


def test_hand_over_to_oneself_is_refused():
    unit = make_unit()
    member = unit.members.get()
    same = NewMember(name="Sama", email=member.user.email.upper(), job_title="Staf")
    with pytest.raises(RuleBrokenError, match="sama dengan alamat"):
        hand_over(member, by=member.user, person=same)


def test_members_of_a_merged_unit_are_those_of_its_successor():
    unit, into = make_unit(), make_unit()
    committee = make_committee_user()
    merge_units(unit, into, by=committee, reason="Perwal 1/2026")
    unit.refresh_from_db()
    with pytest.raises(WrongStateError, match="sudah digabung"):
        add_member(unit, by=committee, person=RINA)


def test_who_has_left_loses_every_page_at_once():
    entry = entry_at(EntryStatus.DRAFT)
    unit = entry.innovation.unit
    first = unit.members.get()
    client = client_of(first.user)
    pages = [
        *pages_of(unit, first).values(),
        reverse("entries:detail", args=[entry.pk]),
        reverse("entries:identity", args=[entry.pk]),
        reverse("entries:start", args=[unit.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    hand_over(first, by=first.user, person=RINA)
    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    assert unit.name not in client.get(reverse("entries:index")).content.decode()


def test_pages_of_members():
    unit = make_unit()
    first = unit.members.get()
    client, pages = client_of(first.user), pages_of(unit, first)
    page = client.get(pages["list"]).content.decode()
    assert first.user.email in page
    assert "Serah terima" in page
    assert pages["end"] not in page
    assert "tidak dapat diakhiri tanpa penerus" in client.get(pages["end"]).content.decode()
    assert "satu-satunya anggota" in client.post(pages["end"]).context["form"].errors["__all__"][0]
    wrong = client.post(pages["add"], {**FORM, "employee_number": "3272010101010001"})
    assert "NIK" in wrong.context["form"].errors["employee_number"][0]
    assert client.post(pages["add"], FORM).url == pages["list"]
    assert "sudah menjadi anggota" in client.post(pages["add"], FORM).context["form"].errors["__all__"][0]
    rina = unit.members.get(user__email="rina@contoh.test")
    assert "Akhiri keanggotaan" in client.get(pages_of(unit, rina)["end"]).content.decode()
    assert client.post(pages_of(unit, rina)["end"]).url == pages["list"]
    assert "Anggota sebelumnya" in client.get(pages["list"]).content.decode()
    refused = client.post(pages["successor"], {**FORM, "email": first.user.email})
    assert "sama dengan alamat" in refused.context["form"].errors["__all__"][0]
    assert client.post(pages["successor"], {**FORM, "email": "baru@contoh.test"}).url == reverse("entries:index")
    assert client.get(pages["list"]).status_code == 404


def test_the_list_of_members_asks_as_often_for_many_as_for_one():
    unit = make_unit()
    first = member_of(unit)
    client, address = client_of(first), reverse("entries:members", args=[unit.pk])

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    count()
    one = count()
    for number in range(20):
        person = NewMember(name=f"Orang {number}", email=f"orang{number}@upp.test", job_title="Staf")
        member = add_member(unit, by=first, person=person)
        if number % 2:
            end_membership(member, by=first)
    assert count() == one


def test_the_committee_looks_after_members_from_the_page_of_the_unit():
    unit = make_unit()
    first = unit.members.get()
    client = client_of(make_committee_user())
    home = reverse("admin:entries_serviceunit_change", args=[unit.pk])
    pages = {
        "add": reverse("admin:entries_serviceunit_add_member", args=[unit.pk]),
        "end": reverse("admin:entries_serviceunit_end_member", args=[unit.pk, first.pk]),
        "successor": reverse("admin:entries_serviceunit_successor", args=[unit.pk, first.pk]),
    }
    page = client.get(home).content.decode()
    assert all(address in page for address in pages.values())
    assert all(client.get(address).status_code == 200 for address in pages.values())
    assert "satu-satunya anggota" in client.post(pages["end"]).context["form"].errors["__all__"][0]
    assert client.post(pages["add"], FORM).url == home
    assert client.post(pages["end"]).url == home
    assert client.get(pages["end"]).status_code == 404
    rina = unit.members.get(left_at__isnull=True)
    address = reverse("admin:entries_serviceunit_successor", args=[unit.pk, rina.pk])
    assert client.post(address, {**FORM, "email": "baru@contoh.test"}).url == home
    assert unit.members.get(left_at__isnull=True).user.email == "baru@contoh.test"


def test_every_step_of_a_registration_reaches_every_member():
    make_edition()
    committee = make_committee_user()
    unit = ServiceUnit.objects.create(code="u", name="Puskesmas Tipar", kind="puskesmas", agency=make_agency())
    rina = add_member(unit, by=committee, person=RINA)
    register(unit, by=make_user("Ani"))
    unit.refresh_from_db()
    ani = unit.members.get(user__name="Ani")
    assert "yang dikirim Ani" in mails_to(rina.user, "unit_received.txt").get().text
    return_unit(unit, by=committee, reason="Surat buram")
    correct_unit(unit, by=ani.user, email="a@contoh.test", phone="0266 221234", letter=None)
    verify_unit(unit, by=committee)
    for member, received in ((ani, 1), (rina, 2)):
        counts = [
            mails_to(member.user, template).count()
            for template in ("unit_returned.txt", "unit_verified.txt", "unit_received.txt")
        ]
        assert counts == [1, 1, received]
    assert mails_to(ani.user, "unit_registered.txt").count() == 1


def test_an_imported_member_who_registers_the_unit_is_in_it_once():
    make_edition()
    unit = ServiceUnit.objects.create(code="u", name="Puskesmas Tipar", kind="puskesmas", agency=make_agency())
    member = add_member(unit, by=make_committee_user(), person=RINA)
    register(unit, account_email="rina@contoh.test")
    assert unit.members.get() == member
    assert member.user.invitations.filter(revoked_at__isnull=True).count() == 1
    assert not member.user.has_usable_password()
