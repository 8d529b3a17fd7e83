"""The life of a round, from preparation to publication."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from competitions.models import Criterion, Instrument
from entries.actions.submission import withdraw_entry
from judging.actions import record as record_actions
from judging.actions.assignment import assign_judges
from judging.actions.panel import recuse
from judging.actions.publication import publish_edition
from judging.actions.record import issue_record
from judging.actions.result import confirm_round, settle_tie
from judging.actions.round import close_round, compute_provisional, confirm_shares, open_round
from judging.actions.sheet import hand_in_assignment
from judging.models import Placing, Ranking, Round, RoundInstrument, SettledTie
from judging.queries import (
    closing_blockers,
    confirming_blockers,
    judges_behind,
    opening_blockers,
    progress_matrix,
    round_blockers,
    standing_rankings,
    visible_publication,
)
from judging.scoring import rank_text
from judging.states import RoundStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.entries import member_of
from tests.factories.judging import (
    entry_of,
    hand_in_all,
    make_presentation_round,
    mark_all,
    open_desk_round,
    settling_round,
)
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db


def positions(round_):
    placings = Placing.objects.filter(ranking__in=standing_rankings(round_)).select_related("entry")
    return {placing.entry.number: (placing.position, placing.tied, placing.advances) for placing in placings}


def test_a_round_that_is_not_ready_says_everything_that_is_missing():
    committee, edition = make_committee_user(), make_edition()
    round_ = Round.objects.create(edition=edition, code="desk", name="Babak desk", kind="desk")
    RoundInstrument.objects.create(round=round_, instrument=edition.instruments.get(code="kipp"), share=60)
    with pytest.raises(RuleBrokenError) as raised:
        open_round(round_, by=committee)
    assert raised.value.sentences == (
        f"Aturan {edition.name} belum dikonfirmasi.",
        "Jumlah bobot instrumen 60%, seharusnya 100%.",
        "Hasil seleksi administrasi belum diumumkan.",
        "Instrumen KIPP belum dikonfirmasi.",
        "Belum ada usulan yang dinilai pada babak ini.",
        "Bobot pada babak Babak desk belum dikonfirmasi.",
    )


def test_weights_that_do_not_add_up_block_the_opening():
    committee, edition = make_committee_user(), make_edition()
    Criterion.objects.filter(instrument__edition=edition, code="ide").update(weight=44)
    round_ = Round.objects.create(edition=edition, code="desk", name="Babak desk", kind="desk")
    RoundInstrument.objects.create(round=round_, instrument=edition.instruments.get(code="kipp"), share=100)
    assert any("Jumlah bobot kriteria KIPP 99" in sentence for sentence in opening_blockers(round_))
    with pytest.raises(RuleBrokenError, match="dasar penetapan"):
        confirm_shares(round_, by=committee, source="  ")


def test_only_the_committee_moves_a_round():
    round_ = open_desk_round(entries=1, judges=1)
    judge = round_.edition.judges.get().user
    for step in (open_round, close_round, compute_provisional, confirm_round):
        with pytest.raises(PermissionDenied):
            step(round_, by=judge)
    with pytest.raises(WrongStateError):
        open_round(round_, by=round_.opened_by)


@pytest.mark.parametrize("change", [{"cutoff": 9}, {"decimals": 1}, {"minimum_judges": 2}])
def test_the_rules_of_an_opened_round_are_frozen_by_the_database(change):
    round_ = open_desk_round(entries=1, judges=1)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Round.objects.filter(pk=round_.pk).update(**change)


def test_shares_weights_and_instruments_are_frozen_too():
    round_ = open_desk_round(entries=1, judges=1)
    for rows, change in [
        (RoundInstrument.objects.filter(round=round_), {"share": 50}),
        (Criterion.objects.filter(instrument__edition=round_.edition), {"weight": 50}),
        (Instrument.objects.filter(edition=round_.edition), {"name": "Lain"}),
    ]:
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Criterion.objects.create(instrument=round_.edition.instruments.first(), code="baru", name="Baru", weight=0)
    with pytest.raises(RuleBrokenError, match="sudah dibuka"):
        confirm_shares(round_, by=round_.opened_by, source="Susulan")


def test_closing_names_the_judges_who_are_behind():
    round_ = open_desk_round(entries=2, judges=2)
    hand_in_all_of(round_, "J1")
    assert closing_blockers(round_) == ["J2 belum menyerahkan lembar untuk usulan 001, 002."]
    assert [(judge.label, owed) for judge, owed in judges_behind(round_)] == [("J2", 2)]
    with pytest.raises(RuleBrokenError, match="J2 belum menyerahkan"):
        close_round(round_, by=round_.opened_by)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.OPEN


def hand_in_all_of(round_, label):
    for assignment in round_.assignments.filter(judge__label=label).select_related("judge__user"):
        mark_all(assignment)
        hand_in_assignment(assignment, by=assignment.judge.user)


def test_progress_shows_states_and_no_figures():
    round_ = open_desk_round(entries=2, judges=2)
    hand_in_all_of(round_, "J1")
    first, second = round_.assignments.filter(judge__label="J2").order_by("entry__number")
    mark_all(first)
    recuse(second, by=second.judge.user, reason="Kerabat")
    assert progress_matrix(round_) == {
        ("001", "J1"): "handed_in",
        ("002", "J1"): "handed_in",
        ("001", "J2"): "in_progress",
        ("002", "J2"): "recused",
    }


def test_the_digest_is_published_before_any_total_exists():
    round_ = open_desk_round(entries=1, judges=1)
    hand_in_all(round_)
    round_ = close_round(round_, by=round_.opened_by)
    assert len(round_.locked_digest) == 64
    assert not Ranking.objects.exists()
    assert AuditEvent.objects.filter(kind="round.locked", body__contains=round_.locked_digest).exists()
    assert round_blockers(round_) == ["Peringkat sementara belum dihitung."]


def test_the_ranking_is_what_the_bundle_gives():
    round_ = settling_round({"001": "70", "002": "90"}, entries=2, judges=2)
    ranking = standing_rankings(round_).get()
    assert json.loads(ranking.result) == rank_text(ranking.bundle)
    assert positions(round_) == {"002": (1, False, True), "001": (2, False, False)}


def test_marks_of_a_recused_judge_do_not_count_and_do_not_vanish():
    round_ = open_desk_round(entries=1, judges=2)
    for assignment in round_.assignments.order_by("judge__label"):
        mark_all(assignment, "90" if assignment.judge.label == "J1" else "50")
    first = round_.assignments.get(judge__label="J1")
    recuse(first, by=first.judge.user, reason="Kerabat")
    hand_in_one(round_, "J2")
    close_round(round_, by=round_.opened_by)
    ranking = compute_provisional(round_, by=round_.opened_by)[0]
    sheets = json.loads(ranking.bundle)["sheets"]
    assert ranking.placings.get().score == 50
    assert {(sheet["judge"], sheet["counted"], sheet.get("why")) for sheet in sheets} == {
        ("J1", False, "recused"),
        ("J2", True, None),
    }
    assert any(sheet["marks"] for sheet in sheets if sheet["judge"] == "J1")


def hand_in_one(round_, label):
    for assignment in round_.assignments.filter(judge__label=label).select_related("judge__user"):
        hand_in_assignment(assignment, by=assignment.judge.user)


def test_a_tie_across_the_line_must_be_settled_before_it_is_confirmed():
    round_ = settling_round({"001": "80", "002": "80"}, entries=2, judges=1)
    committee = round_.opened_by
    assert positions(round_) == {"001": (1, True, None), "002": (1, True, None)}
    with pytest.raises(RuleBrokenError, match="001, 002 sama di garis batas"):
        confirm_round(round_, by=committee)
    settle_tie(round_, by=committee, category=None, order=["002", "001"], reason="Dampak lebih luas")
    assert positions(round_) == {"002": (1, False, True), "001": (2, False, False)}
    assert confirming_blockers(round_) == []
    assert confirm_round(round_, by=committee).status == RoundStatus.CLOSED


def test_a_settlement_that_is_not_a_complete_tied_group_leaves_no_trace():
    round_ = settling_round({"001": "80", "002": "80", "003": "70"}, entries=3, judges=1)
    for order in (["002", "003"], ["001", "002", "003"]):
        with pytest.raises(RuleBrokenError, match="kelompok yang masih seri"):
            settle_tie(round_, by=round_.opened_by, category=None, order=order, reason="Keliru")
    with pytest.raises(RuleBrokenError, match="alasan keputusan"):
        settle_tie(round_, by=round_.opened_by, category=None, order=["002", "001"], reason=" ")
    assert not SettledTie.objects.exists()
    assert Ranking.objects.count() == 1


def test_ties_are_settled_only_between_lock_and_confirmation():
    round_ = open_desk_round(entries=1, judges=1)
    with pytest.raises(RuleBrokenError, match="setelah penilaian ditutup"):
        settle_tie(round_, by=round_.opened_by, category=None, order=["001", "002"], reason="Terlalu awal")
    with pytest.raises(RuleBrokenError, match="setelah penilaian ditutup"):
        compute_provisional(round_, by=round_.opened_by)


def test_a_confirmed_ranking_and_a_locked_sheet_never_change():
    round_ = settling_round(entries=1, judges=1)
    confirm_round(round_, by=round_.opened_by)
    for rows, change in [
        (Ranking.objects.all(), {"bundle": "{}"}),
        (Placing.objects.all(), {"score": 99}),
        (round_.assignments.get().sheets.all(), {"receipt": "0" * 64}),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_the_record_is_numbered_stored_and_made_once():
    round_ = settling_round(entries=1, judges=1)
    committee, ranking = round_.opened_by, standing_rankings(round_).get()
    with pytest.raises(RuleBrokenError, match="setelah hasil ditetapkan"):
        issue_record(ranking, by=committee)
    confirm_round(round_, by=committee)
    record = issue_record(ranking, by=committee)
    assert record.number == f"001/BA/{round_.edition.code.upper()}"
    assert [row.role for row in record.signatories.all()] == ["Juri J1", "Panitia"]
    with pytest.raises(RuleBrokenError, match="sudah diterbitkan"):
        issue_record(ranking, by=committee)


def test_nothing_is_published_before_the_final_is_confirmed():
    round_ = settling_round(entries=1, judges=1)
    confirm_round(round_, by=round_.opened_by)
    with pytest.raises(RuleBrokenError, match="setelah nilai akhir ditetapkan"):
        publish_edition(round_.edition, by=round_.opened_by, visible_from=clock.now() - timedelta(days=1))
    assert visible_publication(round_.edition, clock.now()) is None


def withdraw(round_, number):
    entry = entry_of(round_, number)
    withdraw_entry(entry, by=member_of(entry.innovation.unit))


def test_an_entry_that_leaves_before_the_lock_is_listed_and_not_ranked():
    round_ = open_desk_round(entries=2, judges=1)
    hand_in_all(round_)
    withdraw(round_, "001")
    close_round(round_, by=round_.opened_by)
    bundle = json.loads(compute_provisional(round_, by=round_.opened_by)[0].bundle)
    assert [entry["number"] for entry in bundle["entries"]] == ["002"]
    assert bundle["withdrawn"] == [{"entry": "001", "why": "ditarik kembali"}]


def test_after_the_lock_the_ranking_stands_whoever_leaves():
    round_ = settling_round(entries=2, judges=1)
    withdraw(round_, "001")
    bundle = json.loads(compute_provisional(round_, by=round_.opened_by)[0].bundle)
    assert [entry["number"] for entry in bundle["entries"]] == ["001", "002"]
    assert "withdrawn" not in bundle


def test_a_record_carries_no_anchor_while_sheets_of_another_round_are_open(monkeypatch):
    """Sequence and head of the chain move with every hidden mark."""
    said, issue = [], record_actions.issue_paper

    def listen(*args, facts, **rest):
        said.append(facts)
        return issue(*args, facts=facts, **rest)

    monkeypatch.setattr(record_actions, "issue_paper", listen)
    desk = settling_round({"001": "90"}, entries=2, judges=1)
    committee = desk.opened_by
    presentation = make_presentation_round(desk, committee)
    confirm_round(desk, by=committee)
    assign_judges(presentation, by=committee)
    open_round(presentation, by=committee)
    issue_record(standing_rankings(desk).get(), by=committee)
    assert (said[0].audit_sequence, said[0].audit_head) == (None, "")
