"""An edition judged to the end: desk, presentation and final confirmed, records issued, published if wanted."""

from datetime import timedelta

import pytest

from competitions.models import Edition
from judging.actions.assignment import assign_judges
from judging.actions.panel import declare_conflicts
from judging.actions.publication import publish_edition
from judging.actions.record import issue_record
from judging.actions.result import confirm_round, settle_tie
from judging.actions.round import close_round, compute_provisional, confirm_shares, open_round
from judging.models import Publication, Round, RoundComponent, RoundInstrument, TieBreaker
from judging.queries import standing_rankings
from judging.states import RoundKind
from kiks import clock, papers
from tests.factories.judging import hand_in_all, settling_round
from tests.factories.pdf import tiny_pdf

DESK_MARKS = {"001": "80", "002": "80", "003": "60"}
PRESENTATION_MARKS = {"001": "70", "002": "90"}


def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers become a blank page: drawing a real one takes a second."""
    monkeypatch.setattr(
        papers, "render_pdf", lambda template, context, **_: tiny_pdf(context.get("number", "rancangan"))
    )


def add_later_rounds(desk: Round) -> tuple[Round, Round]:
    """A presentation of the finalists, and a final of 60 and 40 that names one winner."""
    edition, committee = desk.edition, desk.opened_by
    talk = Round.objects.create(
        edition=edition, code="presentation", name="Presentasi", kind=RoundKind.PRESENTATION, source=desk
    )
    instrument = edition.instruments.get(code="kijb")
    RoundInstrument.objects.create(round=talk, instrument=instrument, share=100)
    final = Round.objects.create(edition=edition, code="final", name="Nilai akhir", kind=RoundKind.FINAL, cutoff=1)
    for position, (source, share) in enumerate([(desk, 60), (talk, 40)], 1):
        RoundComponent.objects.create(round=final, source=source, share=share, position=position)
    TieBreaker.objects.create(round=final, position=1, source=talk)
    for round_ in (talk, final):
        confirm_shares(round_, by=committee, source="Keputusan uji")
    return talk, final


def judge_through(round_: Round, marks: dict[str, str] | None) -> Round:
    """Open, judge, lock, compute and confirm a round; `marks` is None for the final, which has no sheets."""
    by = round_.edition.rounds.get(kind=RoundKind.DESK).opened_by
    if marks:
        assign_judges(round_, by=by)
    round_ = open_round(round_, by=by)
    for judge in round_.edition.judges.all() if marks else []:
        declare_conflicts(judge, round_, by=judge.user, conflicts={})
    if marks:
        hand_in_all(round_, marks)
    round_ = close_round(round_, by=by)
    compute_provisional(round_, by=by)
    return confirm_round(round_, by=by)


def judged_edition() -> Edition:
    """Three entries, two finalists with a settled tie, 002 the winner; both records issued, nothing published."""
    desk = settling_round(DESK_MARKS, entries=3, judges=1, cutoff=2)
    by = desk.opened_by
    settle_tie(desk, by=by, category=None, order=["002", "001"], reason="Dampaknya lebih luas.")
    confirm_round(desk, by=by)
    talk, final = add_later_rounds(Round.objects.get(pk=desk.pk))
    judge_through(talk, PRESENTATION_MARKS)
    judge_through(final, None)
    for round_ in (desk, final):
        issue_record(standing_rankings(round_).get(), by=by)
    return desk.edition


def publish(edition: Edition, *, visible_in: timedelta = timedelta(minutes=-1), reason: str = "") -> Publication:
    by = edition.rounds.get(kind=RoundKind.DESK).opened_by
    return publish_edition(edition, by=by, visible_from=clock.now() + visible_in, reason=reason)
