"""The programme of a day of presentations: who presents from when to when; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One finalist's time: presentation, then interview."""

    entry: str
    position: int
    starts_at: datetime
    interview_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Pause:
    title: str
    after: int
    starts_at: datetime
    ends_at: datetime


type Item = Slot | Pause


def programme(
    entries: Sequence[str],
    *,
    starts_at: datetime,
    presentation: int,
    interview: int,
    pauses: Mapping[int, tuple[str, int]],
) -> list[Item]:
    """The day in order of time; `entries` in order of appearance, minutes for the parts.

    `pauses` are (title, minutes) by the position they follow, 0 for one before the first; one beyond the last entry
    follows the last.
    """
    found: list[Item] = []
    now = starts_at
    late = {min(after, len(entries)): pause for after, pause in sorted(pauses.items())}
    for position, entry in enumerate(["", *entries]):
        if position:
            interview_at = now + timedelta(minutes=presentation)
            end = interview_at + timedelta(minutes=interview)
            found.append(Slot(entry=entry, position=position, starts_at=now, interview_at=interview_at, ends_at=end))
            now = end
        if position in late:
            title, minutes = late[position]
            end = now + timedelta(minutes=minutes)
            found.append(Pause(title=title, after=position, starts_at=now, ends_at=end))
            now = end
    return found


def slots(items: Sequence[Item]) -> dict[str, Slot]:
    """The slots by entry number."""
    return {item.entry: item for item in items if isinstance(item, Slot)}


def moved(entries: Sequence[str], entry: str, to: int) -> list[str]:
    """`entry` at place `to`, counted from 1, the others as they were; a place beyond the end is the last."""
    if entry not in entries:
        raise ValueError(f"{entry} is not in the order.")
    rest = [other for other in entries if other != entry]
    place = max(0, min(to - 1, len(rest)))
    return [*rest[:place], entry, *rest[place:]]
