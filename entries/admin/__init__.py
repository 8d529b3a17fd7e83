"""Units and entries in the admin site: reference data to edit, official objects to read and decide on."""

from entries.admin import desk, entries, places, units

__all__ = ["desk", "entries", "places", "units"]
