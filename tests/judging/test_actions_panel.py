"""Who judges what."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from competitions.models import StageKind
from entries.states import EntryStatus
from judging.actions.assignment import assign_judges, release_assignment
from judging.actions.panel import appoint_judge, declare_conflicts, recuse, sign_pledge
from judging.actions.round import open_round
from judging.models import Assignment, ScoreSheet
from judging.permissions import is_judge, may_read_entry, role_links
from judging.queries import counting, unanswered_conflicts
from judging.states import RecusalSource
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at
from tests.factories.judging import (
    make_final_round,
    make_panel,
    make_presentation_round,
    make_round,
    open_desk_round,
    settling_round,
)
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


def kinds_of(edition):
    return list(
        AuditEvent.objects.filter(chain=edition.code).exclude(kind__startswith="row.").values_list("kind", flat=True)
    )


def test_judges_get_labels_in_order_of_appointment():
    committee, edition = make_committee_user(), make_edition()
    labels = [
        appoint_judge(by=committee, edition=edition, user=make_user(), institution="Kampus").label for _ in range(3)
    ]
    assert labels == ["J1", "J2", "J3"]
    assert kinds_of(edition) == ["judge.appointed"] * 3


def test_a_person_sits_on_a_panel_once():
    committee, edition, user = make_committee_user(), make_edition(), make_user()
    appoint_judge(by=committee, edition=edition, user=user, institution="Kampus")
    with pytest.raises(RuleBrokenError, match="sudah menjadi juri"):
        appoint_judge(by=committee, edition=edition, user=user, institution="Kampus")
    assert edition.judges.count() == 1


def test_only_the_committee_appoints():
    user = make_user()
    with pytest.raises(PermissionDenied):
        appoint_judge(by=user, edition=make_edition(), user=user, institution="Kampus")


def test_a_pledge_is_signed_once_and_in_person():
    committee, edition = make_committee_user(), make_edition()
    judge = appoint_judge(by=committee, edition=edition, user=make_user(), institution="Kampus")
    with pytest.raises(PermissionDenied):
        sign_pledge(judge, by=committee)
    judge = sign_pledge(judge, by=judge.user)
    assert judge.pledged_by == judge.user
    with pytest.raises(RuleBrokenError, match="sudah Anda tandatangani"):
        sign_pledge(judge, by=judge.user)


def test_every_judge_gets_every_entry_with_one_open_sheet_for_each_instrument():
    round_ = open_desk_round(entries=2, judges=2)
    assert round_.assignments.count() == 4
    assert ScoreSheet.objects.filter(assignment__round=round_, status="open").count() == 8
    positions = round_.assignments.filter(judge__label="J1").order_by("reading_position")
    assert list(positions.values_list("reading_position", flat=True)) == [1, 2]


def test_assigning_again_adds_only_what_is_missing():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    entry_at(EntryStatus.PASSED, edition=edition)
    round_ = make_round(edition, committee)
    make_panel(edition, committee, 1)
    assert assign_judges(round_, by=committee) == 1
    make_panel(edition, committee, 1)
    assert assign_judges(round_, by=committee) == 1
    assert assign_judges(round_, by=committee) == 0


def test_the_own_agency_of_a_judge_is_recused_by_rule():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    entry = entry_at(EntryStatus.PASSED, edition=edition)
    round_ = make_round(edition, committee)
    appoint_judge(
        by=committee, edition=edition, user=make_user(), institution="Dinas", agency=entry.innovation.unit.agency
    )
    make_panel(edition, committee, 1)
    assign_judges(round_, by=committee)
    assert list(round_.assignments.values_list("judge__label", flat=True)) == ["J2"]
    assert round_.recusals.get().source == RecusalSource.RULE


def test_too_few_judges_for_an_entry_is_a_sentence_and_changes_nothing():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    entry_at(EntryStatus.PASSED, edition=edition)
    round_ = make_round(edition, committee, judges_per_entry=2)
    make_panel(edition, committee, 1)
    with pytest.raises(RuleBrokenError, match="memerlukan 2 juri"):
        assign_judges(round_, by=committee)
    assert round_.assignments.count() == 0


def test_conflicts_are_answered_for_all_entries_at_once():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    first, second = (entry_at(EntryStatus.PASSED, edition=edition) for _ in range(2))
    announced(edition, objection_days=0)
    round_ = make_round(edition, committee)
    judge = make_panel(edition, committee, 2)[0]
    assign_judges(round_, by=committee)
    round_.refresh_from_db()
    with pytest.raises(RuleBrokenError, match="tidak sedang dibuka"):
        declare_conflicts(judge, round_, by=judge.user, conflicts={})
    open_round(round_, by=committee)
    assert unanswered_conflicts(judge, round_).count() == 2
    recusals = declare_conflicts(judge, round_, by=judge.user, conflicts={first.pk: " Saudara kandung "})
    assert [(recusal.entry, recusal.reason) for recusal in recusals] == [(first, "Saudara kandung")]
    assert list(counting(round_.assignments.filter(judge=judge)).values_list("entry", flat=True)) == [second.pk]
    assert unanswered_conflicts(judge, round_).count() == 0


def test_a_conflict_without_a_reason_is_refused_and_nothing_is_answered():
    round_ = open_desk_round(entries=1, judges=1)
    Assignment.objects.update(conflict="not_asked")
    judge = round_.edition.judges.get()
    with pytest.raises(RuleBrokenError, match="alasan singkat"):
        declare_conflicts(judge, round_, by=judge.user, conflicts={round_.assignments.get().entry_id: "  "})
    assert unanswered_conflicts(judge, round_).count() == 1


def test_a_judge_who_steps_back_reads_no_longer_and_does_not_count():
    round_ = open_desk_round(entries=1, judges=2)
    assignment = round_.assignments.get(judge__label="J1")
    user = assignment.judge.user
    assert may_read_entry(user, assignment.entry)
    with pytest.raises(RuleBrokenError, match="alasan"):
        recuse(assignment, by=user, reason=" ")
    recuse(assignment, by=user, reason="Pernah membimbing tim")
    assert not may_read_entry(user, assignment.entry)
    assert counting(round_.assignments.all()).get().judge.label == "J2"
    with pytest.raises(RuleBrokenError, match="sudah tidak menilai"):
        recuse(assignment, by=user, reason="Sekali lagi")


def test_the_reason_of_a_recusal_enters_the_chain_only_as_a_digest():
    round_ = open_desk_round(entries=1, judges=2)
    assignment = round_.assignments.get(judge__label="J1")
    recuse(assignment, by=assignment.judge.user, reason="Rahasia keluarga")
    assert not AuditEvent.objects.filter(body__contains="Rahasia").exists()
    assert AuditEvent.objects.filter(kind="judge.recused", body__contains="reason_sha256").exists()


def test_another_person_cannot_recuse_a_judge():
    round_ = open_desk_round(entries=1, judges=2)
    assignment, other = round_.assignments.order_by("judge__label")
    with pytest.raises(PermissionDenied):
        recuse(assignment, by=other.judge.user, reason="Ikut campur")


def test_the_committee_releases_with_a_reason_and_once():
    round_ = open_desk_round(entries=1, judges=2)
    assignment, committee = round_.assignments.first(), round_.opened_by
    with pytest.raises(RuleBrokenError, match="alasan pelepasan"):
        release_assignment(assignment, by=committee, reason="")
    released = release_assignment(assignment, by=committee, reason="Juri sakit")
    assert released.released_by == committee
    with pytest.raises(RuleBrokenError, match="sudah dilepas"):
        release_assignment(assignment, by=committee, reason="Lagi")


def test_after_the_lock_the_database_itself_keeps_the_panel():
    round_ = settling_round(entries=1, judges=1)
    assignment = round_.assignments.get()
    with pytest.raises(RuleBrokenError, match="tidak dapat diubah lagi"):
        release_assignment(assignment, by=round_.opened_by, reason="Terlambat")
    with pytest.raises(DatabaseError, match="After the lock"), transaction.atomic():
        Assignment.objects.filter(pk=assignment.pk).update(release_reason="Diam-diam")


def test_a_final_has_no_assignments():
    committee, desk = make_committee_user(), open_desk_round(entries=1, judges=1)
    final = make_final_round(desk, make_presentation_round(desk, committee), committee)
    with pytest.raises(RuleBrokenError, match="tidak memiliki lembar"):
        assign_judges(final, by=committee)


def test_the_header_leads_judges_to_their_place():
    round_ = open_desk_round(entries=1, judges=1)
    user = round_.edition.judges.get().user
    assert is_judge(user)
    assert [link.url_name for link in role_links(user)] == ["judging:my_entries"]
    assert role_links(make_user()) == []
