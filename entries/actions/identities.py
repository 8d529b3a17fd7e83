"""Moving participations to the identity that counts, and back; what every act that touches them locks."""

from collections.abc import Collection, Iterable

from django.db import connection

from entries.identities import Settled, as_lost, is_one_of_several, key_of, own_group, plan, standing_verdicts
from entries.models import Innovation, Participation, TwinVerdict, Verdict

LOCK = 6_020_002


def lock_identities() -> None:
    """A verdict changes who belongs together: nobody enters, withdraws or decides meanwhile.

    Taken before every row, as `share_identities` is, so that none of them waits for a row that another holds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def share_identities() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def regroup(everyone: Collection[int], verdict: TwinVerdict) -> list[Participation]:
    """Identities and participations anew after a verdict was made or undone; gives the participations that are lost.

    The caller holds `lock_identities`; `everyone` is who belonged together before the verdict or does after it.
    """
    standing = list(standing_verdicts(everyone, Verdict.SAME))
    pairs = [(row.innovation_id, row.other_id) for row in standing]
    # An undone verdict gives back what it took; it keeps on record what that was.
    return _write(plan(everyone, pairs, [*standing, verdict]), standing)


def settle(innovation: Innovation) -> None:
    """After an entry of a group came, went or was freed: what it held goes to who lost it, numbers follow the years."""
    if not is_one_of_several(innovation):
        return
    everyone = own_group(innovation)
    standing = list(standing_verdicts(everyone, Verdict.SAME))
    pairs = [(row.innovation_id, row.other_id) for row in standing]
    # Only a verdict says who is the identity: here just that one and the innovation of the entry are locked.
    identity = innovation.same_as_id or innovation.pk
    _write(plan(everyone, pairs, standing, identity=identity), standing)


def _write(groups: list[Settled], standing: list[TwinVerdict]) -> list[Participation]:
    gone = [row for group in groups for row in group.lost if row.pk]
    kept = [row for group in groups for row in group.kept]
    _name_identities(groups)
    Participation.objects.filter(pk__in=[row.pk for row in gone]).delete()
    # One statement, so that the numbers are unique at its end only.
    Participation.objects.bulk_update([row for row in kept if row.pk], ["innovation", "recorded_for", "ordinal"])
    Participation.objects.bulk_create([row for row in kept if not row.pk])
    for group in groups:
        members = {member.pk for member in group.members}
        _keep_lost(group.lost, [row for row in standing if row.innovation_id in members])
    return gone


def _name_identities(groups: Iterable[Settled]) -> None:
    for group in groups:
        for member in group.members:
            same_as = None if member == group.identity else group.identity
            if member.same_as_id != (same_as.pk if same_as else None):
                member.same_as = same_as
                member.save(update_fields=["same_as"])


def _keep_lost(lost: list[Participation], standing: list[TwinVerdict]) -> None:
    """With the verdict that took it, as long as that stands; otherwise with the latest."""
    if not standing:
        return
    taken_by = {(item["innovation"], item["edition"]): row for row in standing for item in row.lost}
    now: dict[int, list] = {row.pk: [] for row in standing}
    for row in lost:
        now[taken_by.get(key_of(row), standing[-1]).pk].append(as_lost(row))
    for verdict in standing:
        if verdict.lost != now[verdict.pk]:
            verdict.lost = now[verdict.pk]
            verdict.save(update_fields=["lost"])
