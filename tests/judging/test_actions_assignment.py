"""Draw, undo, give, move and release: what each refuses, keeps and leaves on record; nothing of it after the lock."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from competitions.models import Category, StageKind
from entries.states import EntryStatus
from judging.actions.assignment import (
    add_assignment,
    assign_judges,
    move_assignment,
    release_assignment,
    undo_draw,
)
from judging.actions.panel import appoint_judge, edit_judge, recuse
from judging.draws import OWN_AGENCY, REBALANCED, UNDONE, next_seed, plan_of, unassigned_judges
from judging.models import Assignment, Recusal, ScoreSheet
from judging.queries import counting
from judging.states import ConflictAnswer, RecusalSource
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at
from tests.factories.judging import make_panel, make_round, mark_all, open_desk_round, settling_round
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    """A round in preparation: four entries, three judges, two for each entry, nothing assigned."""
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    for _ in range(4):
        entry_at(EntryStatus.PASSED, edition=edition)
    made = make_round(edition, committee, judges_per_entry=2)
    make_panel(edition, committee, 3)
    return made


@pytest.fixture
def committee(round_):
    return round_.shares_confirmed_by


def loads(round_):
    found = dict.fromkeys(round_.edition.judges.values_list("label", flat=True), 0)
    for label in counting(round_.assignments.all()).values_list("judge__label", flat=True):
        found[label] += 1
    return sorted(found.values())


def pairs(round_):
    return set(counting(round_.assignments.all()).values_list("judge__label", "entry__number"))


def of(round_, label, number):
    return round_.assignments.get(judge__label=label, entry__number=number)


def judge(round_, label):
    return round_.edition.judges.get(label=label)


def test_a_draw_does_what_was_previewed_and_keeps_its_seed(round_, committee):
    plan = plan_of(round_, seed="rapat-25")
    assert plan.spread == 1
    assert assign_judges(round_, by=committee, seed="rapat-25", digest=plan.digest) == 8
    assert pairs(round_) == set(plan.added)
    draw = round_.draws.get()
    assert (draw.seed, draw.per_entry, draw.added, draw.drawn_by) == ("rapat-25", 2, 8, committee)
    assert set(draw.assignments.values_list("pk", flat=True)) == set(round_.assignments.values_list("pk", flat=True))
    assert loads(round_) == [2, 3, 3]
    assert next_seed(round_) == "desk-2"


def test_the_same_seed_draws_the_same_again(round_, committee):
    first = plan_of(round_, seed="a")
    assert plan_of(round_, seed="a").digest == first.digest
    assert plan_of(round_, seed="b").digest != first.digest


def test_a_stale_preview_changes_nothing(round_, committee):
    digest = plan_of(round_, seed="a").digest
    make_panel(round_.edition, committee, 1)
    with pytest.raises(RuleBrokenError, match="berubah sejak pratinjau"):
        assign_judges(round_, by=committee, seed="a", digest=digest)
    assert not round_.assignments.exists()
    assert not round_.draws.exists()


def test_a_draw_that_would_do_nothing_leaves_no_trace(round_, committee):
    assign_judges(round_, by=committee)
    before = AuditEvent.objects.count()
    assert assign_judges(round_, by=committee, seed="b") == 0
    assert (AuditEvent.objects.count(), round_.draws.count()) == (before, 1)


def test_only_the_committee_draws_and_undoes(round_):
    outsider = make_user()
    for act in (assign_judges, undo_draw):
        with pytest.raises(PermissionDenied):
            act(round_, by=outsider)


def test_expertise_is_followed_and_breaks_no_balance():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    category = Category.objects.create(edition=edition, code="sehat", name="Kesehatan", position=9)
    first = [entry_at(EntryStatus.PASSED, edition=edition) for _ in range(4)][0]
    type(first).objects.filter(pk=first.pk).update(category=category)
    round_ = make_round(edition, committee, judges_per_entry=2)
    expert = make_panel(edition, committee, 3)[2]
    edit_judge(expert, by=committee, institution="Kampus", expertise=[category])
    for seed in "abcdef":
        plan = plan_of(round_, seed=seed)
        assert ("J3", first.number) in plan.added
        assert plan.preferred == {("J3", first.number)}
        assert plan.spread == 1


def test_undo_takes_the_draw_back_and_a_later_one_gives_it_again(round_, committee):
    assign_judges(round_, by=committee, seed="a")
    given, places = pairs(round_), dict(round_.assignments.values_list("pk", "reading_position"))
    draw = undo_draw(round_, by=committee)
    assert (draw.undone_by, pairs(round_)) == (committee, set())
    assert set(round_.assignments.values_list("release_reason", flat=True)) == {UNDONE}
    with pytest.raises(RuleBrokenError, match="Tidak ada undian"):
        undo_draw(round_, by=committee)
    assign_judges(round_, by=committee, seed="a")
    assert pairs(round_) == given
    assert dict(round_.assignments.values_list("pk", "reading_position")) == places
    assert ScoreSheet.objects.filter(assignment__round=round_).count() == 16
    kinds = AuditEvent.objects.filter(kind__startswith="round.assign").order_by("sequence")
    assert list(kinds.values_list("kind", flat=True)) == ["round.assigned", "round.assignment_undone", "round.assigned"]


def test_what_was_marked_is_not_undone():
    round_ = open_desk_round(entries=2, judges=2)
    mark_all(of(round_, "J1", "001"))
    with pytest.raises(RuleBrokenError, match="sudah ada nilai pada J1 001"):
        undo_draw(round_, by=round_.opened_by)
    assert len(pairs(round_)) == 4


def test_only_the_last_draw_is_undone(round_, committee):
    assign_judges(round_, by=committee, seed="a")
    first = pairs(round_)
    entry_at(EntryStatus.PASSED, edition=round_.edition)
    assert assign_judges(round_, by=committee, seed="b") == 2
    undo_draw(round_, by=committee)
    assert pairs(round_) == first


def test_who_was_released_by_hand_does_not_come_back_by_lot(round_, committee):
    assign_judges(round_, by=committee, seed="a")
    label, number = sorted(pairs(round_))[0]
    release_assignment(of(round_, label, number), by=committee, reason="Sakit")
    plan = plan_of(round_, seed="b")
    assert [row.why for row in plan.barred] == ["released"]
    assert [pair[1] for pair in plan.added] == [number]
    assert plan.added[0][0] != label


def test_a_recusal_is_made_up_for_and_the_loads_are_evened_with_the_fewest_moves():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    for _ in range(6):
        entry_at(EntryStatus.PASSED, edition=edition)
    round_ = make_round(edition, committee, judges_per_entry=1)
    make_panel(edition, committee, 3)
    assign_judges(round_, by=committee)
    number = round_.assignments.filter(judge__label="J1").first().entry.number
    release_assignment(of(round_, "J1", number), by=committee, reason="Sakit")
    assert not plan_of(round_, seed="b").moved
    assign_judges(round_, by=committee, seed="b", evens_out=True)
    assert loads(round_) == [2, 2, 2]
    moved = round_.assignments.filter(release_reason=REBALANCED)
    assert moved.count() == 1
    undo_draw(round_, by=committee)
    assert (loads(round_), moved.count()) == ([1, 2, 2], 0)


def test_what_has_marks_stays_where_it_is():
    round_ = open_desk_round(entries=3, judges=1)
    committee = round_.opened_by
    for assignment in round_.assignments.all():
        mark_all(assignment)
    make_panel(round_.edition, committee, 1)
    type(round_).objects.filter(pk=round_.pk).update(judges_per_entry=1)
    round_.refresh_from_db()
    assert not plan_of(round_, seed="a", evens_out=True).changes


def test_the_own_agency_is_barred_also_when_it_becomes_known_later(round_, committee):
    assign_judges(round_, by=committee)
    assignment = round_.assignments.select_related("judge", "entry__innovation__unit__agency").first()
    edit_judge(
        assignment.judge,
        by=committee,
        institution="Dinas",
        agency=assignment.entry.innovation.unit.agency,
        expertise=[],
    )
    recusal = Recusal.objects.get()
    assert (recusal.entry, recusal.source, recusal.reason) == (assignment.entry, RecusalSource.RULE, OWN_AGENCY)
    assert (assignment.judge.label, assignment.entry.number) not in pairs(round_)
    with pytest.raises(RuleBrokenError, match="perangkat daerahnya sendiri"):
        add_assignment(round_, by=committee, judge=assignment.judge, entry=assignment.entry)
    assert assignment.judge not in unassigned_judges(round_, assignment.entry)


def test_who_stepped_back_is_never_given_the_entry_again_in_no_round():
    round_ = open_desk_round(entries=2, judges=2)
    assignment = of(round_, "J1", "001")
    recuse(assignment, by=assignment.judge.user, reason="Kerabat")
    with pytest.raises(RuleBrokenError, match="benturan kepentingan"):
        add_assignment(round_, by=round_.opened_by, judge=assignment.judge, entry=assignment.entry)
    later = make_round(round_.edition, round_.opened_by, code="desk-2")
    assert ("J1", "001") not in plan_of(later, seed="a").added


def test_a_judge_is_added_by_hand_once_and_asked_about_conflicts_then(round_, committee):
    assign_judges(round_, by=committee)
    entry = round_.edition.entries.order_by("number").first()
    free = unassigned_judges(round_, entry)
    assert len(free) == 1
    added = add_assignment(round_, by=committee, judge=free[0], entry=entry)
    assert (added.conflict, added.sheets.count(), added.draw) == (ConflictAnswer.NOT_ASKED, 2, None)
    with pytest.raises(RuleBrokenError, match="sudah ditugaskan"):
        add_assignment(round_, by=committee, judge=free[0], entry=entry)
    assert AuditEvent.objects.filter(kind="judge.assigned").count() == 1
    stranger = appoint_judge(by=committee, edition=make_edition(), user=make_user(), institution="Kampus")
    with pytest.raises(RuleBrokenError, match="bukan bagian dari babak"):
        add_assignment(round_, by=committee, judge=stranger, entry=entry)


def test_a_released_judge_can_be_taken_back_by_hand_with_the_marks():
    round_ = open_desk_round(entries=1, judges=2)
    assignment = of(round_, "J1", "001")
    mark_all(assignment)
    release_assignment(assignment, by=round_.opened_by, reason="Sakit")
    back = add_assignment(round_, by=round_.opened_by, judge=assignment.judge, entry=assignment.entry)
    assert (back.pk, back.released_at, back.release_reason) == (assignment.pk, None, "")
    assert back.sheets.first().marks.exists()


def test_moving_releases_one_judge_and_gives_the_entry_to_the_other(round_, committee):
    assign_judges(round_, by=committee)
    assignment = round_.assignments.select_related("judge", "entry", "round").first()
    free = unassigned_judges(round_, assignment.entry)[0]
    with pytest.raises(RuleBrokenError, match="alasan pelepasan"):
        move_assignment(assignment, by=committee, judge=free, reason=" ")
    with pytest.raises(RuleBrokenError, match="dengan kata lain"):
        move_assignment(assignment, by=committee, judge=free, reason=UNDONE)
    with pytest.raises(RuleBrokenError, match="sudah menilainya"):
        move_assignment(assignment, by=committee, judge=assignment.judge, reason="Salah pilih")
    taken = move_assignment(assignment, by=committee, judge=free, reason="Beban terlalu berat")
    assignment.refresh_from_db()
    assert (taken.judge, taken.entry) == (free, assignment.entry)
    assert assignment.release_reason == "Beban terlalu berat"


def test_a_move_that_is_refused_releases_nobody(round_, committee):
    assign_judges(round_, by=committee)
    assignment = round_.assignments.select_related("judge", "entry", "round").first()
    other = round_.assignments.filter(entry=assignment.entry).exclude(pk=assignment.pk).get().judge
    with pytest.raises(RuleBrokenError, match="sudah ditugaskan"):
        move_assignment(assignment, by=committee, judge=other, reason="Tukar")
    assignment.refresh_from_db()
    assert assignment.released_at is None


LOCKED = [
    "UPDATE judging_assignment SET released_at = now(), released_by_id = {user}, release_reason = 'x'"
    " WHERE id = {assignment}",
    "UPDATE judging_assignment SET round_id = {open} WHERE id = {assignment}",
    "INSERT INTO judging_recusal (round_id, judge_id, entry_id, reason, source, declared_at, declared_by_id)"
    " VALUES ({round}, {judge}, {entry}, 'x', 'declared', now(), {user})",
    "INSERT INTO judging_assignment (round_id, judge_id, entry_id, reading_position, conflict, release_reason)"
    " VALUES ({round}, {spare}, {entry}, 1, 'none', '')",
    "INSERT INTO judging_scoresheet (assignment_id, instrument_id, status, comment, is_from_paper, receipt, nonce)"
    " VALUES ({assignment}, {instrument}, 'open', '', false, '', '')",
    "UPDATE judging_scoresheet SET status = 'open' WHERE assignment_id = {assignment}",
    "UPDATE judging_mark SET value = 1 WHERE sheet_id = {sheet}",
    "DELETE FROM judging_mark WHERE sheet_id = {sheet}",
    "DELETE FROM judging_assignment WHERE id = {assignment}",
    "UPDATE judging_round SET status = 'open', locked_at = NULL, locked_by_id = NULL WHERE id = {round}",
    "UPDATE judging_round SET locked_digest = repeat('0', 64) WHERE id = {round}",
]


REFUSALS = "After the lock|never changes|never moves|official rows stay|only while its sheet|transition|are frozen"


def test_after_the_lock_no_sql_changes_who_or_what_counts():
    round_ = settling_round(entries=2, judges=2)
    spare = make_panel(round_.edition, round_.opened_by, 1)[0]
    other = make_round(round_.edition, round_.opened_by, code="lain")
    assignment = round_.assignments.select_related("judge", "entry").first()
    ids = {
        "round": round_.pk,
        "open": other.pk,
        "assignment": assignment.pk,
        "judge": assignment.judge_id,
        "entry": assignment.entry_id,
        "spare": spare.pk,
        "user": round_.opened_by_id,
        "sheet": assignment.sheets.first().pk,
        "instrument": round_.edition.instruments.exclude(pk__in=assignment.sheets.values("instrument")).first()
        or assignment.sheets.first().instrument_id,
    }
    before = Assignment.objects.filter(round=round_).count()
    for sql in LOCKED:
        with pytest.raises(DatabaseError, match=REFUSALS):
            run(sql.format(**ids))
    assert Assignment.objects.filter(round=round_).count() == before


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount, sql


def test_after_the_lock_no_action_changes_who_counts():
    round_ = settling_round(entries=1, judges=2)
    assignment = round_.assignments.select_related("judge__user", "entry", "round").first()
    committee = round_.opened_by
    acts = [
        lambda: assign_judges(round_, by=committee),
        lambda: undo_draw(round_, by=committee),
        lambda: add_assignment(round_, by=committee, judge=assignment.judge, entry=assignment.entry),
        lambda: move_assignment(assignment, by=committee, judge=assignment.judge, reason="x"),
        lambda: release_assignment(assignment, by=committee, reason="x"),
        lambda: recuse(assignment, by=assignment.judge.user, reason="x"),
    ]
    before = AuditEvent.objects.count()
    for act in acts:
        with pytest.raises(RuleBrokenError, match="sudah ditutup|tidak sedang dibuka"):
            act()
    assert AuditEvent.objects.count() == before
