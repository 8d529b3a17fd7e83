"""Saving marks from the scoring screen, handing in, receipts."""

import re

import pytest
from django.urls import reverse

from judging.actions.sheet import hand_in_assignment, reopen_sheet, save_mark
from judging.models import Mark, ScoreSheet
from judging.states import SheetStatus
from kiks.models import OutgoingMail
from tests.factories.judging import mark_all, open_desk_round
from tests.factories.people import client_of
from tests.factories.tampering import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    round_ = open_desk_round(entries=1, judges=1)
    return round_.assignments.select_related("judge__user", "entry", "round__edition").get()


@pytest.fixture
def client(assignment):
    return client_of(assignment.judge.user)


@pytest.fixture
def sheet(assignment):
    return assignment.sheets.get(instrument__code="kipp")


@pytest.fixture
def send(client, sheet):
    """Post one mark as the script does."""

    def post(**sent):
        url = reverse("judging:save_mark", args=[sheet.pk])
        return client.post(url, {"criterion": "ide", "version": None} | sent, content_type="application/json")

    return post


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_autosave_keeps_the_mark_and_answers_with_the_totals(send, sheet):
    answer = send(value="80").json()
    assert answer["mark"] == {"value": "80", "version": 1}
    assert (answer["totals"]["given"], answer["totals"]["required"], answer["totals"]["blended"]) == (1, 3, None)
    assert answer["totals"]["sheets"][str(sheet.pk)] == {
        "so_far": "36,00",
        "is_complete": False,
        "given": 1,
        "required": 2,
    }
    assert sheet.marks.get().value == 80


def test_the_blended_figure_appears_with_the_last_mark(assignment, send):
    mark_all(assignment, "70")
    assert send(value="80", version=1).json()["totals"]["blended"] == "72,70"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("150", "Ide: 150 melebihi nilai tertinggi 100."),
        ("80,5", "Ide: 80,5 bukan kelipatan 1."),
        ("delapan", "Ide: tulis angka dari 0 sampai 100, misalnya 82."),
        ("-1", "Ide: tulis angka dari 0 sampai 100, misalnya 82."),
    ],
)
def test_a_bad_mark_is_answered_with_a_sentence_and_not_saved(send, typed, sentence):
    response = send(value=typed)
    assert (response.status_code, response.json()) == (422, {"sentence": sentence})
    assert not Mark.objects.exists()


def test_a_comma_and_a_point_mean_the_same(send, sheet):
    criterion = sheet.instrument.criteria.get(code="ide")
    with without_triggers("competitions_criterion"):
        type(criterion).objects.filter(pk=criterion.pk).update(step="0.25")
    assert send(value="80,25").json()["mark"] == {"value": "80,25", "version": 1}
    assert send(value="80.50", version=1).json()["mark"] == {"value": "80,5", "version": 2}


def test_a_stale_version_is_answered_with_the_mark_that_stands(send, sheet):
    send(value="80")
    response = send(value="90")
    assert response.status_code == 409
    assert response.json()["current"] == {"value": "80", "version": 1}
    assert sheet.marks.get().value == 80
    assert send(value="90", version=1).json()["mark"] == {"value": "90", "version": 2}


def test_a_mark_that_was_cleared_elsewhere_is_a_conflict_with_nothing(send):
    response = send(value="90", version=3)
    assert (response.status_code, response.json()["current"]) == (409, {"value": "", "version": None})


def test_an_empty_value_takes_the_mark_back(send, sheet):
    send(value="80")
    assert send(value="", version=1).json()["mark"] == {"value": "", "version": None}
    assert not sheet.marks.exists()


@pytest.mark.parametrize("body", ["", "[]", '"a"', "{", '{"value": "1"}', '{"criterion": "ide", "value": 1}'])
def test_what_the_script_never_sends_is_refused(client, sheet, body):
    response = client.post(reverse("judging:save_mark", args=[sheet.pk]), body, content_type="application/json")
    assert response.status_code == 400
    assert not Mark.objects.exists()


