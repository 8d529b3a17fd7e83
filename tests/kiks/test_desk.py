"""The dashboard: what waits, the numbers beside last year's, submissions by day, and the price of it all."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import Edition, ReportedFigure, StageKind
from entries.actions.entry import start_entry
from entries.day_plot import BASE, plot_of
from entries.desk_queries import comparison, submission_plot
from entries.states import EntryStatus
from judging.actions.panel import appoint_judge
from kiks import clock
from kiks.admin_site import TASKS, site
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.judging import make_round, open_desk_round, settling_round
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
DESK = reverse("admin:index")


@pytest.fixture
def officer():
    return make_committee_user()


def desk(user) -> str:
    return client_of(user).get(DESK).text


def test_nothing_waits_in_a_house_without_anything(officer):
    assert "Tidak ada yang menunggu." in desk(officer)


def test_what_waits_is_named_with_its_number_and_its_place(officer):
    make_unit(verified=False)
    entry = entry_at(EntryStatus.SUBMITTED)
    page = desk(officer)
    assert "Tidak ada yang menunggu." not in page
    assert f'{reverse("admin:entries_serviceunit_changelist")}?status__exact=registered"' in page
    assert "Usulan menunggu seleksi administrasi" in page
    assert f"Belum dikonfirmasi pada {entry.edition.name}" in page


def test_the_urgent_stands_above(rf, officer):
    make_unit(verified=False)
    make_edition()
    request = rf.get(DESK)
    request.user = officer
    tones = [item.tone for item in site.waiting(request)]
    assert tones == sorted(tones, key=["danger", "warn", "active"].index)
    assert set(tones) == {"warn", "active"}


def test_judges_behind_are_named(officer):
    open_desk_round(entries=2, judges=1)
    assert "J1 Juri Uji (2 usulan)" in desk(officer)


def test_a_tie_at_the_line_waits(officer):
    settling_round({"001": "80", "002": "80"})
    assert "Nilai sama yang harus diputuskan pada Penilaian proposal" in desk(officer)


def test_a_settled_round_waits_for_its_confirmation(officer):
    settling_round({"001": "80", "002": "70"})
    assert "Hasil Penilaian proposal menunggu penetapan" in desk(officer)


def test_an_edition_in_preparation_waits(officer):
    make_edition(name="KIKS Baru", opened_at=None, opened_by=None)
    assert "KIKS Baru belum dibuka untuk umum" in desk(officer)


def test_lists_are_grouped_by_task(rf, officer):
    request = rf.get(DESK)
    request.user = officer
    groups = {task["name"]: [row["object_name"] for row in task["models"]] for task in site.tasks(request)}
    assert list(groups) == list(TASKS)
    assert "Edition" in groups["Edisi dan aturan"]
    assert "Round" in groups["Penilaian"]
    assert {"AuditEvent", "OfficialRecord"} <= set(groups["Arsip"])
    assert sum(len(rows) for rows in groups.values()) == len(site._registry)


def test_numbers_stand_beside_the_same_day_of_last_year(officer):
    now = clock.now()
    with clock.shifted_to(now - timedelta(days=365)):
        earlier = make_edition(StageKind.SUBMISSION, year=2025)
        entry_at(EntryStatus.SUBMITTED, edition=earlier)
        unit = make_unit()
        start_entry(by=member_of(unit), unit=unit, edition=earlier, innovation=None, short_name="DRAF LAMA")
    with clock.shifted_to(now - timedelta(days=363)):
        entry_at(EntryStatus.SUBMITTED, edition=earlier)
    edition = make_edition(StageKind.SUBMISSION, year=2026)
    entry_at(EntryStatus.SUBMITTED, edition=edition)
    found = comparison(edition, clock.now())
    assert (found.day, found.earlier, found.is_whole_year) == (26, earlier, False)
    assert [(row.now, row.then) for row in found.rows] == [(4, 2), (0, 1), (1, 1)]
    assert "sampai hari yang sama, hari ke-26" in desk(officer)


def test_a_year_that_was_only_reported_is_said_to_be_a_whole_year(officer):
    reported = Edition.objects.create(code="kiks-lama", year=2024, name="KIKS 2024", is_history=True)
    ReportedFigure.objects.create(edition=reported, key="entries_received", value=50, sureness="S")
    edition = make_edition(StageKind.SUBMISSION)
    found = comparison(edition, clock.now())
    assert found.is_whole_year
    assert [row.then for row in found.rows] == [None, None, 50]
    page = desk(officer)
    assert "jumlah seluruh tahun menurut laporan" in page
    assert "tidak tercatat" in page


def test_the_first_edition_has_nothing_beside_it():
    found = comparison(make_edition(), clock.now())
    assert found.earlier is None
    assert {row.then for row in found.rows} == {None}


def test_submissions_are_counted_by_the_day_of_their_first_version():
    edition = make_edition(StageKind.SUBMISSION)
    now = clock.now()
    with clock.shifted_to(now - timedelta(days=2)):
        entry_at(EntryStatus.SUBMITTED, edition=edition)
    entry_at(EntryStatus.SUBMITTED, edition=edition)
    entry_at(EntryStatus.DRAFT, edition=edition)
    plot = submission_plot(edition, now)
    assert plot.total == 2
    assert [bar.count for bar in plot.bars if bar.count] == [1, 1]
    assert len(plot.bars) in (10, 11)


def test_there_is_no_plot_before_the_stage_opens():
    edition = make_edition(StageKind.SUBMISSION)
    assert submission_plot(edition, edition.stages.get(kind="submission").opens_at - timedelta(minutes=1)) is None


def test_a_plot_has_a_bar_for_each_day_and_the_deadline_after_the_last():
    first, last = date(2026, 3, 1), date(2026, 3, 10)
    plot = plot_of(first=first, last=last, today=date(2026, 3, 4), counts={date(2026, 3, 2): 4}, earlier={2: 2})
    assert [bar.count for bar in plot.bars] == [0, 4, 0, 0, 0, 0, 0, 0, 0, 0]
    assert plot.bars[1].y + plot.bars[1].height == BASE
    assert [bar.is_future for bar in plot.bars].index(True) == 4
    assert plot.deadline == plot.right
    assert len(plot.line.split()) == 10
    assert (plot.busiest.day, plot.most, plot.earlier_total) == (date(2026, 3, 2), 4, 2)
    assert [tick.label for tick in plot.ticks] == ["0", "2", "4"]


def test_a_day_outside_a_moved_stage_widens_the_plot():
    day = date(2026, 3, 1)
    plot = plot_of(first=day, last=day, today=day, counts={date(2026, 2, 27): 1}, earlier={})
    assert [bar.number for bar in plot.bars] == [-1, 0, 1]
    assert plot.line == ""


def test_the_plot_has_a_table_for_those_who_see_no_picture(officer):
    entry = entry_at(EntryStatus.SUBMITTED)
    page = desk(officer)
    assert "<svg" in page
    assert "Angka per hari dalam tabel" in page
    assert entry.edition.name in page


def fill(edition, officer, count: int) -> None:
    for _ in range(count):
        make_unit(verified=False)
        entry_at(EntryStatus.SUBMITTED, edition=edition)
        unit = make_unit()
        start_entry(by=member_of(unit), unit=unit, edition=edition, innovation=None, short_name="DRAF")
        appoint_judge(by=officer, edition=edition, user=make_user(), institution="Kampus")


def test_the_dashboard_costs_the_same_for_one_and_for_many(officer):
    edition = make_edition(StageKind.SUBMISSION)
    make_round(edition, officer)
    client, counts = client_of(officer), []
    for more in (1, 19):
        fill(edition, officer, more)
        client.get(DESK)
        with CaptureQueriesContext(connection) as queries:
            client.get(DESK)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_dashboard_costs_the_same_for_few_and_for_many_sheets():
    counts = []
    for entries, judges in ((1, 1), (6, 3)):
        round_ = open_desk_round(entries=entries, judges=judges)
        client = client_of(round_.opened_by)
        client.get(DESK)
        with CaptureQueriesContext(connection) as queries:
            client.get(DESK)
        counts.append(len(queries))
    assert counts[0] == counts[1]
