"""What a unit types outlives session, network, tab, protection token, server, a second tab and the closing."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from entries.actions.answers import save_answer
from entries.eligibility import count_words
from entries.models import EarlierAnswer
from tests.journeys import desk
from tests.journeys.drafts import Question, crash, type_slowly
from tests.journeys.test_accessibility import check
from tests.journeys.visitor import enter_password

pytestmark = pytest.mark.browser


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


def test_text_typed_without_network_is_sent_when_it_is_back(question):
    page = question.page
    page.context.set_offline(True)
    question.field(page).press_sequentially("Di jalan tanpa sinyal")
    expect(question.state(page)).to_contain_text("jaringan terputus")
    page.context.set_offline(False)
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Di jalan tanpa sinyal")


def test_text_outlives_a_tab_that_crashes_without_network(question):
    page = question.page
    page.route("**/simpan/", lambda route: route.abort())
    question.field(page).press_sequentially("Sampai huruf terakhir")
    crash(page)
    page = question.another_page()
    desk.press(page, "Pulihkan tulisan itu")
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Sampai huruf terakhir")


def test_of_typing_without_a_pause_at_most_ten_seconds_are_missing_on_the_server(question):
    """The tab crashes and its browser is never seen again: what counts is what the server has."""
    page, text = question.page, "Warga menanam bersama di kebun."
    page.clock.install()
    page.goto(question.address)
    type_slowly(page, question.field(page), text)
    crash(page)
    stored = question.stored_text
    assert text.startswith(stored)
    assert len(text) - len(stored) <= 10


def test_text_typed_into_the_closing_is_shown_as_not_sent_and_can_be_copied(question):
    page = question.page
    question.field(page).press_sequentially("Sebelum tutup")
    expect(question.state(page)).to_contain_text("Tersimpan")
    question.close_the_stage()
    question.field(page).press_sequentially(", sesudah tutup")
    whole = "Sebelum tutup, sesudah tutup"
    panel = page.get_by_role("region", name="Tulisan yang tidak ikut terkirim")
    expect(panel).to_contain_text("Waktu pengisian berakhir")
    expect(panel.get_by_label("Dampak")).to_have_value(whole)
    expect(question.field(page)).to_have_value(whole)
    page.goto(question.address)
    expect(page).to_have_url(re.compile(re.escape(question.home) + "$"))
    expect(panel.get_by_label("Dampak")).to_have_value(whole)
    panel.get_by_role("button", name="Salin tulisan ini").click()
    expect(panel.get_by_text(re.compile("Tersalin|Ctrl.C"))).to_be_visible()
    assert question.is_stored("Sebelum tutup")


def test_text_outlives_a_server_that_is_restarted(question):
    page = question.page
    page.route("**/simpan/", lambda route: route.fulfill(status=503, body="sedang dimulai ulang"))
    question.field(page).fill("Tunggu server")
    expect(question.state(page)).to_contain_text("server tidak menjawab")
    page.unroute("**/simpan/")
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Tunggu server")
    assert all(problem.endswith(": 503") for problem in question.visitors.problems)
    question.visitors.problems.clear()


def test_text_outlives_a_protection_token_that_is_gone(question, settings):
    page = question.page
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    question.field(page).fill("Token baru")
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Token baru")


def test_text_that_was_saved_unheard_is_no_conflict_with_oneself(question):
    page = question.page

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/simpan/", lose_the_answer)
    question.field(page).fill("Sampai, tetapi tidak terdengar")
    expect(question.state(page)).to_contain_text("jaringan terputus")
    page.unroute("**/simpan/")
    question.field(page).press_sequentially(", lalu lanjut")
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Sampai, tetapi tidak terdengar, lalu lanjut")


def test_a_browser_that_keeps_no_copy_says_so_and_asks_before_leaving(question):
    page = question.page
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('penuh'); };")
    page.goto(question.address)
    page.context.set_offline(True)
    question.field(page).press_sequentially("Tanpa salinan")
    expect(question.state(page)).to_contain_text("tidak dapat menyimpan salinan")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    page.context.set_offline(False)
    expect(question.state(page)).to_contain_text("Tersimpan")


def test_the_way_back_finds_the_text(question):
    page = question.page
    question.field(page).press_sequentially("Belum sempat")
    desk.follow(page, "Daftar bagian")
    page.go_back()
    expect(question.field(page)).to_have_value("Belum sempat")
    page.get_by_role("link", name="Daftar bagian").click()
    expect(page.get_by_role("region", name="Tulisan yang belum tersimpan")).to_be_hidden()


def test_a_text_too_long_to_outlive_its_page_waits_in_the_browser(question):
    page, text = question.page, "é " * 9000
    question.field(page).fill(text)
    page.route("**/simpan/", lambda route: route.abort())
    page.goto(question.home)
    panel = page.get_by_role("region", name="Tulisan yang belum tersimpan")
    expect(panel.get_by_label("Dampak")).to_have_value(text)
    page.unroute("**/simpan/")
    desk.follow(page, "Buka bagian ini")
    desk.press(page, "Pulihkan tulisan itu")
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored(text)


def test_a_tab_that_saves_leaves_the_copy_of_another_alone(question):
    first, second = question.page, question.another_page()
    first.route("**/simpan/", lambda route: route.abort())
    question.field(first).fill("Tertahan di tab pertama")
    expect(question.state(first)).to_contain_text("jaringan terputus")
    question.field(second).fill("Tersimpan dari tab kedua")
    expect(question.state(second)).to_contain_text("Tersimpan")
    crash(first)
    third = question.another_page()
    desk.press(third, "Pulihkan tulisan itu")
    expect(third.get_by_label("Tulisan yang tersimpan")).to_have_value("Tersimpan dari tab kedua")
    desk.press(third, "Pakai tulisan saya")
    expect(question.state(third)).to_contain_text("Tersimpan")
    assert question.is_stored("Tertahan di tab pertama")


AWKWARD = [
    "", "  ", "satu", "satu  dua\n\ntiga", "a-b c/d", "– — …", "3,5 % dari 1.000", "e\u0301te\u0301", "kata\u00a0kata",
    "kata\u200bkata", "\ufeffkata", "kata\u0085kata", "kata\u001fkata", "kata\u2028kata\u3000kata", "字 漢字", "½ ² Ⅷ",
    "🌱 kebun 🌱", "👩‍🌾", "_ __ _a", "'' \"kutip\"", "٣ ५", "\ud83d", "ꟈ", "http://a.b/c?d=e f", "- butir\n- butir",
]  # fmt: skip


def test_the_browser_counts_words_as_the_server_does(question):
    counted = question.page.evaluate("texts => texts.map(countWords)", AWKWARD)
    assert dict(zip(AWKWARD, counted, strict=True)) == {text: count_words(text) for text in AWKWARD}


def focused(page):
    script = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    return " ".join(page.evaluate(script).split())


def test_the_whole_page_of_a_question_works_by_keyboard(question):
    page, met = question.page, []
    while not met or met[-1] != "Riwayat jawaban":
        page.keyboard.press("Tab")
        met.append(focused(page))
        if met[-1] == "Jawaban Anda":
            page.keyboard.type("Hanya dengan papan ketik")
    for _ in range(3):
        page.keyboard.press("Tab")
        met.append(focused(page))
    for name in ("Daftar bagian", "Jawaban Anda", "Simpan", "Riwayat jawaban", "Lampiran"):
        assert any(name in words for words in met), (name, met)
    assert [words for words in met if words in ("Jawaban Anda", "Simpan", "Riwayat jawaban")][:3] == [
        "Jawaban Anda",
        "Simpan",
        "Riwayat jawaban",
    ]
    expect(question.state(page)).to_contain_text("Tersimpan")
    assert question.is_stored("Hanya dengan papan ketik")
    question_of = question.entry.edition.questions.get(code="dampak")
    save_answer(
        question.entry, by=question.user, question=question_of, text="Dari tempat lain", version=question.version
    )
    question.field(page).press_sequentially("!")
    expect(page.locator("[data-conflict]")).to_be_focused()
    while focused(page) != "Pakai yang tersimpan":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(question.field(page)).to_be_focused()
    expect(question.field(page)).to_have_value("Dari tempat lain")


@pytest.mark.parametrize("width", [1280, 320])
def test_an_earlier_version_is_brought_back(visitors, width):
    question = Question(visitors, width=width)
    question_of = question.entry.edition.questions.get(code="dampak")
    for version, text in enumerate(["Satu dua tiga empat lima enam", "Lain sama sekali sekarang ini juga", "Ketiga"]):
        save_answer(question.entry, by=question.user, question=question_of, text=text, version=version)
    page, found = question.page, []
    check(page, f"{question.address}riwayat/", found)
    desk.follow(page, re.compile("^" + page.locator(".history-list a").last.inner_text()))
    page.goto(f"{question.address}riwayat/?versi=1")
    desk.press(page, "Pakai tulisan ini")
    expect(question.field(page)).to_have_value("Satu dua tiga empat lima enam")
    assert list(EarlierAnswer.objects.values_list("version", flat=True)) == [3, 2, 1]
    assert found == []


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_where_two_texts_meet_and_where_text_was_not_sent(visitors, width):
    question, found = Question(visitors, width=width), []
    question_of = question.entry.edition.questions.get(code="dampak")

    def meet(page):
        save_answer(question.entry, by=question.user, question=question_of, text="Dari tempat lain", version=0)
        question.field(page).fill("Dari sini")
        expect(page.get_by_label("Tulisan yang tersimpan")).to_be_visible()

    def come_late(page):
        question.close_the_stage()
        question.field(page).fill("Terlambat")
        expect(page.get_by_role("region", name="Tulisan yang tidak ikut terkirim")).to_be_visible()

    check(question.page, question.address, found, prepare=meet)
    check(question.page, question.address, found, prepare=come_late)
    check(question.page, question.home, found)
    assert found == []


def test_what_judges_look_for_is_reached_before_the_text_on_a_phone(visitors):
    question = Question(visitors, width=390)
    question_of = question.entry.edition.questions.get(code="dampak")
    criterion = question.entry.edition.instruments.get(code="kipp").criteria.first()
    question_of.criteria.add(criterion)
    page = question.page
    page.goto(question.address)
    summary = page.get_by_text("Yang dinilai juri pada bagian ini")
    assert summary.bounding_box()["y"] < question.field(page).bounding_box()["y"]
    summary.click()
    expect(page.locator(".guide-narrow").get_by_text(criterion.name)).to_be_visible()
