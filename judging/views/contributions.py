"""What judging adds to the pages of the app that cannot know it: figures, the latest result, the rounds."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from competitions.models import Edition, StageKind
from entries.announcements import latest_visible
from entries.models import Entry
from entries.participation_queries import upp_counts
from judging.models import Placing, Publication, RoundComponent, RoundInstrument, TieBreaker
from judging.published import groups_of, latest_publications
from judging.states import RoundKind


def home(edition: Edition | None, now: datetime) -> dict[str, Any]:
    publications = latest_publications(now)
    newest = max(publications.values(), key=lambda publication: publication.edition.year, default=None)
    figures = _figures(publications, now)
    if newest is None:
        return figures
    groups = groups_of(newest.edition, newest.finals)
    return {"latest_result": {"edition": newest.edition, "publication": newest, "groups": groups}, **figures}


def history(edition: Edition | None, now: datetime) -> dict[str, Any]:
    return _figures(latest_publications(now), now)


def rules(edition: Edition | None, now: datetime) -> dict[str, Any]:
    if edition is None:
        return {}
    rounds = edition.rounds.select_related("source").prefetch_related(
        Prefetch("round_instruments", RoundInstrument.objects.select_related("instrument")),
        Prefetch("components", RoundComponent.objects.select_related("source")),
        Prefetch("tie_breakers", TieBreaker.objects.select_related("criterion__instrument", "source")),
    )
    waiting = [f"Bobot babak {round_.name}" for round_ in rounds if round_.shares_confirmed_at is None]
    return {"rounds": rounds, "unconfirmed_shares": waiting}


def _figures(publications: dict[int, Publication], now: datetime) -> dict[str, Any]:
    """Counted figures by edition; each becomes public when the stage that makes it is over, or announced."""
    entries = _entry_counts()
    places = _advancing(publications)
    editions = list(Edition.objects.filter(is_history=False).prefetch_related("stages"))
    units = upp_counts(editions, now)
    announced = latest_visible(editions, now)
    counted = {}
    for edition in editions:
        closed = {stage.kind for stage in edition.stages.all() if stage.closes_at <= now}
        figures = {}
        if StageKind.REGISTRATION in closed:
            figures["units_registered"] = units[edition.pk]
        if StageKind.SUBMISSION in closed:
            figures["entries_received"] = entries.get(edition.pk, {}).get("received", 0)
        if edition.pk in announced:
            figures["entries_passed"] = announced[edition.pk].passed
        if edition.pk in publications:
            figures["finalists"] = places[edition.pk, RoundKind.DESK]
            figures["winners"] = places[edition.pk, RoundKind.FINAL]
        counted[edition.pk] = {key: value for key, value in figures.items() if value}
    return {"counted": counted, "published": set(publications)}


def _entry_counts() -> dict[int, dict[str, int]]:
    counts = Entry.objects.values("edition_id").annotate(received=Count("pk", filter=~Q(number="")))
    return {row["edition_id"]: row for row in counts.order_by()}


def _advancing(publications: dict[int, Publication]) -> Counter[tuple[int, str]]:
    placings = Placing.objects.filter(ranking__publications__in=publications.values(), advances=True)
    return Counter(placings.values_list("entry__edition_id", "ranking__round__kind"))
