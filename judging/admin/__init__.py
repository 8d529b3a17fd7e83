"""The committee's view of judging: the control room, the panel, and results to be read."""

from judging.admin import contacts, desk, judges, previews, results, rounds

__all__ = ["contacts", "desk", "judges", "previews", "results", "rounds"]
