"""Ten entries are scored with nothing but the keyboard, and every press that is no digit is counted."""

import pytest
from playwright.sync_api import expect

from judging.models import Mark, ScoreSheet
from judging.states import SheetStatus
from tests.factories.judging import open_desk_round
from tests.journeys import desk

pytestmark = pytest.mark.browser

ENTRIES, CRITERIA = 10, 3
# Kept over page loads: what was pressed while a mark had the focus, and everything else.
COUNTER = """
addEventListener("keydown", (event) => {
  const counts = JSON.parse(sessionStorage.getItem("presses") ?? '{"digits": 0, "marks": 0, "entry": 0}');
  const part = /^[0-9]$/.test(event.key) ? "digits" : event.ctrlKey || event.key === "Control" ? "entry" : "marks";
  counts[part] += 1;
  sessionStorage.setItem("presses", JSON.stringify(counts));
}, { capture: true });
"""


@pytest.fixture
def page(visitors):
    judge = open_desk_round(entries=ENTRIES).assignments.select_related("judge__user").first().judge
    page = visitors.member(judge.user)
    page.add_init_script(COUNTER)
    page.goto("/juri/")
    page.get_by_role("link", name="Mulai menilai").click()
    return page


def score_one(page, position):
    expect(page.get_by_text(f"{position} dari {ENTRIES}", exact=True)).to_be_visible()
    page.wait_for_load_state()
    for place in range(CRITERIA):
        page.keyboard.type(f"{70 + position + place}")
        expect(page.locator("input.input-mark").nth(place)).to_have_value(f"{70 + position + place}")
        if place + 1 < CRITERIA:
            page.keyboard.press("j" if position % 2 else "Enter")
    page.keyboard.press("Control+Enter")


def test_ten_entries_by_keyboard_cost_one_press_a_mark_and_two_an_entry(page):
    for position in range(1, ENTRIES + 1):
        score_one(page, position)
    expect(page.get_by_role("heading", level=1)).to_have_text("Penilaian saya")
    counts = page.evaluate('JSON.parse(sessionStorage.getItem("presses"))')
    assert counts["digits"] == 2 * CRITERIA * ENTRIES
    assert counts["marks"] <= CRITERIA * ENTRIES
    assert counts["entry"] <= 2 * ENTRIES
    assert Mark.objects.count() == CRITERIA * ENTRIES
    assert not ScoreSheet.objects.exclude(status=SheetStatus.OPEN).exists()


def test_arrows_and_letters_move_and_the_question_mark_lists_the_keys(page):
    fields = page.locator("input.input-mark")
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(fields.nth(0)).to_be_focused()
    for key, place in [("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        expect(fields.nth(place)).to_be_focused()
    expect(fields.nth(0)).to_have_value("")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Papan ketik")).to_be_visible()
    desk.press(page, "Tutup")
    page.keyboard.press("Escape")
    page.keyboard.press("J")
    expect(page.get_by_text(f"2 dari {ENTRIES}", exact=True)).to_be_visible()
