"""Sheets from paper: typed by one person, typed blind by a second one, compared, handed in as the judge's."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from entries.models import Entry
from entries.states import EntryStatus
from judging.actions.assignment import release_assignment
from judging.actions.panel import appoint_judge, recuse
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment, reopen_sheet, save_comment, save_marks
from judging.actions.typing import (
    MOST_TRIES,
    TypedMarksRefusedError,
    confirm_typing,
    refuse_typing,
    type_sheets,
    withdraw_typing,
)
from judging.models import Assignment, Mark, PaperTyping, ScoreSheet
from judging.scoring import receipt
from judging.states import SheetStatus
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent, OutgoingMail
from kiks.storage import read
from tests.factories.judging import mark_all, open_desk_round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]


class Paper:
    """J1's paper for one entry, and two people of the committee."""

    def __init__(self) -> None:
        self.round = open_desk_round(entries=1, judges=1)
        self.assignment = self.round.assignments.select_related("judge__user", "round__edition").get()
        self.judge = self.assignment.judge
        self.first, self.second = make_committee_user("Rina Marlina"), make_committee_user("Asep Hidayat")
        self.sheets = list(self.assignment.sheets.order_by("pk"))

    def marks(self, value: str = "80", **others: str) -> dict[tuple[int, str], str]:
        """All marks of the paper: `value`, but for the criteria that are named."""
        return {
            (sheet.pk, code): others.get(code, value)
            for sheet in self.sheets
            for code in sheet.instrument.criteria.values_list("code", flat=True)
        }

    def type(self, value: str = "80", *, by=None, comments=None, **others):
        return type_sheets(
            self.assignment, by=by or self.first, marks=self.marks(value), comments=comments or {}, **others
        )

    def compare(self, value: str = "80", *, by=None, comments=None, **others: str):
        return confirm_typing(
            self.assignment, by=by or self.second, marks=self.marks(value, **others), comments=comments
        )

    def statuses(self) -> set[str]:
        return set(PaperTyping.objects.values_list("status", flat=True))


@pytest.fixture
def paper() -> Paper:
    return Paper()


def test_two_who_agree_hand_in_the_sheets_of_the_judge(paper):
    paper.type()
    assert not Mark.objects.exists()
    done = paper.compare("80,0")
    sheets = list(paper.assignment.sheets.select_related("instrument"))
    assert {sheet.pk for sheet in done.handed_in} == {sheet.pk for sheet in sheets}
    for sheet in sheets:
        assert (sheet.status, sheet.is_from_paper, sheet.handed_in_by) == (SheetStatus.HANDED_IN, True, paper.second)
        marks = dict.fromkeys(sheet.instrument.criteria.values_list("code", flat=True), "80")
        assert sheet.receipt == receipt(
            paper.round.edition.code, paper.round.code, "001", "J1", sheet.instrument.code, marks, sheet.nonce
        )
    typing = PaperTyping.objects.first()
    assert (typing.status, typing.typed_by, typing.checked_by) == ("confirmed", paper.first, paper.second)
    kinds = AuditEvent.objects.filter(kind__startswith="sheet.").values_list("kind", "actor_id")
    assert set(kinds) == {
        ("sheet.typed", paper.first.pk),
        ("sheet.handed_in", paper.second.pk),
        ("sheet.typing_confirmed", paper.second.pk),
        ("sheet.paper_issued", paper.second.pk),
    }


def test_the_round_closes_with_typed_sheets(paper):
    paper.type()
    with pytest.raises(RuleBrokenError, match="J1 belum menyerahkan"):
        close_round(paper.round, by=paper.first)
    paper.compare()
    assert close_round(paper.round, by=paper.first).locked_digest


def test_the_judge_is_told_with_both_names_and_the_receipts(paper):
    paper.type()
    assert not OutgoingMail.objects.filter(to_user=paper.judge.user, template__startswith="judge_typed").exists()
    paper.compare()
    mail = OutgoingMail.objects.get(to_user=paper.judge.user, template="judge_typed.txt")
    receipts = ScoreSheet.objects.values_list("receipt", flat=True)
    assert all(part in mail.text for part in ["Rina Marlina", "Asep Hidayat", *receipts, "J1-00"])
    assert f"/juri/tanda-terima/{paper.assignment.pk}/" in mail.text
    assert "Nilai itu sendiri tidak kami tulis" in mail.text


def test_nobody_confirms_an_own_typing(paper):
    paper.type()
    with pytest.raises(RuleBrokenError, match="Anda ketik sendiri"):
        paper.compare(by=paper.first)
    with pytest.raises(RuleBrokenError, match="Anda ketik sendiri"):
        refuse_typing(paper.assignment, by=paper.first, reason="Berbeda")
    assert paper.statuses() == {"typed"}


