"""Results: settle ties, confirm a round (Tetapkan), give awards."""

from competitions.models import Category
from entries.models import Entry
from judging.actions.round import lock_round, rank_group
from judging.models import Award, Presentation, Ranking, Round, SettledTie
from judging.permissions import check_can_settle
from judging.queries import confirming_blockers, ranking_groups, standing_rankings
from judging.states import RANKING_TRANSITIONS, ROUND_TRANSITIONS, RankingStatus, RoundKind, RoundStatus
from kiks import audit, clock
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.states import check_transition
from kiks.wording import required


def settle_tie(round_: Round, *, by: User, category: Category | None, order: list[str], reason: str) -> Ranking:
    """Record the plenary's order of one complete tied group, and compute the ranking anew with it."""
    reason = required(reason, "Tulis alasan keputusan sidang pleno.")
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_settle(by, round_)
        tie = SettledTie.objects.create(
            round=round_, category=category, order=order, reason=reason, settled_at=clock.now(), settled_by=by
        )
        audit.record("tie.settled", tie, chain=round_.edition.code, by=by, order=order, reason=tie.reason)
        return rank_group(round_, category, by)


def confirm_round(round_: Round, *, by: User) -> Round:
    """Tetapkan: freeze the ranking with its settled ties; then prepare the next round, or give the awards."""
    with audit.act(by):
        round_ = lock_round(round_)
        check_can_settle(by, round_)
        check_transition(ROUND_TRANSITIONS, round_.status, RoundStatus.CLOSED)
        if blockers := confirming_blockers(round_):
            raise RuleBrokenError(*blockers)
        rankings = list(standing_rankings(round_).select_for_update(of=["self"]))
        if len(rankings) != len(ranking_groups(round_.edition)):
            raise RuleBrokenError("Peringkat sementara belum dihitung untuk semua kategori.")
        now = clock.now()
        for ranking in rankings:
            check_transition(RANKING_TRANSITIONS, ranking.status, RankingStatus.CONFIRMED)
            ranking.status = RankingStatus.CONFIRMED
            ranking.confirmed_at, ranking.confirmed_by = now, by
            ranking.save(update_fields=["status", "confirmed_at", "confirmed_by"])
        round_.status = RoundStatus.CLOSED
        round_.closed_at, round_.closed_by = now, by
        round_.save(update_fields=["status", "closed_at", "closed_by"])
        audit.record(
            "round.confirmed",
            round_,
            chain=round_.edition.code,
            by=by,
            bundles=[ranking.bundle_digest for ranking in rankings],
        )
        if round_.kind == RoundKind.FINAL:
            _give_awards(round_, rankings, by)
        else:
            _prepare_presentations(round_)
    return round_


def _advancing(round_: Round) -> list[Entry]:
    return list(
        Entry.objects.filter(
            placings__ranking__round=round_,
            placings__ranking__status=RankingStatus.CONFIRMED,
            placings__advances=True,
        ).order_by("number")
    )


def _prepare_presentations(round_: Round) -> None:
    """One slot for each finalist in the round that follows, in order of number until the draw."""
    following = Round.objects.filter(source=round_, kind=RoundKind.PRESENTATION).first()
    if following is not None:
        Presentation.objects.bulk_create(
            [
                Presentation(round=following, entry=entry, position=position)
                for position, entry in enumerate(_advancing(round_), 1)
            ]
        )


def _give_awards(round_: Round, rankings: list[Ranking], by: User) -> None:
    now = clock.now()
    for ranking in rankings:
        for placing in ranking.placings.filter(advances=True).select_related("entry"):
            suffix = f" kategori {ranking.category}" if ranking.category else ""
            award = Award.objects.create(
                edition=round_.edition,
                entry=placing.entry,
                position=placing.position,
                title=f"Juara {placing.position}{suffix}",
                prize=round_.edition.prize if placing.position == 1 else "",
                given_at=now,
                given_by=by,
            )
            audit.record("award.given", award, chain=round_.edition.code, by=by, title=award.title)
