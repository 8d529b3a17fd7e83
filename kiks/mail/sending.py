"""The outbox: mail is written with the act it tells of, and sent afterwards."""

from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet

from kiks import clock
from kiks.invitation_links import LINK_PLACEHOLDER, link_of
from kiks.mail.checks import error_sentence
from kiks.mail.editing import composed, kinds
from kiks.mail.queries import MAX_FAILURES
from kiks.models import Invitation, OutgoingMail, User

# After the first failure, the second, ...
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
DEAD_LINK = "Undangan ini sudah diterima, dicabut, atau lewat masa berlakunya. Perbarui undangannya."


def queue(
    template: str,
    *,
    to: User,
    for_invitation: Invitation | None = None,
    not_before: datetime | None = None,
    batch: str = "",
    **context: object,
) -> OutgoingMail:
    """Put a mail into the outbox, in the transaction of the act; `context` is what its `MailKind` makes values of.

    The text of a mail `for_invitation` holds `LINK_PLACEHOLDER`; the link takes its place when the mail leaves.
    It stays in the outbox until `not_before`, to be looked through; `batch` names the act, as `audit.target_of` does.
    """
    text = composed(kinds()[template], context, recipient=to)
    return OutgoingMail.objects.create(
        to_user=to,
        to_address=to.mailbox,
        subject=text.subject,
        text=text.body,
        template=template,
        invitation=for_invitation,
        not_before=not_before,
        batch=batch,
    )


def take_back(batch: str) -> int:
    """Remove the mails of an act that was cancelled before any of them left; returns how many."""
    return OutgoingMail.objects.filter(batch=batch, sent_at__isnull=True).delete()[0] if batch else 0


def text_to_send(mail: OutgoingMail) -> str:
    """The text with the personal link, which the stored text does not have."""
    if mail.invitation is None:
        return mail.text
    return mail.text.replace(LINK_PLACEHOLDER, link_of(mail.invitation))


def send_waiting() -> tuple[int, int]:
    """Send what is due; returns how many went out and how many failed. Safe to run twice at once."""
    results = [_send_one(pk) for pk in _due().values_list("pk", flat=True)]
    return results.count(True), results.count(False)


def _due() -> QuerySet[OutgoingMail]:
    now = clock.now()
    return (
        OutgoingMail.objects.filter(
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now),
            Q(not_before__isnull=True) | Q(not_before__lte=now),
            sent_at__isnull=True,
            failures__lt=MAX_FAILURES,
        )
        .exclude(to_address="")
        .order_by("id")
    )


def _send_one(pk: int) -> bool | None:
    """Whether it went out; None where another sender has it."""
    with transaction.atomic():
        locked = _due().select_for_update(skip_locked=True, of=["self"]).select_related("invitation__user")
        mail = locked.filter(pk=pk).first()
        if mail is None:
            return None
        if mail.invitation and not link_opens(mail.invitation):
            _note_failure(mail, MAX_FAILURES, DEAD_LINK)
            return False
        try:
            EmailMessage(mail.subject, text_to_send(mail), to=[mail.to_address]).send()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, the others must go out
            _note_failure(mail, mail.failures + 1, error_sentence(error))
            return False
        mail.sent_at, mail.next_attempt_at = clock.now(), None
        mail.save(update_fields=["sent_at", "next_attempt_at"])
        return True


def link_opens(invitation: Invitation) -> bool:
    """Whether the personal link would still open something; a mail with a dead link only confuses."""
    is_open = invitation.accepted_at is None and invitation.revoked_at is None and invitation.user.is_active
    return is_open and invitation.expires_at > clock.now()


def _note_failure(mail: OutgoingMail, failures: int, sentence: str) -> None:
    mail.failures, mail.last_error = failures, sentence
    mail.next_attempt_at = clock.now() + WAITS[failures - 1] if failures < MAX_FAILURES else None
    mail.save(update_fields=["failures", "last_error", "next_attempt_at"])
