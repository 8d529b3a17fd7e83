"""Marks and sheets."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from judging.actions.panel import declare_conflicts, recuse
from judging.actions.round import close_round
from judging.actions.sheet import (
    clear_mark,
    hand_in_assignment,
    put_mark,
    reopen_sheet,
    save_comment,
    save_mark,
    save_marks,
)
from judging.models import Assignment, Mark
from judging.scoring import receipt
from judging.states import SheetStatus
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.judging import hand_in_all, mark_all, open_desk_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    return open_desk_round(entries=1, judges=1).assignments.select_related("judge__user", "round__edition").get()


@pytest.fixture
def sheet(assignment):
    return assignment.sheets.get(instrument__code="kipp")


@pytest.fixture
def ide(sheet):
    return sheet.instrument.criteria.get(code="ide")


def save(sheet, criterion, value, version=None):
    return save_mark(sheet, by=sheet.assignment.judge.user, criterion=criterion, value=value, version=version)


def test_a_mark_is_saved_and_its_event_names_the_judge(sheet, ide):
    mark = save(sheet, ide, "80")
    event = AuditEvent.objects.filter(target=f"judging_mark:{mark.pk}").get()
    assert (mark.value, mark.version, event.actor_id) == (80, 1, sheet.assignment.judge.user_id)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "tulis angka dari 0 sampai 100"),
        ("delapan", "tulis angka"),
        ("-1", "tulis angka"),
        ("1e2", "tulis angka"),
        ("100,5", "100,5 melebihi nilai tertinggi 100"),
        ("80,5", "80,5 bukan kelipatan 1"),
    ],
)
def test_a_bad_mark_is_a_sentence_and_leaves_no_trace(sheet, ide, typed, sentence):
    with pytest.raises(RuleBrokenError, match=sentence):
        save(sheet, ide, typed)
    assert not Mark.objects.exists()


def test_a_mark_off_the_scale_is_refused_by_the_database_too(sheet, ide):
    with pytest.raises(DatabaseError, match="scale"), transaction.atomic():
        Mark.objects.create(sheet=sheet, criterion=ide, value="100.5")


def test_two_tabs_do_not_overwrite_each_other(sheet, ide):
    save(sheet, ide, "80")
    with pytest.raises(StaleVersionError) as raised:
        save(sheet, ide, "70")
    assert raised.value.current.value == 80
    assert save(sheet, ide, "70", version=1).version == 2
    assert save(sheet, ide, "70", version=1).version == 2  # the same mark again is no conflict


def test_a_criterion_of_another_instrument_is_refused(sheet, assignment):
    foreign = assignment.sheets.get(instrument__code="kijb").instrument.criteria.get()
    with pytest.raises(RuleBrokenError, match="bukan bagian dari lembar"):
        save(sheet, foreign, "80")
    with pytest.raises(RuleBrokenError, match="kebaruan"):
        save_marks(sheet, by=sheet.assignment.judge.user, values={"kebaruan": "80"})


def test_nobody_but_the_judge_marks(sheet, ide):
    committee = sheet.assignment.round.opened_by
    with pytest.raises(PermissionDenied):
        save_mark(sheet, by=committee, criterion=ide, value="80", version=None)
    with pytest.raises(PermissionDenied):
        save_comment(sheet.pk, by=committee, comment="Bagus")


def test_a_mark_can_be_taken_back(sheet, ide):
    save(sheet, ide, "80")
    user = sheet.assignment.judge.user
    with pytest.raises(StaleVersionError):
        clear_mark(sheet, by=user, criterion=ide, version=None)
    assert Mark.objects.exists()
    clear_mark(sheet, by=user, criterion=ide, version=1)
    assert not Mark.objects.exists()


def test_a_whole_sheet_is_saved_or_nothing(sheet):
    user = sheet.assignment.judge.user
    with pytest.raises(RuleBrokenError, match="melebihi"):
        save_marks(sheet, by=user, values={"ide": "80", "signifikansi": "101"})
    assert not Mark.objects.exists()
    save_marks(sheet, by=user, values={"ide": "80", "signifikansi": "70"})
    assert Mark.objects.count() == 2


def test_marking_waits_for_the_conflict_question(sheet, ide):
    Assignment.objects.update(conflict="not_asked")
    with pytest.raises(RuleBrokenError, match="benturan kepentingan"):
        save(sheet, ide, "80")


def test_a_judge_who_stepped_back_marks_no_longer():
    round_ = open_desk_round(entries=1, judges=2)
    assignment = round_.assignments.get(judge__label="J1")
    recuse(assignment, by=assignment.judge.user, reason="Kerabat")
    with pytest.raises(RuleBrokenError, match="tidak lagi menilai"):
        mark_all(assignment)


def test_handing_in_needs_every_mark_and_names_the_missing_ones(assignment, sheet, ide):
    save(sheet, ide, "80")
    with pytest.raises(RuleBrokenError, match="KIPP: Signifikansi; KIJB: Kebaruan"):
        hand_in_assignment(assignment, by=assignment.judge.user)
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.OPEN


def test_a_receipt_follows_from_what_was_handed_in(assignment):
    mark_all(assignment, "77")
    sheets = hand_in_assignment(assignment, by=assignment.judge.user)
    kipp = next(sheet for sheet in sheets if sheet.instrument.code == "kipp")
    marks = {"ide": "77", "signifikansi": "77"}
    round_ = assignment.round
    facts = (round_.edition.code, "desk", assignment.entry.number, "J1", "kipp", marks, kipp.nonce)
    assert kipp.receipt == receipt(*facts)
    text = OutgoingMail.objects.get(subject__startswith="Tanda terima").text
    assert kipp.receipt in text
    assert kipp.nonce in text


def test_what_was_handed_in_is_fixed(assignment, sheet, ide):
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    with pytest.raises(RuleBrokenError, match="sudah diserahkan"):
        save(sheet, ide, "90", version=1)
    with pytest.raises(RuleBrokenError, match="sudah Anda serahkan"):
        hand_in_assignment(assignment, by=assignment.judge.user)
    with pytest.raises(DatabaseError, match="only while its sheet is open"), transaction.atomic():
        Mark.objects.filter(sheet=sheet).update(value=90)


def test_reopening_gives_a_new_receipt_and_keeps_the_old_one_in_the_chain(assignment):
    mark_all(assignment)
    sheet = hand_in_assignment(assignment, by=assignment.judge.user)[0]
    committee = assignment.round.opened_by
    with pytest.raises(RuleBrokenError, match="alasan"):
        reopen_sheet(sheet, by=committee, reason="")
    reopen_sheet(sheet, by=committee, reason="Juri salah ketik")
    again = next(row for row in hand_in_assignment(assignment, by=assignment.judge.user) if row.pk == sheet.pk)
    assert again.receipt != sheet.receipt
    assert AuditEvent.objects.filter(kind="sheet.reopened", body__contains=sheet.receipt).exists()
    assert OutgoingMail.objects.filter(subject__contains="dibuka kembali", to_user=assignment.judge.user).exists()


def test_only_a_handed_in_sheet_of_an_open_round_is_reopened(assignment, sheet):
    committee = assignment.round.opened_by
    with pytest.raises(RuleBrokenError, match="belum diserahkan"):
        reopen_sheet(sheet, by=committee, reason="Coba")
    with pytest.raises(PermissionDenied):
        reopen_sheet(sheet, by=assignment.judge.user, reason="Coba")
    hand_in_all(assignment.round)
    close_round(assignment.round, by=committee)
    with pytest.raises(RuleBrokenError, match="terkunci"):
        reopen_sheet(sheet, by=committee, reason="Terlambat")


def test_conflicts_cannot_be_answered_for_another(assignment):
    with pytest.raises(PermissionDenied):
        declare_conflicts(assignment.judge, assignment.round, by=assignment.round.opened_by, conflicts={})


def test_a_mark_set_again_after_it_was_taken_back_is_not_overwritten_by_who_saw_the_first(sheet, ide):
    user = sheet.assignment.judge.user
    save(sheet, ide, "80")
    clear_mark(sheet, by=user, criterion=ide, version=1)
    save(sheet, ide, "90")
    sent = {"by": user, "criterion": "ide", "value": "85", "version": 1}
    for seen in ("80", "", "?"):
        with pytest.raises(StaleVersionError):
            put_mark(sheet.pk, **sent, seen=seen)
    assert put_mark(sheet.pk, **sent, seen="90,0").mark.value == 85


def test_a_mark_that_came_with_a_whole_sheet_is_not_overwritten_by_who_saw_another(sheet, ide):
    user = sheet.assignment.judge.user
    save(sheet, ide, "80")
    save_marks(sheet, by=user, values={"ide": "90"})
    with pytest.raises(StaleVersionError):
        put_mark(sheet.pk, by=user, criterion="ide", value="85", version=1, seen="80")
