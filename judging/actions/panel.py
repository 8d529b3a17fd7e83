"""Who judges what: appointment, pledge, assignment, conflicts, recusal, release."""

import hashlib
from collections.abc import Mapping
from datetime import date

from competitions.models import Edition
from entries.models import Agency, Entry
from judging.assignment import AssignmentError, assign, reading_order
from judging.models import Assignment, Judge, Recusal, Round, RoundInstrument, ScoreSheet
from judging.permissions import (
    check_can_change_panel,
    check_can_declare,
    check_can_pledge,
    check_can_recuse,
)
from judging.queries import entries_of_round, with_recusals
from judging.states import ConflictAnswer, RecusalSource
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User

OWN_AGENCY = "Usulan dari perangkat daerah juri sendiri."


def appoint_judge(  # noqa: PLR0913 - the facts of an appointment
    *,
    by: User,
    edition: Edition,
    user: User,
    institution: str,
    agency: Agency | None = None,
    decree_number: str = "",
    decree_on: date | None = None,
) -> Judge:
    """Seat a person on the panel; the label J1, J2 ... is fixed now."""
    check_is_committee(by)
    with audit.act(by):
        Edition.objects.select_for_update().get(pk=edition.pk)
        if Judge.objects.filter(edition=edition, user=user).exists():
            raise RuleBrokenError(f"{user.name} sudah menjadi juri pada {edition.name}.")
        judge = Judge.objects.create(
            edition=edition,
            user=user,
            label=f"J{edition.judges.count() + 1}",
            institution=institution,
            agency=agency,
            decree_number=decree_number,
            decree_on=decree_on,
            appointed_at=clock.now(),
            appointed_by=by,
        )
        audit.record("judge.appointed", judge, chain=edition.code, by=by, label=judge.label)
    return judge


def sign_pledge(judge: Judge, *, by: User) -> Judge:
    """The judge signs the pakta integritas of the edition."""
    with audit.act(by):
        judge = Judge.objects.select_for_update(of=["self"]).select_related("edition").get(pk=judge.pk)
        check_can_pledge(by, judge)
        judge.pledged_at, judge.pledged_by = clock.now(), by
        judge.save(update_fields=["pledged_at", "pledged_by"])
        audit.record("judge.pledged", judge, chain=judge.edition.code, by=by, label=judge.label)
    return judge


def assign_judges(round_: Round, *, by: User, seed: str = "") -> int:
    """Give every entry its judges: balanced, conflicts respected, existing ones kept; returns how many were added.

    The own agency of a judge is a conflict by rule: the recusal is recorded, the pair is never assigned.
    """
    with audit.act(by):
        round_ = Round.objects.select_for_update(of=["self"]).select_related("edition").get(pk=round_.pk)
        check_can_change_panel(by, round_)
        judges = {judge.label: judge for judge in round_.edition.judges.all()}
        entries = {entry.number: entry for entry in entries_of_round(round_)}
        conflicts = _conflicts(round_, judges, entries, by)
        existing = set(round_.assignments.values_list("judge__label", "entry__number"))
        kept = {pair for pair in existing - conflicts if pair[1] in entries}
        try:
            pairs = assign(list(judges), list(entries), conflicts, round_.judges_per_entry, kept, seed or round_.code)
        except AssignmentError as error:
            raise RuleBrokenError(str(error)) from error
        added = [pair for pair in pairs if pair not in existing]
        _create(round_, [(judges[label], entries[number]) for label, number in added], seed or round_.code)
        audit.record(
            "round.assigned", round_, chain=round_.edition.code, by=by, seed=seed or round_.code, added=len(added)
        )
    return len(added)


def _conflicts(
    round_: Round, judges: Mapping[str, Judge], entries: Mapping[str, Entry], by: User
) -> set[tuple[str, str]]:
    """Pairs (label, number) that must not be; own agency is recorded as a recusal by rule."""
    now = clock.now()
    Recusal.objects.bulk_create(
        [
            Recusal(
                round=round_,
                judge=judge,
                entry=entry,
                reason=OWN_AGENCY,
                source=RecusalSource.RULE,
                declared_at=now,
                declared_by=by,
            )
            for judge in judges.values()
            for entry in entries.values()
            if judge.agency_id and judge.agency_id == entry.innovation.unit.agency_id
        ],
        ignore_conflicts=True,
    )
    return set(round_.recusals.values_list("judge__label", "entry__number"))


