"""A newcomer on the committee readies a year from last year's, and a unit comes in; played by clicking."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from competitions.models import Criterion, Edition
from entries.models import ServiceUnit
from entries.reference import load_reference
from judging.demo.calendar import Calendar
from judging.demo.script import DemoScript, load
from judging.demo.setting import make_year
from kiks import audit, clock
from kiks.formats import local_date
from kiks.models import User
from tests.factories.people import make_committee_user
from tests.factories.spreadsheets import units_xlsx
from tests.journeys import desk
from tests.journeys.desk import follow, press
from tests.journeys.visitor import install_authenticator, log_in, log_in_with_code

pytestmark = pytest.mark.browser

PAPER = "Keputusan Kepala Bagian Organisasi Nomor 7 (contoh)"
AGENCY = "Dinas Kesehatan"
UNIT = "Kelurahan Jayamekar"


def demo_year(by: User) -> Edition:
    """The made-up edition of the demo, as it was set up a year ago."""
    load_reference()
    script: DemoScript = load()
    calendar = Calendar.of(clock.now(), "published").a_year_before()
    with clock.shifted_to(calendar.at(-70)), audit.act(by):
        edition, _ = make_year(script, script.edition("kiks-2025-contoh"), calendar, by)
    return edition


def test_a_newcomer_readies_a_year_and_a_unit_logs_in(visitors, tmp_path):
    chair = make_committee_user("Ketua Panitia")
    source = demo_year(chair)
    newcomer = make_committee_user("Anggota Baru")
    office = visitors.stranger("committee")
    log_in_with_code(office, newcomer, install_authenticator(newcomer))
    year = clone(office, source)
    change_the_weights(office, year)
    confirm_everything(office, year)
    open_to_everybody(office, visitors.stranger(), year)
    import_units(office, tmp_path)
    unit = visitors.stranger("unit")
    email = desk.register_unit(unit, tmp_path, lambda page: desk.find_unit(page, "Jaya Mekar", UNIT))
    desk.verify_unit(office, UNIT)
    log_in(unit, email)
    expect(unit.get_by_text(UNIT).first).to_be_visible()
    follow(unit, re.compile("Ajukan inovasi|Mulai usulan"))
    expect(unit.get_by_label("Nama singkat inovasi")).to_be_visible()


def readiness(page: Page, year: Edition) -> None:
    page.goto(f"/admin/competitions/edition/{year.pk}/kesiapan/")


def blockers(page: Page):
    return page.get_by_role("region", name="Yang masih menghalangi pembukaan").get_by_role("link")


def clone(page: Page, source: Edition) -> Edition:
    page.goto("/admin/competitions/edition/")
    follow(page, "Salin dari edisi sebelumnya")
    expect(page.get_by_label("Nama edisi")).to_have_value("KIKS 2026 (contoh)")
    day = local_date(clock.now()) - timedelta(days=2)
    page.get_by_label("Tahap pertama dibuka").fill(day.isoformat())
    press(page, "Salin edisi")
    press(page, "Salin edisi")
    expect(page.get_by_text("Belum ada yang dikonfirmasi")).to_be_visible()
    year = Edition.objects.get(copied_from=source)
    assert (year.year, year.opened_at, year.rules_confirmed_at) == (2026, None, None)
    return year


def change_the_weights(page: Page, year: Edition) -> None:
    """One per cent moves from one criterion to another; with 99 between the two nothing can be confirmed."""
    instrument = year.instruments.get(code="kipp-2022")
    first, second = instrument.criteria.order_by("position")[:2]
    weigh(page, first, -1)
    readiness(page, year)
    expect(blockers(page).filter(has_text="99, seharusnya tepat 100")).to_have_count(1)
    page.goto(f"/admin/competitions/instrument/{instrument.pk}/konfirmasi/")
    page.get_by_label("Dasar konfirmasi").fill(PAPER)
    press(page, "Konfirmasi instrumen")
    expect(page.get_by_text(re.compile("Jumlah bobot.*99")).first).to_be_visible()
    weigh(page, second, 1)
    readiness(page, year)
    expect(blockers(page).filter(has_text="seharusnya tepat 100")).to_have_count(0)
    weights = list(instrument.criteria.order_by("position").values_list("weight", flat=True))
    assert (weights[:2], sum(weights)) == ([first.weight - 1, second.weight + 1], 100)
    assert year.instruments.filter(confirmed_at__isnull=False).count() == 0


def weigh(page: Page, criterion: Criterion, change: int) -> None:
    page.goto(f"/admin/competitions/instrument/{criterion.instrument_id}/change/#criteria-group")
    field = page.locator(f"input[name$='-{criterion.position - 1}-weight']")
    field.fill(str(int(criterion.weight) + change))
    press(page, "Simpan")


def confirm_everything(page: Page, year: Edition) -> None:
    """Every line of the page leads to the place where it is mended, and it is gone when one comes back."""
    readiness(page, year)
    for wanted in ("Tema belum diisi", "belum diuji", "Instrumen KIPP", "Bobot babak Nilai akhir"):
        expect(blockers(page).filter(has_text=wanted)).to_have_count(1)
    blockers(page).filter(has_text="Tema").click()
    page.get_by_label("Tema").fill("Pelayanan yang lebih dekat")
    press(page, "Simpan")
    readiness(page, year)
    blockers(page).filter(has_text="belum diuji").click()
    press(page, "Kirim surat uji coba ke saya")
    readiness(page, year)
    for left in range(blockers(page).count(), 0, -1):
        expect(blockers(page)).to_have_count(left)
        blockers(page).filter(has_text="belum dikonfirmasi").first.click()
        page.get_by_label("Dasar konfirmasi").fill(PAPER)
        page.get_by_role("main").get_by_role("button", name=re.compile("^Konfirmasi")).click()
        readiness(page, year)
    expect(page.get_by_text("Semua syarat terpenuhi")).to_be_visible()


def open_to_everybody(page: Page, stranger: Page, year: Edition) -> None:
    stranger.goto("/")
    expect(stranger.get_by_text(year.name)).to_have_count(0)
    readiness(page, year)
    follow(page, "Buka edisi")
    press(page, "Buka edisi")
    expect(page.get_by_text(f"{year.name} dibuka untuk umum.")).to_be_visible()
    stranger.goto("/")
    expect(stranger.get_by_text("Pelayanan yang lebih dekat").first).to_be_visible()


def import_units(page: Page, folder: Path) -> None:
    """Look first, keep then; the same file once more changes nothing."""
    path = folder / "upp.xlsx"
    path.write_bytes(units_xlsx(49, agency=AGENCY))
    before = ServiceUnit.objects.count()
    for sentence in ("49 baru, 0 diubah", ""):
        page.goto("/admin/entries/serviceunit/")
        follow(page, re.compile("^Impor"))
        page.get_by_label("Berkas").set_input_files(path)
        press(page, "Lihat pratinjau")
        if sentence:
            assert ServiceUnit.objects.count() == before
            press(page, "Simpan data ini")
            expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name="Simpan data ini")).to_have_count(0)
    assert ServiceUnit.objects.count() == before + 49
