"""What each room tells the audit trail of its rows: what belongs to what, how it is found and called, what hides."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string

from kiks.mail.editing import kinds
from kiks.models import AuditEvent, MailText, User
from kiks.trail.words import model_of

TARGET = re.compile(r"([a-z_]+):(\d+)")
MAX_FOUND = 10


@dataclass(frozen=True)
class TrailRoom:
    """`parts`: by the label of an owner, the labels of what belongs to it and the path that leads back.

    `finders` turn what somebody typed into things; `names` call a thing where its `str` would not do;
    `refers` says to which table the numbers belong that actions write down under a name; `hidden` picks the events that
    the committee must not read yet.
    """

    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finders: Sequence[Callable[[str], Iterable[models.Model]]] = ()
    names: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    refers: Mapping[str, str] = field(default_factory=dict)
    hidden: Callable[[Sequence[AuditEvent]], set[int]] | None = None


@cache
def rooms() -> tuple[TrailRoom, ...]:
    return tuple(import_string(path) for path in settings.KIKS_TRAILS)


def refers() -> dict[str, str]:
    """The table by the name under which an action writes down the number of a row."""
    return {name: table for room in rooms() for name, table in room.refers.items()}


def data_of(event: AuditEvent) -> dict[str, Any]:
    """What the event says beside its kind and target; empty where somebody made something else of the body."""
    try:
        data = json.loads(event.body)["data"]
    except (ValueError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def hidden_among(events: Sequence[AuditEvent]) -> set[int]:
    """The ids of the events whose content nobody of the committee may read yet."""
    return {pk for room in rooms() if room.hidden for pk in room.hidden(events)}


def targets_in(text: str) -> list[str]:
    """ "entries_entry:5 entries_entry:6" -> both; nothing where other words stand between them."""
    words = text.split()
    return words if words and all(TARGET.fullmatch(word) for word in words) else []


def with_parts(targets: Iterable[str]) -> list[str]:
    """The things and all that belongs to them, rows that were deleted meanwhile too; one query per kind of part."""
    found = dict.fromkeys(targets)
    gone = Q()
    for table, pks in _by_table(found).items():
        model = model_of(table)
        for label, path in _parts_of(model).items() if model else ():
            part = apps.get_model(label)
            live = part.objects.filter(**{f"{path}__in": pks}).order_by().values_list("pk", flat=True)
            found |= dict.fromkeys(f"{part._meta.db_table}:{pk}" for pk in live)
            gone |= _deleted(part, path, pks)
    if gone:
        found |= dict.fromkeys(AuditEvent.objects.filter(gone, kind="row.delete").values_list("target", flat=True))
    return list(found)


def find(text: str) -> tuple[list[str], list[int]]:
    """The things that somebody may mean by these words, and the people among them."""
    things = [thing for room in rooms() for finder in room.finders for thing in list(finder(text))[:MAX_FOUND]]
    people = [thing.pk for thing in things if isinstance(thing, User)]
    return [f"{thing._meta.db_table}:{thing.pk}" for thing in things], people


def _by_table(targets: Iterable[str]) -> dict[str, list[int]]:
    tables: dict[str, list[int]] = defaultdict(list)
    for target in targets:
        table, _, pk = target.partition(":")
        tables[table].append(int(pk))
    return tables


def _parts_of(model: type[models.Model]) -> dict[str, str]:
    return {part: path for room in rooms() for part, path in room.parts.get(model._meta.label, {}).items()}


def _deleted(part: type[models.Model], path: str, owners: list[int]) -> Q:
    """What the deletion of such a part looks like: its row names the owner, or a row that leads to it."""
    first, _, rest = path.partition("__")
    step = part._meta.get_field(first)
    keys: Iterable[int] = owners
    if rest:
        keys = step.related_model.objects.filter(**{f"{rest}__in": owners}).order_by().values_list("pk", flat=True)
    alternatives = "|".join(str(key) for key in keys)
    if not alternatives:
        return Q()
    return Q(target__startswith=f"{part._meta.db_table}:", body__regex=rf'"{step.column}": ({alternatives})[,}}]')


def people_called(text: str) -> Iterable[User]:
    return User.objects.filter(Q(name__icontains=text) | Q(email__iexact=text)).order_by("name", "pk")


def name_of_mail_text(row: MailText) -> str:
    kind = kinds().get(row.template)
    return f"“{kind.title}”" if kind else row.template


HOUSE = TrailRoom(
    parts={"kiks.User": {"kiks.CommitteeMember": "user", "kiks.Invitation": "user"}},
    finders=[people_called],
    names={"kiks.MailText": name_of_mail_text},
    refers=dict.fromkeys(("user", "people", "left_alone", "by"), "kiks_user"),
)
