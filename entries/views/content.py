"""The content of an entry, working or frozen, as templates draw it."""

from collections.abc import Iterable
from datetime import date

from entries.models import Attachment, Entry
from entries.queries import attachments_of, frozen_attachments, frozen_content, working_content
from entries.revisions import DATE_LABELS
from entries.tpb import GOALS


def working_context(entry: Entry) -> dict[str, object]:
    """What the unit has written so far."""
    return _context(working_content(entry), attachments_of(entry))


def submitted_context(entry: Entry) -> dict[str, object]:
    """What was submitted last; of an entry that never was, what was written."""
    version = entry.current_version
    if version is None:
        return working_context(entry)
    return {"version": version, **_context(frozen_content(version), frozen_attachments(version))}


def _context(content: dict, attachments: Iterable[Attachment]) -> dict[str, object]:
    dates = content["dates"]
    return {
        "content": content,
        "days": [
            (label, date.fromisoformat(dates[name]) if dates[name] else None) for name, label in DATE_LABELS.items()
        ],
        "goals": [f"{number}. {GOALS[number]}" for number in content["tpb"]],
        "attachments": attachments,
    }
