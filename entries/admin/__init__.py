"""Units and entries in the admin site: reference data to edit, official objects to read and decide on."""

from entries.admin import contacts, desk, entries, members, places, previews, units

__all__ = ["contacts", "desk", "entries", "members", "places", "previews", "units"]