def test_a_handed_in_sheet_takes_no_mark_and_no_comment(assignment, client, sheet, send):
    mark_all(assignment, "70")
    hand_in_assignment(assignment, by=assignment.judge.user)
    assert "sudah diserahkan" in send(value="80", version=1).json()["sentence"]
    url = reverse("judging:save_comment", args=[sheet.pk])
    assert client.post(url, {"comment": "x"}, content_type="application/json").status_code == 422
    assert sheet.marks.get(criterion__code="ide").value == 70


def test_a_comment_is_saved_by_itself(client, sheet):
    url = reverse("judging:save_comment", args=[sheet.pk])
    assert client.post(url, {"comment": "Bukti kuat"}, content_type="application/json").json() == {}
    sheet.refresh_from_db()
    assert sheet.comment == "Bukti kuat"
    assert client.post(url, {"comment": "x" * 6000}, content_type="application/json").status_code == 400


@pytest.mark.parametrize("name", ["save_mark", "save_comment", "save_sheet"])
def test_saving_is_only_by_post(client, sheet, name):
    assert client.get(reverse(f"judging:{name}", args=[sheet.pk])).status_code == 405


def test_autosave_costs_a_fixed_number_of_queries(assignment, send, django_assert_num_queries):
    send(value="80")
    with django_assert_num_queries(AUTOSAVE_QUERIES):
        send(value="81", version=1)
    mark_all(assignment)
    with django_assert_num_queries(AUTOSAVE_QUERIES):
        send(value="82", version=2)


def post_sheet(client, sheet, **values):
    prefix = f"lembar-{sheet.pk}-"
    return client.post(
        reverse("judging:save_sheet", args=[sheet.pk]),
        {f"{prefix}{name.replace('_', '-')}": value for name, value in values.items()},
        follow=True,
    )


def test_without_the_script_the_sheet_is_saved_as_a_whole(client, sheet):
    shown = text(post_sheet(client, sheet, mark_ide="80", mark_signifikansi="", comment="Catatan"))
    sheet.refresh_from_db()
    assert "Lembar KIPP tersimpan." in shown
    assert (sheet.marks.get().value, sheet.comment) == (80, "Catatan")


def test_without_the_script_good_marks_stay_and_bad_ones_are_named(client, sheet):
    response = post_sheet(client, sheet, mark_ide="80", mark_signifikansi="101")
    shown = text(response)
    assert response.status_code == 422
    assert shown.count("Signifikansi: 101 melebihi nilai tertinggi 100.") == 2  # summary and field
    assert [(mark.criterion.code, mark.value) for mark in sheet.marks.all()] == [("ide", 80)]


def test_without_the_script_a_mark_changed_elsewhere_is_not_overwritten(assignment, client, sheet):
    criterion = sheet.instrument.criteria.get(code="ide")
    save_mark(sheet, by=assignment.judge.user, criterion=criterion, value="60", version=None)
    shown = text(post_sheet(client, sheet, mark_ide="80", version_ide="7"))
    assert "Yang tersimpan sekarang: 60." in shown
    assert sheet.marks.get().value == 60
    assert "Yang tersimpan sekarang: kosong." in text(
        post_sheet(client, sheet, mark_signifikansi="5", version_signifikansi="7")
    )


def test_without_the_script_a_mark_that_was_left_as_it_was_seen_changes_nothing(assignment, client, sheet):
    criterion = sheet.instrument.criteria.get(code="ide")
    save_mark(sheet, by=assignment.judge.user, criterion=criterion, value="60", version=None)
    old = {"mark_ide": "80", "seen_ide": "80", "version_ide": "1"}
    assert post_sheet(client, sheet, **old, mark_signifikansi="70", seen_signifikansi="").status_code == 200
    assert sorted(mark.value for mark in sheet.marks.all()) == [60, 70]
    assert "Yang tersimpan sekarang: 60." in text(post_sheet(client, sheet, **old | {"mark_ide": "81"}))


def test_without_the_script_a_handed_in_sheet_takes_nothing(assignment, client, sheet):
    mark_all(assignment, "70")
    hand_in_assignment(assignment, by=assignment.judge.user)
    assert post_sheet(client, sheet, mark_ide="80", comment="x").status_code == 422
    sheet.refresh_from_db()
    assert (sheet.comment, sheet.marks.get(criterion__code="ide").value) == ("", 70)


