"""What the committee sees of the ground floor: people, invitations, the audit trail, the outbox, stored files."""

from kiks.admin import attempts, contacts, desk, documents, invitations, mail, people, trail

__all__ = ["attempts", "contacts", "desk", "documents", "invitations", "mail", "people", "trail"]
