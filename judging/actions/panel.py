"""The panel: appointment and what is known of a judge, pledge, conflicts, recusal."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from competitions.models import Category, Edition
from entries.models import Agency
from judging.actions.assignment import bar_own_agency, locked_assignment
from judging.actions.round import lock_round
from judging.documents import pledge_facts, pledge_number
from judging.models import Assignment, Judge, Recusal, Round
from judging.permissions import check_can_declare, check_can_pledge, check_can_recuse
from judging.queries import entries_of_round, with_recusals
from judging.states import ConflictAnswer, RecusalSource, RoundKind, RoundStatus
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.papers import digest_of, issue_paper
from kiks.storage import store
from kiks.wording import required

EDITABLE = frozenset({"institution", "agency", "decree_number", "decree_on", "profile"})


def appoint_judge(  # noqa: PLR0913 - the facts of an appointment
    *,
    by: User,
    edition: Edition,
    user: User,
    institution: str,
    agency: Agency | None = None,
    decree_number: str = "",
    decree_on: date | None = None,
    profile: str = "",
    cv: bytes | None = None,
    expertise: Sequence[Category] = (),
) -> Judge:
    """Seat a person on the panel; the label J1, J2 ... is fixed now. `cv` is a PDF that `read_pdf` accepted."""
    check_is_committee(by)
    with audit.act(by):
        Edition.objects.select_for_update().get(pk=edition.pk)
        if Judge.objects.filter(edition=edition, user=user).exists():
            raise RuleBrokenError(f"{user.name} sudah menjadi juri pada {edition.name}.")
        _check_expertise(edition, expertise)
        judge = Judge.objects.create(
            edition=edition,
            user=user,
            label=f"J{edition.judges.count() + 1}",
            institution=institution,
            agency=agency,
            decree_number=decree_number,
            decree_on=decree_on,
            profile=profile,
            cv=store(cv, content_type="application/pdf") if cv else None,
            appointed_at=clock.now(),
            appointed_by=by,
        )
        judge.expertise.set(expertise)
        audit.record("judge.appointed", judge, chain=edition.code, by=by, label=judge.label)
    return judge


def edit_judge(
    judge: Judge,
    *,
    by: User,
    cv: bytes | None = None,
    drops_cv: bool = False,
    expertise: Sequence[Category],
    **facts: Any,
) -> Judge:
    """Change what is known of a judge: the `facts` are fields of the seat (EDITABLE).

    Without a new `cv` the old one stays, unless it is dropped. A pledge that was signed keeps the words it was signed
    with. A new agency is a conflict at once, in every round whose sheets are not locked.
    """
    check_is_committee(by)
    if unknown := facts.keys() - EDITABLE:
        raise TypeError(f"no fact of a judge that can be edited: {', '.join(sorted(unknown))}")
    with audit.act(by):
        rows = Judge.objects.select_for_update(of=["self"], no_key=True).select_related("edition")
        judge = rows.get(pk=judge.pk)
        _check_expertise(judge.edition, expertise)
        if cv or drops_cv:
            facts["cv"] = store(cv, content_type="application/pdf") if cv else None
        changed = [name for name, value in facts.items() if getattr(judge, name) != value]
        if set(judge.expertise.all()) != set(expertise):
            changed.append("expertise")
        if not changed:
            return judge
        for name, value in facts.items():
            setattr(judge, name, value)
        judge.save(update_fields=list(facts))
        judge.expertise.set(expertise)
        if "agency" in changed:
            _bar_everywhere(judge, by)
        audit.record("judge.changed", judge, chain=judge.edition.code, by=by, label=judge.label, fields=changed)
    return judge


def _check_expertise(edition: Edition, expertise: Sequence[Category]) -> None:
    if any(category.edition_id != edition.pk for category in expertise):
        raise RuleBrokenError("Keahlian juri dipilih dari kategori edisinya sendiri.")


def _bar_everywhere(judge: Judge, by: User) -> None:
    rounds = judge.edition.rounds.filter(status__in=[RoundStatus.DRAFT, RoundStatus.OPEN], assignments__isnull=False)
    for pk in rounds.exclude(kind=RoundKind.FINAL).distinct().order_by("pk").values_list("pk", flat=True):
        round_ = lock_round(Round(pk=pk))
        if round_.status in {RoundStatus.DRAFT, RoundStatus.OPEN}:
            entries = {entry.number: entry for entry in entries_of_round(round_)}
            bar_own_agency(round_, {judge.label: judge}, entries, by=by)


def sign_pledge(judge: Judge, *, by: User, shown: str = "") -> Judge:
    """The judge signs the pakta integritas of the edition: the text becomes a paper with a digest.

    `shown` is the digest of the text that the judge read; if it would be another one by now, nothing is signed.
    """
    with audit.act(by):
        rows = Judge.objects.select_for_update(of=["self"], no_key=True).select_related("edition", "user")
        judge = rows.get(pk=judge.pk)
        check_can_pledge(by, judge)
        if shown and digest_of(pledge_facts(judge)) != shown:
            raise RuleBrokenError("Naskah berubah sejak Anda membacanya. Baca naskah yang baru, lalu tanda tangani.")
        judge.pledged_at, judge.pledged_by = clock.now(), by
        number = pledge_number(judge)
        paper, digest = issue_paper(
            "pledge.html", number=number, facts=pledge_facts(judge), is_demo=judge.edition.is_demo
        )
        judge.pledge_paper, judge.pledge_digest = paper, digest
        judge.save(update_fields=["pledged_at", "pledged_by", "pledge_paper", "pledge_digest"])
        audit.record(
            "judge.pledged",
            judge,
            chain=judge.edition.code,
            by=by,
            label=judge.label,
            number=number,
            digest=digest,
            file=paper.sha256,
        )
    return judge


def declare_conflicts(
    judge: Judge, round_: Round, *, by: User, conflicts: Mapping[int, str], asked: Collection[int] | None = None
) -> list[Recusal]:
    """The judge answers the conflict question for the assigned entries: a reason for each conflict, none for the rest.

    `conflicts` maps entry ids to reasons. `asked` are the entries that the judge was shown: what was assigned since
    is asked later. Entries that were answered before keep their answer.
    """
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_declare(by, Judge.objects.get(pk=judge.pk), round_)
        rows = (
            with_recusals(Assignment.objects.select_for_update(of=["self"]))
            .filter(judge=judge, round=round_, released_at__isnull=True, conflict=ConflictAnswer.NOT_ASKED)
            .filter(is_recused=False)
            .select_related("entry")
        )
        waiting = [row for row in rows if asked is None or row.entry_id in asked]
        if any(pk in conflicts and not conflicts[pk].strip() for pk in {row.entry_id for row in waiting}):
            raise RuleBrokenError("Tulis alasan singkat untuk setiap benturan kepentingan yang Anda centang.")
        recusals = []
        for assignment in waiting:
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
            asked=len(waiting),
            conflicts=[recusal.entry.number for recusal in recusals],
        )
    return recusals


def recuse(assignment: Assignment, *, by: User, reason: str) -> Recusal:
    """The judge steps back from one entry after all; marks stay, and never count."""
    reason = required(reason, "Tulis alasan pengunduran diri Anda.")
    with audit.act(by):
        round_ = lock_round(assignment.round)
        assignment = locked_assignment(assignment)
        check_can_recuse(by, assignment)
        assignment.conflict = ConflictAnswer.YES
        assignment.save(update_fields=["conflict"])
        return _recuse(assignment, round_, by, reason)


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