def test_the_check_page_names_what_is_missing_and_offers_no_button(assignment, client, sheet):
    criterion = sheet.instrument.criteria.get(code="ide")
    save_mark(sheet, by=assignment.judge.user, criterion=criterion, value="80", version=None)
    response = client.get(reverse("judging:hand_in", args=[assignment.pk]))
    html, shown = response.content.decode(), text(response)
    assert "Belum dinilai pada KIPP Signifikansi" in shown
    assert "Belum dinilai pada KIJB Kebaruan" in shown
    assert f"#kriteria-id_lembar-{sheet.pk}-mark-signifikansi" in html
    assert "Serahkan penilaian" not in html.split("<main")[1]


def test_handing_in_with_missing_marks_is_refused_with_their_names(assignment, client):
    shown = text(client.post(reverse("judging:hand_in", args=[assignment.pk]), follow=True))
    assert "Belum dinilai: KIPP: Ide; KIPP: Signifikansi; KIJB: Kebaruan." in shown
    assert not ScoreSheet.objects.exclude(status=SheetStatus.OPEN).exists()


def test_handing_in_locks_the_sheets_and_shows_every_receipt(assignment, client):
    mark_all(assignment)
    url = reverse("judging:hand_in", args=[assignment.pk])
    assert "80,00" in text(client.get(url))
    shown = text(client.post(url, follow=True))
    sheets = list(assignment.sheets.all())
    assert {sheet.status for sheet in sheets} == {SheetStatus.HANDED_IN}
    for sheet in sheets:
        assert sheet.receipt in shown
        assert sheet.nonce in shown
    mail = OutgoingMail.objects.get(to_user=assignment.judge.user)
    assert all(sheet.receipt in mail.text and sheet.nonce in mail.text for sheet in sheets)
    assert "80" not in re.sub(r"[0-9a-f]{32,}|\d+/|:\d+$", "", mail.text.split("Babak")[1].strip())
    assert client.get(url).url == reverse("judging:receipts", args=[assignment.pk])


def test_there_are_no_receipts_before_the_hand_in(assignment, client):
    hand_in = reverse("judging:hand_in", args=[assignment.pk])
    assert client.get(reverse("judging:receipts", args=[assignment.pk])).url == hand_in
    assert client.get(reverse("judging:check_receipt", args=[assignment.pk])).status_code == 405


@pytest.fixture
def handed_in(assignment, sheet):
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    sheet.refresh_from_db()
    return sheet


def check(client, sheet, /, **changes):
    data = {"sheet": sheet.pk, "nonce": sheet.nonce, "receipt": sheet.receipt} | changes
    return text(client.post(reverse("judging:check_receipt", args=[sheet.assignment_id]), data))


def test_a_receipt_matches_its_marks_and_nonce_only(client, handed_in):
    other = handed_in.assignment.sheets.exclude(pk=handed_in.pk).get()
    assert " Cocok " in check(client, handed_in)
    assert "Tidak cocok" in check(client, handed_in, nonce="0" * 32)
    assert "Tidak cocok" in check(client, handed_in, receipt=other.receipt)
    assert "Tidak cocok" in check(client, handed_in, sheet=other.pk)


def test_a_code_that_was_copied_in_part_is_refused_with_a_sentence(client, handed_in):
    assert "Salin utuh dari surel" in check(client, handed_in, nonce="abc")
    assert "Salin utuh dari surel" in check(client, handed_in, receipt=handed_in.receipt[:-1])


def test_a_reopened_sheet_no_longer_matches_its_old_receipt(assignment, client, handed_in):
    old = {"nonce": handed_in.nonce, "receipt": handed_in.receipt}
    reopen_sheet(handed_in, by=assignment.round.opened_by, reason="Salah ketik")
    mail = OutgoingMail.objects.filter(to_user=assignment.judge.user).latest("id")
    assert "Salah ketik" in mail.text
    criterion = handed_in.instrument.criteria.get(code="ide")
    save_mark(handed_in, by=assignment.judge.user, criterion=criterion, value="81", version=1)
    hand_in_assignment(assignment, by=assignment.judge.user)
    assert "Tidak cocok" in check(client, handed_in, **old)


AUTOSAVE_QUERIES = 6
