"""A PDF is read inside the page, under the site's own content policy, wide and narrow."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from entries.actions.entry import add_attachment
from entries.states import EntryStatus
from tests.factories.entries import entry_at, member_of
from tests.factories.hostile import laughing
from tests.factories.judging import open_desk_round
from tests.factories.pdf import fax_pdf, scan_pdf, text_pdf
from tests.journeys.test_accessibility import TAGS, WIDTHS

pytestmark = pytest.mark.browser
# Whether a canvas shows anything: some pixel differs from the first one.
HAS_PICTURE = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 4; at < data.length; at += 4) {
        if (data[at] !== data[0] || data[at + 1] !== data[1] || data[at + 2] !== data[2]) return true;
    }
    return false;
}"""


def draft_with(content):
    entry = entry_at(EntryStatus.DRAFT)
    user = member_of(entry.innovation.unit)
    add_attachment(entry, by=user, kind="support", name="Bukti dampak.pdf", content=content)
    return entry, user


def open_reader(page, name="Bukti dampak.pdf"):
    page.get_by_role("button", name=f"Baca di sini {name}").first.click()
    return page.get_by_role("region", name=name, exact=True)


def place(reader):
    return reader.locator("[data-pdf-place]")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_member_reads_pages_turns_and_enlarges_them(visitors, width):
    entry, user = draft_with(text_pdf(6))
    page = visitors.member(user, width=width)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    assert not [address for address in fetched if "pdfjs" in address]
    reader = open_reader(page)
    expect(place(reader)).to_have_text("Halaman 1 dari 6")
    first = reader.get_by_role("group", name="Halaman 1", exact=True)
    expect(first).to_have_attribute("data-drawn", "")
    assert first.locator("canvas").evaluate(HAS_PICTURE)
    expect(first).to_contain_text("Halaman 1")
    before = first.bounding_box()["width"]
    reader.get_by_role("button", name="Halaman berikutnya").click()
    expect(place(reader)).to_have_text("Halaman 2 dari 6")
    reader.get_by_role("button", name="Perbesar").click()
    expect(first).not_to_have_css("width", f"{before}px")
    assert first.bounding_box()["width"] == pytest.approx(before * 1.25, abs=2)
    reader.get_by_role("button", name="Selebar bingkai").click()
    assert first.bounding_box()["width"] == pytest.approx(before, abs=2)
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert [rule["id"] for rule in result.response["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    reader.get_by_role("button", name="Tutup").click()
    expect(reader).to_have_count(0)
    expect(page.get_by_role("button", name="Baca di sini Bukti dampak.pdf")).to_be_focused()


def test_keys_turn_pages_and_leaving_pages_are_forgotten(visitors):
    entry, user = draft_with(text_pdf(40))
    page = visitors.member(user)
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    reader = open_reader(page)
    expect(place(reader)).to_have_text("Halaman 1 dari 40")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(place(reader)).to_have_text("Halaman 5 dari 40")
    expect(reader.get_by_role("group", name="Halaman 5", exact=True)).to_contain_text("Halaman 5")
    expect(reader.get_by_role("group", name="Halaman 1", exact=True).locator("canvas")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(place(reader)).to_have_text("Halaman 4 dari 40")
    page.keyboard.press("Escape")
    expect(reader).to_have_count(0)


def test_a_scan_is_shown_and_says_that_it_has_no_text(visitors):
    entry, user = draft_with(scan_pdf(1, noise=bytes(range(256)) * (2480 * 3508 // 256 + 1)))
    page = visitors.member(user)
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    first = open_reader(page).get_by_role("group", name="Halaman 1", exact=True)
    expect(first).to_contain_text("berupa gambar tanpa teks")


def test_a_fax_is_unpacked_without_web_assembly(visitors):
    entry, user = draft_with(fax_pdf())
    page = visitors.member(user)
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    with page.expect_response("**/wasm/jbig2_nowasm_fallback.js"):
        first = open_reader(page).get_by_role("group", name="Halaman 1", exact=True)
    expect(first).to_have_attribute("data-drawn", "")
    assert first.locator("canvas").evaluate(HAS_PICTURE)


def test_what_cannot_be_shown_says_so_and_can_be_downloaded(visitors):
    entry, user = draft_with(b"%PDF-1.7 bukan lagi PDF")
    page = visitors.member(user)
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    reader = open_reader(page)
    expect(reader.get_by_role("alert")).to_contain_text("tidak dapat ditampilkan di sini")
    with page.expect_download() as download:
        reader.get_by_role("link", name="Unduh").click()
    assert re.fullmatch(r"lampiran-support-\d+\.pdf", download.value.suggested_filename)


def test_an_ended_session_is_said(visitors):
    entry, user = draft_with(text_pdf(1))
    page = visitors.member(user)
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    Session.objects.all().delete()
    expect(open_reader(page).get_by_role("alert")).to_contain_text("masuk lagi")


def test_a_file_that_draws_for_ever_does_not_take_the_page(visitors):
    entry, user = draft_with(laughing(9))
    page = visitors.member(user)
    page.goto(f"/usulan/{entry.pk}/lampiran/")
    reader = open_reader(page)
    expect(place(reader)).to_have_text("Halaman 1 dari 1")
    reader.get_by_role("button", name="Tutup").click()
    expect(reader).to_have_count(0)


def test_judge_and_committee_read_beside_their_work(visitors):
    round_ = open_desk_round(entries=1, judges=1)
    assignment = round_.assignments.select_related("judge__user").first()
    judge = visitors.member(assignment.judge.user)
    judge.goto(f"/juri/lembar/{assignment.pk}/")
    name = assignment.entry.attachments.first().name
    reader = open_reader(judge, name)
    expect(place(reader)).to_have_text("Halaman 1 dari 1")
    committee = visitors.member(round_.opened_by)
    committee.goto(f"/admin/entries/entry/{assignment.entry_id}/seleksi/")
    reader = open_reader(committee, name)
    expect(place(reader)).to_have_text("Halaman 1 dari 1")
