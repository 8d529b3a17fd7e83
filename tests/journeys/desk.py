"""What people do on the pages, one function for each act; all by clicking and typing."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from competitions.models import AttachmentRule
from entries.models import Agency, Entry, ServiceUnit
from judging.models import Round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import PASSWORD


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=name).first.click()


def letter(folder: Path, name: str = "surat.pdf") -> Path:
    path = folder / name
    path.write_bytes(tiny_pdf(name))
    return path


def find_unit(page: Page, typed: str, offered: str) -> None:
    """Type a name and take what the list offers for it; until the script is there, the field is a plain list."""
    field = page.get_by_role("combobox", name="Unit Anda").and_(page.locator("input"))
    field.press_sequentially(typed)
    page.get_by_role("option", name=offered).click()


def new_unit(page: Page, agency: Agency) -> None:
    find_unit(page, "Puskesmas Kebun Teh", "tidak ada dalam daftar")
    page.get_by_label("Perangkat daerah").select_option(label=agency.name)
    page.get_by_label("Jenis unit").select_option(label="Puskesmas")
    expect(page.get_by_label("Nama unit")).to_have_value("Puskesmas Kebun Teh")


def register_unit(page: Page, folder: Path, choose: Callable[[Page], None]) -> str:
    """The public form; `choose` says which unit. Answers with the address that the contact person logs in with."""
    page.goto("/")
    follow(page, "Daftarkan unit")
    choose(page)
    page.get_by_label("Email kantor").fill("kantor@kebunteh.test")
    page.get_by_label("Telepon kantor").fill("0266 000000")
    page.get_by_label("Nama narahubung").fill("Ibu Narahubung")
    page.get_by_label("Jabatan").fill("Kepala tata usaha")
    page.get_by_label("Email untuk masuk").fill("narahubung@kebunteh.test")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_label("Ulangi kata sandi").fill(PASSWORD)
    page.get_by_label(re.compile("Surat penunjukan")).set_input_files(letter(folder))
    press(page, "Daftarkan unit")
    expect(page.get_by_role("heading", level=1)).to_contain_text("diterima")
    return "narahubung@kebunteh.test"


def verify_unit(page: Page, name: str) -> None:
    """From the committee's desk to the decision."""
    page.goto("/admin/")
    follow(page, "Unit menunggu verifikasi")
    follow(page, name)
    follow(page, re.compile("Verifikasi"))
    press(page, "Verifikasi unit")
    expect(page.get_by_text("terverifikasi").first).to_be_visible()
    assert ServiceUnit.objects.get(name=name).status == "verified"


def write_entry(page: Page, folder: Path) -> None:
    """A whole proposal: identity, two answers that save themselves, a paper, a video."""
    page.goto("/usulan/")
    follow(page, re.compile("Mulai usulan|Ajukan inovasi"))
    page.get_by_label("Nama singkat inovasi").fill("KEBUN SEHAT")
    page.get_by_label("Kepanjangan atau penjelasan nama").fill("Kebun Gizi Warga")
    press(page, "Mulai usulan")
    follow(page, "Identitas")
    page.get_by_label("Umum").check()
    page.get_by_label("Mulai digagas").fill("2023-01-05")
    page.get_by_label("Mulai diterapkan").fill("2024-01-05")
    page.get_by_label("Tim inovator").fill("Tim Kebun Teh")
    press(page, "Simpan")
    for title in ("Ringkasan", "Dampak"):
        answer(page, title, f"{title} dari kebun gizi warga yang dirawat bersama.")
    follow(page, "Lampiran")
    for rule in AttachmentRule.objects.filter(edition__entries__innovation__short_name="KEBUN SEHAT", is_required=True):
        part = page.get_by_role("region", name=rule.name)
        part.get_by_label("PDF").set_input_files(letter(folder, f"{rule.code}.pdf"))
        part.get_by_role("button", name="Unggah").click()
        expect(page.get_by_role("link", name=f"{rule.code}.pdf", exact=True)).to_be_visible()
    follow(page, "Daftar bagian")
    follow(page, "Video")
    page.get_by_label("Tautan video").fill("https://video.contoh.test/kebun")
    press(page, "Simpan tautan")


def answer(page: Page, title: str, text: str) -> None:
    """Type an answer and wait until the page says that it is kept; no button is pressed."""
    follow(page, title)
    page.get_by_label("Jawaban").press_sequentially(text)
    expect(page.locator("[data-save-state]")).to_contain_text("Tersimpan")
    follow(page, "Daftar bagian")


def submit_entry(page: Page) -> str:
    """Check and send; answers with the number."""
    follow(page, re.compile("Periksa"))
    page.get_by_role("checkbox").check()
    press(page, "Kirim usulan")
    expect(page.get_by_role("heading", level=1)).to_contain_text("terkirim")
    entry = Entry.objects.get(innovation__short_name="KEBUN SEHAT")
    expect(page.get_by_text(entry.number).first).to_be_visible()
    return entry.number


def screen_all(page: Page, numbers: list[str]) -> None:
    """Pass everything that waits, item by item, the longest waiting first."""
    page.goto("/admin/")
    follow(page, "Usulan menunggu seleksi administrasi")
    page.get_by_role("table").get_by_role("link").first.click()
    for number in numbers:
        expect(page.get_by_role("heading", level=1)).to_contain_text(number)
        for choice in page.get_by_label("Terpenuhi", exact=True).all():
            choice.check()
        press(page, "Loloskan")
        expect(page.get_by_text(f"Usulan {number} lolos seleksi administrasi.")).to_be_visible()
    expect(page.get_by_text("Tidak ada usulan yang menunggu")).to_be_visible()


def step(page: Page, round_: Round, link: str, button: str) -> None:
    """One step of a round in the control room: the button, what it will do, and the confirmation."""
    page.goto(f"/admin/judging/round/{round_.pk}/kendali/")
    follow(page, re.compile(link))
    press(page, button)
    expect(page).to_have_url(re.compile(rf"/round/{round_.pk}/kendali/$"))


def issue_record(page: Page, round_: Round) -> None:
    """The berita acara of a round gets its number."""
    page.goto(f"/admin/judging/round/{round_.pk}/kendali/")
    follow(page, "Terbitkan berita acara")
    press(page, "Terbitkan berita acara")
    expect(page.get_by_text(re.compile("Berita acara nomor .* diterbitkan"))).to_be_visible()
    expect(page.get_by_role("link", name="Unduh PDF").first).to_be_visible()


def publish(page: Page, final: Round) -> None:
    """Show the result to everybody from now on."""
    page.goto(f"/admin/judging/round/{final.pk}/kendali/")
    follow(page, "Terbitkan hasil edisi")
    press(page, "Terbitkan hasil")
    expect(page.get_by_text(re.compile("Hasil versi 1 terbit"))).to_be_visible()
