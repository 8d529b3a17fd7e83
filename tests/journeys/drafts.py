"""Drafts as their units meet them in the browser, and what may happen to a browser in mid-sentence."""

from contextlib import suppress

from playwright.sync_api import Error, Locator, Page, expect

from competitions.models import StageKind
from entries.actions.entry import start_entry
from entries.models import Answer, Entry
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of
from tests.journeys.visitor import Visitors


class Draft:
    """A fresh draft and a page of it in the browser of its unit."""

    part = "identitas/"

    def __init__(self, visitors: Visitors, **window: int) -> None:
        unit = make_unit()
        self.visitors, self.user = visitors, member_of(unit)
        self.entry = start_entry(
            by=self.user, unit=unit, edition=make_edition(), innovation=None, short_name="TEH", expansion=""
        )
        self.home = f"/usulan/{self.entry.pk}/"
        self.address = self.home + self.part
        self.page = visitors.member(self.user, **window)
        self.page.goto(self.address)

    @staticmethod
    def state(page: Page) -> Locator:
        return page.locator("[data-save-state]")

    @property
    def stored(self) -> Entry:
        return Entry.objects.select_related("innovation").get(pk=self.entry.pk)

    def another_page(self) -> Page:
        page = self.page.context.new_page()
        page.goto(self.address)
        return page

    def close_the_stage(self) -> None:
        self.entry.edition.stages.filter(kind=StageKind.SUBMISSION).update(closes_at=clock.now())


class Question(Draft):
    """The same, with the page of one question."""

    part = "pertanyaan/dampak/"

    @staticmethod
    def field(page: Page) -> Locator:
        return page.get_by_label("Jawaban Anda")

    @property
    def answer(self) -> Answer:
        return Answer.objects.get(entry=self.entry, question__code="dampak")

    @property
    def stored_text(self) -> str:
        return self.answer.text

    @property
    def version(self) -> int:
        return self.answer.version

    def is_stored(self, text: str) -> bool:
        return self.stored_text == text


def crash(page: Page) -> None:
    """The tab dies at once: no event is fired and nothing is sent any more."""
    with suppress(Error):
        page.goto("chrome://crash", timeout=5000)


def type_slowly(page: Page, field: Locator, text: str) -> None:
    """One character a second, by the clock of the page."""
    for character in text:
        field.press_sequentially(character)
        page.clock.run_for(1000)
        expect(page.locator("[data-save-state]:not([data-state=saving])")).to_be_attached()
