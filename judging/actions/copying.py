"""What judging adds to the copy of an edition: rounds in preparation, with their rules and without people."""

from django.db.models import QuerySet

from competitions.actions.edition import Copies
from competitions.models import Edition
from judging.models import Round, RoundComponent, RoundInstrument, TieBreaker
from judging.states import RoundStatus

# Nothing of the life of a round goes along.
UNTOUCHED = {
    "status": RoundStatus.DRAFT,
    "shares_source": "",
    "locked_digest": "",
    **{f"{act}_{part}": None for act in ("shares_confirmed", "opened", "locked", "closed") for part in ("at", "by")},
}


def copy_rounds(source: Edition, edition: Edition, copies: Copies) -> None:
    """Rounds, shares, components and tie-breakers of another year, all in draft and unconfirmed."""
    rounds = Round.objects.filter(edition=source)
    copies.make(
        rounds.select_related("stage"),
        edition=edition,
        stage=lambda row: row.stage and copies.of(row.stage),
        source=None,
        **UNTOUCHED,
    )
    _point_at_sources(rounds, copies)
    parts = RoundInstrument.objects.filter(round__edition=source).select_related("round", "instrument")
    copies.make(parts, round=lambda row: copies.of(row.round), instrument=lambda row: copies.of(row.instrument))
    components = RoundComponent.objects.filter(round__edition=source).select_related("round", "source")
    copies.make(components, round=lambda row: copies.of(row.round), source=lambda row: copies.of(row.source))
    breakers = TieBreaker.objects.filter(round__edition=source).select_related("round", "criterion", "source")
    copies.make(
        breakers,
        round=lambda row: copies.of(row.round),
        criterion=lambda row: row.criterion and copies.of(row.criterion),
        source=lambda row: row.source and copies.of(row.source),
    )


def _point_at_sources(rounds: QuerySet[Round], copies: Copies) -> None:
    """A round whose entries come from another one takes them from that one's copy."""
    made = []
    for row in rounds.filter(source__isnull=False).select_related("source"):
        copy = copies.of(row)
        copy.source = row.source and copies.of(row.source)
        made.append(copy)
    Round.objects.bulk_update(made, ["source"])
