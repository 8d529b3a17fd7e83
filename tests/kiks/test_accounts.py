"""One's own account: what the library's pages say, what they give away, the second factor, the sessions."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail as outbox
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from judging.actions.panel import appoint_judge
from kiks import audit, clock
from kiks.invitations import invite, person_of, revoke
from kiks.models import AuditEvent
from kiks.sessions import device_of
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of
from tests.factories.people import PASSWORD, client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
RESET = reverse("account_reset_password")
SESSIONS = reverse("usersessions_list")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def limits(settings):
    """The library's limits, which tests otherwise switch off."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,10/300s/key"}


def log_in(user, password: str = PASSWORD, **extra: str) -> Client:
    client = Client(**extra)
    client.post(LOGIN, {"login": user.email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def with_app(user) -> str:
    """Give the person an authenticator app; answers with its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


# What a stranger learns


def answer(url: str, data: dict[str, str], email: str) -> tuple[int, str]:
    """Status and page with everything taken out that differs for any two visitors."""
    response = Client().post(url, data, follow=True)
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.text)
    return response.status_code, page.replace(email, "EMAIL")


@pytest.fixture
def kinds_of_address():
    """An account, a closed one, one whose invitation waits, and none: of equal length."""
    closed = make_user(email="tutup@contoh.test")
    closed.is_active = False
    closed.save()
    make_user(email="akunku@contoh.test")
    officer = make_committee_user()
    with audit.act(officer):
        invite(person_of(email="undang@contoh.test", name="Tamu"), by=officer, purpose="panitia")
    return ["akunku@contoh.test", "tutup@contoh.test", "undang@contoh.test", "takada@contoh.test"]


def test_asking_for_a_new_password_looks_the_same_for_every_address(kinds_of_address):
    answers = [answer(RESET, {"email": email}, email) for email in kinds_of_address]
    assert answers[0][0] == 200
    assert set(answers) == {answers[0]}
    assert len(outbox.outbox) == len(kinds_of_address)  # and takes as long: each gets one mail


def test_a_wrong_password_looks_the_same_for_every_address(kinds_of_address):
    answers = [answer(LOGIN, {"login": email, "password": "salah semua"}, email) for email in kinds_of_address]
    assert "tidak cocok" in answers[0][1]
    assert set(answers) == {answers[0]}


def test_a_closed_account_is_told_so_only_to_who_knows_its_password(kinds_of_address):
    closed = kinds_of_address[1]
    client = Client()
    response = client.post(LOGIN, {"login": closed, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("account_inactive")
    assert not is_in(client)


def test_a_lock_looks_the_same_for_every_address(kinds_of_address):
    known, unknown = kinds_of_address[0], kinds_of_address[3]
    answers = []
    for email in (known, unknown):
        for _ in range(9):
            last = answer(LOGIN, {"login": email, "password": "salah semua"}, email)
        answers.append(last)
    assert answers[0][0] == 429
    assert answers[0] == answers[1]
    assert "Tunggu" in answers[0][1]


def test_who_guesses_at_one_address_locks_nobody_else_in_the_office_out():
    victim, neighbour = make_user(), make_user()
    for _ in range(9):
        log_in(victim, "salah semua")
    assert not is_in(log_in(victim))
    assert is_in(log_in(victim, REMOTE_ADDR="10.0.0.9"))  # from where nobody guessed
    assert is_in(log_in(neighbour))


def test_a_new_password_is_no_way_round_an_invitation():
    officer = make_committee_user()
    with audit.act(officer):
        user = person_of(email="tamu@contoh.test", name="Tamu")
    revoke(invite(user, by=officer, purpose="panitia"), by=officer)
    Client().post(RESET, {"email": user.email})
    text = outbox.outbox[-1].body
    assert (outbox.outbox[-1].to, "/password/reset/key/" in text) == ([user.email], False)
    assert "minta panitia mengirimnya ulang" in text
    assert text.startswith("Yth. Tamu,")


def test_who_forgot_a_password_makes_a_new_one_and_is_no_longer_locked_out():
    user = make_user()
    for _ in range(9):
        log_in(user, "salah semua")
    assert not is_in(log_in(user))
    Client().post(RESET, {"email": user.email})
    link = re.search(r"http://testserver(\S+)", outbox.outbox[-1].body)[1]
    client = Client()
    form = client.get(link, follow=True)
    client.post(
        form.redirect_chain[-1][0], {"password1": "sandi baru yang panjang", "password2": "sandi baru yang panjang"}
    )
    assert is_in(log_in(user, "sandi baru yang panjang"))
    assert not is_in(log_in(user))


# The library's pages


def library_addresses() -> list[str]:
    """Every address of django-allauth that needs no arguments."""
    found = []

    def walk(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                if (pattern.name or "").startswith(("account_", "mfa_", "usersessions_")):
                    found.append(pattern.name)
            else:
                walk(pattern)

    walk(get_resolver())
    return sorted({name for name in found if "<" not in str(get_resolver().reverse_dict.getlist(name))})


ENGLISH = [
    "Sign In",
    "Sign Out",
    "Password",
    "Two-Factor",
    "Authenticator app",
    "Security Key",
    "Your ",
    "Please",
    "The ",
    "Remove",
    "Add ",
]


@pytest.mark.parametrize("who", ["anonymous", "unit", "judge", "with_factor"])
def test_every_page_of_the_library_wears_our_look_or_is_closed(who):
    user = make_user("Orang Uji")
    client = Client() if who == "anonymous" else log_in(user)
    if who == "judge":
        appoint_judge(by=make_committee_user(), edition=make_edition(), user=user, institution="Kampus")
    if who == "with_factor":
        with_app(user)
    shown = 0
    for name in library_addresses():
        try:
            url = reverse(name)
        except Exception:  # noqa: BLE001, S112 - it needs arguments
            continue
        response = client.get(url)
        assert response.status_code in (200, 302, 404), name
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            shown += 1
            visible = re.sub(r"<(script|svg|head).*?</\1>|<[^>]+>", " ", response.text, flags=re.S)
            assert 'class="site-header"' in response.text, name
            assert [word for word in ENGLISH if word in visible] == [], name
    assert shown >= 5


def test_signing_up_and_changing_the_address_are_closed():
    client = log_in(make_user())
    page = client.get(reverse("account_email"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("my_account")
    assert "diganti oleh panitia" in page.text
    client.post(reverse("account_email"), {"email": "lain@contoh.test", "action_add": ""})
    assert not client.get(reverse("account_confirm_email", args=["abc"])).headers["Location"].startswith("/akun/email")
    response = Client().post(
        reverse("account_signup"), {"email": "baru@contoh.test", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "Akun dibuat lewat pendaftaran unit" in response.text


# The account page


def test_the_account_page_gathers_everything():
    user = make_user("Siti Aminah", "siti@contoh.test")
    page = log_in(user).get(reverse("my_account")).text
    for name in ("my_profile", "account_change_password", "mfa_index", "usersessions_list", "my_data"):
        assert reverse(name) in page
    assert "siti@contoh.test" in page


def test_name_and_phone_are_changed_by_oneself():
    user = make_user("Nama Lama")
    client = log_in(user)
    response = client.post(reverse("my_profile"), {"name": "Nama Baru", "phone": "0812", "email": "x@contoh.test"})
    assert response.headers["Location"] == reverse("my_account")
    email = user.email
    user.refresh_from_db()
    assert (user.name, user.phone, user.email) == ("Nama Baru", "0812", email)
    assert "Isi nama." in client.post(reverse("my_profile"), {"name": "", "phone": ""}).text
    user.refresh_from_db()
    assert user.name == "Nama Baru"
    assert AuditEvent.objects.get(kind="user.profile_changed").actor_id == user.pk


# The second factor


def test_a_role_that_needs_it_is_led_to_the_choice_of_app_and_passkey():
    user = make_user()
    appoint_judge(by=make_committee_user(), edition=make_edition(), user=user, institution="Kampus")
    client = log_in(user)
    response = client.get(reverse("judging:my_entries"), follow=True)
    assert response.redirect_chain[-1][0] == reverse("mfa_index")
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert reverse(name) in response.text
        assert client.get(reverse(name)).status_code == 200


def test_a_passkey_is_a_second_factor():
    user = make_committee_user()
    client = log_in(user)
    assert client.get(reverse("admin:index")).status_code == 302
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop"})
    assert client.get(reverse("admin:index")).status_code == 200


def test_units_are_offered_one_until_they_have_it():
    user = member_of(make_unit())
    client = log_in(user)
    for name in ("my_account", "entries:index"):
        assert "Pasang pengaman kedua" in client.get(reverse(name)).text, name
    with_app(user)
    for name in ("my_account", "entries:index"):
        assert "Pasang pengaman kedua" not in client.get(reverse(name)).text, name


def test_a_code_is_asked_for_and_guessing_it_is_limited(limits):
    user = make_user()
    secret = with_app(user)
    client = log_in(user)
    assert not is_in(client)
    page = ""
    for _ in range(11):
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"}).text
    assert "Terlalu banyak percobaan" in page
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not is_in(client)  # not even the right one helps now
    cache.clear()
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)


def test_a_passkey_is_renamed_and_listed_and_nobody_elses():
    user, other = make_user(), make_user()
    mine, theirs = [
        Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": name})
        for owner, name in ((user, "Kunci lama"), (other, "Kunci orang"))
    ]
    client = client_of(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    assert "Kunci lama" in client.get(reverse("mfa_list_webauthn")).text
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[mine.pk])).status_code == 200
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
    client.post(reverse("mfa_edit_webauthn", args=[mine.pk]), {"name": "Laptop kantor"})
    page = client.get(reverse("mfa_list_webauthn")).text
    assert ("Laptop kantor" in page, "Kunci orang" in page) == (True, False)


def test_asking_too_often_is_answered_in_our_words(limits):
    for _ in range(21):
        response = Client().post(RESET, {"email": "orang@contoh.test"})
    assert response.status_code == 429
    assert "Tunggu beberapa menit" in response.text
    assert 'class="site-header"' in response.text


def test_the_passkey_pages_carry_no_script_of_their_own():
    client = log_in(make_user())
    for page in (Client().get(LOGIN), client.get(reverse("mfa_add_webauthn"))):
        scripts = re.findall(r"<script([^>]*)>", page.text)
        assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
        assert any("mfa/js/webauthn.js" in attributes for attributes in scripts)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; ")


# Sessions


def test_sessions_are_listed_with_device_address_and_time():
    user = make_user()
    log_in(user, HTTP_USER_AGENT=PHONE, REMOTE_ADDR="10.1.2.3")
    page = log_in(user, HTTP_USER_AGENT=FIREFOX).get(SESSIONS).text
    for text in ("Chrome di Android", "10.1.2.3", "Firefox di Linux", "Perangkat ini", "WIB"):
        assert text in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [(FIREFOX, "Firefox di Linux"), (PHONE, "Chrome di Android"), ("", "Peramban lain di perangkat lain")],
)
def test_devices_in_words(agent, words):
    assert device_of(agent) == words


def test_one_session_is_ended_and_nobody_elses():
    user = make_user()
    here, there, other = log_in(user), log_in(user), log_in(make_user())
    session = UserSession.objects.get(session_key=there.session.session_key)
    end = reverse("end_session", args=[session.pk])
    assert end in here.get(SESSIONS).text
    assert other.post(end).status_code == 404
    assert here.get(end).status_code == 405
    assert "diakhiri" in here.post(end, follow=True).text
    assert there.get(reverse("my_account")).status_code == 302
    assert here.get(reverse("my_account")).status_code == 200


def test_all_other_sessions_are_ended_at_once():
    user = make_user()
    here, *others = [log_in(user) for _ in range(3)]
    assert "Semua sesi lain diakhiri." in here.post(SESSIONS, follow=True).text
    assert [client.get(reverse("my_account")).status_code for client in (here, *others)] == [200, 302, 302]
    assert UserSession.objects.filter(user=user).count() == 1


def test_sessions_that_are_over_are_not_listed():
    user = make_user()
    here, gone, stale = log_in(user), log_in(user), log_in(user)
    Session.objects.filter(session_key=gone.session.session_key).update(expire_date=clock.now() - timedelta(1))
    old = stale.session
    old["_auth_user_hash"] = "dari kata sandi yang lama"
    old.save()
    here.get(SESSIONS)
    assert UserSession.objects.filter(user=user).count() == 1


def test_the_list_of_sessions_asks_the_same_however_many_there_are(django_assert_max_num_queries):
    user = make_user()
    client = log_in(user)
    client.get(SESSIONS)
    with django_assert_max_num_queries(20) as few:
        client.get(SESSIONS)
        asked = len(few)
    for _ in range(6):
        log_in(user)
    with django_assert_max_num_queries(asked):
        client.get(SESSIONS)


def test_the_last_use_is_remembered_once_in_a_while(django_assert_max_num_queries):
    user = make_user()
    client = log_in(user)
    UserSession.objects.update(last_seen_at=clock.now() - timedelta(days=1))
    client.get(reverse("my_account"), REMOTE_ADDR="10.9.9.9")
    session = UserSession.objects.get()
    assert session.ip == "10.9.9.9"
    assert session.last_seen_at > clock.now() - timedelta(minutes=1)
    client.get(reverse("my_account"), REMOTE_ADDR="10.8.8.8")
    session.refresh_from_db()
    assert session.ip == "10.9.9.9"


def test_the_address_behind_our_proxy_is_what_counts(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = make_user()
    client = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.7")
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert UserSession.objects.get(user=user).ip == "203.0.113.7"


# Roles are rows


def test_one_person_with_two_roles_sees_both_places():
    unit = make_unit()
    user = member_of(unit)
    appoint_judge(by=make_committee_user(), edition=make_edition(), user=user, institution="Kampus")
    client = client_of(user)
    page = client.get(reverse("workplace"))
    assert page.status_code == 200
    for name in ("entries:index", "judging:my_entries"):
        assert reverse(name) in page.text
        assert client.get(reverse(name)).status_code == 200
