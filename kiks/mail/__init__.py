"""Mail: the outbox that is written with the act it tells of, its wording, and the sending afterwards."""

from kiks.mail.sending import queue, send_waiting

__all__ = ["queue", "send_waiting"]
