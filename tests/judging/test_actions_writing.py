"""Comments on a criterion, the comment on a sheet, the private note: who writes them, when, and on which text."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from judging.actions.panel import recuse
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment, reopen_sheet, save_comment
from judging.actions.writing import put_criterion_comment, put_private_note
from judging.models import Assignment, CriterionComment, PrivateNote, ScoreSheet
from judging.own_writing import criterion_comments, reopenings
from judging.personal_data import blank_person
from judging.queries import assignment_for
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import AuditEvent
from kiks.personal_data import sections
from tests.factories.judging import hand_in_all, mark_all, open_desk_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    round_ = open_desk_round(entries=1, judges=2)
    return round_.assignments.select_related("judge__user", "round__edition", "entry").get(judge__label="J1")


@pytest.fixture
def other(assignment):
    return assignment.round.assignments.select_related("judge__user").get(judge__label="J2")


@pytest.fixture
def sheet(assignment):
    return assignment.sheets.get(instrument__code="kipp")


def comment(sheet, text, version=None, *, by=None, criterion="ide"):
    return put_criterion_comment(
        sheet.pk, by=by or sheet.assignment.judge.user, criterion=criterion, text=text, version=version
    )


def note(assignment, text, version=None, *, by=None):
    return put_private_note(assignment.pk, by=by or assignment.judge.user, text=text, version=version)


def test_a_comment_stands_on_its_criterion_and_counts_its_versions(assignment, sheet):
    assert comment(sheet, " Bukti\r\nkuat ").version == 1
    assert comment(sheet, "Bukti\nkuat").version == 1  # the same text again is no change
    assert comment(sheet, "Bukti lemah", 1).version == 2
    assert criterion_comments(assignment.sheets.values_list("pk", flat=True)) == {sheet.pk: {"ide": "Bukti lemah"}}


def test_no_version_of_a_comment_comes_back(assignment, sheet):
    comment(sheet, "Bukti kuat")
    assert comment(sheet, "", 1).version == 2
    assert criterion_comments(assignment.sheets.values_list("pk", flat=True))[sheet.pk] == {}
    assert comment(sheet, "Bukti lemah", 2).version == 3
    with pytest.raises(StaleVersionError) as raised:
        comment(sheet, "Dari jendela lama", 1)
    assert raised.value.current.text == "Bukti lemah"


@pytest.mark.parametrize("write", [comment, note])
def test_a_text_that_is_too_long_is_refused_with_its_length(assignment, sheet, write):
    target = sheet if write is comment else assignment
    with pytest.raises(RuleBrokenError, match=r"5\.001 karakter; paling banyak 5\.000"):
        write(target, "x" * 5001)
    assert write(target, "x" * 5000).version == 1


def test_nobody_but_the_judge_comments(sheet, other):
    for user in (other.judge.user, sheet.assignment.round.opened_by):
        with pytest.raises(PermissionDenied):
            comment(sheet, "Bagus", by=user)
    with pytest.raises(RuleBrokenError, match="bukan bagian dari lembar"):
        comment(sheet, "Bagus", criterion="kebaruan")
    assert not CriterionComment.objects.exists()


def test_a_comment_changes_only_while_its_sheet_is_open(assignment, sheet):
    comment(sheet, "Bukti kuat")
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    with pytest.raises(RuleBrokenError, match="sudah diserahkan"):
        comment(sheet, "Bukti lemah", 1)
    with pytest.raises(DatabaseError, match="only while its sheet is open"), transaction.atomic():
        CriterionComment.objects.update(text="Bukti lemah")
    reopen_sheet(ScoreSheet.objects.get(pk=sheet.pk), by=assignment.round.opened_by, reason="Diminta juri")
    assert comment(sheet, "Bukti lemah", 1).version == 2


def test_a_judge_who_stepped_back_writes_nothing_more(assignment, sheet):
    recuse(assignment, by=assignment.judge.user, reason="Kerabat")
    for write, target in ((comment, sheet), (note, assignment)):
        with pytest.raises(RuleBrokenError, match="tidak lagi menilai"):
            write(target, "Bagus")


def test_the_comment_on_a_sheet_is_told_by_what_was_seen(assignment, sheet):
    user = assignment.judge.user
    save_comment(sheet.pk, by=user, comment="Satu\r\ndua", seen="")
    save_comment(sheet.pk, by=user, comment="Satu\ndua", seen="lain")  # the same text again is no conflict
    with pytest.raises(StaleVersionError) as raised:
        save_comment(sheet.pk, by=user, comment="Tiga", seen="")
    assert raised.value.current == "Satu\ndua"
    save_comment(sheet.pk, by=user, comment="Tiga", seen="Satu\r\ndua ")
    assert ScoreSheet.objects.get(pk=sheet.pk).comment == "Tiga"


def test_a_note_is_written_after_the_hand_in_and_after_the_round(assignment):
    assert note(assignment, "Tanya saat wawancara").version == 1
    hand_in_all(assignment.round)
    assert note(assignment, "Sudah ditanyakan", 1).version == 2
    close_round(assignment.round, by=assignment.round.opened_by)
    assert note(assignment, "", 2).version == 3
    with pytest.raises(StaleVersionError):
        note(assignment, "Dari jendela lama", 1)
    assert assignment_for(assignment.judge.user, assignment.pk).private_note.text == ""


def test_nobody_but_the_judge_writes_or_reads_a_note(assignment, other):
    note(assignment, "Tanya saat wawancara")
    for user in (other.judge.user, assignment.round.opened_by):
        with pytest.raises(PermissionDenied):
            note(assignment, "Bagus", 1, by=user)
        assert assignment_for(user, assignment.pk) is None
    with pytest.raises(PermissionDenied):
        put_private_note(999_999, by=assignment.judge.user, text="Bagus", version=None)


def test_a_note_waits_for_the_conflict_question(assignment):
    Assignment.objects.update(conflict="not_asked")
    with pytest.raises(RuleBrokenError, match="benturan kepentingan"):
        note(assignment, "Bagus")
    assert not PrivateNote.objects.exists()


def test_what_is_written_in_words_leaves_no_trace_in_the_chain(assignment, sheet):
    before = AuditEvent.objects.count()
    comment(sheet, "Bukti kuat")
    note(assignment, "Tanya saat wawancara")
    assert AuditEvent.objects.count() == before


def test_a_note_is_in_the_judges_own_file_and_in_no_other(assignment):
    note(assignment, "Tanya saat wawancara")
    user = assignment.judge.user
    own = dict(sections(user, is_own=True))["Catatan pribadi tentang usulan"]
    assert [row["catatan"] for row in own] == ["Tanya saat wawancara"]
    assert "wawancara" not in str(dict(sections(user, is_own=False)))


def test_a_note_goes_with_the_person(assignment, other):
    note(assignment, "Tanya saat wawancara")
    note(other, "Milik juri lain")
    blank_person(assignment.judge.user)
    assert [(row.text, row.version) for row in PrivateNote.objects.order_by("pk")] == [("", 2), ("Milik juri lain", 1)]


def test_the_reason_of_a_reopening_is_known_until_the_sheet_is_handed_in_again(assignment):
    mark_all(assignment)
    first, second = hand_in_assignment(assignment, by=assignment.judge.user)
    committee = assignment.round.opened_by
    for reason in ("Salah ketik", "Salah ketik lagi"):
        sheet = reopen_sheet(ScoreSheet.objects.get(pk=first.pk), by=committee, reason=reason)
        found = reopenings([sheet, second])
        assert {pk: row.reason for pk, row in found.items()} == {first.pk: reason}
        hand_in_assignment(assignment, by=assignment.judge.user)
        assert reopenings(assignment.sheets.all()) == {}
