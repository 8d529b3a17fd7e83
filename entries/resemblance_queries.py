"""Which innovations look alike, and what was decided about them: for screening, lists and the comparison page."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Prefetch, Q, QuerySet

from entries.likeness import ACRONYM, SAME_STEM
from entries.models import Entry, Innovation, LikelyTwin, Participation, Resemblance, TwinVerdict, Verdict
from entries.states import EntryStatus

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Alike:
    """How much two innovations are alike: by name up to 100, and by the part of one text that stands in the other."""

    name_score: Decimal = NOTHING
    text_share: Decimal = NOTHING

    def __or__(self, other: "Alike") -> "Alike":
        return Alike(max(self.name_score, other.name_score), max(self.text_share, other.text_share))

    @property
    def score(self) -> Decimal:
        return max(self.name_score, self.text_share)

    @property
    def reasons(self) -> list[str]:
        """Why a person has to look, in words for the page."""
        by_name = self._of_names if self.name_score else ""
        by_text = f"{self.text_share:.0f}% isi yang satu terdapat pada isi yang lain" if self.text_share else ""
        return [reason for reason in (by_name, by_text) if reason]

    @property
    def _of_names(self) -> str:
        if self.name_score >= SAME_STEM:
            return "nama yang sama"
        if self.name_score == ACRONYM:
            return "singkatan yang cocok dengan nama yang lain"
        return f"nama yang mirip ({self.name_score:.0f} dari 100)"


@dataclass(frozen=True)
class Resembling:
    """An innovation that the one of an entry resembles, without a standing verdict."""

    innovation: Innovation
    alike: Alike = field(default_factory=Alike)

    @property
    def score(self) -> Decimal:
        return self.alike.score

    @property
    def reasons(self) -> list[str]:
        return self.alike.reasons

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
    scores = _pairs(set(of_entry.values()))
    decided = _Decided({key for pair in scores for key in pair})
    found: dict[int, dict[int, Alike]] = defaultdict(dict)
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


def _pairs(innovations: Collection[int]) -> dict[tuple[int, int], Alike]:
    """What resembles these innovations, each pair once with the most that was found, whoever was compared."""
    rows = LikelyTwin.objects.filter(Q(innovation__in=innovations) | Q(earlier__in=innovations))
    stated = rows.order_by("pk").values_list("innovation", "earlier", "score")
    found = _current().filter(Q(version__entry__innovation__in=innovations) | Q(other__in=innovations)).order_by("pk")
    compared = found.values_list("version__entry__innovation", "other", "name_score", "text_share")
    pairs: dict[tuple[int, int], Alike] = {}
    for one, other, *degrees in [*stated, *compared]:
        pair = (min(one, other), max(one, other))
        pairs[pair] = pairs.get(pair, Alike()) | Alike(*degrees)
    return pairs


def _current() -> QuerySet[Resemblance]:
    """What was found between versions that count; what was written anew has been or will be compared anew."""
    still = Q(other_version__isnull=True) | Q(other_version=F("other_version__entry__current_version"))
    return Resemblance.objects.filter(still, version=F("version__entry__current_version")).exclude(
        Q(version__entry__status=EntryStatus.WITHDRAWN)
        | Q(other_version__isnull=False, other_version__entry__status=EntryStatus.WITHDRAWN)
    )


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
