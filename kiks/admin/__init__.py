"""What the committee sees of the ground floor: people, seats, the audit trail, the outbox, stored files."""

from kiks.admin import documents, mail, people, trail

__all__ = ["documents", "mail", "people", "trail"]
