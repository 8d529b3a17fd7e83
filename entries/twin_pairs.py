"""Pairs of innovations that look alike: one laid side by side, and all of an edition with what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from competitions.models import Edition
from entries.identities import own_group
from entries.models import Entry, EntryVersion, Innovation, LikelyTwin, Participation, TwinVerdict
from entries.queries import frozen_content
from entries.resemblance_queries import Resembling, undecided
from entries.states import EntryStatus
from entries.twin_verdicts import SHOWN

MOST_FOUND = 20
OUTSIDE = (EntryStatus.DRAFT, EntryStatus.WITHDRAWN)


@dataclass(frozen=True)
class Side:
    """One innovation of a comparison: under which name and when it took part, and what was submitted last."""

    innovation: Innovation
    took_part: list[Participation]
    version: EntryVersion | None
    content: dict[str, Any] | None

    @property
    def entry(self) -> Entry | None:
        return self.version.entry if self.version else None


@dataclass(frozen=True)
class AnswerPair:
    title: str
    texts: tuple[str, str]


@dataclass(frozen=True)
class OpenPair:
    """An entry of the edition and what it resembles, without a verdict."""

    entry: Entry
    twin: Resembling


def side_of(innovation: Innovation) -> Side:
    rows = Participation.objects.filter(
        Q(innovation=innovation, recorded_for__isnull=True) | Q(recorded_for=innovation)
    )
    version = (
        EntryVersion.objects.filter(entry__innovation=innovation)
        .select_related("entry__edition")
        .order_by("-entry__edition__year", "-entry__edition", "-ordinal")
        .first()
    )
    return Side(
        innovation,
        list(rows.select_related("edition").order_by("edition__year", "edition")),
        version,
        frozen_content(version) if version else None,
    )


def answer_pairs(one: Side, other: Side) -> list[AnswerPair]:
    """Question beside question, by its code; what only one of them was asked has an empty place beside it."""
    sides = [{row["code"]: row for row in (side.content or {}).get("answers", [])} for side in (one, other)]
    codes = list(dict.fromkeys(code for side in sides for code in side))
    return [
        AnswerPair(
            next(side[code]["title"] for side in sides if code in side),
            tuple(side[code]["text"] if code in side else "" for side in sides),  # type: ignore[arg-type]  # both
        )
        for code in codes
    ]


def statements(innovation: Innovation, other: Innovation) -> Iterable[LikelyTwin]:
    """What the unit itself said of the two when it began."""
    pair = Q(innovation=innovation, earlier=other) | Q(innovation=other, earlier=innovation)
    return LikelyTwin.objects.filter(pair).select_related("innovation", "stated_by").order_by("pk")


def open_pairs(edition: Edition) -> list[OpenPair]:
    """Each pair once, the likeliest first."""
    entries = (
        Entry.objects.filter(edition=edition)
        .exclude(status__in=OUTSIDE)
        .select_related("innovation__unit__agency", "innovation__same_as")
        .order_by("number")
    )
    found: dict[frozenset[int], OpenPair] = {}
    resembling = undecided([entry.pk for entry in entries])
    for entry in entries:
        for twin in resembling.get(entry.pk, []):
            found.setdefault(frozenset({entry.innovation_id, twin.innovation.pk}), OpenPair(entry, twin))
    return sorted(found.values(), key=lambda pair: (-pair.twin.score, pair.entry.number))


def verdicts_of(edition: Edition) -> QuerySet[TwinVerdict]:
    """What was decided about innovations of the edition, the latest first; what was taken back too."""
    of_edition = Entry.objects.filter(edition=edition).exclude(status=EntryStatus.DRAFT).values("innovation")
    found = TwinVerdict.objects.filter(Q(innovation__in=of_edition) | Q(other__in=of_edition))
    return found.select_related(*SHOWN).order_by("-decided_at", "-pk")


def verdicts_on(innovation: Innovation) -> QuerySet[TwinVerdict]:
    """What stands about the innovation under any of its names."""
    group = own_group(innovation)
    found = TwinVerdict.objects.filter(Q(innovation__in=group) | Q(other__in=group), undone_at__isnull=True)
    return found.select_related(*SHOWN).order_by("-decided_at", "-pk")


def found_by_name(text: str, *, besides: Innovation) -> list[Innovation]:
    """Innovations that took part or were submitted, by a part of the name or by the number of an entry."""
    if not text.strip():
        return []
    words = text.strip()
    named = Q(short_name__icontains=words) | Q(expansion__icontains=words) | Q(entries__number__iexact=words)
    known = Q(participations__isnull=False) | Q(same_as__isnull=False) | Q(entries__current_version__isnull=False)
    found = Innovation.objects.filter(named).filter(known).exclude(pk__in=own_group(besides)).distinct()
    rows = Participation.objects.select_related("edition").order_by("edition__year")
    shown = found.select_related("unit__agency", "same_as").prefetch_related(
        Prefetch("participations", rows), Prefetch("same_as__participations", rows)
    )
    return list(shown.order_by("short_name", "pk")[:MOST_FOUND])
