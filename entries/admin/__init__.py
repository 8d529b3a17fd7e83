"""Units and entries in the admin site: reference data to edit, official objects to read and decide on."""

from entries.admin import announcements, contacts, decisions, desk, entries, members, places, previews, units

__all__ = ["announcements", "contacts", "decisions", "desk", "entries", "members", "places", "previews", "units"]
