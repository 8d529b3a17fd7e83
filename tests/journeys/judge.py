"""What a judge does, with the mouse or with nothing but the keyboard."""

import re

from playwright.sync_api import Locator, Page, expect

# More stops than any page has between two things that follow each other.
STOPS = 80


class JudgeAtWork:
    """A judge who is logged in; `by_keyboard` never touches the mouse."""

    def __init__(self, page: Page, *, by_keyboard: bool = False) -> None:
        self.page, self.by_keyboard = page, by_keyboard

    def use(self, target: Locator, key: str = "Enter") -> None:
        """Click, or walk there with Tab and press the key."""
        if not self.by_keyboard:
            target.click()
            return
        expect(target).to_be_visible()
        for _ in range(STOPS):
            if target.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(target).to_be_focused()
        self.page.keyboard.press(key)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.use(self.page.get_by_role("main").get_by_role("link", name=name))

    def press(self, name: str) -> None:
        self.use(self.page.get_by_role("button", name=name, exact=True))

    def heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def sign_pledge(self) -> None:
        self.follow("Baca dan tanda tangani")
        self.heading("Pakta Integritas")
        self.press("Saya menandatangani")
        self.heading("Penilaian saya")

    def declare_no_conflict(self) -> None:
        self.follow("Jawab sekarang")
        self.heading("Adakah benturan kepentingan?")
        self.use(self.page.get_by_role("checkbox", name=re.compile("Saya sudah membaca")), "Space")
        self.press("Simpan pernyataan")
        self.heading("Penilaian saya")

    def score(self, marks: dict[str, str]) -> None:
        """Mark one entry after the other, in the reading order, to the end of the list; `marks` by entry number."""
        self.follow(re.compile("Mulai menilai"))
        for left in reversed(range(len(marks))):
            bar = self.page.locator(".score-bar-title")
            expect(bar).to_be_visible()
            # What a person types first must find the script there.
            self.page.wait_for_load_state()
            number = bar.inner_text().split()[0]
            self._fill(marks[number])
            expect(self.page.locator(".score-bar [data-save-state]")).to_have_text("tersimpan")
            self._go_on(is_last=not left)
            self.heading(re.compile(f"^(?!{number})"))
        self.heading("Penilaian saya")

    def _fill(self, mark: str) -> None:
        fields = self.page.locator("input.input-mark")
        if not self.by_keyboard:
            for field in fields.all():
                field.fill(mark)
            return
        self.page.keyboard.press("n")
        for place in range(fields.count()):
            expect(fields.nth(place)).to_be_focused()
            self.page.keyboard.type(mark)
            self.page.keyboard.press("ArrowDown")

    def _go_on(self, *, is_last: bool) -> None:
        if self.by_keyboard:
            self.page.keyboard.press("Control+Enter")
        elif is_last:
            self.page.locator(".score-bar-back").click()
        else:
            self.follow("Simpan dan lanjut")

    def hand_in(self, count: int) -> None:
        """Look at the marks of each entry once more, hand in, and be shown the receipts."""
        self.follow(re.compile("Lanjutkan"))
        for left in reversed(range(count)):
            self.follow("Periksa dan serahkan")
            self.heading("Periksa, lalu serahkan")
            self.press("Serahkan penilaian")
            self.heading("Tanda terima penilaian")
            if left:
                self.follow("Lanjut ke usulan berikutnya")
        self.follow("Penilaian saya")
        expect(self.page.get_by_text(f"{count} dari {count} diserahkan")).to_be_visible()
