"""Where the apps to the right hang what they know for the public pages: this app knows no entries and no results."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from competitions.models import Edition

type Part = Callable[[Edition | None, datetime], dict[str, Any]]

_parts: dict[str, list[Part]] = {"home": [], "rules": [], "history": []}


def add_part(page: str, part: Part) -> None:
    """Let `part(edition, now)` add to the context of a page."""
    _parts[page].append(part)


def context_of(page: str, edition: Edition | None, now: datetime) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for part in _parts[page]:
        context |= part(edition, now)
    return context
