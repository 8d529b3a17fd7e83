"""Which innovations look alike, and what was decided about them: for screening, lists and the comparison page."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q

from entries.models import Entry, Innovation, LikelyTwin, Participation, TwinVerdict, Verdict


@dataclass(frozen=True)
class Resembling:
    """An innovation that the one of an entry resembles, without a standing verdict."""

    innovation: Innovation
    score: Decimal

    @property
    def years(self) -> list[int]:
        """When it took part, from the loaded participations of its identity."""
        return sorted({row.edition.year for row in self.innovation.identity.participations.all()})

    @property
    def name(self) -> str:
        return self.innovation.short_name


def undecided(entries: Collection[int]) -> dict[int, list[Resembling]]:
    """Likely twins without a verdict by entry, the likeliest first; entries without any are not in it."""
    of_entry = dict(Entry.objects.filter(pk__in=entries).values_list("pk", "innovation"))
    scores = _scores(set(of_entry.values()))
    decided = _Decided({key for pair in scores for key in pair})
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for (one, other), score in scores.items():
        if not decided.is_decided(one, other):
            found[one][other] = score
            found[other][one] = score
    shown = _shown({other for innovation in of_entry.values() for other in found.get(innovation, ())})
    return {
        entry: sorted(
            (Resembling(shown[other], score) for other, score in found[innovation].items()),
            key=lambda twin: (-twin.score, twin.innovation.pk),
        )
        for entry, innovation in of_entry.items()
        if innovation in found
    }


def _scores(innovations: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """What resembles these innovations, each pair once with its highest score."""
    rows = LikelyTwin.objects.filter(Q(innovation__in=innovations) | Q(earlier__in=innovations))
    scores: dict[tuple[int, int], Decimal] = {}
    for one, other, score in rows.order_by("pk").values_list("innovation", "earlier", "score"):
        pair = (min(one, other), max(one, other))
        scores[pair] = max(score, scores.get(pair, score))
    return scores


class _Decided:
    """What stands about some innovations: a verdict between two holds for all that are one with either."""

    def __init__(self, innovations: Collection[int]) -> None:
        own = Innovation.objects.filter(pk__in=innovations).values_list("pk", "same_as")
        identities = {same_as or pk for pk, same_as in own}
        members = Innovation.objects.filter(Q(pk__in=identities) | Q(same_as__in=identities))
        self._identity = {pk: same_as or pk for pk, same_as in members.values_list("pk", "same_as")}
        standing = TwinVerdict.objects.filter(
            innovation__in=self._identity, other__in=self._identity, undone_at__isnull=True, verdict=Verdict.DIFFERENT
        )
        self._different = {
            frozenset({self._identity[one], self._identity[other]})
            for one, other in standing.values_list("innovation", "other")
        }

    def is_decided(self, one: int, other: int) -> bool:
        identities = frozenset({self._identity[one], self._identity[other]})
        return len(identities) == 1 or identities in self._different


def _shown(innovations: Iterable[int]) -> dict[int, Innovation]:
    participations = Participation.objects.select_related("edition")
    return (
        Innovation.objects.filter(pk__in=innovations)
        .select_related("unit__agency", "same_as")
        .prefetch_related(
            Prefetch("participations", participations), Prefetch("same_as__participations", participations)
        )
        .in_bulk()
    )
