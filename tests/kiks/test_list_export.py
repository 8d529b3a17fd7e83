"""Every list of the admin site as a file: what it shows, filters applied, safe to open, and known afterwards."""

import csv
import json
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from entries.models import Agency
from entries.states import EntryStatus
from kiks.admin_site import site
from kiks.models import AuditEvent, User
from kiks.sheets import export as list_export
from kiks.sheets.cells import CSV_TYPE, write_csv
from kiks.sheets.export import FileKind
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.judging import mark_all, open_desk_round
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
# The page of the wordings shows files and rows together; what goes out are the rows.
NO_LIST = {"kiks_mailtext"}
LISTS = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry)


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def committee(officer):
    return client_of(officer)


def address(name: str, ending: str = "xlsx") -> str:
    return reverse(f"admin:{name}_export", args=[ending])


def table(client: Client, name: str, **query: str) -> list[list[object]]:
    response = client.get(address(name), query)
    assert response.status_code == 200, response.headers
    page = load_workbook(BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in page.rows]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_goes_out_in_both_kinds_with_its_own_columns(committee, name):
    entry_at(EntryStatus.SUBMITTED)
    page = committee.get(reverse(f"admin:{name}_changelist"))
    for ending, kind in [("xlsx", "application/vnd.openxmlformats"), ("csv", "text/csv")]:
        assert address(name, ending) in page.text or name in NO_LIST
        response = committee.get(address(name, ending))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(kind)
        assert response.headers["Content-Disposition"].endswith(f'.{ending}"')
    model_admin = site.get_model_admin(apps.get_model(name.replace("_", ".")))
    rows = table(committee, name)
    assert len(rows[0]) >= len(model_admin.list_display)
    assert all(heading[0].isupper() for heading in rows[0])


def test_another_kind_of_file_is_not_there(committee):
    assert committee.get(address("entries_agency", "exe")).status_code == 404


def test_filter_search_and_order_go_along(committee):
    for name, kind in [("Dinas B", "dinas"), ("Dinas A", "dinas"), ("Badan A", "badan")]:
        make_agency(name=name, kind=kind)
    assert [row[0] for row in table(committee, "entries_agency")[1:]] == ["Badan A", "Dinas A", "Dinas B"]
    assert [row[0] for row in table(committee, "entries_agency", kind__exact="dinas")[1:]] == ["Dinas A", "Dinas B"]
    assert [row[0] for row in table(committee, "entries_agency", q="badan")[1:]] == ["Badan A"]
    assert [row[0] for row in table(committee, "entries_agency", o="-0")[1:]] == ["Dinas B", "Dinas A", "Badan A"]
    page = committee.get(reverse("admin:entries_agency_changelist"), {"kind__exact": "dinas", "p": "1"}).text
    assert f'{address("entries_agency")}?kind__exact=dinas"' in page


def test_a_filter_that_is_none_leads_back_with_a_sentence(committee):
    response = committee.get(address("entries_agency"), {"apa": "saja"}, follow=True)
    assert "Saringan ini tidak dikenal." in response.text


def test_a_formula_goes_out_as_text_and_numbers_and_days_as_what_they_are(committee):
    make_unit(agency=make_agency(name="=HYPERLINK(1)"))
    heading, row = table(committee, "entries_agency")
    assert heading == ["Nama", "Jenis", "Unit"]
    assert row == ["'=HYPERLINK(1)", "Dinas", 1]
    heading, row = table(committee, "entries_serviceunit")
    values = dict(zip(heading, row, strict=True))
    assert values["Status"] == "Terverifikasi"
    assert isinstance(values["Didaftarkan pada"], datetime)
    assert values["Perangkat daerah"] == "'=HYPERLINK(1)"


def test_yes_and_no_are_words(committee, officer):
    heading, *rows = table(committee, "kiks_user")
    place = heading.index("Panitia")
    assert {row[heading.index("Nama")]: row[place] for row in rows}[officer.name] == "Ya"


def test_who_took_which_list_is_known_but_not_what_was_searched_for(committee, officer):
    make_agency(name="Dinas A")
    committee.get(address("entries_agency", "csv"), {"kind__exact": "dinas", "q": "Siti"})
    event = AuditEvent.objects.get(kind="list.exported")
    data = json.loads(event.body)["data"]
    assert event.actor_id == officer.pk
    assert data["list"] == "entries_agency"
    assert (data["filters"], data["searched"], data["file"], data["rows"]) == ({"kind__exact": "dinas"}, True, "csv", 0)
    assert "Siti" not in event.body


@pytest.mark.parametrize("name", ["entries_agency", "kiks_user", "kiks_auditevent", "judging_judge"])
def test_nobody_but_the_committee_takes_a_list(name):
    stranger = client_of(member_of(make_unit()))
    for client in (Client(), stranger):
        assert client.get(address(name)).status_code == 302
    assert not AuditEvent.objects.filter(kind="list.exported").exists()


def test_a_list_that_is_too_long_asks_for_a_filter(committee, monkeypatch):
    monkeypatch.setitem(list_export.KINDS, "csv", FileKind("CSV", CSV_TYPE, write_csv, 1))
    make_agency(name="Dinas A")
    assert committee.get(address("entries_agency", "csv")).status_code == 200
    make_agency(name="Dinas B")
    response = committee.get(address("entries_agency", "csv"), follow=True)
    assert "berisi 2 baris; sebagai CSV paling banyak 1 baris sekaligus. Saring daftarnya dahulu" in response.text


@pytest.mark.parametrize(
    "name", ["entries_entry", "entries_serviceunit", "entries_unitmember", "kiks_user", "kiks_auditevent"]
)
def test_more_rows_ask_no_more_questions(committee, name):
    edition, agency = make_edition(), make_agency()

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            committee.get(address(name))
        return len(asked)

    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=make_unit(agency=agency))
    questions()
    few = questions()
    for _ in range(3):
        entry_at(EntryStatus.SUBMITTED, edition=edition, unit=make_unit(agency=agency))
    assert questions() == few


def test_a_csv_reads_back(committee):
    make_agency(name="Dinas; dan Badan")
    text = committee.get(address("entries_agency", "csv")).content.decode("utf-8-sig")
    assert list(csv.reader(StringIO(text), delimiter=";"))[1] == ["Dinas; dan Badan", "Dinas", "0"]
    assert Agency.objects.count() == 1


@pytest.mark.long
def test_no_list_tells_a_mark_while_a_round_is_open():
    round_ = open_desk_round(entries=2, judges=1)
    mark_all(round_.assignments.first(), "73")
    client = client_of(round_.opened_by)
    for name in LISTS:
        if name.startswith(("judging_", "entries_")):
            cells = [cell for row in table(client, name) for cell in row]
            assert not [cell for cell in cells if str(cell).startswith("73")], name
    assert User.objects.exists()
