"""Accounts in the hands of the committee: seats by invitation, closing, opening, another address."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kiks import mail
from kiks.admin.people import STATES
from kiks.committee import appoint_member, end_seat, invite_member
from kiks.erasure import NOBODY, erase_person
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitations import revoke
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail, User
from kiks.people import change_address, deactivate_user, edit_profile, reactivate_user
from tests.factories.people import PASSWORD, client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
SEATS = reverse("admin:kiks_committeemember_changelist")
USERS = reverse("admin:kiks_user_changelist")
INVITE = reverse("admin:kiks_committeemember_add")
INVITATIONS = reverse("admin:kiks_invitation_changelist")
GUEST = {"name": "Anggota Baru", "email": "Baru@Contoh.test", "phone": "0812"}


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


def page_of(act: str, user: User) -> str:
    return reverse(f"admin:kiks_user_{act}", args=[user.pk])


def log_in(user: User) -> Client:
    """Through the real form, so that the session is listed."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


# Seats by invitation


def test_a_stranger_is_invited_to_the_committee_and_has_no_password_yet(committee, officer):
    response = committee.post(INVITE, GUEST, follow=True)
    assert "Undangan dikirim ke baru@contoh.test" in response.text
    user = User.objects.get(email="baru@contoh.test")
    assert (user.name, user.phone, user.is_staff, user.has_usable_password()) == ("Anggota Baru", "0812", True, False)
    assert user.committee_seats.get().appointed_by == officer
    assert user.invitations.get().purpose == "anggota panitia KIKS"
    assert [sent.template for sent in OutgoingMail.objects.filter(to_user=user)] == ["invitation.txt"]


def test_who_has_an_account_is_told_to_log_in_and_keeps_the_name(committee):
    user = make_user("Sudah Ada", "ada@contoh.test")
    response = committee.post(INVITE, {**GUEST, "email": "ADA@contoh.test"}, follow=True)
    assert "Sudah Ada ditunjuk sebagai panitia. Pemberitahuan dikirim ke ada@contoh.test." in response.text
    user.refresh_from_db()
    assert (user.name, user.is_staff, user.invitations.count()) == ("Sudah Ada", True, 0)
    assert "/akun/login/" in OutgoingMail.objects.get(to_user=user).text


def test_a_seat_that_cannot_be_given_changes_nothing_and_keeps_what_was_typed(committee, officer):
    user = make_user("Sudah Ada", "ada@contoh.test")
    appoint_member(user, by=officer)
    response = committee.post(INVITE, {**GUEST, "email": "ada@contoh.test"})
    assert "sudah menjadi anggota panitia" in response.text
    assert 'value="Anggota Baru"' in response.text
    assert committee.post(INVITE, {"name": "X", "email": "bukan alamat"}).status_code == 200
    assert (CommitteeMember.objects.count(), User.objects.filter(email="bukan alamat").exists()) == (2, False)


def test_seats_are_refused_where_they_must_be(officer):
    idle = make_user()
    User.objects.filter(pk=idle.pk).update(is_active=False)
    with pytest.raises(RuleBrokenError, match="tidak aktif"):
        appoint_member(idle, by=officer)
    with pytest.raises(PermissionDenied):
        appoint_member(idle, by=make_user())
    with pytest.raises(PermissionDenied):
        invite_member(by=make_user(), email="x@contoh.test", name="X")
    assert not User.objects.filter(email="x@contoh.test").exists()
    seat = appoint_member(make_user(), by=officer)
    end_seat(seat, by=officer)
    with pytest.raises(WrongStateError, match="sudah diakhiri"):
        end_seat(seat, by=officer)
    with pytest.raises(PermissionDenied):
        end_seat(CommitteeMember.objects.get(user=officer), by=make_user())


def test_a_seat_is_ended_by_a_button_but_never_ones_own(committee, officer):
    seat, _ = invite_member(by=officer, email="baru@contoh.test", name="Anggota Baru")
    end = reverse("admin:kiks_committeemember_akhiri", args=[seat.pk])
    assert end in committee.get(reverse("admin:kiks_committeemember_change", args=[seat.pk])).text
    assert "tidak lagi dapat membuka meja kerja" in committee.get(end).text
    assert "Keanggotaan Anggota Baru diakhiri." in committee.post(end, follow=True).text
    assert not User.objects.get(pk=seat.user_id).is_staff
    own = reverse("admin:kiks_committeemember_akhiri", args=[officer.committee_seats.get().pk])
    assert "tidak dapat mengakhiri keanggotaan Anda sendiri" in committee.post(own).text


# The list of invitations


@pytest.fixture
def invitation(officer):
    return invite_member(by=officer, email="baru@contoh.test", name="Anggota Baru")[1]


