"""What the committee sees while it types: the sum of weights, totals of tried marks, a preview that follows a save."""

import pytest
from playwright.sync_api import expect

from competitions.models import Criterion
from tests.factories.editions import make_edition
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.browser


def test_weights_totals_and_the_preview_beside(visitors):
    kipp = make_edition().instruments.get(code="kipp")
    page = visitors.member(make_committee_user())
    page.goto(f"/admin/competitions/instrument/{kipp.pk}/change/")
    total = page.locator("[data-sum-of=criteria]")
    expect(total).to_have_text("Jumlah bobot 100.")
    page.locator("#id_criteria-0-weight").fill("44")
    expect(total).to_have_text("Jumlah bobot 99, harus 100.")

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Pratinjau lembar penilaian tanpa menyimpan").click()
    unsaved = opened.value
    expect(unsaved.get_by_text("Dari isian yang belum disimpan.")).to_be_visible()
    expect(unsaved.get_by_text("Jumlah bobot KIPP 99, harus 100.")).to_be_visible()
    assert Criterion.objects.get(instrument=kipp, code="ide").weight == 45

    page.locator("#id_criteria-0-weight").fill("50")
    page.locator("#id_criteria-1-weight").fill("50")
    page.locator("#id_criteria-0-name").fill("Gagasan")
    page.get_by_role("button", name="Simpan dan lanjut mengubah").click()
    expect(unsaved.get_by_text("Dari isian yang belum disimpan.")).to_have_count(0)
    expect(unsaved.get_by_text("Gagasan").first).to_be_visible()
    # What is typed before the page's script has come changes no total.
    unsaved.wait_for_load_state()

    marks = unsaved.locator(".input-mark")
    marks.nth(0).press_sequentially("80")
    expect(unsaved.locator(".sheet-sum")).to_contain_text("40,00")
    marks.nth(1).press_sequentially("70")
    expect(unsaved.locator("#jumlah")).to_contain_text("Nilai gabungan 75,00")
