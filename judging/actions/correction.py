"""After Tetapkan: a late finding gives a new version of the ranking beside the old one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from competitions.models import Category
from entries.models import Entry
from judging.actions.round import lock_round, rank_group
from judging.bundles import findings_until
from judging.models import Judge, LateFinding, Ranking, Round
from judging.permissions import check_can_correct
from judging.queries import counting, ranking_groups, standing_rankings
from judging.states import (
    RANKING_TRANSITIONS,
    RECORD_TRANSITIONS,
    STANDING_RECORDS,
    RankingStatus,
    RecordStatus,
    RoundKind,
    RoundStatus,
)
from kiks import audit, clock
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.states import check_transition

LONGEST_REASON = Ranking._meta.get_field("reason").max_length or 0


@dataclass(frozen=True)
class Finding:
    """A judge whose sheets for an entry should not have counted, and why."""

    judge: Judge
    entry: Entry
    reason: str


def correct_ranking(round_: Round, *, by: User, findings: Sequence[Finding], reason: str) -> list[Ranking]:
    """Rank a confirmed round anew without the sheets of the findings; sheets, finalists and awards stay.

    Returns the new rankings: of the categories that the findings touch, and of a final that counted on them.
    """
    if not findings:
        raise RuleBrokenError("Pilih juri dan sebut paling sedikit satu usulan.")
    if not reason.strip() or not all(finding.reason.strip() for finding in findings):
        raise RuleBrokenError("Tulis alasan perbaikan peringkat.")
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_correct(by, round_)
        _check_findings(round_, findings)
        touched = [
            category
            for category in ranking_groups(round_.edition)
            if category is None or any(finding.entry.category_id == category.pk for finding in findings)
        ]
        for category in touched:
            _store(round_, category, findings, by)
        made = [_replace(round_, category, by, reason.strip()) for category in touched]
        return made + _finals_of(round_, touched, by, reason.strip())


def preview_correction(round_: Round, *, by: User, findings: Sequence[Finding], reason: str) -> list[Ranking]:
    """What `correct_ranking` would make, its refusals included; nothing of it is kept."""
    with transaction.atomic():
        made = correct_ranking(round_, by=by, findings=findings, reason=reason)
        transaction.set_rollback(True)
    return made


def _check_findings(round_: Round, findings: Iterable[Finding]) -> None:
    """Each finding takes away a judge who counts, and leaves every entry enough of them."""
    counted = set(counting(round_.assignments.all()).values_list("judge__label", "entry__number"))
    counted -= findings_until(round_, None)
    for finding in findings:
        pair = (finding.judge.label, finding.entry.number)
        if pair not in counted:
            raise RuleBrokenError(
                f"Penilaian {finding.judge.label} untuk usulan {finding.entry.number} memang tidak dihitung."
            )
        counted.remove(pair)
    for number in sorted({finding.entry.number for finding in findings}):
        left = sum(1 for _, entry in counted if entry == number)
        if left < round_.minimum_judges:
            raise RuleBrokenError(
                f"Usulan {number} tinggal dinilai {left} juri, padahal paling sedikit {round_.minimum_judges}. "
                "Peringkat tidak dapat diperbaiki dengan cara ini."
            )


def _store(round_: Round, category: Category | None, findings: Iterable[Finding], by: User) -> None:
    version = round_.rankings.filter(category=category).count() + 1
    for finding in findings:
        if category is not None and finding.entry.category_id != category.pk:
            continue
        LateFinding.objects.create(
            round=round_,
            judge=finding.judge,
            entry=finding.entry,
            version=version,
            reason=finding.reason.strip(),
            found_at=clock.now(),
            found_by=by,
        )


def _replace(round_: Round, category: Category | None, by: User, reason: str) -> Ranking:
    """The next version, confirmed as the one before it was; the papers of that one say that they are replaced."""
    old = standing_rankings(round_).get(category=category)
    new = rank_group(round_, category, by, reason=reason)
    straddling = list(new.placings.filter(advances=None).values_list("entry__number", flat=True))
    if straddling:
        raise RuleBrokenError(
            f"Dengan perbaikan ini nilai usulan {', '.join(straddling)} sama di garis batas. "
            "Peringkat yang sudah ditetapkan tidak dapat diganti dengan peringkat yang belum putus."
        )
    check_transition(RANKING_TRANSITIONS, new.status, RankingStatus.CONFIRMED)
    new.status = RankingStatus.CONFIRMED
    new.confirmed_at, new.confirmed_by = clock.now(), by
    new.save(update_fields=["status", "confirmed_at", "confirmed_by"])
    _replace_records(old, new)
    audit.record(
        "ranking.corrected",
        new,
        chain=round_.edition.code,
        by=by,
        version=new.version,
        replaces=old.bundle_digest,
        bundle=new.bundle_digest,
    )
    return new


def _replace_records(old: Ranking, new: Ranking) -> None:
    for record in old.records.filter(status__in=STANDING_RECORDS):
        check_transition(RECORD_TRANSITIONS, record.status, RecordStatus.REPLACED)
        record.status = RecordStatus.REPLACED
        record.status_reason = f"Peringkat diperbaiki, kini versi {new.version}."
        record.save(update_fields=["status", "status_reason"])


def _finals_of(round_: Round, categories: Iterable[Category | None], by: User, reason: str) -> list[Ranking]:
    """A final counts on the round's scores: confirmed it gets a new version too, before that it is computed anew."""
    made = []
    for final in Round.objects.filter(components__source=round_, kind=RoundKind.FINAL):
        final = lock_round(final)
        if final.status == RoundStatus.CLOSED:
            told = f"{round_.name} diperbaiki: {reason}"
            made += [_replace(final, category, by, told[:LONGEST_REASON]) for category in categories]
        elif final.status == RoundStatus.SETTLING and standing_rankings(final).exists():
            made += [rank_group(final, category, by) for category in categories]
    return made
