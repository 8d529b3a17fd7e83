"""axe finds nothing on the pages that people use, wide and narrow, and nothing has to be scrolled sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from competitions.models import StageKind
from entries.actions.entry import save_identity
from entries.actions.submission import open_revision
from entries.states import EntryStatus, ScreeningOutcome
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of, screen
from tests.factories.judging import make_round, mark_all, open_desk_round, published_edition
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = [1280, 320]


def check(page, address, found, *, prepare=None):
    """Collect what axe finds on a page, and whether it is wider than its window."""
    page.goto(address)
    if prepare:
        prepare(page)
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    found += [
        f"{address} {rule['id']}: {node['html'][:120]}"
        for rule in result.response["violations"]
        for node in rule["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{address} is wider than its window")


def with_errors(page):
    page.locator("form button[type=submit]").last.click()
    page.locator(".error-summary, [role=alert]").first.wait_for()


def with_a_likely_twin(page, name):
    page.locator("#id_short_name").fill(name)
    with_errors(page)
    assert "Mirip dengan" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_for_everybody(visitors, width):
    edition = published_edition()
    page, found = visitors.stranger(width=width), []
    for address in ("/", "/hasil/", f"/hasil/{edition.code}/", "/aturan/", "/riwayat/", "/verifikasi/", "/akun/login/"):
        check(page, address, found)
    check(page, f"/verifikasi/{edition.records.first().number}/", found)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_a_unit(visitors, width):
    entry = entry_at(EntryStatus.DRAFT)
    page, found = visitors.member(member_of(entry.innovation.unit), width=width), []
    check(page, "/daftar/", found, prepare=with_errors)
    check(page, "/usulan/", found)
    start = f"/usulan/unit/{entry.innovation.unit_id}/baru/"
    check(page, start, found)
    check(page, start, found, prepare=lambda page: with_a_likely_twin(page, entry.innovation.short_name))
    for part in ("", "identitas/", "pertanyaan/ringkasan/", "lampiran/", "video/", "periksa/", "berkas/"):
        check(page, f"/usulan/{entry.pk}/{part}", found)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_a_revision_and_of_what_was_not_sent(visitors, width):
    entry = entry_at(EntryStatus.SUBMITTED)
    user = member_of(entry.innovation.unit)
    page, found = visitors.member(user, width=width), []
    check(page, f"/usulan/{entry.pk}/", found)
    open_revision(entry, by=user)
    save_identity(entry, by=user, data={"team": "Tim yang Baru", "video_url": ""})
    for part in ("", "periksa/", "batalkan-perubahan/", "isi/", "terkirim/"):
        check(page, f"/usulan/{entry.pk}/{part}", found)
    # A return ends the revision, and what was written and not sent is shown.
    screen(entry, ScreeningOutcome.RETURNED)
    check(page, f"/usulan/{entry.pk}/", found)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_judge_and_committee(visitors, width):
    edition = make_edition()
    # One that has no announcement, so that an entry may still wait beside those that are judged.
    edition.stages.filter(kind=StageKind.SCREENING).delete()
    round_ = open_desk_round(entries=2, judges=1, edition=edition)
    waiting = entry_at(EntryStatus.SUBMITTED, edition=round_.edition, unit=make_unit())
    assignment = round_.assignments.select_related("judge__user").first()
    mark_all(assignment)
    judge, found = visitors.member(assignment.judge.user, width=width), []
    for address in ("/juri/", f"/juri/lembar/{assignment.pk}/", f"/juri/lembar/{assignment.pk}/serahkan/"):
        check(judge, address, found)
    committee = visitors.member(round_.opened_by, width=width)
    room, screen = f"/admin/judging/round/{round_.pk}/kendali/", f"/admin/entries/entry/{waiting.pk}/seleksi/"
    for address in ("/admin/", "/admin/entries/entry/seleksi/", screen, room, "/admin/judging/round/kendali/"):
        check(committee, address, found)
    assert found == []


def with_a_bad_field(page):
    page.locator("#id_name").fill("")
    page.locator("button[name=_continue]").click()
    page.locator("[data-error-summary]").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_the_bureau(visitors, width, scheme):
    officer = make_committee_user()
    edition = make_edition()
    instrument = edition.instruments.first()
    draft = entry_at(EntryStatus.DRAFT, edition=edition)
    make_round(edition, officer)
    agency = draft.innovation.unit.agency
    page, found = visitors.member(officer, width=width), []
    page.emulate_media(color_scheme=scheme)
    for address in (
        "/admin/",
        "/admin/entries/serviceunit/",
        "/admin/entries/serviceunit/?q=tidak-ada",
        f"/admin/entries/serviceunit/{draft.innovation.unit_id}/change/",
        f"/admin/entries/agency/{agency.pk}/delete/",
        f"/admin/competitions/edition/{edition.pk}/change/",
        f"/admin/competitions/instrument/{instrument.pk}/change/",
        "/admin/entries/entry/draf/",
        f"/admin/entries/entry/draf/ingatkan/{edition.pk}/",
        f"/admin/entries/entry/pratinjau/{edition.pk}/",
        f"/admin/judging/round/pratinjau/edisi/{edition.pk}/",
    ):
        check(page, address, found)
    check(page, f"/admin/competitions/edition/{edition.pk}/change/", found, prepare=with_a_bad_field)
    assert found == []
