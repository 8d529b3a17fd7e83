"""The screening desk by keyboard: clear cases with one key each, a refusal with its reason, two officers at once."""

import sys
import time

import pytest
from playwright.sync_api import Page, expect

from competitions.models import ChecklistItem, Edition
from entries.models import Entry
from entries.states import EntryStatus, ScreeningOutcome
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, screen
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.browser
CLEAR_CASES = 10


def address(entry: Entry) -> str:
    return f"/admin/entries/entry/{entry.pk}/seleksi/"


def desk_with(count: int, **fields: object) -> list[Entry]:
    """Entries whose checklist the machine can half decide: one item is the officer's alone."""
    edition = make_edition(**fields)
    ChecklistItem.objects.create(
        edition=edition, code="judul", label="Judul jelas", failure_sentence="Judul belum jelas.", position=2
    )
    return [entry_at(EntryStatus.SUBMITTED, edition=edition) for _ in range(count)]


def heading(page: Page, entry: Entry) -> None:
    """The entry is there, and the keys with it."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(entry.number)
    page.wait_for_load_state()


def test_clear_cases_take_one_key_each(visitors, capsys):
    entries = desk_with(CLEAR_CASES)
    page = visitors.member(make_committee_user())
    page.goto(address(entries[0]))
    presses, seconds = [], []
    for place, entry in enumerate(entries):
        heading(page, entry)
        pressed, started = 0, time.perf_counter()
        for key in ("l",):
            page.keyboard.press(key)
            pressed += 1
        expect(page.get_by_text(f"Usulan {entry.number} lolos seleksi administrasi.")).to_be_visible()
        if place + 1 < CLEAR_CASES:
            heading(page, entries[place + 1])
        presses.append(pressed)
        seconds.append(time.perf_counter() - started)
    assert max(presses) <= 2
    assert set(Entry.objects.filter(edition=entries[0].edition).values_list("status", flat=True)) == {"passed"}
    expect(page.get_by_text("Tidak ada usulan yang menunggu")).to_be_visible()
    with capsys.disabled():
        mean, most = sum(seconds) / CLEAR_CASES, max(seconds)
        sys.stdout.write(f"\n{sum(presses)} keys, {CLEAR_CASES} clear cases: {mean:.2f} s each, at most {most:.2f} s\n")


def test_an_item_fails_with_its_reason_and_the_text_survives_a_reload(visitors):
    entry, following = desk_with(2)
    page = visitors.member(make_committee_user())
    page.goto(address(entry))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("group", name="Judul jelas").first).to_be_focused()
    page.keyboard.press("t")
    reason = page.get_by_role("group", name="Judul jelas").first.get_by_label("Alasan")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("Judul belum jelas.")
    # The keys are letters in a text.
    page.keyboard.type("Judul tidak lengkap.")
    page.reload()
    expect(reason).to_have_value("Judul tidak lengkap.")
    page.keyboard.press("Control+Enter")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Judul jelas: Judul tidak lengkap.")
    question.get_by_role("button", name="Nyatakan tidak lolos").press("Enter")
    heading(page, following)
    screening = entry.screenings.get()
    assert (screening.outcome, "Judul tidak lengkap." in screening.reason) == (ScreeningOutcome.REJECTED, True)
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('kiks-periksa-')).length") == 0
    page.keyboard.press("l")
    expect(page.get_by_text(f"Usulan {following.number} lolos")).to_be_visible()


def test_what_is_doubted_is_not_passed_by_the_key_and_files_open_beside(visitors):
    (entry,) = desk_with(1)
    Edition.objects.update(minimum_age_months=200)
    page = visitors.member(make_committee_user())
    page.goto(address(entry))
    page.keyboard.press("l")
    expect(page.get_by_role("group", name="Umur penerapan").first).to_be_focused()
    page.keyboard.press("b")
    expect(page.locator(".pdf-reader.is-open")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Papan ketik")
    page.keyboard.press("Escape")
    assert entry.screenings.count() == 0


def test_two_officers_on_one_entry_never_overwrite_each_other(visitors):
    entry, _ = desk_with(2)
    page = visitors.member(make_committee_user("Petugas Satu"))
    page.goto(address(entry))
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.keyboard.type("Bukti belum cukup.")
    for key in ("Escape", "j", "y"):
        page.keyboard.press(key)
    screen(entry, ScreeningOutcome.PASSED, by=make_committee_user("Petugas Dua"))
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_role("button", name="Nyatakan tidak lolos").click()
    refused = page.get_by_role("alert").filter(has_text="Tidak disimpan")
    expect(refused).to_contain_text("sudah diperiksa Petugas Dua")
    expect(refused).to_contain_text("Bukti belum cukup.")
    assert [screening.outcome for screening in entry.screenings.all()] == [ScreeningOutcome.PASSED]
