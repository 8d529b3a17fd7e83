"""A judge with a phone gives every mark of an entry and hands it in; with a keyboard, skips and comes back."""

import re

import pytest
from playwright.sync_api import expect

from judging.models import Mark, ScoreSheet
from judging.states import SheetStatus
from tests.factories.judging import mark_all, open_desk_round
from tests.journeys import desk
from tests.journeys.test_accessibility import check

pytestmark = pytest.mark.browser

CRITERIA = 3


@pytest.fixture
def own():
    """Three entries of one judge in reading order; the second has all its marks."""
    round_ = open_desk_round(entries=3)
    mine = list(round_.assignments.select_related("judge__user", "entry").order_by("reading_position", "entry__number"))
    mark_all(mine[1], "70")
    return mine


def is_in_window(page, locator):
    box = locator.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def test_every_mark_of_an_entry_is_given_and_handed_in_on_a_phone(visitors, own):
    page = visitors.member(own[0].judge.user, width=390, height=844)
    page.goto("/juri/")
    page.get_by_role("link", name=re.compile("Lanjutkan|Mulai menilai")).click()
    bar, fold = page.locator(".score-bar"), page.locator("[data-own-fold]")
    expect(bar).to_contain_text("1 dari 3")
    expect(page.get_by_role("tab", name="Usulan")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#pane-nilai")).to_be_hidden()
    page.get_by_role("tab", name="Penilaian").click()
    for place, mark in enumerate(["80", "75", "90"]):
        field = page.locator("input.input-mark").nth(place)
        field.scroll_into_view_if_needed()
        field.fill(mark)
        # The bar stays above, the tabs below, and neither covers the field.
        assert is_in_window(page, bar)
        assert is_in_window(page, page.get_by_role("tab", name="Penilaian"))
        below, above = field.bounding_box(), bar.bounding_box()
        assert below["y"] >= above["y"] + above["height"]
    expect(bar).to_contain_text(f"{CRITERIA} dari {CRITERIA}")
    expect(fold.locator("summary")).to_have_text("peringkat 1 dari 2")
    fold.locator("summary").click()
    expect(fold).to_contain_text("Peringkat 1 dari 2 usulan yang sudah Anda nilai.")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    fold.locator("summary").click()
    page.get_by_role("link", name="Periksa dan serahkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa, lalu serahkan")
    desk.press(page, "Serahkan penilaian")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tanda terima penilaian")
    assert Mark.objects.filter(sheet__assignment=own[0]).count() == CRITERIA
    states = ScoreSheet.objects.filter(assignment=own[0]).values_list("status", flat=True)
    assert set(states) == {SheetStatus.HANDED_IN}


def test_keys_skip_compare_and_come_back_to_what_was_left(visitors, own):
    page = visitors.member(own[0].judge.user)
    first, third = (f"/juri/lembar/{assignment.pk}/" for assignment in (own[0], own[2]))
    page.goto(first)
    page.wait_for_load_state()
    page.keyboard.type("81")
    page.keyboard.press("l")
    page.wait_for_url(f"**{third}")
    page.wait_for_load_state()
    page.keyboard.press("l")
    page.wait_for_url(f"**{first}")
    assert [str(value) for value in Mark.objects.filter(sheet__assignment=own[0]).values_list("value", flat=True)] == [
        "81.0000"
    ]
    page.goto(third)
    page.wait_for_load_state()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{first}")
    page.wait_for_load_state()
    page.keyboard.press("b")
    page.wait_for_url(f"**/bandingkan/?usulan={own[0].entry.number}")
    page.get_by_label("Dibandingkan dengan").select_option(own[1].entry.number)
    desk.press(page, "Bandingkan")
    expect(page.get_by_role("table", name=re.compile("KIPP"))).to_contain_text("+11")


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_around_the_sheets(visitors, own, width):
    page, found = visitors.member(own[0].judge.user, width=width), []
    compare = f"/juri/babak/{own[0].round_id}/bandingkan/?usulan={own[0].entry.number}&dengan="
    check(page, "/juri/?keadaan=lengkap", found, prepare=lambda page: page.locator(".own-round summary").click())
    check(page, f"/juri/lembar/{own[1].pk}/", found, prepare=lambda page: page.locator(".own-summary").click())
    check(page, f"{compare}{own[1].entry.number}", found)
    check(page, f"{compare}999", found)
    assert found == []
