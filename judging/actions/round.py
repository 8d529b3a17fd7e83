"""The life of a round: confirm its shares, open it, lock its sheets, compute."""

from competitions.models import Category
from judging.bundles import collect, digest_of
from judging.models import Placing, Ranking, Round, ScoreSheet
from judging.permissions import check_can_confirm_shares, check_can_revoke_shares
from judging.queries import (
    closing_blockers,
    counting,
    opening_blockers,
    ranking_groups,
    share_faults,
    standing_rankings,
)
from judging.scoring import RULES_VERSION, BundleError, rank
from judging.scoring.bundle import dump
from judging.states import RANKING_TRANSITIONS, ROUND_TRANSITIONS, RankingStatus, RoundStatus, SheetStatus
from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.states import check_transition
from kiks.texts import sha256_of, to_json
from kiks.wording import required


def lock_round(round_: Round) -> Round:
    """The round as it stands, locked for a change of its state."""
    return Round.objects.select_for_update(of=["self"]).select_related("edition", "source", "stage").get(pk=round_.pk)


def confirm_shares(round_: Round, *, by: User, source: str) -> Round:
    """The committee confirms the shares of the blend, with the source they rest on."""
    if not source.strip():
        raise RuleBrokenError("Tulis dasar penetapan bobot, misalnya nomor dan tanggal keputusan.")
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_confirm_shares(by, round_)
        if faults := share_faults(round_):
            raise RuleBrokenError(*faults, "Perbaiki bobotnya, lalu konfirmasi lagi.")
        round_.shares_source = source.strip()
        round_.shares_confirmed_at, round_.shares_confirmed_by = clock.now(), by
        round_.save(update_fields=["shares_source", "shares_confirmed_at", "shares_confirmed_by"])
        audit.record("round.shares_confirmed", round_, chain=round_.edition.code, by=by, source=round_.shares_source)
    return round_


def revoke_shares(round_: Round, *, by: User, reason: str) -> Round:
    """Open the rules of a round in preparation for changes again."""
    reason = required(reason, "Tulis alasan pencabutan konfirmasi.")
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_revoke_shares(by, round_)
        round_.shares_source, round_.shares_confirmed_at, round_.shares_confirmed_by = "", None, None
        round_.save(update_fields=["shares_source", "shares_confirmed_at", "shares_confirmed_by"])
        audit.record("round.shares_revoked", round_, chain=round_.edition.code, by=by, reason=reason)
    return round_


def open_round(round_: Round, *, by: User) -> Round:
    """Open the round: from here on instruments, shares, tie-breakers and cutoff are frozen."""
    check_is_committee(by)
    with audit.act(by):
        round_ = lock_round(round_)
        check_transition(ROUND_TRANSITIONS, round_.status, RoundStatus.OPEN)
        if blockers := opening_blockers(round_):
            raise RuleBrokenError(*blockers)
        round_.status = RoundStatus.OPEN
        round_.opened_at, round_.opened_by = clock.now(), by
        round_.save(update_fields=["status", "opened_at", "opened_by"])
        audit.record("round.opened", round_, chain=round_.edition.code, by=by)
    return round_


def close_round(round_: Round, *, by: User) -> Round:
    """Tutup penilaian: lock every sheet and publish their digest, before any total exists."""
    check_is_committee(by)
    with audit.act(by):
        round_ = lock_round(round_)
        check_transition(ROUND_TRANSITIONS, round_.status, RoundStatus.SETTLING)
        if blockers := closing_blockers(round_):
            raise RuleBrokenError(*blockers)
        sheets = list(
            ScoreSheet.objects.select_for_update(of=["self"])
            .filter(assignment__round=round_)
            .select_related("assignment__judge", "assignment__entry", "instrument")
        )
        now = clock.now()
        ScoreSheet.objects.filter(assignment__round=round_).update(
            status=SheetStatus.LOCKED, locked_at=now, locked_by=by
        )
        round_.status = RoundStatus.SETTLING
        round_.locked_digest = digest_of(sheets)
        round_.locked_at, round_.locked_by = now, by
        round_.save(update_fields=["status", "locked_digest", "locked_at", "locked_by"])
        audit.record(
            "round.locked",
            round_,
            chain=round_.edition.code,
            by=by,
            digest=round_.locked_digest,
            sheets=len(sheets),
            counted=counting(round_.assignments.all()).count(),
        )
    return round_


def compute_provisional(round_: Round, *, by: User) -> list[Ranking]:
    """Compute the provisional ranking, in a transaction of its own after the lock."""
    check_is_committee(by)
    with audit.act(by):
        round_ = lock_round(round_)
        if round_.status != RoundStatus.SETTLING:
            raise RuleBrokenError("Peringkat dihitung setelah penilaian ditutup.")
        return [rank_group(round_, category, by) for category in ranking_groups(round_.edition)]


def rank_group(round_: Round, category: Category | None, by: User, *, reason: str = "") -> Ranking:
    """Compute one ranking from the rows, store it with its bundle, and supersede the one that stood.

    Only a correction has a `reason`.
    """
    try:
        bundle = collect(round_, category)
        result = rank(bundle)
    except BundleError as error:
        raise RuleBrokenError("Peringkat tidak dapat dihitung:", *error.faults) from error
    for old in standing_rankings(round_).select_for_update(of=["self"]).filter(category=category):
        check_transition(RANKING_TRANSITIONS, old.status, RankingStatus.SUPERSEDED)
        old.status = RankingStatus.SUPERSEDED
        old.save(update_fields=["status"])
    text = dump(bundle)
    ranking = Ranking.objects.create(
        round=round_,
        category=category,
        version=round_.rankings.filter(category=category).count() + 1,
        rules_version=RULES_VERSION,
        bundle=text,
        bundle_digest=sha256_of(text),
        result=to_json(result.as_dict()),
        reason=reason,
        computed_at=clock.now(),
        computed_by=by,
    )
    store_placings(ranking, result.as_dict()["placings"])
    audit.record(
        "ranking.computed",
        ranking,
        chain=round_.edition.code,
        by=by,
        version=ranking.version,
        bundle=ranking.bundle_digest,
    )
    return ranking


def store_placings(ranking: Ranking, placings: list[dict]) -> None:
    """The rows of a ranking; `parts` holds what stands beside the score."""
    entries = dict(ranking.round.edition.entries.exclude(number="").values_list("number", "pk"))
    Placing.objects.bulk_create(
        [
            Placing(
                ranking=ranking,
                entry_id=entries[placing["entry"]],
                position=placing["position"],
                tied=placing["tied"],
                score=placing["score"],
                advances=placing["advances"],
                parts={
                    key: placing[key]
                    for key in ("judges", "per_instrument", "per_judge", "per_round")
                    if placing.get(key) is not None
                },
            )
            for placing in placings
        ]
    )
