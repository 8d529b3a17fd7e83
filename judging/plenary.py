"""What a judge sees of a round after the lock: the tied groups that the plenary settles, then the record to sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from entries.models import Entry
from judging import queries
from judging.models import OfficialRecord, Publication, Ranking, Round
from judging.states import STANDING_RECORDS, RecordKind, RoundKind, RoundStatus
from judging.tables import table_of, with_entries
from judging.visibility import Item, Phase, Viewer, may_see
from kiks import clock
from kiks.models import User


@dataclass(frozen=True, kw_only=True)
class TiedGroup:
    """Entries with equal scores, by number; once settled in the order that was decided. Never a figure or a place."""

    entries: tuple[Entry, ...]
    category: str
    at_the_line: bool
    reason: str

    @property
    def is_settled(self) -> bool:
        return bool(self.reason)


def rounds_of(user: User) -> QuerySet[Round]:
    """Rounds of the editions on whose panel the user sits, from the lock on; the final too, which has no sheets."""
    locked = Round.objects.filter(status__in=[RoundStatus.SETTLING, RoundStatus.CLOSED])
    return locked.filter(edition__judges__user=user).select_related("edition").distinct()


def phase_now(round_: Round) -> Phase:
    out = Publication.objects.filter(rankings__round=round_, visible_from__lte=clock.now()).exists()
    return queries.phase_of(round_, is_published=out)


class PlenaryView:
    """One round, as the visibility table opens it to a judge."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.phase = phase_now(round_)

    @property
    def is_open_to_judges(self) -> bool:
        return may_see(self.phase, Viewer.JUDGE, Item.TIED_GROUPS)

    @cached_property
    def groups(self) -> list[TiedGroup]:
        if not self.is_open_to_judges:
            return []
        rankings = with_entries(queries.standing_rankings(self.round).select_related("round__edition"))
        return [group for ranking in rankings for group in _groups(ranking)]

    @cached_property
    def records(self) -> list[OfficialRecord]:
        """The papers to sign; the presentation has none of its own."""
        if not may_see(self.phase, Viewer.JUDGE, Item.RECORD) or self.round.kind == RoundKind.PRESENTATION:
            return []
        return list(_records().filter(ranking__round=self.round).order_by("ranking__category__position", "pk"))


def record_for(user: User, pk: int) -> OfficialRecord | None:
    """The record of a round on whose panel the user sits, as soon as judges see it."""
    found = _records().filter(pk=pk, edition__judges__user=user).select_related("ranking__round").first()
    if found is None or not may_see(phase_now(found.ranking.round), Viewer.JUDGE, Item.RECORD):
        return None
    return found


def _records() -> QuerySet[OfficialRecord]:
    standing = OfficialRecord.objects.filter(status__in=STANDING_RECORDS)
    # A recap tells what every judge gave: it is no paper for judges to sign.
    return standing.exclude(kind=RecordKind.RECAP).select_related("document", "signing_copy", "ranking__category")


def _groups(ranking: Ranking) -> Iterable[TiedGroup]:
    table = table_of(ranking, dict(ranking.round.edition.rounds.values_list("code", "name")))
    category = ranking.category.name if ranking.category else ""
    rows = {row.entry.number: row for row in table.rows}
    for numbers in table.open_ties:
        yield TiedGroup(
            entries=tuple(rows[number].entry for number in numbers),
            category=category,
            at_the_line=any(rows[number].advances is None for number in numbers),
            reason="",
        )
    for tie in table.settled:
        yield TiedGroup(
            entries=tuple(rows[number].entry for number in tie.numbers if number in rows),
            category=category,
            at_the_line=False,
            reason=tie.reason,
        )
