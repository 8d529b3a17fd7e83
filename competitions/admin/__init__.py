"""The rulebook and the calendar in the admin site: edited here until confirmed, then changed by acts only."""

from competitions.admin import desk, editions, instruments

__all__ = ["desk", "editions", "instruments"]