def test_invitations_are_listed_by_what_became_of_them(committee, officer, invitation):
    revoked = invite_member(by=officer, email="batal@contoh.test", name="Orang Batal")[1]
    revoke(revoked, by=officer)
    assert {"Anggota Baru", "Orang Batal"} <= set(names_in(committee.get(INVITATIONS).text))
    assert names_in(committee.get(INVITATIONS, {"keadaan": "open"}).text) == ["Anggota Baru"]
    assert names_in(committee.get(INVITATIONS, {"keadaan": "revoked"}).text) == ["Orang Batal"]
    for nothing in ("accepted", "expired"):
        assert names_in(committee.get(INVITATIONS, {"keadaan": nothing}).text) == []
    assert len(names_in(committee.get(INVITATIONS, {"keadaan": "asal"}).text)) == 2


def names_in(page: str) -> list[str]:
    return [name for name in ("Anggota Baru", "Orang Batal") if f">{name}</a>" in page]


@pytest.mark.parametrize("address", [INVITATIONS, USERS, SEATS])
def test_the_lists_ask_the_same_for_one_row_and_for_twenty(
    committee, officer, invitation, django_assert_max_num_queries, address
):
    with django_assert_max_num_queries(30) as few:
        committee.get(address)
        asked = len(few)
    for number in range(20):
        invite_member(by=officer, email=f"banyak{number}@contoh.test", name=f"Orang {number}")
    with django_assert_max_num_queries(asked):
        assert "Orang 19" in committee.get(address).text


def test_an_invitation_is_sent_again_and_revoked_by_buttons(committee, invitation):
    again = reverse("admin:kiks_invitation_kirim_ulang", args=[invitation.pk])
    page = committee.get(reverse("admin:kiks_invitation_change", args=[invitation.pk])).text
    assert again in page
    assert "Undangan baru dikirim ke baru@contoh.test." in committee.post(again, follow=True).text
    invitation.refresh_from_db()
    newest = invitation.user.invitations.first()
    assert (invitation.revoked_at is None, newest.revoked_at) == (False, None)
    stop = reverse("admin:kiks_invitation_cabut", args=[newest.pk])
    assert "Undangan untuk Anggota Baru dicabut." in committee.post(stop, follow=True).text
    assert "sudah diterima atau dicabut" in committee.post(stop).text
    page = committee.get(reverse("admin:kiks_invitation_change", args=[newest.pk])).text
    assert (again.replace(str(invitation.pk), str(newest.pk)) in page, stop in page) == (True, False)


def test_the_page_of_an_invitation_never_shows_its_link(committee, invitation):
    page = committee.get(reverse("admin:kiks_invitation_change", args=[invitation.pk])).text
    letter = OutgoingMail.objects.get(invitation=invitation)
    assert "/undangan/" not in page
    assert "/undangan/" not in committee.get(reverse("admin:kiks_outgoingmail_change", args=[letter.pk])).text


# Closing and opening an account


def test_closing_an_account_ends_every_session_at_once(committee, officer):
    user = make_user("Orang Keluar")
    first, second = log_in(user), log_in(user)
    unlisted = client_of(user)
    assert UserSession.objects.filter(user=user).count() == 2
    keys = {client.session.session_key for client in (first, second, unlisted)}
    assert Session.objects.filter(session_key__in=keys).count() == 3
    assert first.get(reverse("workplace")).status_code == 200
    response = committee.post(page_of("nonaktifkan", user), {"reason": "Pindah tugas."}, follow=True)
    assert "Akun Orang Keluar dinonaktifkan." in response.text
    assert [client.get(reverse("workplace")).status_code for client in (first, second, unlisted)] == [302] * 3
    assert not UserSession.objects.filter(user=user).exists()
    assert not Session.objects.filter(session_key__in=keys).exists()
    assert committee.get(USERS).status_code == 200  # the others stay where they are
    event = AuditEvent.objects.get(kind="user.deactivated")
    assert (event.actor_id, "Pindah" in event.body) == (officer.pk, False)
    user.refresh_from_db()
    assert (user.is_active, user.deactivation_reason, user.deactivated_by) == (False, "Pindah tugas.", officer)


def test_who_is_closed_out_cannot_log_in_until_opened_again(committee, officer):
    user = deactivate_user(make_user(), by=officer, reason="Pindah.")
    assert "_auth_user_id" not in log_in(user).session
    assert "Nonaktif" in committee.get(USERS).text
    assert "aktif lagi" in committee.post(page_of("aktifkan", user), follow=True).text
    assert log_in(user).session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    assert (user.deactivated_at, user.deactivated_by, user.deactivation_reason) == (None, None, "")


