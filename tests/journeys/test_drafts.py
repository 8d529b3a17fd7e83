"""What a unit types outlives an ended session, a plain form without its person, and a second tab."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from entries.actions.entry import start_entry
from entries.models import Answer
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of
from tests.journeys import desk
from tests.journeys.visitor import enter_password

pytestmark = pytest.mark.browser


class Question:
    """The question page of a fresh draft, as its unit sees it."""

    def __init__(self, visitors):
        unit = make_unit()
        self.user = member_of(unit)
        entry = start_entry(
            by=self.user, unit=unit, edition=make_edition(), innovation=None, short_name="TEH", expansion=""
        )
        self.address = f"/usulan/{entry.pk}/pertanyaan/dampak/"
        self.page = visitors.member(self.user)
        self.page.goto(self.address)

    @staticmethod
    def field(page):
        return page.get_by_label("Jawaban Anda")

    @staticmethod
    def state(page):
        return page.locator("[data-save-state]")

    def is_stored(self, text):
        return Answer.objects.get(question__code="dampak").text == text


@pytest.fixture
def question(visitors):
    return Question(visitors)


def test_text_survives_a_session_that_ends_while_typing(question):
    page = question.page
    question.field(page).press_sequentially("Warga sehat")
    expect(question.state(page)).to_contain_text("Tersimpan")
    Session.objects.all().delete()
    question.field(page).press_sequentially(" dan kebun hijau")
    expect(question.state(page)).to_contain_text("Anda sudah keluar")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Masuk lagi di tab baru").click()
    enter_password(popup.value, question.user.email)
    expect(popup.value).to_have_url(re.compile(re.escape(question.address)))
    expect(question.state(page)).to_contain_text("Tersimpan")
    expect(question.field(page)).to_have_value("Warga sehat dan kebun hijau")
    assert question.is_stored("Warga sehat dan kebun hijau")


def test_text_survives_the_button_pressed_after_the_session_ended(question):
    page = question.page
    Session.objects.all().delete()
    question.field(page).fill("Ditulis sebelum masuk lagi")
    desk.press(page, "Simpan")
    enter_password(page, question.user.email)
    expect(question.field(page)).to_have_value("")
    desk.press(page, "Pulihkan tulisan itu")
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Ditulis sebelum masuk lagi")


def test_text_typed_before_the_script_came_is_saved_too(question):
    held = []
    page = question.page
    page.route("**/js/entry.js", lambda route: held.append(route))
    with page.expect_request("**/js/entry.js"):
        page.goto(question.address, wait_until="commit")
    question.field(page).fill("Lebih cepat daripada jaringan")
    held[0].continue_()
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Lebih cepat daripada jaringan")


@pytest.mark.parametrize(
    ("choice", "kept"), [("Pakai tulisan saya", "Dari tab kedua"), ("Pakai yang tersimpan", "Dari tab pertama")]
)
def test_two_tabs_show_both_texts(question, choice, kept):
    first = question.page
    second = first.context.new_page()
    second.goto(question.address)
    question.field(first).fill("Dari tab pertama")
    expect(question.state(first)).to_contain_text("Tersimpan")
    question.field(second).fill("Dari tab kedua")
    expect(second.get_by_label("Tulisan yang tersimpan")).to_have_value("Dari tab pertama")
    expect(question.field(second)).to_have_value("Dari tab kedua")
    assert question.is_stored("Dari tab pertama")
    desk.press(second, choice)
    expect(question.state(second)).to_contain_text("Tersimpan")
    expect(question.field(second)).to_have_value(kept)
    assert question.is_stored(kept)
