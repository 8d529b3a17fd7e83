"""The committee's view of judging: the control room, the panel, and results to be read."""

from judging.admin import desk, judges, results, rounds

__all__ = ["desk", "judges", "results", "rounds"]
