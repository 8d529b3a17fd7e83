"""Comparing what was submitted with all that took part before or takes part now: names and texts, found and stored."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from competitions.models import Edition
from entries.fingerprint import FORMULA_OTHERS, LIKELY_SHARE, SHORTEST, Overlap, fingerprint, overlaps
from entries.identities import own_group
from entries.likeness import Known, twins
from entries.models import Entry, EntryVersion, Fingerprint, Innovation, Participation, Resemblance
from entries.queries import frozen_content
from entries.states import EntryStatus

# One after the other, so that of two that are compared at one moment the later finds the earlier.
LOCK = 6_020_001
# What has no fingerprint yet is given one while a page waits for it: more than so many are left to the tick.
AT_ONCE = 40
# So many versions get their fingerprint, and so many are compared, each minute.
PRINTED_PER_TICK, COMPARED_PER_TICK = 1000, 50
MOST = 8
NOT_COMPARED = "Belum selesai dibandingkan dengan inovasi lain. Coba lagi beberapa menit lagi."
# A passage is a formula where so large a part of the latest texts has it; looked up before the comparison, because
# what stands everywhere would fetch every text there is.
SAMPLE, SAMPLE_SHARE = 300, 0.04
OUTSIDE = (EntryStatus.DRAFT, EntryStatus.WITHDRAWN)


@dataclass(frozen=True)
class Text:
    """The version of another innovation whose text overlaps."""

    version: int
    share: float


def compare_version(version: EntryVersion) -> bool:
    """Find and store what the innovation of this version resembles; False where that is left to the tick.

    Done once for a version: a new version is compared anew, and what was found for the old one counts no longer.
    """
    if is_compared(version):
        return True
    with transaction.atomic():
        _lock()
        if is_compared(version):
            return True
        entry = version.entry
        missing = _unprinted(entry.edition).exclude(pk=version.pk)
        if missing.count() > AT_ONCE:
            return False
        _print([*missing, version])
        own = frozenset(Fingerprint.objects.get(pk=version.pk).hashes)
        _store(version, _names(entry), _texts(entry, version, own))
        Fingerprint.objects.filter(pk=version.pk).update(is_compared=True)
    return True


def compare_waiting() -> str:
    """What the tick does: fingerprints for what has none, then the comparison of what waits for its screening."""
    waiting = EntryVersion.objects.filter(
        entry__status=EntryStatus.SUBMITTED, entry__current_version=F("pk"), entry__edition__is_history=False
    ).exclude(fingerprint__is_compared=True)
    compared = 0
    for version in waiting.select_related("entry__edition", "entry__innovation").order_by("pk")[:COMPARED_PER_TICK]:
        _print_more(version.entry.edition)
        compared += compare_version(version)
    return f"{compared} usulan dibandingkan dengan inovasi lain." if compared else ""


def compare_entries(entries: QuerySet[Entry]) -> None:
    """Those of the entries that wait for their screening, before somebody passes them or reads what they resemble."""
    versions = EntryVersion.objects.filter(
        entry__in=entries, entry__status=EntryStatus.SUBMITTED, entry__current_version=F("pk")
    )
    for version in versions.exclude(fingerprint__is_compared=True).select_related("entry__edition").order_by("pk"):
        compare_version(version)


def is_compared(version: EntryVersion) -> bool:
    return Fingerprint.objects.filter(pk=version.pk, is_compared=True).exists()


def _print_more(edition: Edition) -> None:
    with transaction.atomic():
        _lock()
        _print(_unprinted(edition)[:PRINTED_PER_TICK])


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _unprinted(edition: Edition) -> QuerySet[EntryVersion]:
    """Versions that count, and that an entry of the edition is to be compared with."""
    versions = EntryVersion.objects.filter(entry__current_version=F("pk"), fingerprint__isnull=True)
    versions = versions.exclude(entry__status__in=OUTSIDE).order_by("pk")
    return versions if edition.is_demo else versions.filter(entry__is_demo=False)


def _print(versions: Iterable[EntryVersion]) -> None:
    made = [
        Fingerprint(version=version, hashes=sorted(fingerprint(answers_of(frozen_content(version)))))
        for version in versions
    ]
    Fingerprint.objects.bulk_create(made, ignore_conflicts=True)


def answers_of(content: dict[str, Any]) -> list[str]:
    return [answer["text"] for answer in content["answers"]]


def _names(entry: Entry) -> dict[int, float]:
    """By innovation that took part in another edition or was submitted in this one, across all units."""
    innovation, edition = entry.innovation, entry.edition
    rows = Participation.objects.filter(Q(innovation=OuterRef("pk")) | Q(recorded_for=OuterRef("pk")))
    sent = Entry.objects.filter(innovation=OuterRef("pk")).exclude(status__in=OUTSIDE)
    known = Innovation.objects.filter(Exists(rows.exclude(edition=edition)) | Exists(sent))
    if not edition.is_demo:
        known = known.filter(is_demo=False)
    known = known.exclude(pk__in=own_group(innovation)).order_by("pk")
    rated = [Known(*row) for row in known.values_list("pk", "short_name", "expansion")]
    return {twin.key: twin.score for twin in twins(innovation.short_name, innovation.expansion, rated, most=MOST)}


def _texts(entry: Entry, version: EntryVersion, own: frozenset[int]) -> dict[int, Text]:
    """By innovation, the version of it that has most of this text or stands in it with most of its own."""
    formulas = _formulas(version, own)
    telling = own - formulas
    if len(telling) < SHORTEST:
        return {}
    rows = _sharing(entry, telling, formulas)
    shared = {pk: hashes for pk, _, hashes, _ in rows}
    innovations = {pk: innovation for pk, innovation, _, _ in rows}
    found = overlaps(telling, shared, {pk: size for pk, _, _, size in rows}, Fingerprint.objects.count())
    return _best(found, innovations)


def _best(found: dict[int, Overlap], innovations: dict[int, int]) -> dict[int, Text]:
    best: dict[int, Text] = {}
    for pk, overlap in sorted(found.items(), key=lambda row: -row[1].score):
        if overlap.score >= LIKELY_SHARE and len(best) < MOST:
            best.setdefault(innovations[pk], Text(pk, overlap.score))
    return best


def _formulas(version: EntryVersion, own: Collection[int]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT hash FROM (SELECT hashes FROM entries_fingerprint WHERE version_id <> %s
                                 ORDER BY version_id DESC LIMIT %s) sample, unnest(hashes) hash
               JOIN unnest(%s::int[]) own ON own = hash GROUP BY hash HAVING count(*) > %s""",
            [version.pk, SAMPLE, list(own), max(FORMULA_OTHERS, SAMPLE * SAMPLE_SHARE)],
        )
        return frozenset(number for (number,) in cursor.fetchall())


