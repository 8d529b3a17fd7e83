"""axe finds nothing on any page that a small site has: every address, wide in light and narrow in dark."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from kiks.models import User
from tests.factories.people import client_of
from tests.factories.world import World
from tests.journeys.test_accessibility import check
from tests.test_flat_queries import own_pages, staff_pages

pytestmark = pytest.mark.browser

ACCOUNT_PAGES = [
    "account_change_password", "account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp",
    "mfa_add_webauthn", "mfa_list_webauthn", "mfa_reauthenticate", "usersessions_list",
]  # fmt: skip
STRANGERS_PAGES = ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"]
STOCK = {"admin:jsi18n"}
# Parts of a page, put into it by its script.
FRAGMENTS = {"judging:own_spread"}


def addresses(world: World) -> Iterator[tuple[User | None, str]]:
    for user, args, name in ((user, args, name) for name, (user, args) in own_pages(world).items()):
        if name not in FRAGMENTS:
            yield user, reverse(name, args=args)
    for name, address in staff_pages(world):
        if name not in STOCK:
            yield world.committee, address
    yield from ((world.owner, reverse(name)) for name in ACCOUNT_PAGES)
    yield from ((None, reverse(name)) for name in STRANGERS_PAGES)


class Readers:
    """Everybody's page, and whether an address is a page for them at all: no download, no way on to another."""

    def __init__(self, visitors, width: int, scheme: str) -> None:
        self.visitors, self.width, self.scheme = visitors, width, scheme
        self.pages: dict[int | None, Page] = {}
        self.clients: dict[int | None, Client] = {}

    def is_page(self, user: User | None, address: str) -> bool:
        key = user.pk if user else None
        if key not in self.clients:
            self.clients[key] = client_of(user) if user else Client()
        answer = self.clients[key].get(address)
        return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")

    def page_of(self, user: User | None) -> Page:
        key = user.pk if user else None
        if key not in self.pages:
            window = {"width": self.width}
            page = self.visitors.member(user, **window) if user else self.visitors.stranger(**window)
            page.emulate_media(color_scheme=self.scheme)
            self.pages[key] = page
        return self.pages[key]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_on_any_page(visitors, width, scheme):
    world, found, seen = World(1), [], 0
    readers = Readers(visitors, width, scheme)
    for user, address in addresses(world):
        if readers.is_page(user, address):
            check(readers.page_of(user), address, found)
            seen += 1
    assert found == []
    assert seen > 150
