"""Identity, video and objection outlive what may happen to a browser, like the answers."""

import re

import pytest
from playwright.sync_api import expect

from entries.actions.entry import save_identity
from entries.states import EntryStatus
from tests.factories.announcements import announced
from tests.factories.entries import entry_at, member_of
from tests.journeys import desk
from tests.journeys.drafts import Draft, crash
from tests.journeys.test_accessibility import check

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(visitors):
    return Draft(visitors)


def test_the_identity_saves_itself_field_by_field(draft):
    page = draft.page
    page.get_by_label("Tim inovator").press_sequentially("Ibu Kebun")
    page.get_by_label("Umum").check()
    page.get_by_label("Mulai digagas").fill("2023-01-05")
    page.get_by_label(re.compile("^3\\. ")).check()
    page.get_by_label("Inovasi ini memakai aplikasi").check()
    expect(draft.state(page)).to_contain_text("Tersimpan")
    page.reload()
    expect(page.get_by_label("Tim inovator")).to_have_value("Ibu Kebun")
    expect(page.get_by_label("Umum")).to_be_checked()
    stored = draft.stored
    assert (stored.tpb, stored.innovation.is_digital, str(stored.innovation.initiated_on)) == ([3], True, "2023-01-05")


def test_a_field_that_is_wrong_is_named_and_the_others_are_saved(draft):
    page = draft.page
    page.get_by_label("Nama singkat").fill("")
    page.get_by_label("Tim inovator").fill("Ibu Kebun")
    expect(draft.state(page)).to_contain_text("Nama singkat: ")
    expect(draft.state(page)).to_contain_text("Isian lain tersimpan")
    assert (draft.stored.team, draft.stored.innovation.short_name) == ("Ibu Kebun", "TEH")
    page.get_by_label("Nama singkat").fill("TEH HIJAU")
    expect(draft.state(page)).to_have_text(re.compile("^Tersimpan"))
    assert draft.stored.innovation.short_name == "TEH HIJAU"


def test_what_is_typed_into_the_identity_outlives_a_crash_without_network(draft):
    page = draft.page
    page.route("**/simpan/", lambda route: route.abort())
    page.get_by_label("Tim inovator").press_sequentially("Ibu Kebun")
    page.get_by_label("Umum").check()
    crash(page)
    page = draft.another_page()
    desk.press(page, "Pulihkan tulisan itu")
    expect(draft.state(page)).to_contain_text("Tersimpan")
    assert (draft.stored.team, draft.stored.category.name) == ("Ibu Kebun", "Umum")


@pytest.mark.parametrize("width", [1280, 320])
def test_two_writers_choose_field_by_field(visitors, width):
    draft = Draft(visitors, width=width)
    page, found = draft.page, []
    conflict = page.get_by_role("region", name="Isian ini diubah di tempat lain")

    def meet(page):
        stored = {"team": "Dari kantor", "decree_number": "SK/kantor", "tpb": [3]}
        save_identity(draft.entry, by=draft.user, data=stored)
        page.get_by_label("Tim inovator").fill("Dari rumah")
        page.get_by_label("Nomor SK tim").fill("SK/rumah")
        page.get_by_label("Kepanjangan").fill("Hanya di rumah")
        expect(conflict).to_contain_text("Dari kantor")

    check(page, draft.address, found, prepare=meet)
    expect(conflict).to_contain_text("Dari rumah")
    expect(conflict.get_by_role("heading", level=3)).to_have_count(2)
    conflict.get_by_role("button", name=re.compile("Pakai isian saya untuk Tim inovator")).click()
    conflict.get_by_role("button", name=re.compile("Pakai yang tersimpan untuk Nomor SK")).click()
    expect(draft.state(page)).to_contain_text("Tersimpan")
    stored = draft.stored
    assert (stored.team, stored.decree_number, stored.tpb) == ("Dari rumah", "SK/kantor", [3])
    assert stored.innovation.expansion == "Hanya di rumah"
    expect(page.get_by_label(re.compile("^3\\. "))).to_be_checked()
    assert found == []


def test_the_identity_shows_what_came_after_the_closing(draft):
    page = draft.page
    draft.close_the_stage()
    page.get_by_label("Tim inovator").fill("Terlambat")
    panel = page.get_by_role("region", name="Tulisan yang tidak ikut terkirim")
    expect(panel.get_by_label("Identitas")).to_have_value(re.compile("Terlambat"))


def test_the_form_of_the_identity_still_works_by_its_button(draft):
    page = draft.page
    page.get_by_label("Tim inovator").fill("Dengan tombol")
    desk.press(page, "Simpan")
    expect(page).to_have_url(re.compile(re.escape(draft.home) + "$"))
    expect(page.get_by_role("region", name="Tulisan yang belum tersimpan")).to_be_hidden()
    assert draft.stored.team == "Dengan tombol"


def test_the_video_link_saves_itself(draft):
    page = draft.page
    page.goto(f"{draft.home}video/")
    page.get_by_label("Tautan video").press_sequentially("https://video.contoh.test/kebun")
    expect(draft.state(page)).to_have_text(re.compile("^Tersimpan"))
    assert draft.stored.video_url == "https://video.contoh.test/kebun"


def test_the_text_of_an_objection_waits_in_the_browser_until_it_is_sent(visitors):
    entry = entry_at(EntryStatus.REJECTED)
    announced(entry.edition)
    address = f"/usulan/{entry.pk}/sanggahan/"
    page = visitors.member(member_of(entry.innovation.unit))
    page.goto(address)
    page.get_by_label("Sanggahan", exact=True).press_sequentially("Lampiran kami lengkap.")
    crash(page)
    page = page.context.new_page()
    page.goto(address)
    desk.press(page, "Pulihkan tulisan itu")
    expect(page.get_by_label("Sanggahan", exact=True)).to_have_value("Lampiran kami lengkap.")
    desk.press(page, "Kirim sanggahan")
    expect(page.get_by_text("Sanggahan Anda sudah diterima panitia")).to_be_visible()
    expect(page.get_by_role("region", name="Tulisan yang tidak ikut terkirim")).to_be_hidden()
    assert entry.objection.text == "Lampiran kami lengkap."