def _sharing(
    entry: Entry, telling: Collection[int], formulas: Collection[int]
) -> list[tuple[int, int, list[int], int]]:
    """Version, innovation, what it has of the text, and how much it has in all; both without formulas."""
    with connection.cursor() as cursor:
        # Read row by row, every text would be laid beside this one; the planner does not know what that costs.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            """WITH p AS MATERIALIZED (
                   SELECT version_id, hashes FROM entries_fingerprint WHERE hashes && %(telling)s::int[]
               )
               SELECT p.version_id, e.innovation_id,
                      ARRAY(SELECT hash FROM unnest(p.hashes) hash WHERE hash = ANY(%(telling)s::int[])),
                      cardinality(p.hashes)
                      - (SELECT count(*) FROM unnest(p.hashes) hash WHERE hash = ANY(%(formulas)s::int[]))
               FROM p JOIN entries_entry e ON e.current_version_id = p.version_id
               WHERE e.status <> ALL(%(outside)s)
                     AND e.innovation_id <> ALL(%(group)s) AND (%(demo)s OR NOT e.is_demo)""",
            {
                "telling": list(telling),
                "formulas": list(formulas),
                "outside": [str(status) for status in OUTSIDE],
                "group": list(own_group(entry.innovation)),
                "demo": entry.edition.is_demo,
            },
        )
        rows = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = on")
        return rows


def _store(version: EntryVersion, names: dict[int, float], texts: dict[int, Text]) -> None:
    Resemblance.objects.filter(version=version).delete()
    Resemblance.objects.bulk_create(
        Resemblance(
            version=version,
            other_id=other,
            other_version_id=texts[other].version if other in texts else None,
            name_score=_rounded(names.get(other, 0)),
            text_share=_rounded(texts[other].share if other in texts else 0),
        )
        for other in sorted({*names, *texts})
    )


def _rounded(score: float) -> Decimal:
    return Decimal(str(round(score, 1)))