def test_closing_is_refused_where_it_must_be(committee, officer):
    user = make_user()
    assert (
        "tidak dapat menonaktifkan akun Anda sendiri"
        in committee.post(page_of("nonaktifkan", officer), {"reason": "Coba."}).text
    )
    assert "Isi alasan." in committee.post(page_of("nonaktifkan", user), {"reason": ""}).text
    with pytest.raises(RuleBrokenError, match="Tulis alasan"):
        deactivate_user(user, by=officer, reason="  ")
    with pytest.raises(PermissionDenied):
        deactivate_user(officer, by=user, reason="Ingin saja.")
    with pytest.raises(PermissionDenied):
        reactivate_user(officer, by=user)
    with pytest.raises(WrongStateError, match="sudah aktif"):
        reactivate_user(user, by=officer)
    deactivate_user(user, by=officer, reason="Pindah.")
    with pytest.raises(WrongStateError, match="sudah tidak aktif"):
        deactivate_user(user, by=officer, reason="Pindah.")
    officer.refresh_from_db()
    assert officer.is_active


# The page of a person


def test_nobody_is_added_or_deleted_on_the_list_of_people(committee):
    user = make_user()
    assert committee.get(reverse("admin:kiks_user_add")).status_code == 403
    assert committee.post(reverse("admin:kiks_user_add"), {"name": "X", "email": "x@contoh.test"}).status_code == 403
    assert committee.get(reverse("admin:kiks_user_delete", args=[user.pk])).status_code == 403


def test_name_and_phone_are_edited_and_nothing_else(committee, officer):
    user = make_user("Nama Lama")
    typed = {"name": "Nama Baru", "phone": "0813", "email": "lain@contoh.test", "is_active": "", "password": "x"}
    committee.post(reverse("admin:kiks_user_change", args=[user.pk]), typed)
    email = user.email
    user.refresh_from_db()
    assert (user.name, user.phone, user.email, user.is_active) == ("Nama Baru", "0813", email, True)
    assert user.check_password(PASSWORD)
    assert AuditEvent.objects.get(kind="user.profile_changed").actor_id == officer.pk


def test_people_are_listed_by_the_state_of_their_account(committee, officer, invitation):
    deactivate_user(make_user("Orang Nonaktif"), by=officer, reason="Pindah.")
    erase_person(make_user("Orang Terhapus"), by=officer, reason="Diminta.")
    names = ["Petugas Satu", "Anggota Baru", "Orang Nonaktif", NOBODY]
    page = committee.get(USERS).text
    assert [name for name in names if f">{name}</a>" in page] == names
    for state, name in zip(STATES, names, strict=True):
        page = committee.get(USERS, {"keadaan": state}).text
        assert [other for other in names if f">{other}</a>" in page] == [name]
        assert STATES[state] in page


def test_another_address_is_told_to_both_and_ends_the_sessions(committee):
    user = make_user("Orang Pindah", "lama@contoh.test")
    EmailAddress.objects.create(user=user, email="lama@contoh.test", verified=True, primary=True)
    client = log_in(user)
    assert "diganti" in committee.post(page_of("ganti_alamat", user), {"email": "BARU@contoh.test"}, follow=True).text
    user.refresh_from_db()
    assert user.email == "baru@contoh.test"
    told = OutgoingMail.objects.filter(to_user=user).values_list("to_address", flat=True)
    assert sorted(told) == ["baru@contoh.test", "lama@contoh.test"]
    assert client.get(reverse("workplace")).status_code == 302
    assert "_auth_user_id" in log_in(user).session
    # The old address opens nothing any more, neither by password nor by a link for a new one.
    stale = Client()
    stale.post(reverse("account_login"), {"login": "lama@contoh.test", "password": PASSWORD})
    assert "_auth_user_id" not in stale.session
    mail.send_waiting()


def test_an_address_is_refused_where_it_must_be(officer):
    user, other = make_user(), make_user()
    for email, sentence in [(user.email, "sudah alamat akun ini"), (other.email.upper(), "sudah dipakai")]:
        with pytest.raises(RuleBrokenError, match=sentence):
            change_address(user, by=officer, email=email)
    with pytest.raises(PermissionDenied):
        change_address(user, by=user, email="x@contoh.test")


def test_a_profile_is_edited_by_its_person_or_the_committee_only(officer):
    user = make_user("Nama Lama")
    with pytest.raises(PermissionDenied):
        edit_profile(user, by=make_user(), name="X", phone="")
    edit_profile(user, by=user, name="Nama Lama", phone="")
    assert not AuditEvent.objects.filter(kind="user.profile_changed").exists()
    assert edit_profile(user, by=user, name="Nama Baru", phone="").name == "Nama Baru"
