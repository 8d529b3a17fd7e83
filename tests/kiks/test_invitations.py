"""Invitations: what the link opens, for whom and how often."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail as sent_mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitation_links import LINK_PLACEHOLDER, invitation_of, link_of
from kiks.invitations import accept, invite, person_of, renew, revoke
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "empat kuda berlari ke hutan"
CHOSEN = {"password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def invitation(officer):
    with audit.act(officer):
        user = person_of(email="Tamu@Contoh.test", name="Tamu Undangan")
    return invite(user, by=officer, purpose="juri KIKS 2026")


def path_of(invitation) -> str:
    return "/" + link_of(invitation).split("/", 3)[3]


def expire(invitation):
    """As if it had been sent long ago."""
    with audit.act(None):
        type(invitation).objects.filter(pk=invitation.pk).update(
            invited_at=clock.now() - timedelta(days=20), expires_at=clock.now() - timedelta(days=6)
        )


def test_the_page_says_who_invites_as_what_and_until_when(invitation):
    response = Client().get(path_of(invitation))
    assert response.status_code == 200
    for text in ("Tamu Undangan", "Petugas Satu", "juri KIKS 2026", "tamu@contoh.test", "WIB"):
        assert text in response.text


def test_the_address_of_the_page_goes_to_nobody_and_into_no_cache(invitation):
    for path in (path_of(invitation), reverse("invitation", args=["asal-saja"])):
        response = Client().get(path)
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert response.headers["Cache-Control"] == "no-store"


def test_who_chooses_a_password_is_logged_in_and_has_a_session_to_see(invitation):
    client = Client()
    response = client.post(path_of(invitation), CHOSEN)
    assert response.headers["Location"] == reverse("workplace")
    user = invitation.user
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert UserSession.objects.filter(user=user, session_key=client.session.session_key).exists()
    assert AuditEvent.objects.filter(kind="invitation.accepted", actor_id=user.pk).count() == 1


def test_a_role_that_needs_it_leads_on_to_the_second_factor(invitation, officer):
    CommitteeMember.objects.create(user=invitation.user, appointed_at=clock.now(), appointed_by=officer)
    client = Client()
    client.post(path_of(invitation), CHOSEN)
    assert "/akun/2fa/" in client.get(reverse("admin:index")).headers["Location"]
    # Having just chosen the password, nobody is asked for it again.
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"password": PASSWORD, "password_again": "lain sama sekali"}, "Kata sandi kedua berbeda."),
        ({"password": "pendek", "password_again": "pendek"}, "10"),
        ({"password": "1029384756", "password_again": "1029384756"}, "angka"),
        ({"password": "tamu undangan", "password_again": "tamu undangan"}, "nama"),
        ({}, "Isi kata sandi."),
    ],
)
def test_a_bad_password_gets_a_sentence_and_changes_nothing(invitation, typed, sentence):
    response = Client().post(path_of(invitation), {"email": "lain@contoh.test", **typed})
    assert response.status_code == 200
    assert sentence in response.text
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not invitation.user.has_usable_password()


def test_the_address_cannot_be_changed_on_the_way(invitation):
    Client().post(path_of(invitation), {"email": "lain@contoh.test", **CHOSEN})
    invitation.user.refresh_from_db()
    assert invitation.user.email == "tamu@contoh.test"


@pytest.mark.parametrize("token", ["asal-saja", "1:abc", "9999:" + "a" * 43])
def test_a_token_that_was_not_made_here_opens_nothing(db, token):
    response = Client().get(reverse("invitation", args=[token]))
    assert response.status_code == 404
    assert "Salin seluruh tautan" in response.text
    assert reverse("account_login") in response.text


def test_a_link_works_once(invitation):
    Client().post(path_of(invitation), CHOSEN)
    response = Client().post(
        path_of(invitation), {"password": "yang lain lagi dong", "password_again": "yang lain lagi dong"}
    )
    assert response.status_code == 410
    assert "sudah diterima" in response.text
    assert reverse("account_login") in response.text
    invitation.user.refresh_from_db()
    assert invitation.user.check_password(PASSWORD)


def test_an_expired_a_revoked_and_a_disabled_one_open_nothing(invitation, officer):
    expire(invitation)
    response = Client().post(path_of(invitation), CHOSEN)
    assert response.status_code == 410
    assert "sudah lewat" in response.text
    renewed = renew(invitation, by=officer)
    assert "tidak berlaku lagi" in Client().post(path_of(invitation), CHOSEN).text
    revoke(renewed, by=officer)
    assert Client().post(path_of(renewed), CHOSEN).status_code == 410
    invitation.user.refresh_from_db()
    assert not invitation.user.has_usable_password()


def test_somebody_else_who_is_logged_in_is_told_and_cannot_accept(invitation):
    other = make_user("Orang Lain")
    client = client_of(other)
    for response in (client.get(path_of(invitation)), client.post(path_of(invitation), CHOSEN)):
        assert "Anda sedang masuk sebagai Orang Lain" in response.text
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    left = client.post(reverse("account_logout"), {"next": path_of(invitation)})
    assert left.headers["Location"] == path_of(invitation)


def test_the_link_is_in_the_mail_and_nowhere_else(invitation):
    stored = OutgoingMail.objects.get(invitation=invitation)
    assert LINK_PLACEHOLDER in stored.text
    assert "/undangan/" not in stored.text
    mail.send_waiting()
    assert link_of(invitation) in sent_mail.outbox[-1].body
    stored.refresh_from_db()
    assert "/undangan/" not in stored.text
    assert invitation_of(path_of(invitation).split("/")[2]) == invitation


def test_who_has_a_password_gets_no_link(officer):
    assert invite(make_user(), by=officer, purpose="panitia") is None


def test_what_the_committee_sent_or_ended_nobody_else_brings_back(invitation, officer):
    user, unit_member = invitation.user, make_user()
    assert invite(user, by=unit_member, purpose="anggota unit") is None
    assert invite(user, by=user, purpose="anggota unit") is None
    revoke(invitation, by=officer)
    assert invite(user, by=unit_member, purpose="anggota unit") is None
    assert user.invitations.count() == 1
    assert renew(invitation, by=officer).revoked_at is None


def test_who_was_never_invited_by_the_committee_is_invited_by_the_unit_and_again():
    unit_member = make_user("Kepala Unit")
    user = person_of(email="anggota@contoh.test", name="Anggota")
    expire(invite(user, by=unit_member, purpose="anggota unit"))
    again = invite(user, by=unit_member, purpose="anggota unit")
    assert "Kepala Unit mengundang Anda" in Client().get(path_of(again)).text


def test_who_registered_a_unit_without_a_password_is_not_told_of_an_inviter():
    user = person_of(email="anggota@contoh.test", name="Anggota")
    page = Client().get(path_of(invite(user, by=user, purpose="anggota unit"))).text
    assert "Anda terdaftar di situs ini sebagai" in page


def test_only_the_committee_renews_and_revokes(invitation):
    for act in (renew, revoke):
        with pytest.raises(PermissionDenied):
            act(invitation, by=invitation.user)


def test_an_accepted_invitation_is_neither_sent_again_nor_revoked(invitation, officer):
    accept(invitation, password=PASSWORD)
    invitation.refresh_from_db()
    with pytest.raises(WrongStateError, match="sudah memiliki kata sandi"):
        renew(invitation, by=officer)
    with pytest.raises(RuleBrokenError, match="sudah diterima"):
        revoke(invitation, by=officer)
