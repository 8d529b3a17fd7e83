"""Locked addresses: seen and opened by the committee."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiks.exceptions import WrongStateError
from kiks.lockouts import is_locked, unlock_attempt, unlock_person
from kiks.models import AuditEvent, LoginAttempt, User
from tests.factories.people import PASSWORD, client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
ATTEMPTS = reverse("admin:kiks_loginattempt_changelist")


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


def try_to_log_in(email: str, password: str = "salah semua", **extra: str) -> Client:
    client = Client(**extra)
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def lock(email: str, times: int = 8, **extra: str) -> LoginAttempt:
    for _ in range(times):
        try_to_log_in(email, **extra)
    return LoginAttempt.objects.filter(username=email).first()


def can_log_in(user: User) -> bool:
    return "_auth_user_id" in try_to_log_in(user.email, PASSWORD).session


def test_the_committee_sees_who_is_locked_and_until_when(committee):
    lock("terkunci@contoh.test", REMOTE_ADDR="10.1.1.1")
    lock("sekali@contoh.test", times=1)
    page = committee.get(ATTEMPTS).text
    for text in ("terkunci@contoh.test", "10.1.1.1", "8 kali", "Terkunci sampai", "Tidak terkunci", "Percobaan masuk"):
        assert text in page
    locked = committee.get(ATTEMPTS, {"keadaan": "terkunci"}).text
    assert ("terkunci@contoh.test" in locked, "sekali@contoh.test" in locked) == (True, False)


def test_failures_of_several_devices_in_one_place_count_together(committee):
    lock("dua@contoh.test", times=4, HTTP_USER_AGENT="Firefox")
    assert not is_locked("dua@contoh.test")
    lock("dua@contoh.test", times=4, HTTP_USER_AGENT="Chrome")
    assert is_locked("dua@contoh.test")
    assert committee.get(ATTEMPTS).text.count("Terkunci sampai") == 2


def test_a_lock_that_has_run_out_is_none(committee):
    lock("lama@contoh.test")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert not is_locked("lama@contoh.test")
    assert "Terkunci sampai" not in committee.get(ATTEMPTS).text


def test_the_button_opens_the_lock_and_says_who_did_it(committee, officer):
    user = make_user("Orang Lupa")
    attempt = lock(user.email)
    assert not can_log_in(user)
    unlock = reverse("admin:kiks_loginattempt_buka_kunci", args=[attempt.pk])
    assert unlock in committee.get(reverse("admin:kiks_loginattempt_change", args=[attempt.pk])).text
    assert "dibuka" in committee.post(unlock, follow=True).text
    assert can_log_in(user)
    event = AuditEvent.objects.get(kind="user.unlocked")
    assert (event.actor_id, event.target, user.email in event.body) == (officer.pk, f"kiks_user:{user.pk}", False)


def test_an_address_without_an_account_is_opened_just_the_same(committee):
    attempt = lock("takada@contoh.test")
    committee.post(reverse("admin:kiks_loginattempt_buka_kunci", args=[attempt.pk]))
    assert not LoginAttempt.objects.exists()
    assert AuditEvent.objects.get(kind="user.unlocked").target == f"axes_accessattempt:{attempt.pk}"


def test_the_page_of_a_person_offers_it_while_the_person_is_locked(committee):
    user = make_user("Orang Lupa")
    page = reverse("admin:kiks_user_change", args=[user.pk])
    unlock = reverse("admin:kiks_user_buka_kunci", args=[user.pk])
    assert unlock not in committee.get(page).text
    lock(user.email)
    assert unlock in committee.get(page).text
    committee.post(unlock)
    assert can_log_in(user)
    assert "Tidak ada yang perlu dibuka." in committee.post(unlock).text


def test_only_the_committee_opens_locks(officer):
    user = make_user()
    attempt = lock(user.email)
    for act, thing in ((unlock_attempt, attempt), (unlock_person, user)):
        with pytest.raises(PermissionDenied):
            act(thing, by=user)
    unlock_person(user, by=officer)
    with pytest.raises(WrongStateError):
        unlock_person(user, by=officer)


def test_the_list_asks_the_same_however_many_attempts_there_are(committee, django_assert_max_num_queries):
    lock("satu@contoh.test", times=1)
    with django_assert_max_num_queries(30) as few:
        committee.get(ATTEMPTS)
        asked = len(few)
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"{n}@contoh.test", ip_address="10.0.0.1", user_agent="x", failures_since_start=9)
        for n in range(20)
    )
    with django_assert_max_num_queries(asked):
        committee.get(ATTEMPTS)
