"""Status tables: one dictionary decides which step is possible, in Python and in the database."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices

from kiks.exceptions import WrongStateError

# A mapping of one enum is no mapping of its base to the type checker: the keys of a Mapping do not vary.
type Transitions = Mapping[Any, frozenset[Any]]


def check_transition(table: Transitions, old: str, new: TextChoices) -> None:
    """Raise WrongStateError unless `table` allows the step from `old` to `new`."""
    allowed = {str(start): ends for start, ends in table.items()}
    if new not in allowed[old]:
        label = next(start.label for start in table if str(start) == old)
        raise WrongStateError(
            f"Langkah ini tidak dapat dilakukan: statusnya sudah “{label}”. "
            "Muat ulang halaman untuk melihat keadaan terakhir."
        )


def pairs(table: Transitions) -> list[tuple[str, str]]:
    """The table as (old, new) pairs, for the database trigger."""
    return [(str(old), str(new)) for old, ends in table.items() for new in sorted(ends)]
