"""How many service units are UPP, in an edition and over the years."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import Edition, ReportedFigure, StageKind
from entries.actions.unit import reject_unit
from entries.actions.unit_changes import merge_units
from entries.models import ServiceUnit
from entries.participation_queries import moment_of, turnout_of, upp_by_year, upp_counts
from entries.states import EntryStatus
from entries.views.participation import picture_of
from kiks import clock
from tests.entries.test_unit_changes import over
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db


def make_history(year: int, value: int | None) -> Edition:
    edition = Edition.objects.create(code=f"kiks-{year}", year=year, name=f"KIKS-{year}", is_history=True)
    if value is not None:
        ReportedFigure.objects.create(edition=edition, key="units_registered", value=value, sureness="S")
    return edition


def known_unit(agency, name="SMPN 8") -> ServiceUnit:
    return ServiceUnit.objects.create(code=f"u-{name}", name=name, kind="school", agency=agency)


def numbers(turnout) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        row.agency.name: (row.units, row.registered, row.verified, row.entering, row.share) for row in turnout.agencies
    }


@pytest.fixture
def city():
    """Two agencies: one with an entered, a verified and a waiting unit, one with a known and a rejected one."""
    health, school = make_agency("Dinas Kesehatan"), make_agency("Dinas Pendidikan")
    edition = make_edition()
    entered, silent = make_unit(agency=health), make_unit(agency=health)
    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=entered)
    entry_at(EntryStatus.DRAFT, edition=edition, unit=silent)
    make_unit(agency=health, verified=False)
    known = known_unit(school)
    rejected = reject_unit(make_unit(agency=school, verified=False), by=make_committee_user(), reason="Bukan UPP")
    return {"edition": edition, "entered": entered, "silent": silent, "known": known, "rejected": rejected}


def test_turnout(city):
    turnout = turnout_of(city["edition"], clock.now())
    assert numbers(turnout) == {"Dinas Kesehatan": (3, 3, 2, 1, 67), "Dinas Pendidikan": (2, 0, 0, 0, 0)}
    assert (turnout.without_entry, turnout.outside) == (
        [city["silent"]],
        sorted_by_name(city["known"], city["rejected"]),
    )
    assert turnout.drafting == {city["silent"].pk}
    whole = turnout.total
    assert (whole.units, whole.registered, whole.verified, whole.entering, whole.share) == (5, 3, 2, 1, 40)


def sorted_by_name(*units):
    return sorted(units, key=lambda unit: unit.name)


def test_a_withdrawn_entry_is_none(city):
    entry_at(EntryStatus.WITHDRAWN, edition=city["edition"], unit=make_unit(agency=city["known"].agency))
    assert len(turnout_of(city["edition"], clock.now()).without_entry) == 2


def test_an_edition_is_counted_as_of_its_end(city):
    edition = over(city["edition"])
    end = max(stage.closes_at for stage in edition.stages.all())
    assert moment_of(edition, clock.now()) == end
    turnout = turnout_of(edition, clock.now())
    assert (turnout.as_of, turnout.total.registered, turnout.total.verified) == (end, 0, 0)
    assert upp_counts([edition], clock.now()) == {edition.pk: 0}


def test_an_edition_without_stages_is_counted_now(city):
    edition = Edition.objects.create(code="kiks-x", year=2026, name="X")
    now = clock.now()
    assert moment_of(edition, now) == now


def test_a_merged_unit_counts_until_it_was_merged(city):
    committee = make_committee_user()
    unit, into = make_unit(agency=city["known"].agency), make_unit(agency=city["known"].agency)
    before = clock.now()
    merge_units(unit, into, by=committee, reason="Perwal 1/2026")
    then, today = turnout_of(city["edition"], before), turnout_of(city["edition"], clock.now())
    assert (numbers(then)["Dinas Pendidikan"][:3], numbers(today)["Dinas Pendidikan"][:3]) == ((4, 2, 2), (3, 1, 1))
    assert unit not in then.without_entry
    assert into in then.without_entry


def test_upp_over_the_years(city):
    make_history(2021, 28)
    make_history(2022, 49)
    make_history(2023, 49)
    make_history(2024, None)
    Edition.objects.create(code="contoh", year=2020, name="Riwayat contoh", is_history=True, is_demo=True)
    rows = upp_by_year(clock.now(), is_public=False)
    assert [(row.edition.year, row.value, row.sureness) for row in rows] == [
        (2021, 28, "S"),
        (2022, 49, "S"),
        (2023, 49, "S"),
        (2024, None, None),
        (2026, 2, None),
    ]
    assert [row.edition.year for row in upp_by_year(clock.now(), is_public=True)] == [2021, 2022, 2023, 2024]


def test_the_public_sees_an_edition_once_its_registration_closed(city):
    edition = make_edition(StageKind.JUDGING)
    assert [row.edition for row in upp_by_year(clock.now(), is_public=True)] == [edition]


def test_picture():
    years = [*upp_by_year(clock.now(), is_public=True)]
    assert picture_of(years).bars == []
    make_history(2021, 25)
    make_history(2022, 50)
    make_history(2024, None)
    picture = picture_of(upp_by_year(clock.now(), is_public=True))
    assert [(bar.x, bar.y, bar.height) for bar in picture.bars] == [(28, 140, 100), (148, 40, 200), (268, 240, 0)]
    assert (picture.width, len(picture.known), picture.bars[0].middle, picture.bars[0].above) == (360, 2, 60, 130)


def test_public_page(city):
    assert "Belum ada angka" in Client().get("/upp/").content.decode()
    make_history(2021, 28)
    make_history(2024, None)
    page = Client().get("/upp/").content.decode()
    assert 'aria-label="Jumlah UPP setiap edisi: 2021 sebanyak 28."' in page
    assert "Tidak dipublikasikan" in page
    assert "Dinas Kesehatan" not in page
    make_edition(StageKind.JUDGING, year=2027)
    page = Client().get("/upp/").content.decode()
    assert "Dinas Kesehatan" in page
    assert city["silent"].name not in page
    assert "2.021" not in page


def test_page_of_the_committee(city):
    client, address = client_of(make_committee_user()), reverse("admin:entries_participation")
    page = client.get(address).content.decode()
    assert city["silent"].full_name in page
    assert "(masih draf)" in page
    assert city["known"].full_name in page
    other = make_edition(StageKind.JUDGING, year=2025)
    page = client.get(address, {"edition": other.code}).content.decode()
    assert f"<h2>{other.name}</h2>" in page
    assert client.get(address, {"edition": "tidak-ada"}).status_code == 200
    assert address in client.get(reverse("admin:entries_serviceunit_changelist")).content.decode()


def test_page_of_the_committee_without_an_edition():
    client = client_of(make_committee_user())
    assert "Belum ada edisi" in client.get(reverse("admin:entries_participation")).content.decode()


@pytest.mark.parametrize("address", ["/upp/", "/admin/entries/serviceunit/partisipasi/"])
def test_pages_ask_as_often_for_many_units_as_for_few(address):
    edition = make_edition(StageKind.JUDGING)
    make_history(2021, 28)
    client = client_of(make_committee_user())

    def grow(number):
        agency = make_agency()
        unit = make_unit(agency=agency)
        known_unit(agency, f"SDN {number}")
        unit.innovations.create(short_name=f"X {number}").entries.create(edition=edition)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    grow(0)
    count()
    one = count()
    for number in range(1, 20):
        grow(number)
    for year in range(2001, 2011):
        make_history(year, 3)
        make_edition(StageKind.JUDGING, year=year)
    assert count() == one


def test_the_moment_moves_with_the_clock(city):
    assert turnout_of(city["edition"], clock.now() - timedelta(days=1)).total.registered == 0
