"""Accounts in the browser: from the link of an invitation to a passkey, with Chromium's virtual authenticator."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from kiks.committee import invite_member
from kiks.invitation_links import link_of
from kiks.invitations import revoke
from kiks.models import User
from kiks.people import deactivate_user
from tests.factories.entries import make_unit, member_of
from tests.factories.people import PASSWORD, make_committee_user, make_user
from tests.journeys.desk import press
from tests.journeys.test_accessibility import WIDTHS, check, with_errors
from tests.journeys.visitor import Visitors, enter_password, log_in

pytestmark = pytest.mark.browser


@pytest.fixture
def guests(chromium, site) -> Iterator[Visitors]:
    """Visitors of localhost: passkeys belong to a name, and an IP address is none."""
    made = Visitors(chromium, site.replace("127.0.0.1", "localhost"))
    yield made
    made.close()
    assert made.problems == []


def plug_in(page: Page) -> tuple[CDPSession, str]:
    """A device with a fingerprint reader that always recognises its owner."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable", {"enableUI": False})
    answer = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devices, answer["authenticatorId"]


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def path_of(invitation) -> str:
    return "/" + link_of(invitation).split("/", 3)[3]


def log_out(page: Page) -> None:
    page.goto("/akun/logout/")
    press(page, "Keluar")


def test_from_the_link_of_an_invitation_to_logging_in_without_a_password(guests):
    seat, invitation = invite_member(by=make_committee_user(), email="baru@contoh.test", name="Anggota Baru")
    page = guests.stranger()
    plug_in(page)
    choose_a_password(page, invitation)
    install_passkey(page)
    page.goto("/admin/")
    heading(page, re.compile("Meja kerja"))
    log_out(page)
    log_in(page, seat.user.email)
    heading(page, "Pengaman kedua")
    press(page, "Pakai kunci sandi")
    expect(page).to_have_url(re.compile("/admin/$"))
    log_out(page)
    page.goto("/akun/login/")
    press(page, "Masuk dengan kunci sandi")
    expect(page).to_have_url(re.compile("/admin/$"))
    page.goto("/akun/sessions/")
    expect(page.get_by_text("Perangkat ini")).to_have_count(1)
    key = Authenticator.objects.get(user=seat.user, type=Authenticator.Type.WEBAUTHN)
    assert key.last_used_at is not None
    assert key.wrap().is_passwordless


def choose_a_password(page: Page, invitation) -> None:
    page.goto(path_of(invitation))
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_label("Ulangi kata sandi").fill(PASSWORD)
    press(page, "Simpan kata sandi dan masuk")
    heading(page, "Pengaman kedua")
    expect(page.get_by_text("Peran Anda memerlukan pengaman kedua")).to_be_visible()


def install_passkey(page: Page) -> None:
    page.get_by_role("link", name="Pasang kunci sandi").click()
    page.get_by_label("Dapat dipakai untuk masuk tanpa kata sandi").check()
    press(page, "Pasang kunci sandi")
    heading(page, "Kode pemulihan")


def test_a_passkey_that_is_refused_is_explained_and_another_way_is_open(guests):
    user = make_user("Juri Gagap")
    page = guests.stranger()
    devices, device = plug_in(page)
    log_in(page, user.email)
    page.goto("/akun/2fa/webauthn/add/")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_label("Dapat dipakai untuk masuk tanpa kata sandi").check()
    press(page, "Pasang kunci sandi")
    expect(page.get_by_text("Kunci sandi tidak terbaca atau dibatalkan.")).to_be_visible()
    assert not Authenticator.objects.exists()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    press(page, "Pasang kunci sandi")
    heading(page, "Kode pemulihan")
    page.goto("/akun/2fa/webauthn/")
    page.get_by_role("link", name=re.compile("Lepas Kunci sandi 1")).click()
    press(page, "Lepas kunci sandi")
    expect(page.get_by_text("Belum ada kunci sandi pada akun ini.")).to_be_visible()


def test_who_is_closed_out_is_out_with_the_next_click(guests):
    officer, user = make_committee_user(), member_of(make_unit())
    page = guests.stranger()
    log_in(page, user.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Usulan saya")
    deactivate_user(user, by=officer, reason="Pindah tugas.")
    page.goto("/usulan/")
    heading(page, "Masuk")
    enter_password(page, user.email)
    heading(page, "Akun ini tidak aktif")


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_an_account(visitors, width):
    officer = make_committee_user()
    _, invitation = invite_member(by=officer, email="baru@contoh.test", name="Anggota Baru")
    _, gone = invite_member(by=officer, email="batal@contoh.test", name="Orang Batal")
    revoke(gone, by=officer)
    stranger, found = visitors.stranger(width=width), []
    for address in ("/akun/login/", "/akun/password/reset/", path_of(gone), "/undangan/asal-saja/"):
        check(stranger, address, found)
    check(stranger, path_of(invitation), found, prepare=with_errors)
    user = member_of(make_unit())
    member = visitors.stranger(user.name, width=width)
    log_in_on_phone(member, user)
    for address in OWN_PAGES:
        check(member, address, found)
    committee = visitors.member(officer, width=width)
    for address in committee_pages(user, invitation):
        check(committee, address, found)
    assert found == []


OWN_PAGES = (
    "/akun/", "/akun/profil/", "/akun/password/change/", "/akun/sessions/", "/akun/2fa/", "/akun/2fa/totp/activate/",
    "/akun/2fa/webauthn/", "/akun/2fa/webauthn/add/", "/akun/logout/", "/akun/inactive/",
)  # fmt: skip


def log_in_on_phone(page: Page, user: User) -> None:
    page.goto("/akun/login/")
    enter_password(page, user.email)
    heading(page, "Usulan saya")


def committee_pages(user: User, invitation) -> list[str]:
    person, letter = f"/admin/kiks/user/{user.pk}", f"/admin/kiks/invitation/{invitation.pk}"
    return [
        "/admin/kiks/user/",
        f"{person}/change/",
        *(f"{person}/{act}/" for act in ("nonaktifkan", "ganti-alamat", "hapus-data-pribadi")),
        "/admin/kiks/invitation/",
        f"{letter}/change/",
        f"{letter}/kirim-ulang/",
        "/admin/kiks/committeemember/add/",
        "/admin/kiks/loginattempt/",
    ]
