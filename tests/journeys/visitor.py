"""Visitors of the site: one browser context each, watched for errors."""

import time
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from kiks.models import User
from tests.factories.people import PASSWORD, client_of

PARTS_OF_A_PAGE = {"stylesheet", "script", "font", "image"}
PATIENCE = 15_000


class Visitors:
    """Opens browsers and remembers what went wrong in any of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.pages: list[tuple[str, Page]] = []
        self.problems: list[str] = []

    def stranger(self, name: str = "stranger", *, width: int = 1280, height: int = 900) -> Page:
        """A person who is not logged in, in a browser that nobody used before."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        context.on("page", lambda page: self._watch(name, page))
        return context.new_page()

    def member(self, user: User, **window: int) -> Page:
        """A person whose session is there already."""
        page = self.stranger(user.name, **window)
        give_session(page, user, self.address)
        return page

    def _watch(self, name: str, page: Page) -> None:
        self.pages.append((name, page))
        page.on("console", lambda message: self._heard(name, message))
        page.on("pageerror", lambda error: self.problems.append(f"{name} {page.url}: {error}"))
        page.on("response", lambda response: self._answered(name, response))

    def _heard(self, name: str, message: ConsoleMessage) -> None:
        # Chromium also says aloud every answer above 399; those are looked at below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"{name} {message.location['url']}: {message.text}")

    def _answered(self, name: str, response: Response) -> None:
        is_part = response.request.resource_type in PARTS_OF_A_PAGE
        if response.status >= 500 or (is_part and response.status >= 400):
            self.problems.append(f"{name} {response.url}: {response.status}")

    def keep_evidence(self, folder: Path) -> None:
        for number, (name, page) in enumerate(self.pages, 1):
            if not page.is_closed():
                page.screenshot(path=folder / f"{number}-{name}.png".replace(" ", "-"), full_page=True)

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()


def give_session(page: Page, user: User, address: str) -> None:
    cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])


def code_of(secret: str) -> str:
    """The six digits that an authenticator shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def install_authenticator(user: User) -> str:
    """Give a person an authenticator; answers with its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Through the real form, from the home page."""
    page.goto("/")
    page.get_by_role("navigation", name="Utama").get_by_role("link", name="Masuk").click()
    enter_password(page, email, password)


def enter_password(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()


def enter_code(page: Page, secret: str, button: str) -> None:
    page.get_by_label("Kode").fill(code_of(secret))
    page.get_by_role("button", name=button, exact=True).click()


def log_in_with_code(page: Page, user: User, secret: str) -> None:
    """Password, then the six digits."""
    log_in(page, user.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pengaman kedua")
    enter_code(page, secret, "Masuk")


def log_in_first_time(page: Page, user: User) -> None:
    """Password, then the second factor that the role asks for is set up."""
    log_in(page, user.email)
    page.get_by_role("link", name="Pasang aplikasi autentikator").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pasang aplikasi autentikator")
    page.get_by_text("Tidak dapat memindai?").click()
    enter_code(page, page.locator("code.secret").inner_text(), "Pasang pengaman")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
