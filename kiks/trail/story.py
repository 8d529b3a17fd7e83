"""The audit trail told to people: who did what to which thing, and what belonged to the same act."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.urls import reverse

from kiks.models import AuditEvent
from kiks.trail.names import names_of
from kiks.trail.rooms import data_of, hidden_among
from kiks.trail.values import Change, Fact, changed_columns, changes_of, facts_of, labels_of
from kiks.trail.words import model_of, what

SYSTEM = "sistem"
HIDDEN = "Isinya baru terbaca setelah penilaian babak itu ditutup."
# All events of one transaction lie close together, in whichever chains: none is appended long before or after.
NEARBY = 3000
MOST_SHOWN = 200


@dataclass
class Story:
    """One event in words. `is_hidden` where the committee must not read its content yet."""

    event: AuditEvent
    who: str
    verb: str
    thing: str
    is_hidden: bool
    changes: list[Change] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    proof: list[Fact] = field(default_factory=list)

    @property
    def is_row(self) -> bool:
        return self.event.kind.startswith("row.")


def told(events: Sequence[AuditEvent]) -> list[Story]:
    """The events as lines of a list, in as many queries for one as for a hundred."""
    names = names_of({event.target for event in events})
    people = names_of(
        {f"kiks_user:{event.actor_id}" for event in events if event.actor_id is not None}, with_kind=False
    )
    hidden = hidden_among(events)
    return [
        Story(
            event=event,
            who=SYSTEM if event.actor_id is None else people[f"kiks_user:{event.actor_id}"],
            verb=_verb(event, is_hidden=event.pk in hidden),
            thing=names[event.target],
            is_hidden=event.pk in hidden,
        )
        for event in events
    ]


def told_in_full(events: Sequence[AuditEvent]) -> list[Story]:
    """The same with before and after, and what actions wrote down."""
    stories = told(events)
    rows = [story for story in stories if story.is_row and not story.is_hidden]
    changes = changes_of((story.event.target.partition(":")[0], data_of(story.event)) for story in rows)
    for story, changed in zip(rows, changes, strict=True):
        story.changes = changed
    for story in stories:
        if not story.is_row and not story.is_hidden:
            story.facts, story.proof = facts_of(data_of(story.event))
    return stories


def same_act(event: AuditEvent) -> QuerySet[AuditEvent]:
    """The other events of the transaction of this one, in the order in which they happened."""
    transaction = _transaction(event)
    if not transaction:
        return AuditEvent.objects.none()
    near = AuditEvent.objects.filter(pk__range=(event.pk - NEARBY, event.pk + NEARBY)).exclude(pk=event.pk)
    return near.filter(body__contains=f'"transaction": "{transaction}"').order_by("pk")


def page_of(site: AdminSite, target: str) -> str:
    """The admin's page of the thing, if it has one."""
    table, _, pk = target.partition(":")
    model = model_of(table)
    if model is None or not site.is_registered(model) or not model._default_manager.filter(pk=pk).exists():
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def _verb(event: AuditEvent, *, is_hidden: bool) -> str:
    """ "diubah: status, alasan" for a row; the word of the act for an act."""
    # On a row, where the thing stands beside it, the word for the row says nothing.
    verb = what(event.kind).removeprefix("baris ")
    if event.kind != "row.update" or is_hidden:
        return verb
    labels = labels_of(event.target.partition(":")[0])
    columns = [labels.get(column, column) for column in changed_columns(data_of(event))]
    return f"{verb}: {', '.join(columns)}" if columns else verb


def _transaction(event: AuditEvent) -> str:
    try:
        body: Any = json.loads(event.body)
    except ValueError:
        return ""
    return str(body.get("transaction", "")) if isinstance(body, dict) else ""