def test_a_difference_is_named_to_both_and_nothing_is_handed_in(paper):
    paper.type()
    found = paper.compare(ide="81")
    assert [code for _, code in found.differing] == ["ide"]
    assert (found.handed_in, found.is_sent_back, found.tries_left) == ((), False, MOST_TRIES - 1)
    assert not Mark.objects.exists()
    assert set(PaperTyping.objects.values_list("reason", flat=True)) == {"Ketikan kedua berbeda pada: KIPP: Ide."}
    assert paper.compare().handed_in  # the second person had mistyped


def test_who_keeps_differing_cannot_find_the_marks_out(paper):
    paper.type()
    tries = [paper.compare(ide=str(mark)) for mark in range(MOST_TRIES)]
    assert [found.is_sent_back for found in tries] == [False] * (MOST_TRIES - 1) + [True]
    assert paper.statuses() == {"refused"}
    assert "3 kali berbeda. Terakhir pada: KIPP: Ide" in PaperTyping.objects.first().reason
    with pytest.raises(RuleBrokenError, match="Tidak ada ketikan"):
        paper.compare()
    paper.type(by=paper.second)
    assert paper.compare(by=paper.first).handed_in  # typed anew, the tries begin anew


def test_the_second_person_sends_it_back_with_a_reason(paper):
    paper.type()
    with pytest.raises(RuleBrokenError, match="Tulis alasan"):
        refuse_typing(paper.assignment, by=paper.second, reason=" ")
    refuse_typing(paper.assignment, by=paper.second, reason="Kertas usulan lain.")
    assert set(PaperTyping.objects.values_list("status", "reason")) == {("refused", "Kertas usulan lain.")}
    assert len(paper.type()) == 2


def test_only_the_typist_takes_a_typing_back(paper):
    with pytest.raises(RuleBrokenError, match="Tidak ada ketikan"):
        withdraw_typing(paper.assignment, by=paper.first)
    paper.type()
    with pytest.raises(RuleBrokenError, match="pengetiknya sendiri"):
        withdraw_typing(paper.assignment, by=paper.second)
    withdraw_typing(paper.assignment, by=paper.first)
    assert paper.statuses() == {"refused"}


def test_a_comment_is_shown_to_the_second_only_after_the_marks_agree(paper):
    kipp = paper.sheets[0].pk
    paper.type(comments={kipp: " Perlu bukti. "})
    assert paper.compare(ide="81").comments is None
    found = paper.compare()
    assert (found.comments, found.handed_in) == ({kipp: "Perlu bukti."}, ())
    assert paper.compare(comments={kipp: "Perlu bukti dampak."}).handed_in
    assert ScoreSheet.objects.get(pk=kipp).comment == "Perlu bukti dampak."


def test_a_comment_of_the_judge_on_the_screen_stays(paper):
    kipp = paper.sheets[0].pk
    save_comment(kipp, by=paper.judge.user, comment="Dari layar.")
    paper.type(comments={kipp: "Dari kertas."})
    paper.compare(comments={kipp: "Dari kertas."})
    assert ScoreSheet.objects.get(pk=kipp).comment == "Dari layar.\n\nDari kertas."


def test_bad_marks_are_named_one_by_one(paper):
    with pytest.raises(TypedMarksRefusedError) as raised:
        type_sheets(
            paper.assignment,
            by=paper.first,
            marks=paper.marks(ide="101", signifikansi="80,5", kebaruan=""),
            comments={},
        )
    faults = {code: sentence for (_, code), sentence in raised.value.faults.items()}
    assert faults.keys() == {"ide", "signifikansi", "kebaruan"}
    assert "101 melebihi nilai tertinggi 100" in faults["ide"]
    assert not PaperTyping.objects.exists()


def test_marks_of_another_sheet_are_refused(paper):
    with pytest.raises(RuleBrokenError, match="Muat ulang"):
        type_sheets(paper.assignment, by=paper.first, marks=paper.marks() | {(0, "ide"): "80"}, comments={})


def test_what_waits_is_not_typed_twice_as_the_first(paper):
    paper.type()
    with pytest.raises(RuleBrokenError, match="menunggu orang kedua"):
        paper.type(by=paper.second)


def test_the_scan_is_kept(paper):
    content = tiny_pdf("pindaian")
    typings = paper.type(scan=content)
    assert {typing.scan_id for typing in typings} == {typings[0].scan_id}
    assert read(typings[0].scan) == content


def test_marks_on_the_screen_are_never_replaced(paper):
    save_marks(paper.sheets[0], by=paper.judge.user, values={"ide": "70"})
    with pytest.raises(RuleBrokenError, match="sudah mengisi lembar KIPP di layar"):
        paper.type()


def test_the_judge_who_marks_on_the_screen_in_between_is_heard(paper):
    paper.type()
    save_marks(paper.sheets[0], by=paper.judge.user, values={"ide": "70"})
    with pytest.raises(RuleBrokenError, match="di layar"):
        paper.compare()
    assert Mark.objects.get().value == 70
    refuse_typing(paper.assignment, by=paper.second, reason="Juri mengisi sendiri.")
    assert paper.statuses() == {"refused"}


