"""Who judges what: draw, undo the draw, and give, move or release by hand; until the sheets are locked."""

from collections.abc import Mapping, Sequence

from entries.models import Entry
from judging.actions.round import lock_round
from judging.assignment import AssignmentError, Pair, reading_order
from judging.draws import (
    MAY_RETURN,
    OWN_AGENCY,
    REBALANCED,
    UNDONE,
    Plan,
    barred_pairs,
    own_agency_pairs,
    plan_of,
    touched,
)
from judging.models import Assignment, AssignmentDraw, Judge, Recusal, Round, RoundInstrument, ScoreSheet
from judging.permissions import check_can_change_panel
from judging.queries import entries_of_round, with_recusals
from judging.states import RecusalSource
from kiks import audit, clock
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.wording import required

STALE = "Keadaan berubah sejak pratinjau ini dibuat, sehingga tidak ada yang diubah. Periksa pratinjau yang baru."
WHY_NOT = {
    "agency": "{label} tidak dapat menilai usulan {number}, karena usulan itu dari perangkat daerahnya sendiri.",
    "recused": "{label} tidak dapat menilai usulan {number}, karena tercatat memiliki benturan kepentingan.",
}


def assign_judges(round_: Round, *, by: User, seed: str = "", digest: str = "", evens_out: bool = False) -> int:
    """Give every entry its judges: balanced, conflicts respected, existing ones kept; returns how many were added.

    `digest` is that of the plan that was previewed: if another one would be carried out by now, nothing is.
    `evens_out` moves assignments without a mark where the loads need it. The own agency of a judge is a conflict by
    rule: the recusal is recorded, the pair is never assigned.
    """
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_change_panel(by, round_)
        try:
            plan = plan_of(round_, seed=seed or round_.code, evens_out=evens_out)
        except AssignmentError as error:
            raise RuleBrokenError(str(error)) from error
        if digest and plan.digest != digest:
            raise RuleBrokenError(STALE)
        bar_own_agency(round_, plan.judges, plan.entries, by=by)
        if plan.changes:
            _carry_out(plan, by)
    return len(plan.added)


def _carry_out(plan: Plan, by: User) -> None:
    round_, now = plan.round, clock.now()
    draw = AssignmentDraw.objects.create(
        round=round_,
        seed=plan.seed,
        per_entry=round_.judges_per_entry,
        added=len(plan.added),
        drawn_at=now,
        drawn_by=by,
    )
    moved = set(plan.moved)
    ids = {
        pk
        for pk, *pair in round_.assignments.values_list("pk", "judge__label", "entry__number")
        if tuple(pair) in moved
    }
    Assignment.objects.filter(pk__in=ids).update(released_at=now, released_by=by, release_reason=REBALANCED)
    _give(round_, [(plan.judges[label], plan.entries[number]) for label, number in plan.added], draw)
    audit.record(
        "round.assigned",
        round_,
        chain=round_.edition.code,
        by=by,
        seed=plan.seed,
        added=len(plan.added),
        moved=len(moved),
        barred=len(plan.barred),
        plan=plan.digest,
    )


def bar_own_agency(round_: Round, judges: Mapping[str, Judge], entries: Mapping[str, Entry], *, by: User) -> None:
    """Record the recusals that the rule asks for, also where the pair was assigned before."""
    now = clock.now()
    Recusal.objects.bulk_create(
        [
            Recusal(
                round=round_,
                judge=judges[label],
                entry=entries[number],
                reason=OWN_AGENCY,
                source=RecusalSource.RULE,
                declared_at=now,
                declared_by=by,
            )
            for label, number in own_agency_pairs(judges, entries)
        ],
        ignore_conflicts=True,
    )


def _give(round_: Round, pairs: Sequence[tuple[Judge, Entry]], draw: AssignmentDraw | None) -> None:
    """Take assignments that were taken away again; make the others, each with one open sheet for each instrument.

    All draws of a round read in the order of its first seed, so that nobody's order depends on when something came.
    """
    known = {
        (row.judge_id, row.entry_id): row
        for row in round_.assignments.filter(released_at__isnull=False, judge__in={judge.pk for judge, _ in pairs})
    }
    again = [known[key].pk for judge, entry in pairs if (key := (judge.pk, entry.pk)) in known]
    Assignment.objects.filter(pk__in=again).update(released_at=None, released_by=None, release_reason="", draw=draw)
    fresh = [(judge, entry) for judge, entry in pairs if (judge.pk, entry.pk) not in known]
    places = _places(round_, fresh, draw)
    created = Assignment.objects.bulk_create(
        [
            Assignment(
                round=round_, judge=judge, entry=entry, draw=draw, reading_position=places[judge.label, entry.number]
            )
            for judge, entry in fresh
        ]
    )
    instruments = [part.instrument_id for part in RoundInstrument.objects.filter(round=round_)]
    ScoreSheet.objects.bulk_create(
        [ScoreSheet(assignment=assignment, instrument_id=pk) for assignment in created for pk in instruments]
    )


