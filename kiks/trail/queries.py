"""What there is to choose from in a long trail, found by its indexes alone, and what a choice means."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from kiks.formats import JAKARTA
from kiks.models import AuditEvent, ChainHead, User
from kiks.trail.rooms import find, targets_in, with_parts

# Jumps from one kind to the next in the index: the trail is long, its kinds are few.
KINDS = """
    WITH RECURSIVE known(kind) AS (
        (SELECT kind FROM kiks_auditevent ORDER BY kind LIMIT 1)
        UNION ALL
        SELECT (SELECT next.kind FROM kiks_auditevent next WHERE next.kind > known.kind ORDER BY next.kind LIMIT 1)
        FROM known WHERE known.kind IS NOT NULL
    )
    SELECT kind FROM known WHERE kind IS NOT NULL
"""
BY_SYSTEM = "sistem"
ACTS, ROWS, ALL = "tindakan", "baris", "semua"


def kinds_known() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(KINDS)
        return [kind for (kind,) in cursor.fetchall()]


def people_who_acted() -> QuerySet[User]:
    return User.objects.filter(Exists(AuditEvent.objects.filter(actor_id=OuterRef("pk")))).order_by("name", "pk")


def chains_known() -> list[str]:
    return list(ChainHead.objects.order_by("chain").values_list("chain", flat=True))


def narrowed(events: QuerySet[AuditEvent], wanted: dict[str, Any]) -> QuerySet[AuditEvent]:
    """The events that a filter form asks for."""
    if person := wanted.get("orang"):
        events = events.filter(actor_id=None if person == BY_SYSTEM else int(person))
    if kind := wanted.get("jenis"):
        events = events.filter(kind=kind)
    if chain := wanted.get("rantai"):
        events = events.filter(chain=chain)
    if first := wanted.get("dari"):
        events = events.filter(at__gte=_midnight(first))
    if last := wanted.get("sampai"):
        events = events.filter(at__lt=_midnight(last + timedelta(days=1)))
    if wanted.get("isi") == ACTS:
        return events.exclude(kind__startswith="row.")
    return events.filter(kind__startswith="row.") if wanted.get("isi") == ROWS else events


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAKARTA)


def about(text: str) -> Q:
    """What touches the things or people that somebody typed, by name, number or as the trail writes them."""
    targets, people = targets_in(text), []
    if not targets:
        targets, people = find(text)
    return Q(target__in=with_parts(targets)) | Q(actor_id__in=people) | Q(kind=text)
