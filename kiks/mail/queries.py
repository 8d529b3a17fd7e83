"""What the outbox holds, in the words of the committee."""

from django.db import models
from django.db.models import Q, QuerySet

from kiks.models import OutgoingMail

# A first attempt, and one after each of kiks.mail.WAITS; what has not gone out by then needs a person.
MAX_FAILURES = 5


class MailState(models.TextChoices):
    """Where a mail stands; no column, it follows from what happened to it."""

    WAITING = "waiting", "menunggu"
    SENT = "sent", "terkirim"
    FAILING = "failing", "gagal, dicoba lagi"
    STOPPED = "stopped", "berhenti"

    @property
    def condition(self) -> Q:
        unsent = Q(sent_at__isnull=True)
        return {
            MailState.WAITING: unsent & Q(failures=0),
            MailState.SENT: Q(sent_at__isnull=False),
            MailState.FAILING: unsent & Q(failures__gt=0, failures__lt=MAX_FAILURES),
            MailState.STOPPED: unsent & Q(failures__gte=MAX_FAILURES),
        }[self]


def state_of(mail: OutgoingMail) -> MailState:
    if mail.sent_at:
        return MailState.SENT
    if mail.failures >= MAX_FAILURES:
        return MailState.STOPPED
    return MailState.FAILING if mail.failures else MailState.WAITING


def failed() -> QuerySet[OutgoingMail]:
    """Mails that did not go out and were tried: they try again by themselves, or have stopped."""
    return OutgoingMail.objects.filter(MailState.FAILING.condition | MailState.STOPPED.condition)


def failed_count() -> int:
    """How many mails did not go out; the list is `admin:kiks_outgoingmail_changelist` with `?keadaan=failing`."""
    return failed().count()
