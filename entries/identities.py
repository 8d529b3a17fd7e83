"""One innovation under several names: who belongs together, and whose participations then count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from entries.models import Entry, Innovation, Participation, TwinVerdict, Verdict
from entries.states import EntryStatus

NEVER = 9999
KEPT_OF_A_LOST_ONE = ("is_imported", "reported_stage", "reported_position", "reported_category", "unit_name")

type Key = tuple[int, int]


@dataclass(frozen=True)
class Settled:
    """One identity: the participations that it has, renumbered, and those that were too many."""

    identity: Innovation
    members: list[Innovation]
    kept: list[Participation]
    lost: list[Participation]


def own_group(*innovations: Innovation) -> set[int]:
    """The innovations under all their names."""
    identities = {innovation.same_as_id or innovation.pk for innovation in innovations}
    members = Innovation.objects.filter(Q(pk__in=identities) | Q(same_as__in=identities))
    return set(members.values_list("pk", flat=True))


def own_name(innovation: Innovation) -> Innovation | None:
    """What `recorded_for` says of a participation of this innovation."""
    return innovation if innovation.same_as_id else None


def owner_of(row: Participation) -> int:
    """The innovation as which it took part."""
    return row.recorded_for_id or row.innovation_id


def key_of(row: Participation) -> Key:
    return owner_of(row), row.edition_id


def entered_by_another(entry: Entry) -> str:
    """The sentence that the same innovation, under another name, holds this edition's participation; or nothing."""
    row = Participation.objects.filter(innovation=entry.innovation.identity, edition=entry.edition).first()
    owner = owner_of(row) if row else entry.innovation_id
    if owner == entry.innovation_id:
        return ""
    twin = Entry.objects.filter(innovation=owner, edition=entry.edition).first()
    return another_entered(twin.number if twin else "")


def another_entered(number: str) -> str:
    known = f" dengan nomor {number}" if number else ""
    return f"Inovasi yang sama sudah diusulkan pada edisi ini{known}."


def is_one_of_several(innovation: Innovation) -> bool:
    return bool(innovation.same_as_id) or innovation.renamed.exists()


def standing_verdicts(members: Collection[int], verdict: Verdict) -> QuerySet[TwinVerdict]:
    """What stands between these innovations, the oldest first."""
    found = TwinVerdict.objects.filter(innovation__in=members, other__in=members, undone_at__isnull=True)
    return found.filter(verdict=verdict).order_by("pk")


def plan(
    everyone: Collection[int],
    same: Iterable[tuple[int, int]],
    counted: Iterable[TwinVerdict],
    *,
    identity: int | None = None,
) -> list[Settled]:
    """Where all participations belong when these pairs are the same; it depends on nothing else, nor on any order.

    `counted` are the verdicts whose lost participations come into question again. Whoever took part first becomes the
    identity, unless `identity` says that it stays.
    """
    members = {row.pk: row for row in Innovation.objects.filter(pk__in=everyone).select_related("unit__agency")}
    entries = {
        (row.innovation_id, row.edition_id): row
        for row in Entry.objects.filter(innovation__in=members).select_related("edition")
    }
    pool = _pool(members, entries, counted)
    return [
        _settled(
            [members[pk] for pk in sorted(group)], [row for row in pool if owner_of(row) in group], entries, identity
        )
        for group in _joined(members, same)
    ]


def _joined(members: Iterable[int], same: Iterable[tuple[int, int]]) -> list[set[int]]:
    group_of = {pk: {pk} for pk in members}
    for one, other in same:
        if group_of[one] is not group_of[other]:
            group_of[one] |= group_of[other]
            for pk in group_of[other]:
                group_of[pk] = group_of[one]
    return list({id(group): group for group in group_of.values()}.values())


def _pool(
    members: dict[int, Innovation], entries: dict[Key, Entry], counted: Iterable[TwinVerdict]
) -> list[Participation]:
    """Every participation that there is, that was lost, or that an entry would have."""
    rows = Participation.objects.filter(innovation__in=members).select_related("edition")
    pool = {key_of(row): row for row in rows}
    for verdict in counted:
        for item in verdict.lost:
            key = item["innovation"], item["edition"]
            entry = entries.get(key)
            if item["is_imported"] or entry is None or holds(entry):
                pool.setdefault(key, _from_lost(item))
    for key, entry in entries.items():
        if holds(entry):
            pool.setdefault(key, Participation(innovation_id=key[0], edition=entry.edition, unit_name=entry.unit_name))
    return list(pool.values())


def holds(entry: Entry) -> bool:
    """Whether the entry uses up a participation, if there is one for it."""
    if entry.status == EntryStatus.REJECTED:
        return not entry.edition.rejection_frees_participation
    return entry.status not in (EntryStatus.DRAFT, EntryStatus.WITHDRAWN)


def as_lost(row: Participation) -> dict[str, Any]:
    """What is kept of it, so that it can come back."""
    kept = {name: getattr(row, name) for name in KEPT_OF_A_LOST_ONE}
    return {"innovation": owner_of(row), "edition": row.edition_id, **kept}


def _from_lost(item: dict[str, Any]) -> Participation:
    kept = {name: item[name] for name in KEPT_OF_A_LOST_ONE}
    return Participation(innovation_id=item["innovation"], edition_id=item["edition"], **kept)


def _settled(
    members: list[Innovation], pool: list[Participation], entries: dict[Key, Entry], stays: int | None
) -> Settled:
    """By year; one for each edition, of two the earlier number; beyond the limit only what was imported."""
    identity = min(members, key=lambda member: (member.pk != stays, _seniority(member, pool, entries)))
    kept: dict[int, Participation] = {}
    lost = []
    for row in sorted(pool, key=lambda row: _place(row, entries)):
        ordinal = len(kept) + 1
        if row.edition_id in kept or (not row.is_imported and ordinal > row.edition.participation_limit):
            lost.append(row)
            continue
        owner, row.ordinal = owner_of(row), ordinal
        row.innovation_id, row.recorded_for_id = identity.pk, None if owner == identity.pk else owner
        kept[row.edition_id] = row
    return Settled(identity, members, list(kept.values()), lost)


def _seniority(member: Innovation, pool: list[Participation], entries: dict[Key, Entry]) -> tuple[int, ...]:
    """Who took part first is the identity."""
    own = [_place(row, entries) for row in pool if owner_of(row) == member.pk]
    return min(own, default=(NEVER, 0, 0, member.pk))


def _place(row: Participation, entries: dict[Key, Entry]) -> tuple[int, ...]:
    entry = entries.get(key_of(row))
    number = int(entry.number) if entry and entry.number else 0
    return row.edition.year, row.edition_id, number, owner_of(row)


def entries_of(rows: Iterable[Participation]) -> list[Entry]:
    """The entries that these participations were taken for."""
    keys = {key_of(row) for row in rows}
    found = Entry.objects.filter(innovation__in={owner for owner, _ in keys}).select_related("edition")
    return [entry for entry in found.order_by("pk") if (entry.innovation_id, entry.edition_id) in keys]
