"""What a judge writes in words outlives a lost network and a second tab, by keyboard, and the note also a hand-in."""

import pytest
from playwright.sync_api import expect

from judging.actions.sheet import hand_in_assignment
from judging.models import CriterionComment, PrivateNote, ScoreSheet
from tests.factories.judging import mark_all, open_desk_round
from tests.journeys import desk

pytestmark = pytest.mark.browser

KINDS = ["comment", "sheet", "note"]


class Words:
    """The scoring screen of a judge who may start, and the three things that are written on it."""

    def __init__(self, visitors):
        self.assignment = open_desk_round().assignments.select_related("judge__user").first()
        self.address = f"/juri/lembar/{self.assignment.pk}/"
        self.page = visitors.member(self.assignment.judge.user)
        self.open(self.page)

    def open(self, page):
        page.goto(self.address)
        page.wait_for_load_state()

    @staticmethod
    def field(page, kind):
        if kind == "comment":
            return page.get_by_label("Catatan: Ide", exact=True)
        label = "Isi catatan pribadi" if kind == "note" else "Catatan Anda untuk lembar ini (boleh kosong)"
        return page.get_by_label(label, exact=True).first

    def write(self, page, kind, text):
        fold = page.locator("[data-remark]").first
        if kind == "comment" and fold.get_attribute("open") is None:
            fold.locator("summary").click()
        self.field(page, kind).fill(text)

    @staticmethod
    def state(page):
        return page.locator("[data-save-state]")

    @staticmethod
    def stored(kind):
        if kind == "sheet":
            return sorted(filter(None, ScoreSheet.objects.values_list("comment", flat=True)))
        model = PrivateNote if kind == "note" else CriterionComment
        return list(model.objects.values_list("text", flat=True))


@pytest.fixture
def words(visitors):
    return Words(visitors)


def test_words_wait_for_the_network(words):
    page = words.page
    page.context.set_offline(True)
    for kind in KINDS:
        words.write(page, kind, f"Tentang {kind}")
    expect(words.state(page)).to_contain_text("jaringan terputus, 3 menunggu")
    page.context.set_offline(False)
    expect(words.state(page)).to_have_text("tersimpan")
    assert [words.stored(kind) for kind in KINDS] == [["Tentang comment"], ["Tentang sheet"], ["Tentang note"]]


def test_words_survive_a_tab_closed_without_network(words):
    context = words.page.context
    context.set_offline(True)
    words.write(words.page, "comment", "Bukti kuat")
    expect(words.state(words.page)).to_contain_text("1 menunggu")
    words.page.close()
    context.set_offline(False)
    page = context.new_page()
    words.open(page)
    expect(words.field(page, "comment")).to_have_value("Bukti kuat")
    expect(words.field(page, "comment")).to_be_visible()
    expect(words.state(page)).to_have_text("tersimpan")
    assert words.stored("comment") == ["Bukti kuat"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("choice", "kept"), [("Pakai catatan di sini", "Dua"), ("Pakai yang tersimpan", "Satu")])
def test_two_tabs_show_both_texts(words, kind, choice, kept):
    first = words.page
    second = first.context.new_page()
    words.open(second)
    words.write(first, kind, "Satu")
    expect(words.state(first)).to_have_text("tersimpan")
    words.write(second, kind, "Dua")
    expect(words.state(second)).to_have_text("pilih catatan yang berlaku")
    shown = second.locator(".text-choice")
    expect(shown).to_contain_text("Satu")
    expect(shown).to_contain_text("Dua")
    assert words.stored(kind) == ["Satu"]
    desk.press(second, choice)
    expect(words.state(second)).to_have_text("tersimpan")
    expect(words.field(second, kind)).to_have_value(kept)
    assert words.stored(kind) == [kept]
    words.write(second, kind, "Tiga")
    expect(words.state(second)).to_have_text("tersimpan")
    assert words.stored(kind) == ["Tiga"]


def test_a_mark_set_again_elsewhere_is_not_overwritten(words):
    first = words.page
    mark = first.get_by_label("Ide", exact=True)
    mark.fill("80")
    expect(words.state(first)).to_have_text("tersimpan")
    second = first.context.new_page()
    words.open(second)
    for value in ("", "90"):
        mark.fill(value)
        expect(words.state(first)).to_have_text("menyimpan")
        expect(words.state(first)).to_have_text("tersimpan")
    second.get_by_label("Ide", exact=True).fill("85")
    expect(words.state(second)).to_have_text("pilih nilai yang berlaku")
    expect(second.get_by_role("button", name="Pakai yang tersimpan: 90")).to_be_visible()


def test_keys_lead_to_comment_and_note_and_back(words):
    page = words.page
    mark = page.get_by_label("Ide", exact=True)
    page.keyboard.press("n")
    page.keyboard.type("80")
    page.keyboard.press("c")
    expect(words.field(page, "comment")).to_be_focused()
    page.keyboard.type("bukti jelas?")
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    page.keyboard.press("p")
    expect(words.field(page, "note")).to_be_focused()
    page.keyboard.type("cek jam 3")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(words.field(page, "comment")).to_be_focused()
    expect(words.state(page)).to_have_text("tersimpan")
    expect(mark).to_have_value("80")
    assert (words.stored("comment"), words.stored("note")) == (["bukti jelas?"], ["cek jam 3"])


def test_the_note_is_written_where_the_sheets_are_only_read(words):
    mark_all(words.assignment)
    hand_in_assignment(words.assignment, by=words.assignment.judge.user)
    page = words.page
    words.open(page)
    expect(page.locator("input.input-mark")).to_have_count(0)
    page.context.set_offline(True)
    words.write(page, "note", "Tanya lagi")
    expect(words.state(page)).to_contain_text("1 menunggu")
    page.context.set_offline(False)
    expect(words.state(page)).to_have_text("tersimpan")
    page.reload()
    expect(words.field(page, "note")).to_have_value("Tanya lagi")
