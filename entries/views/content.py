"""The content of an entry, working or frozen, as templates draw it."""

from collections.abc import Iterable
from datetime import date, datetime

from entries.announcements import SECRET_UNTIL_ANNOUNCED, visible
from entries.models import Attachment, Entry
from entries.permissions import check_can_raise_objection
from entries.queries import attachments_of, frozen_attachments, frozen_content, screening_for_unit, working_content
from entries.revisions import DATE_LABELS, opened_titles
from entries.secrecy import is_being_revised, is_hidden, object_until, status_for_unit
from entries.states import EntryStatus
from entries.tpb import GOALS
from kiks.access import allowed
from kiks.models import User
from kiks.texts import sha256_of


def working_context(entry: Entry) -> dict[str, object]:
    """What the unit has written so far."""
    return _context(working_content(entry), attachments_of(entry))


def submitted_context(entry: Entry) -> dict[str, object]:
    """What was submitted last; of an entry that never was, what was written."""
    version = entry.current_version
    if version is None:
        return working_context(entry)
    return {"version": version, **_context(frozen_content(version), frozen_attachments(version))}


def shown_context(entry: Entry, now: datetime) -> dict[str, object]:
    """The entry with its status as far as it is announced, and what the screening said of it."""
    shown = status_for_unit(entry, now)
    return {
        "entry": entry,
        "now": now,
        "shown": shown,
        # A revision that was not sent stays open, also when the screening has decided since.
        "is_left_open": is_being_revised(entry, now),
        "screening": screening_for_unit(entry, now),
        "opened": opened_titles(entry) if shown == EntryStatus.RETURNED else "",
    }


def outcome_context(user: User, entry: Entry, now: datetime) -> dict[str, object]:
    """What was announced of the entry, and the masa sanggah."""
    if is_hidden(entry, now):
        return {"may_object": False}
    objection = getattr(entry, "objection", None)
    return {
        "announcement": visible(entry.edition, now).first() if entry.status in SECRET_UNTIL_ANNOUNCED else None,
        "objection": objection,
        "objection_digest": sha256_of(objection.text) if objection else "",
        "object_until": object_until(entry, now),
        "may_object": allowed(check_can_raise_objection, user, entry, now),
    }


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
