"""A unit changes what it has sent: the old version counts until the new one is sent, also for who forgets."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from competitions.models import Stage, StageKind
from entries.models import Entry
from entries.states import EntryStatus
from kiks import clock
from tests.factories.entries import entry_at, member_of
from tests.factories.people import make_committee_user
from tests.journeys import desk

pytestmark = pytest.mark.browser
OLD, NEW = "Jawaban Dampak untuk uji.", "Dampak yang ditulis ulang sesudah dikirim."


@pytest.fixture
def sent():
    return entry_at(EntryStatus.SUBMITTED)


def change_the_answer(page, entry):
    """“Ubah usulan”, another answer, back to the list."""
    page.goto(f"/usulan/{entry.pk}/")
    desk.press(page, "Ubah usulan")
    expect(page.get_by_text("tetap berlaku sampai perubahan dikirim")).to_be_visible()
    desk.follow(page, "Dampak")
    with page.expect_response("**/pertanyaan/dampak/simpan/") as answered:
        page.get_by_label("Jawaban Anda").fill(NEW)
    assert answered.value.ok
    desk.follow(page, "Daftar bagian")


def test_a_change_counts_once_it_is_sent(visitors, sent):
    unit = visitors.member(member_of(sent.innovation.unit))
    committee = visitors.member(make_committee_user())
    change_the_answer(unit, sent)
    committee.goto(f"/admin/entries/entry/{sent.pk}/seleksi/")
    expect(committee.get_by_text(OLD)).to_be_visible()
    expect(committee.get_by_text(NEW)).to_have_count(0)
    desk.follow(unit, "Periksa perubahan")
    expect(unit.locator(".compared ins").first).to_be_visible()
    unit.get_by_label("Saya menyatakan").check()
    desk.press(unit, "Kirim perubahan")
    expect(unit.get_by_role("heading", level=1)).to_contain_text("Versi 2 terkirim")
    committee.reload()
    expect(committee.get_by_text(NEW)).to_be_visible()
    assert Entry.objects.get(pk=sent.pk).current_version.ordinal == 2


def test_who_forgets_keeps_the_version_that_was_sent(visitors, sent):
    unit = visitors.member(member_of(sent.innovation.unit))
    change_the_answer(unit, sent)
    submission = Stage.objects.filter(edition=sent.edition, kind=StageKind.SUBMISSION)
    submission.update(closes_at=clock.now() - timedelta(seconds=1))
    unit.reload()
    expect(unit.get_by_role("heading", name="Tidak dikirim")).to_be_visible()
    expect(unit.locator("#belum-dampak")).to_have_text(NEW)
    expect(unit.locator("#dampak")).to_contain_text(OLD)
    unit.get_by_role("button", name="Salin Dampak").click()
    expect(unit.locator("[data-copy-state]")).not_to_be_empty()
    assert Entry.objects.get(pk=sent.pk).current_version.ordinal == 1
