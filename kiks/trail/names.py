"""What the things of the trail are called: by their names, resolved in bulk, else by kind and number."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

from kiks.trail.rooms import rooms
from kiks.trail.words import model_of, which

# Names on one line of a table.
LONGEST = 90


def names_of(targets: Iterable[str], *, with_kind: bool = True) -> dict[str, str]:
    """A name for each of the targets; the number of queries depends on the kinds of things, not on how many."""
    wanted: dict[str, set[int]] = defaultdict(set)
    names = {}
    for target in targets:
        table, _, pk = target.partition(":")
        names[target] = which(target)
        if pk.isdecimal():
            wanted[table].add(int(pk))
    for table, pks in wanted.items():
        model = model_of(table)
        if model is not None:
            for pk, name in _named(model, pks).items():
                names[f"{table}:{pk}"] = f"{model._meta.verbose_name} {name}" if with_kind else name
    return names


def _named(model: type[models.Model], pks: set[int]) -> dict[Any, str]:
    """Peers are fetched together, so that a name made of other rows costs one query for all."""
    call = {label: namer for room in rooms() for label, namer in room.names.items()}.get(model._meta.label, str)
    rows = model._default_manager.fetch_mode(models.FETCH_PEERS).filter(pk__in=pks)
    return {row.pk: _short(call(row)) for row in rows}


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