def _create(round_: Round, pairs: list, seed: str) -> None:
    """Assignments with their place in the judge's own reading order, and one open sheet for each instrument."""
    numbers = sorted(
        {entry.number for _, entry in pairs} | set(round_.assignments.values_list("entry__number", flat=True))
    )
    places = {
        (label, number): place
        for label in {judge.label for judge, _ in pairs}
        for place, number in enumerate(reading_order(seed, label, numbers), 1)
    }
    created = Assignment.objects.bulk_create(
        [
            Assignment(round=round_, judge=judge, entry=entry, reading_position=places[judge.label, entry.number])
            for judge, entry in pairs
        ]
    )
    instruments = [part.instrument_id for part in RoundInstrument.objects.filter(round=round_)]
    ScoreSheet.objects.bulk_create(
        [ScoreSheet(assignment=assignment, instrument_id=pk) for assignment in created for pk in instruments]
    )


def declare_conflicts(judge: Judge, round_: Round, *, by: User, conflicts: Mapping[int, str]) -> list[Recusal]:
    """The judge answers the conflict question for all assigned entries: a reason for each conflict, none for the rest.

    `conflicts` maps entry ids to reasons. Entries that were answered before keep their answer.
    """
    with audit.act(by):
        round_ = Round.objects.select_for_update(of=["self"]).select_related("edition").get(pk=round_.pk)
        check_can_declare(by, Judge.objects.get(pk=judge.pk), round_)
        asked = list(
            Assignment.objects.select_for_update(of=["self"])
            .filter(judge=judge, round=round_, released_at__isnull=True, conflict=ConflictAnswer.NOT_ASKED)
            .select_related("entry")
        )
        if any(pk in conflicts and not conflicts[pk].strip() for pk in {row.entry_id for row in asked}):
            raise RuleBrokenError("Tulis alasan singkat untuk setiap benturan kepentingan yang Anda centang.")
        recusals = []
        for assignment in asked:
            reason = conflicts.get(assignment.entry_id)
            assignment.conflict = ConflictAnswer.NONE if reason is None else ConflictAnswer.YES
            assignment.save(update_fields=["conflict"])
            if reason is not None:
                recusals.append(_recuse(assignment, round_, by, reason.strip()))
        audit.record(
            "judge.conflicts_declared",
            judge,
            chain=round_.edition.code,
            by=by,
            asked=len(asked),
            conflicts=[recusal.entry.number for recusal in recusals],
        )
    return recusals


def recuse(assignment: Assignment, *, by: User, reason: str) -> Recusal:
    """The judge steps back from one entry after all; marks stay, and never count."""
    if not reason.strip():
        raise RuleBrokenError("Tulis alasan pengunduran diri Anda.")
    with audit.act(by):
        round_ = Round.objects.select_for_update(of=["self"]).select_related("edition").get(pk=assignment.round_id)
        assignment = _locked(assignment)
        check_can_recuse(by, assignment)
        assignment.conflict = ConflictAnswer.YES
        assignment.save(update_fields=["conflict"])
        return _recuse(assignment, round_, by, reason.strip())


def _recuse(assignment: Assignment, round_: Round, by: User, reason: str) -> Recusal:
    recusal = Recusal.objects.create(
        round=round_,
        judge_id=assignment.judge_id,
        entry=assignment.entry,
        reason=reason,
        source=RecusalSource.DECLARED,
        declared_at=clock.now(),
        declared_by=by,
    )
    audit.record(
        "judge.recused",
        recusal,
        chain=round_.edition.code,
        by=by,
        entry=assignment.entry.number,
        reason_sha256=hashlib.sha256(f"{recusal.pk}:{reason}".encode()).hexdigest(),
    )
    return recusal


def release_assignment(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """The committee releases a judge from an entry; marks stay, and never count."""
    if not reason.strip():
        raise RuleBrokenError("Tulis alasan pelepasan, karena alasan itu masuk ke catatan resmi.")
    with audit.act(by):
        round_ = Round.objects.select_for_update(of=["self"]).select_related("edition").get(pk=assignment.round_id)
        check_can_change_panel(by, round_)
        assignment = _locked(assignment)
        if assignment.released_at:
            raise RuleBrokenError("Juri ini sudah dilepas dari usulan tersebut.")
        assignment.released_at, assignment.released_by = clock.now(), by
        assignment.release_reason = reason.strip()
        assignment.save(update_fields=["released_at", "released_by", "release_reason"])
        audit.record("judge.released", assignment, chain=round_.edition.code, by=by, entry=assignment.entry.number)
    return assignment


def _locked(assignment: Assignment) -> Assignment:
    rows = with_recusals(Assignment.objects.select_for_update(of=["self"]))
    return rows.select_related("judge__user", "entry", "round").get(pk=assignment.pk)
