"""The numbers of a screening on a planted world: the page, its files, and who gets them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from competitions.models import Category, ChecklistItem, Edition, ReportedFigure
from entries.actions.objections import decide_objection, raise_objection
from entries.actions.reopening import reopen_screening
from entries.actions.screening import ItemDecision, reject_overdue, screen_entry
from entries.announcements import status_counts
from entries.models import Agency, District, Entry, ServiceUnit, Village
from entries.screening_statistics import NO_DISTRICT, Group, Tally, statistics_of
from entries.screening_tables import MOST_ROWS, sheets_of, shown, tables_of
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
PASSED, FAILED, WITHDRAWN = EntryStatus.PASSED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN
PAGE = "admin:entries_statistics"


def make_history(year: int, **figures: tuple[int, str]) -> Edition:
    edition = Edition.objects.create(code=f"kiks-{year}", year=year, name=f"KIKS-{year - 2020}", is_history=True)
    for key, (value, sureness) in figures.items():
        ReportedFigure.objects.create(edition=edition, key=key, value=value, sureness=sureness)
    return edition


def decide(entry: Entry, outcome: ScreeningOutcome, *failing: str) -> None:
    """Decide on an entry: the items with these codes fail, the others pass."""
    items = [
        ItemDecision(item, item.code not in failing, "Kurang." if item.code in failing else "")
        for item in entry.edition.checklist.all()
    ]
    due = clock.now() + timedelta(days=3) if outcome == ScreeningOutcome.RETURNED else None
    attempt = entry.screenings.count() + 1
    officer = make_committee_user("Petugas")
    screen_entry(
        entry, by=officer, outcome=outcome, items=items, reason="", correction_due_at=due, expected_attempt=attempt
    )
    entry.refresh_from_db()


@pytest.fixture
def world() -> SimpleNamespace:
    """Nine entries of three units: a puskesmas, a school in Cikole, and a kelurahan in Baros, of two agencies."""
    edition = make_edition(name="KIKS 2026")
    Category.objects.create(edition=edition, code="khusus", name="Khusus", position=2)
    for position, code in enumerate(("sk", "video"), 2):
        ChecklistItem.objects.create(
            edition=edition, code=code, label=f"Butir {code}", failure_sentence="Kurang.", position=position
        )
    health, school = make_agency("Dinas Kesehatan"), make_agency("Dinas Pendidikan")
    villages = {}
    for name in ("Cikole", "Baros", "Lembursitu"):
        district = District.objects.create(code=f"kec-{name}", name=name)
        villages[name] = Village.objects.create(code=f"kel-{name}", name=f"Kelurahan {name}", district=district)
    units = make_unit(agency=health), make_unit(agency=school), make_unit(agency=health)
    ServiceUnit.objects.filter(pk=units[1].pk).update(kind="school", village=villages["Cikole"])
    ServiceUnit.objects.filter(pk=units[2].pk).update(kind="kelurahan", village=villages["Baros"])

    def entered(unit: ServiceUnit, status: EntryStatus = EntryStatus.SUBMITTED) -> Entry:
        return entry_at(status, edition=edition, unit=unit)

    first, second, third = units
    for unit in (first, first, second):
        decide(entered(unit), ScreeningOutcome.PASSED)
    decide(entered(first), ScreeningOutcome.REJECTED, "sk", "video")
    decide(entered(third), ScreeningOutcome.REJECTED, "sk")
    returned, reopened = entered(second), entered(third)
    decide(returned, ScreeningOutcome.RETURNED, "video")
    decide(reopened, ScreeningOutcome.REJECTED, "umur")
    reopen_screening(reopened, by=make_committee_user(), reason="Diperiksa sekali lagi.")
    entered(first, WITHDRAWN)
    entered(first)
    entered(first, EntryStatus.DRAFT)
    return SimpleNamespace(edition=edition, units=units, returned=returned, reopened=reopened)


def counts(groups: list[Group]) -> dict[str, tuple[int, int, int]]:
    return {group.label: (group.tally.received, group.tally.passed, group.tally.failed) for group in groups}


def reasons(edition: Edition) -> dict[str, tuple[int, int]]:
    return {reason.label: (reason.failed, reason.returned) for reason in statistics_of(edition).reasons}


def page(client: Client, name: str = PAGE, args: tuple = (), **query: str):
    return client.get(reverse(name, args=args), query)


@pytest.fixture
def committee() -> Client:
    return client_of(make_committee_user("Ketua Panitia"))


def test_every_entry_is_counted_once_as_the_announcement_counts(world):
    whole = statistics_of(world.edition).whole
    assert whole == Tally(passed=3, failed=2, withdrawn=1, returned=1, undecided=2)
    standing = status_counts(world.edition)
    assert (whole.received, whole.passed, whole.failed) == (9, standing["passed"], standing["rejected"])
    assert whole.received == standing["received"]


def test_groups_are_counted_apart_the_largest_first_and_what_is_known_with_nothing(world):
    found = statistics_of(world.edition)
    assert list(counts(found.agencies).items()) == [("Dinas Kesehatan", (7, 2, 2)), ("Dinas Pendidikan", (2, 1, 0))]
    assert counts(found.kinds) == {
        "Puskesmas": (5, 2, 1),
        "Kelurahan": (2, 0, 1),
        "Satuan pendidikan": (2, 1, 0),
    }
    assert list(counts(found.categories).items()) == [("Umum", (9, 3, 2)), ("Khusus", (0, 0, 0))]
    assert list(counts(found.districts).items()) == [
        ("Baros", (2, 0, 1)),
        ("Cikole", (2, 1, 0)),
        ("Lembursitu", (0, 0, 0)),
        (NO_DISTRICT, (5, 2, 1)),
    ]
    for groups in (found.agencies, found.kinds, found.categories, found.districts):
        assert sum(group.tally.received for group in groups) == found.whole.received


def test_a_reason_counts_in_the_last_screening_and_while_it_stands(world, monkeypatch):
    # What was taken up again failed on its age, and counts no more.
    assert list(reasons(world.edition).items()) == [
        ("Butir sk", (2, 0)),
        ("Butir video", (1, 1)),
        ("Umur penerapan", (0, 0)),
    ]
    # The correction does not come: the return becomes a refusal for the same items, and is not counted twice.
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    reject_overdue(world.returned, by=make_committee_user())
    assert reasons(world.edition)["Butir video"] == (2, 0)
    # What was taken up again fails for another reason.
    decide(world.reopened, ScreeningOutcome.REJECTED, "sk")
    assert list(reasons(world.edition).values()) == [(3, 0), (2, 0), (0, 0)]


def test_a_granted_objection_passes_and_takes_its_reason_away():
    edition = make_edition()
    entry = entry_at(FAILED, edition=edition)
    announced(edition)
    assert statistics_of(edition).whole == Tally(failed=1)
    objection = raise_objection(entry, by=member_of(entry.innovation.unit), text="Keliru.")
    decide_objection(objection, by=make_committee_user(), granted=True, reason="Terbaca.")
    assert statistics_of(edition).whole == Tally(passed=1)
    assert set(reasons(edition).values()) == {(0, 0)}


def test_what_was_disqualified_later_has_passed_the_screening(committee):
    edition = make_edition()
    entry = entry_at(PASSED, edition=edition)
    Entry.objects.filter(pk=entry.pk).update(status=EntryStatus.DISQUALIFIED)
    found = statistics_of(edition)
    assert (found.whole, found.disqualified) == (Tally(passed=1), 1)
    assert "Dari yang lolos, 1 usulan kemudian didiskualifikasi." in page(committee).content.decode()


@pytest.mark.parametrize(
    ("tally", "rate"),
    [
        (Tally(), None),
        (Tally(withdrawn=2, undecided=1, returned=1), None),
        (Tally(passed=2, failed=1, undecided=7), Decimal("66.7")),
        (Tally(passed=1, failed=7), Decimal("12.5")),
        (Tally(failed=3), Decimal("0.0")),
    ],
)
def test_the_rate_is_of_what_was_decided(tally, rate):
    assert tally.rate == rate


def test_earlier_years_stand_beside_it_as_reported(world):
    make_history(2021, entries_received=(65, "S"))
    make_history(2023, entries_passed=(124, "S"))
    make_history(2024, entries_received=(50, "A"), entries_passed=(40, "V"))
    make_history(2025)
    make_history(2027, entries_received=(1, "S"))
    before = make_edition(year=2025, name="KIKS 2025")
    entry_at(FAILED, edition=before)
    Edition.objects.filter(pk=make_edition(year=2025, name="Contoh").pk).update(is_demo=True)
    [years, *_] = tables_of(statistics_of(world.edition))
    assert [row[:5] for row in years.rows] == [
        ("KIKS-1 (2021)", 65, None, None, None),
        ("KIKS-3 (2023)", None, 124, None, None),
        ("KIKS-4 (2024)", 50, 40, None, None),
        ("KIKS-5 (2025)", None, None, None, None),
        ("KIKS 2025", 1, 0, 1, Decimal("0.0")),
        ("KIKS 2026", 9, 3, 2, Decimal("60.0")),
    ]
    assert [row[5] for row in years.rows[:4]] == [
        "keterangan penyelenggara", "keterangan penyelenggara", "belum dikonfirmasi, diberitakan", "tidak tercatat"
    ]  # fmt: skip
    assert "lolos: tidak tercatat" in [text.text for text in years.plot.texts]


def test_a_picture_keeps_to_the_largest_groups_and_the_table_has_all(world):
    for number in range(MOST_ROWS):
        entry_at(EntryStatus.SUBMITTED, edition=world.edition, unit=make_unit(agency=make_agency(f"Badan {number:02}")))
    agencies = next(t for t in tables_of(statistics_of(world.edition)) if t.code == "perangkat-daerah")
    labels = [text.text for text in agencies.plot.texts if text.kind == "label"]
    assert (len(labels), labels[-1]) == (MOST_ROWS, "3 perangkat daerah lain")
    assert [text.text for text in agencies.plot.texts if text.kind == "value"][-1] == "0 dari 3 lolos"
    assert len(agencies.rows) == MOST_ROWS + 2
    assert sum(bar.title.startswith("3 perangkat daerah lain, belum diputuskan: 3") for bar in agencies.plot.bars) == 1


def test_cells_are_written_as_people_read_them():
    assert [shown(cell) for cell in (1234, Decimal("66.7"), None, "Cikole", 0)] == ["1.234", "66,7", "–", "Cikole", "0"]


def test_the_page_shows_pictures_and_tables_and_warns_until_the_announcement(world, committee):
    text = page(committee).content.decode()
    assert text.count("<svg") > 6
    assert text.count('class="bar-plot"') == 6
    assert text.count("<table") == 6
    for heading in ("Dari tahun ke tahun", "Menurut perangkat daerah", "Alasan tidak lolos", "Menurut kecamatan"):
        assert f">{heading}</h2>" in text
    assert "<title>Dinas Kesehatan, lolos: 2</title>" in text
    assert "Belum diumumkan" in text
    assert 'aria-current="page">Statistik</a>' in text
    assert "Belum ada usulan yang gagal" not in text
    other = make_edition(year=2025, name="KIKS 2025")
    entry_at(PASSED, edition=other)
    announced(other)
    text = page(committee, edisi=other.code).content.decode()
    assert "KIKS 2025. Keadaan" in text
    assert "Belum diumumkan" not in text
    assert "Belum ada usulan yang gagal pada suatu butir." in text
    assert f"?edisi={world.edition.code}" in text


def test_the_page_is_linked_from_the_desk_and_from_the_dashboard(world, committee):
    address = reverse(PAGE)
    assert f'href="{address}?edisi={world.edition.code}"' in page(
        committee, "admin:entries_screening", edisi=world.edition.code
    ).content.decode()  # fmt: skip
    assert f'href="{address}"' in page(committee, "admin:index").content.decode()


def test_an_edition_without_entries_says_what_will_be_here(committee):
    assert "Seleksi" in page(committee).content.decode()
    edition = make_edition()
    text = page(committee).content.decode()
    assert "Belum ada usulan yang dikirim" in text
    assert "Unduh semua tabel" not in text
    assert text.count('class="bar-plot"') == 1
    assert page(committee, "admin:entries_statistics_file", (edition.code,)).status_code == 200
    assert page(committee, "admin:entries_statistics_picture", (edition.code, "kategori")).status_code == 404


def test_the_workbook_has_every_table_with_numbers_as_numbers(world, committee):
    response = page(committee, "admin:entries_statistics_file", (world.edition.code,))
    name = f"statistik-seleksi-{world.edition.code}.xlsx"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == [
        "Ringkasan", "Dari tahun ke tahun", "Menurut perangkat daerah", "Alasan tidak lolos", "Menurut kategori",
        "Menurut jenis unit", "Menurut kecamatan",
    ]  # fmt: skip
    facts = dict(book["Ringkasan"].values)
    assert (facts["Edisi"], facts["Catatan"]) == ("KIKS 2026", "Belum diumumkan, hanya untuk panitia.")
    assert facts["Keadaan"].endswith("WIB")
    expected = [("Diterima", 9), ("Lolos", 3), ("Tidak lolos", 2), ("Ditarik", 1), ("Belum diputuskan", 2)]
    assert [(label, facts[label]) for label, _ in expected] == expected
    rows = list(book["Menurut perangkat daerah"].values)
    assert rows[0][:4] == ("Perangkat daerah", "Diterima", "Lolos", "Tidak lolos")
    assert rows[1] == ("Dinas Kesehatan", 7, 2, 2, 1, 0, 2, 50)
    assert list(book["Alasan tidak lolos"].values)[1] == ("Butir sk", 2, 0)


def test_a_name_that_begins_like_a_formula_is_text(world):
    Agency.objects.filter(name="Dinas Kesehatan").update(name="=1+1")
    sheets = {sheet.title: sheet for sheet in sheets_of(statistics_of(world.edition), "kini", "")}
    assert "Catatan" not in dict(sheets["Ringkasan"].rows)
    assert [row[0] for row in sheets["Menurut perangkat daerah"].rows][0] == "=1+1"
    response = page(client_of(make_committee_user()), "admin:entries_statistics_file", (world.edition.code,))
    book = load_workbook(BytesIO(response.content))
    assert book["Menurut perangkat daerah"]["A2"].value == "'=1+1"


def test_pictures_are_files_that_say_of_what_they_are(world, committee):
    args = (world.edition.code, "perangkat-daerah")
    response = page(committee, "admin:entries_statistics_picture", args)
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "attachment" in response.headers["Content-Disposition"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own file
    said = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert "Belum diumumkan, hanya untuk panitia." in said
    assert "KIKS 2026" in " ".join(said[:2])
    assert page(committee, "admin:entries_statistics_picture", args).content == response.content
    for wrong in ((world.edition.code, "tidak-ada"), ("tidak-ada", "kategori")):
        assert page(committee, "admin:entries_statistics_picture", wrong).status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "member"])
def test_nobody_but_the_committee_learns_a_number(world, who):
    client = Client() if who == "anonymous" else client_of(member_of(world.units[0]))
    addresses = [
        reverse(PAGE),
        reverse("admin:entries_statistics_file", args=[world.edition.code]),
        reverse("admin:entries_statistics_picture", args=[world.edition.code, "perangkat-daerah"]),
    ]
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response.content) == (302, b"")
        assert "login" in response.headers["Location"]


def test_more_entries_and_editions_ask_no_more(world, committee):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page(committee).status_code == 200
        return len(captured)

    asked()
    few = asked()
    for status in (PASSED, FAILED, WITHDRAWN):
        entry_at(status, edition=world.edition)
    make_history(2021, entries_received=(65, "S"), entries_passed=(60, "S"))
    entry_at(FAILED, edition=make_edition(year=2025))
    assert asked() == few
