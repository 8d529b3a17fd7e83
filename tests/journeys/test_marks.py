"""A mark outlives a lost network, a closed tab, an ended session and a second tab."""

import re
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from judging.models import Mark
from tests.factories.judging import open_desk_round
from tests.journeys import desk
from tests.journeys.visitor import give_session

pytestmark = pytest.mark.browser


class Sheet:
    """The scoring screen of a judge who may start."""

    def __init__(self, visitors):
        assignment = open_desk_round().assignments.select_related("judge__user").first()
        self.user = assignment.judge.user
        self.address = f"/juri/lembar/{assignment.pk}/"
        self.page = visitors.member(self.user)
        self.page.goto(self.address)

    @staticmethod
    def field(page):
        return page.get_by_label("Ide", exact=True)

    @staticmethod
    def state(page):
        return page.locator(".score-bar [data-save-state]")

    def is_stored(self, value):
        return list(Mark.objects.values_list("criterion__code", "value")) == [("ide", Decimal(value))]


@pytest.fixture
def sheet(visitors):
    return Sheet(visitors)


def test_mark_waits_for_the_network(sheet):
    page = sheet.page
    page.context.set_offline(True)
    sheet.field(page).fill("81")
    expect(sheet.state(page)).to_contain_text("jaringan terputus, 1 menunggu")
    assert not Mark.objects.exists()
    page.context.set_offline(False)
    expect(sheet.state(page)).to_have_text("tersimpan")
    assert sheet.is_stored("81")


def test_mark_survives_a_tab_closed_without_network(sheet):
    context = sheet.page.context
    context.set_offline(True)
    sheet.field(sheet.page).fill("82")
    expect(sheet.state(sheet.page)).to_contain_text("1 menunggu")
    sheet.page.close()
    context.set_offline(False)
    page = context.new_page()
    with page.expect_response(re.compile("/nilai/$")):
        page.goto("/juri/")
    page.goto(sheet.address)
    expect(sheet.field(page)).to_have_value("82")
    expect(sheet.state(page)).to_have_text("tersimpan")
    assert sheet.is_stored("82")


def test_mark_survives_an_ended_session(sheet, site):
    page = sheet.page
    Session.objects.all().delete()
    sheet.field(page).fill("83")
    expect(sheet.state(page)).to_contain_text("Sesi berakhir")
    assert not Mark.objects.exists()
    give_session(page, sheet.user, site)
    page.reload()
    expect(sheet.state(page)).to_have_text("tersimpan")
    expect(sheet.field(page)).to_have_value("83")
    assert sheet.is_stored("83")


def test_mark_typed_before_the_script_came_is_saved_too(sheet):
    held = []
    page = sheet.page
    page.route("**/js/sheet.js", lambda route: held.append(route))
    with page.expect_request("**/js/sheet.js"):
        page.goto(sheet.address, wait_until="commit")
    sheet.field(page).fill("84")
    with page.expect_response(re.compile("/nilai/$")):
        held[0].continue_()
    expect(sheet.state(page)).to_have_text("tersimpan")
    assert sheet.is_stored("84")


@pytest.mark.parametrize(("choice", "kept"), [("Pakai nilai di sini: 70", "70"), ("Pakai yang tersimpan: 80", "80")])
def test_two_tabs_show_both_marks(sheet, choice, kept):
    first = sheet.page
    second = first.context.new_page()
    second.goto(sheet.address)
    sheet.field(first).fill("80")
    expect(sheet.state(first)).to_have_text("tersimpan")
    sheet.field(second).fill("70")
    expect(sheet.state(second)).to_have_text("pilih nilai yang berlaku")
    assert sheet.is_stored("80")
    desk.press(second, choice)
    expect(sheet.state(second)).to_have_text("tersimpan")
    expect(sheet.field(second)).to_have_value(kept)
    assert sheet.is_stored(kept)
