"""Comments and notes on the judge's pages, with and without the script."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from judging.actions.panel import recuse
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment, reopen_sheet, save_comment
from judging.actions.writing import put_criterion_comment, put_private_note
from judging.models import CriterionComment, PrivateNote, ScoreSheet
from tests.factories.judging import hand_in_all, mark_all, open_desk_round
from tests.factories.people import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    round_ = open_desk_round(entries=1, judges=2)
    return round_.assignments.select_related("judge__user", "entry", "round__edition").get(judge__label="J1")


@pytest.fixture
def client(assignment):
    return client_of(assignment.judge.user)


@pytest.fixture
def other(assignment):
    return client_of(assignment.round.assignments.get(judge__label="J2").judge.user)


@pytest.fixture
def sheet(assignment):
    return assignment.sheets.get(instrument__code="kipp")


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, name, pk, **sent):
    return client.post(reverse(f"judging:{name}", args=[pk]), sent, content_type="application/json")


def page(client, assignment, name="sheet"):
    return client.get(reverse(f"judging:{name}", args=[assignment.pk]))


def write(assignment, sheet, *, remark="Bukti kuat", note="Tanya saat wawancara"):
    user = assignment.judge.user
    put_criterion_comment(sheet.pk, by=user, criterion="ide", text=remark, version=None)
    put_private_note(assignment.pk, by=user, text=note, version=None)


@pytest.mark.parametrize(
    ("name", "extra"), [("save_criterion_comment", {"criterion": "ide"}), ("save_note", {})], ids=["comment", "note"]
)
class TestAutosave:
    def key(self, name, assignment, sheet):
        return assignment.pk if name == "save_note" else sheet.pk

    def test_keeps_the_text_and_answers_with_its_version(self, name, extra, assignment, client, sheet):
        pk = self.key(name, assignment, sheet)
        assert send(client, name, pk, text="Satu", version=None, **extra).json() == {"version": 1}
        assert send(client, name, pk, text="Dua", version=1, **extra).json() == {"version": 2}

    def test_a_stale_version_is_answered_with_the_text_that_stands(self, name, extra, assignment, client, sheet):
        pk = self.key(name, assignment, sheet)
        send(client, name, pk, text="Satu", **extra)
        response = send(client, name, pk, text="Dua", version=None, **extra)
        assert response.status_code == 409
        assert response.json()["current"] == {"value": "Satu", "version": 1}
        response = send(client, name, pk, text="Dua", version=7, **extra)
        assert (response.status_code, response.json()["current"]["version"]) == (409, 1)

    def test_a_text_that_is_too_long_is_a_sentence(self, name, extra, assignment, client, sheet):
        response = send(client, name, self.key(name, assignment, sheet), text="x" * 5001, **extra)
        assert response.status_code == 422
        assert "paling banyak 5.000" in response.json()["sentence"]

    def test_another_judge_is_refused_and_the_text_is_not_logged(self, name, extra, assignment, other, sheet, caplog):
        response = send(other, name, self.key(name, assignment, sheet), text="Rahasia", **extra)
        assert (response.status_code, response.json()["sentence"]) == (
            404,
            "Lembar ini tidak ada, atau bukan lembar Anda.",
        )
        assert "Refused on" in caplog.text
        assert "Rahasia" not in caplog.text

    def test_who_stepped_back_is_refused(self, name, extra, assignment, client, sheet):
        recuse(assignment, by=assignment.judge.user, reason="Kerabat")
        response = send(client, name, self.key(name, assignment, sheet), text="Satu", **extra)
        assert (response.status_code, response.json()["sentence"]) == (404, "Anda tidak lagi menilai usulan ini.")

    @pytest.mark.parametrize("body", ["", "[]", "{", '{"text": 1}', '{"text": "a", "version": -1}'])
    def test_what_the_script_never_sends_is_refused(self, name, extra, assignment, client, sheet, body):
        address = reverse(f"judging:{name}", args=[self.key(name, assignment, sheet)])
        assert client.post(address, body, content_type="application/json").status_code == 400
        assert "tidak diterima" in send(client, name, self.key(name, assignment, sheet), weight=9).json()["sentence"]


def test_a_comment_of_a_sheet_that_changed_in_another_tab_is_answered_with_both(client, sheet):
    assert send(client, "save_comment", sheet.pk, comment="Satu", seen="").json() == {}
    response = send(client, "save_comment", sheet.pk, comment="Dua", seen="")
    assert (response.status_code, response.json()["current"]) == (409, {"value": "Satu", "version": None})
    assert send(client, "save_comment", sheet.pk, comment="Dua", seen="Satu").status_code == 200
    assert send(client, "save_comment", sheet.pk, comment="Tiga", seen=3).status_code == 400


def test_after_the_hand_in_only_the_note_is_written(assignment, client, sheet):
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    response = send(client, "save_criterion_comment", sheet.pk, criterion="ide", text="Terlambat")
    assert (response.status_code, "sudah diserahkan" in response.json()["sentence"]) == (422, True)
    assert send(client, "save_note", assignment.pk, text="Masih boleh").status_code == 200


def test_comments_stand_on_every_page_of_the_own_sheet(assignment, client, sheet):
    write(assignment, sheet)
    assert "Bukti kuat" in page(client, assignment).content.decode()
    assert "Bukti kuat" in text(page(client, assignment, "hand_in"))
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    assert "Catatan: Bukti kuat" in text(page(client, assignment))
    shown = text(page(client, assignment, "receipts"))
    assert "Bukti kuat" in shown
    assert "Tanya saat wawancara" not in shown


def test_a_folded_comment_opens_where_something_is_written(assignment, client, sheet):
    write(assignment, sheet)
    html = page(client, assignment).content.decode()
    folds = re.findall(r'<details class="criterion-remark" data-remark( open)?>', html)
    assert folds == [" open", "", ""]


def test_the_note_says_who_reads_it_and_stays_writable(assignment, client, sheet):
    write(assignment, sheet)
    hand_in_all(assignment.round)
    pages = [page(client, assignment).content.decode()]
    close_round(assignment.round, by=assignment.round.opened_by)
    pages.append(page(client, assignment).content.decode())
    assert ["Penilaian ditutup" in html for html in pages] == [False, True]
    for html in pages:
        assert "Hanya Anda yang membaca catatan ini" in html
        assert "Tanya saat wawancara</textarea>" in html
        assert "Bukti kuat</textarea>" not in html


def test_the_page_costs_the_same_with_and_without_words(assignment, client, sheet):
    page(client, assignment)
    with CaptureQueriesContext(connection) as without:
        page(client, assignment)
    write(assignment, sheet)
    for other_sheet in assignment.sheets.all():
        for criterion in other_sheet.instrument.criteria.exclude(code="ide"):
            put_criterion_comment(
                other_sheet.pk, by=assignment.judge.user, criterion=criterion.code, text="Baik", version=None
            )
    with CaptureQueriesContext(connection) as having:
        page(client, assignment)
    assert len(having) == len(without)


def test_the_reason_of_a_reopening_stands_on_the_sheet_until_it_is_handed_in_again(assignment, client, sheet, other):
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    reopen_sheet(ScoreSheet.objects.get(pk=sheet.pk), by=assignment.round.opened_by, reason="Nilai Ide tertukar")
    shown = text(page(client, assignment))
    assert shown.count("Alasan: Nilai Ide tertukar") == 1
    assert "Panitia membuka kembali lembar ini" in shown
    hand_in_assignment(assignment, by=assignment.judge.user)
    assert "Nilai Ide tertukar" not in text(page(client, assignment))


def test_another_judge_reads_nothing_of_it(assignment, sheet, other):
    write(assignment, sheet)
    theirs = assignment.round.assignments.get(judge__label="J2")
    for name in ("sheet", "hand_in"):
        html = page(other, theirs, name).content.decode()
        assert "Bukti kuat" not in html
        assert "wawancara" not in html


# ---- Without the script


def post(client, name, pk, prefix, **values):
    sent = {f"{prefix}-{field.replace('_', '-')}": value for field, value in values.items()}
    return client.post(reverse(f"judging:{name}", args=[pk]), sent, follow=True)


def post_sheet(client, sheet, **values):
    return post(client, "save_sheet", sheet.pk, f"lembar-{sheet.pk}", **values)


def post_note(client, assignment, **values):
    return post(client, "note", assignment.pk, "catatan-pribadi", **values)


def test_without_the_script_comments_are_saved_with_the_sheet(client, sheet):
    response = post_sheet(client, sheet, mark_ide="80", remark_ide="Satu\r\ndua", comment="Semua")
    assert "Lembar KIPP tersimpan." in text(response)
    assert CriterionComment.objects.get().text == "Satu\ndua"
    again = post_sheet(client, sheet, mark_ide="80", remark_ide="Satu\r\ndua", remark_version_ide="1", comment="Semua")
    assert (again.status_code, CriterionComment.objects.get().version) == (200, 1)


def test_without_the_script_a_second_click_is_the_choice(assignment, client, sheet):
    write(assignment, sheet)
    save_comment(sheet.pk, by=assignment.judge.user, comment="Semua")
    old = {"remark_ide": "Lain", "comment": "Beda", "remark_seen_ide": "", "comment_seen": "", "mark_ide": ""}
    response = post_sheet(client, sheet, **old)
    assert response.status_code == 422
    assert "Yang tersimpan sekarang: Bukti kuat. Simpan sekali lagi untuk memakai isian di sini." in text(response)
    assert "Yang tersimpan sekarang: Semua." in text(response)
    html = response.content.decode()
    hidden = {
        name: re.search(rf'name="lembar-{sheet.pk}-{name}" value="([^"]*)"', html).group(1)
        for name in ("remark-version-ide", "remark-seen-ide", "comment-seen")
    }
    assert hidden == {"remark-version-ide": "1", "remark-seen-ide": "Bukti kuat", "comment-seen": "Semua"}
    now = {name.replace("-", "_"): value for name, value in hidden.items()}
    assert post_sheet(client, sheet, **old | now).status_code == 200
    sheet.refresh_from_db()
    assert (sheet.comments.get().text, sheet.comment) == ("Lain", "Beda")


def test_without_the_script_a_text_that_was_left_as_it_was_seen_changes_nothing(assignment, client, sheet):
    write(assignment, sheet)
    response = post_sheet(client, sheet, mark_ide="80", remark_ide="", remark_seen_ide="", comment="", comment_seen="")
    assert response.status_code == 200
    assert sheet.comments.get().text == "Bukti kuat"


def test_without_the_script_a_comment_that_is_too_long_is_named(client, sheet):
    response = post_sheet(client, sheet, mark_ide="80", remark_ide="x" * 5001)
    assert response.status_code == 422
    assert "5000" in text(response)
    assert not sheet.comments.exists()


def test_without_the_script_the_note_is_saved_by_its_own_button(assignment, client):
    assert "Catatan pribadi Anda tersimpan." in text(post_note(client, assignment, text="Satu"))
    stale = post_note(client, assignment, text="Dua")
    assert stale.status_code == 422
    assert "Yang tersimpan sekarang: Satu. Simpan sekali lagi" in text(stale)
    assert post_note(client, assignment, text="Dua", version="1").status_code == 200
    assert PrivateNote.objects.get().text == "Dua"
    assert post_note(client, assignment, text="x" * 5001, version="2").status_code == 422


def test_without_the_script_the_note_is_the_judges_alone(assignment, other):
    assert post_note(other, assignment, text="Satu").status_code == 404
    assert post_note(client_of(make_user("Orang lain")), assignment, text="Satu").status_code == 404
    assert not PrivateNote.objects.exists()