def _places(round_: Round, pairs: Sequence[tuple[Judge, Entry]], draw: AssignmentDraw | None) -> dict[Pair, int]:
    """Where each new entry stands in its judge's own reading order."""
    first = round_.draws.order_by("pk").first() or draw
    seed = first.seed if first else round_.code
    standing = set(round_.assignments.values_list("entry__number", flat=True))
    numbers = standing | {entry.number for _, entry in pairs}
    return {
        (label, number): place
        for label in {judge.label for judge, _ in pairs}
        for place, number in enumerate(reading_order(seed, label, numbers), 1)
    }


def undo_draw(round_: Round, *, by: User) -> AssignmentDraw:
    """Take the last draw back, as long as nobody marked anything that it gave; a later draw may give it again."""
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_change_panel(by, round_)
        draw = round_.draws.select_for_update(of=["self"]).filter(undone_at__isnull=True).order_by("-pk").first()
        if draw is None:
            raise RuleBrokenError("Tidak ada undian penugasan yang dapat dibatalkan.")
        given = touched(draw.assignments.filter(released_at__isnull=True)).select_related("judge", "entry")
        marked = [str(row) for row in given.filter(is_touched=True)]
        if marked:
            raise RuleBrokenError(
                f"Undian ini tidak dapat dibatalkan: sudah ada nilai pada {', '.join(marked)}."
                " Lepas atau pindahkan penugasan satu per satu."
            )
        now = clock.now()
        back = round_.assignments.filter(released_at=draw.drawn_at, release_reason=REBALANCED)
        restored = back.update(released_at=None, released_by=None, release_reason="")
        released = draw.assignments.filter(released_at__isnull=True).update(
            released_at=now, released_by=by, release_reason=UNDONE
        )
        draw.undone_at, draw.undone_by = now, by
        draw.save(update_fields=["undone_at", "undone_by"])
        audit.record(
            "round.assignment_undone",
            round_,
            chain=round_.edition.code,
            by=by,
            seed=draw.seed,
            released=released,
            restored=restored,
        )
    return draw


def add_assignment(round_: Round, *, by: User, judge: Judge, entry: Entry) -> Assignment:
    """The committee gives one more judge to an entry, also one who was released from it before."""
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_change_panel(by, round_)
        return _add(round_, judge, entry, by)


def move_assignment(assignment: Assignment, *, by: User, judge: Judge, reason: str) -> Assignment:
    """Another judge takes the entry over; what the first one wrote stays and never counts."""
    with audit.act(by):
        round_ = lock_round(assignment.round)
        check_can_change_panel(by, round_)
        if judge.pk == assignment.judge_id:
            raise RuleBrokenError(f"{judge.label} sudah menilainya. Pilih juri lain.")
        old = _release(assignment, round_, by, reason)
        return _add(round_, judge, old.entry, by)


def release_assignment(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """The committee releases a judge from an entry; marks stay, and never count."""
    with audit.act(by):
        round_ = lock_round(assignment.round)
        check_can_change_panel(by, round_)
        return _release(assignment, round_, by, reason)


def _add(round_: Round, judge: Judge, entry: Entry, by: User) -> Assignment:
    judge = Judge.objects.select_related("agency").get(pk=judge.pk)
    entry = Entry.objects.select_related("innovation__unit__agency").get(pk=entry.pk)
    if judge.edition_id != round_.edition_id or not entries_of_round(round_).filter(pk=entry.pk).exists():
        raise RuleBrokenError("Juri atau usulan itu bukan bagian dari babak ini.")
    why = barred_pairs(round_, {judge.label: judge}, {entry.number: entry}).get((judge.label, entry.number))
    if why in WHY_NOT:
        raise RuleBrokenError(WHY_NOT[why].format(label=judge.label, number=entry.number))
    if round_.assignments.filter(judge=judge, entry=entry, released_at__isnull=True).exists():
        raise RuleBrokenError(f"{judge.label} sudah ditugaskan menilai usulan {entry.number}.")
    _give(round_, [(judge, entry)], None)
    assignment = round_.assignments.get(judge=judge, entry=entry)
    audit.record("judge.assigned", assignment, chain=round_.edition.code, by=by, entry=entry.number, label=judge.label)
    return assignment


def _release(assignment: Assignment, round_: Round, by: User, reason: str) -> Assignment:
    reason = required(reason, "Tulis alasan pelepasan, karena alasan itu masuk ke catatan resmi.")
    if reason in MAY_RETURN:
        raise RuleBrokenError("Kalimat itu dipakai sistem sendiri. Tulis alasan dengan kata lain.")
    assignment = locked_assignment(assignment)
    if assignment.released_at:
        raise RuleBrokenError("Juri ini sudah dilepas dari usulan tersebut.")
    assignment.released_at, assignment.released_by = clock.now(), by
    assignment.release_reason = reason
    assignment.save(update_fields=["released_at", "released_by", "release_reason"])
    audit.record("judge.released", assignment, chain=round_.edition.code, by=by, entry=assignment.entry.number)
    return assignment


def locked_assignment(assignment: Assignment) -> Assignment:
    rows = with_recusals(Assignment.objects.select_for_update(of=["self"]))
    return rows.select_related("judge__user", "entry", "round").get(pk=assignment.pk)