def test_what_was_handed_in_is_not_typed(paper):
    paper.type()
    mark_all(paper.assignment)
    hand_in_assignment(paper.assignment, by=paper.judge.user)
    for act in (paper.compare, lambda: paper.type(by=paper.second)):
        with pytest.raises(RuleBrokenError, match="sudah diserahkan"):
            act()
    assert not ScoreSheet.objects.filter(is_from_paper=True).exists()


def test_a_sheet_that_was_given_back_is_typed_again_or_marked_by_the_judge(paper):
    paper.type()
    paper.compare()
    for sheet in paper.assignment.sheets.all():
        reopen_sheet(sheet, by=paper.first, reason="Juri menemukan angka yang keliru.")
    paper.type("70")
    paper.compare("70")
    assert set(Mark.objects.values_list("value", flat=True)) == {70}
    for sheet in paper.assignment.sheets.all():
        reopen_sheet(sheet, by=paper.first, reason="Sekali lagi.")
    save_marks(paper.sheets[0], by=paper.judge.user, values={"ide": "71"})
    with pytest.raises(RuleBrokenError, match="di layar"):
        paper.type()
    hand_in_assignment(paper.assignment, by=paper.judge.user)
    assert not ScoreSheet.objects.filter(is_from_paper=True).exists()  # the judge handed in in person


def test_a_sheet_given_back_after_the_typing_sends_it_back(paper):
    paper.type()
    paper.compare()
    reopen_sheet(paper.sheets[0], by=paper.first, reason="Keliru.")
    typings = type_sheets(
        paper.assignment,
        by=paper.first,
        marks={place: "75" for place in paper.marks() if place[0] == paper.sheets[0].pk},
        comments={},
    )
    assert len(typings) == 1
    reopen_sheet(paper.sheets[1], by=paper.first, reason="Keliru juga.")
    with pytest.raises(RuleBrokenError, match="dibuka kembali setelah diketik"):
        paper.compare()
    refuse_typing(paper.assignment, by=paper.second, reason="Diketik ulang.")


def released(paper):
    release_assignment(paper.assignment, by=paper.first, reason="Sakit.")


def recused(paper):
    recuse(paper.assignment, by=paper.judge.user, reason="Kerabat")


def left(paper):
    Entry.objects.update(status=EntryStatus.WITHDRAWN)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda paper: Assignment.objects.update(conflict="not_asked"), "belum menjawab pertanyaan benturan"),
        (recused, "tidak lagi menilai"),
        (released, "tidak lagi menilai"),
        (left, "meninggalkan babak"),
    ],
)
def test_who_does_not_judge_has_no_sheet_to_type(paper, change, sentence):
    paper.type()
    change(paper)
    for act in (paper.compare, lambda: paper.type(by=paper.second)):
        with pytest.raises(RuleBrokenError, match=sentence):
            act()
    assert not Mark.objects.exists()


def test_nobody_types_in_a_closed_round(paper):
    paper.type()
    paper.compare()
    close_round(paper.round, by=paper.first)
    for act in (paper.compare, paper.type, lambda: refuse_typing(paper.assignment, by=paper.second, reason="x")):
        with pytest.raises(RuleBrokenError, match="tidak sedang dibuka"):
            act()


def test_only_the_committee_types(paper):
    for user in (paper.judge.user, make_user("Orang lain")):
        with pytest.raises(PermissionDenied):
            paper.type(by=user)
    paper.type()
    with pytest.raises(PermissionDenied):
        paper.compare(by=make_user("Orang lain"))
    with pytest.raises(PermissionDenied):
        refuse_typing(paper.assignment, by=paper.judge.user, reason="x")


def test_who_judges_in_the_edition_sees_no_paper_of_a_colleague(paper):
    appoint_judge(by=paper.first, edition=paper.round.edition, user=paper.second, institution="Kampus")
    with pytest.raises(RuleBrokenError, match="Anda juri pada edisi ini"):
        paper.type(by=paper.second)
    paper.type()
    with pytest.raises(RuleBrokenError, match="Anda juri pada edisi ini"):
        paper.compare()


def test_the_chain_holds_no_typed_mark_and_no_comment(paper):
    before = AuditEvent.objects.count()
    paper.type("83", comments={paper.sheets[0].pk: "Rahasia juri."}, scan=tiny_pdf("x"))
    paper.compare("84")
    withdraw_typing(paper.assignment, by=paper.first)
    bodies = [json.loads(event.body)["data"] for event in AuditEvent.objects.order_by("pk")[before:]]
    text = json.dumps(bodies)
    assert len(bodies) > 5
    assert "Rahasia" not in text
    assert "marks" not in text
    for row in bodies:
        assert not {"marks", "comment", "reason"} & {*(row.get("new") or {}), *(row.get("old") or {})}
