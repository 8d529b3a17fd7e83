"""Editions before this system come in from a spreadsheet, with the figures that were reported."""

import pytest

from competitions.models import Edition, ReportedFigure
from competitions.resources import EditionResource
from kiks.models import AuditEvent
from kiks.sheets.importing import Outcome, run
from kiks.sheets.templates import csv_template, current_rows, xlsx_template
from tests.factories.editions import make_edition
from tests.factories.people import make_committee_user
from tests.factories.spreadsheets import xlsx

pytestmark = pytest.mark.django_db
HEADINGS = ["Kode", "Tahun", "Nama", "UPP terdaftar", "Usulan masuk", "Keandalan angka"]


@pytest.fixture
def officer():
    return make_committee_user()


def bring(*rows, by, headings=HEADINGS) -> Outcome:
    return run(xlsx([headings, *rows]), EditionResource, by=by, dry_run=False)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    assert [fault.sentence for fault in outcome.faults] == []
    return outcome.new, outcome.changed, outcome.same


def figures() -> dict[str, tuple[int, str]]:
    return {figure.key: (figure.value, figure.sureness) for figure in ReportedFigure.objects.all()}


def test_an_edition_comes_in_as_history_and_unknown_figures_stay_unknown(officer):
    row = ["kiks-2021", 2021, "KIKS-1", 28, "", ""]
    assert counts(bring(row, by=officer)) == (1, 0, 0)
    edition = Edition.objects.get()
    assert (edition.is_history, edition.year, edition.opened_at) == (True, 2021, None)
    assert figures() == {"units_registered": (28, "A")}
    assert counts(bring(row, by=officer)) == (0, 0, 1)
    assert AuditEvent.objects.filter(chain="kiks-2021", kind="row.insert").count() == 1


def test_a_figure_keeps_how_sure_it_is_unless_the_row_says_otherwise(officer):
    bring(["kiks-2021", 2021, "KIKS-1", 28, "", "diberitakan"], by=officer)
    assert counts(bring(["kiks-2021", 2021, "KIKS-1", 28, 65, ""], by=officer)) == (0, 1, 0)
    assert figures() == {"units_registered": (28, "V"), "entries_received": (65, "V")}
    ReportedFigure.objects.filter(key="units_registered").update(sureness="S")
    assert counts(bring(["kiks-2021", 2021, "KIKS-1", 28, 66, ""], by=officer)) == (0, 1, 0)
    assert figures() == {"units_registered": (28, "S"), "entries_received": (66, "A")}
    assert counts(bring(["kiks-2021", 2021, "KIKS-1", "", "", "V"], by=officer)) == (0, 1, 0)
    assert {sureness for _, sureness in figures().values()} == {"V"}


@pytest.mark.parametrize(
    ("row", "heading", "sentence"),
    [
        (["kiks 2021", 2021, "KIKS-1", 1, 1, ""], "Kode", "Kode hanya berisi huruf, angka"),
        (["kiks-2021", 21, "KIKS-1", 1, 1, ""], "Tahun", "Tulis seperti 2022."),
        (["kiks-2021", "", "KIKS-1", 1, 1, ""], "Tahun", "Isi kolom ini."),
        (["kiks-2021", 2021, "=A1", 1, 1, ""], "Nama", "seperti rumus"),
        (["kiks-2021", 2021, "KIKS-1", "banyak", 1, ""], "UPP terdaftar", "bukan bilangan bulat"),
        (["kiks-2021", 2021, "KIKS-1", 1, 1, "pasti"], "Keandalan angka", "Tulis salah satu"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_comes_in(officer, row, heading, sentence):
    outcome = bring(row, by=officer)
    assert [(fault.number, fault.heading) for fault in outcome.faults] == [(2, heading)]
    assert sentence in outcome.faults[0].sentence
    assert not Edition.objects.exists()


def test_an_edition_that_runs_here_is_never_touched(officer):
    edition = make_edition()
    outcome = bring([edition.code, 2026, "Nama Lain", "", "", ""], by=officer)
    assert "dilaksanakan di sistem ini" in outcome.faults[0].sentence
    edition.refresh_from_db()
    assert edition.name != "Nama Lain"


@pytest.mark.parametrize("write", [xlsx_template, csv_template])
def test_what_goes_out_comes_in_again_and_changes_nothing(officer, write):
    make_edition()
    bring(["kiks-2021", 2021, "KIKS-1", 28, 65, "diberitakan"], ["kiks-2022", 2022, "KIKS-2", "", 65, ""], by=officer)
    Edition.objects.filter(code="kiks-2022").update(theme="Baris satu\nBaris dua", presentation_on="2022-03-31")
    rows = current_rows(EditionResource())
    assert len(rows) == 2
    outcome = run(write(EditionResource(), rows), EditionResource, by=officer, dry_run=False)
    assert counts(outcome) == (0, 0, 2)
