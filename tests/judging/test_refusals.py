"""What a judge's browser may not do is refused with a sentence, changes no row, and is logged without a mark."""

import pytest
from django.urls import reverse

from judging.actions.assignment import release_assignment
from judging.actions.panel import recuse
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment
from judging.models import Mark, ScoreSheet
from kiks.models import AuditEvent
from tests.factories.judging import hand_in_all, mark_all, open_desk_round
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return open_desk_round(entries=1, judges=2)


@pytest.fixture
def assignment(round_):
    return round_.assignments.select_related("judge__user", "entry").get(judge__label="J1")


@pytest.fixture
def sheet(assignment):
    return assignment.sheets.get(instrument__code="kipp")


def rows():
    return list(Mark.objects.order_by("pk").values()), list(ScoreSheet.objects.order_by("pk").values())


def logged(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "judging.refusals"]


def refused(caplog, user, sheet, **sent):
    """Send a mark; the sentence that came back, the words of the log."""
    before, events = rows(), AuditEvent.objects.count()
    mark = {"criterion": "ide", "value": "83", "version": None} | sent
    url = reverse("judging:save_mark", args=[sheet.pk])
    caplog.clear()
    response = client_of(user).post(url, mark, content_type="application/json")
    assert response.status_code in (404, 422)
    assert (rows(), AuditEvent.objects.count()) == (before, events)
    (line,) = logged(caplog)
    assert line.startswith(f"Refused on sheet {sheet.pk} for user {user.pk}: ")
    return response.json()["sentence"], line.partition(": ")[2]


@pytest.mark.parametrize("extra", [{"weight": "100"}, {"total": "99"}, {"weights": {"ide": 90}, "share": 1}])
def test_weights_and_totals_of_a_browser(caplog, assignment, sheet, extra):
    sentence, log = refused(caplog, assignment.judge.user, sheet, **extra)
    assert "tidak diterima dari peramban" in sentence
    assert log == f"unknown keys: {', '.join(sorted(extra))!r}"


@pytest.mark.parametrize(
    ("value", "sentence", "log"),
    [
        ("101", "Ide: 101 melebihi nilai tertinggi 100.", "above the maximum"),
        ("83,7", "Ide: 83,7 bukan kelipatan 1.", "off the step"),
        ("8e1", "Ide: tulis angka dari 0 sampai 100, misalnya 82.", "not a number"),
        ("NaN", "Ide: tulis angka dari 0 sampai 100, misalnya 82.", "not a number"),
    ],
)
def test_a_mark_that_the_criterion_does_not_take(caplog, assignment, sheet, value, sentence, log):
    assert refused(caplog, assignment.judge.user, sheet, value=value) == (sentence, log)


def test_a_criterion_of_another_instrument(caplog, assignment, sheet):
    sentence, log = refused(caplog, assignment.judge.user, sheet, criterion="kebaruan")
    assert "bukan bagian dari lembar" in sentence
    assert log == "foreign criterion"


@pytest.mark.parametrize("value", ["90", ""])
def test_after_the_hand_in(caplog, assignment, sheet, value):
    mark_all(assignment, "71")
    hand_in_assignment(assignment, by=assignment.judge.user)
    sentence, log = refused(caplog, assignment.judge.user, sheet, value=value, version=1)
    assert "sudah diserahkan" in sentence
    assert log == sentence


def test_after_the_lock(caplog, round_, assignment, sheet):
    hand_in_all(round_)
    close_round(round_, by=round_.opened_by)
    assert "tidak sedang dibuka" in refused(caplog, assignment.judge.user, sheet, version=1)[0]


def test_for_an_entry_that_the_judge_stepped_back_from(caplog, assignment, sheet):
    recuse(assignment, by=assignment.judge.user, reason="Kerabat")
    assert refused(caplog, assignment.judge.user, sheet)[0] == "Anda tidak lagi menilai usulan ini."


def test_for_an_entry_that_the_judge_was_released_from(caplog, round_, assignment, sheet):
    release_assignment(assignment, by=round_.opened_by, reason="Sakit")
    assert refused(caplog, assignment.judge.user, sheet)[0] == "Anda tidak lagi menilai usulan ini."


@pytest.mark.parametrize("who", ["other judge", "committee"])
def test_for_the_sheet_of_another(caplog, round_, sheet, who):
    user = round_.edition.judges.get(label="J2").user if who == "other judge" else round_.opened_by
    assert refused(caplog, user, sheet)[0] == "Lembar ini tidak ada, atau bukan lembar Anda."


def test_a_sheet_that_does_not_exist_is_refused_in_the_same_words(caplog, assignment):
    nowhere = ScoreSheet(pk=999_999)
    assert refused(caplog, assignment.judge.user, nowhere)[0] == "Lembar ini tidak ada, atau bukan lembar Anda."


def test_a_comment_is_refused_in_the_same_way(caplog, assignment, sheet):
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    url = reverse("judging:save_comment", args=[sheet.pk])
    response = client_of(assignment.judge.user).post(url, {"comment": "Rahasia"}, content_type="application/json")
    assert "sudah diserahkan" in response.json()["sentence"]
    assert "sudah diserahkan" in logged(caplog)[0]
    assert "Rahasia" not in caplog.text


def test_the_form_without_the_script_is_refused_in_the_log_too(caplog, assignment, sheet):
    url = reverse("judging:save_sheet", args=[sheet.pk])
    client_of(assignment.judge.user).post(url, {f"lembar-{sheet.pk}-mark-ide": "187"})
    assert logged(caplog) == [f"Refused on sheet {sheet.pk} for user {assignment.judge.user_id}: above the maximum"]
