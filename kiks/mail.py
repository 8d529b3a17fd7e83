"""The outbox: mail is written with the act it tells of, and sent afterwards."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from kiks import clock
from kiks.invitation_links import LINK_PLACEHOLDER, link_of
from kiks.mail_wording import composed, kinds
from kiks.models import Invitation, OutgoingMail, User
from kiks.wording import Wording

MAX_FAILURES = 5


def queue(template: str, *, to: User, for_invitation: Invitation | None = None, **context: object) -> OutgoingMail:
    """Put a mail into the outbox, in the transaction of the act; `context` is what its `MailKind` makes values of.

    The text of a mail `for_invitation` holds `LINK_PLACEHOLDER`; the link takes its place when the mail leaves.
    """
    kind = kinds().get(template)
    if kind:
        text = composed(kind, context, recipient=to)
    else:
        frame = {"recipient": to, "base_url": settings.BASE_URL, **context}
        text = Wording(" ".join(str(context["subject"]).split())[:200], render_to_string(f"mail/{template}", frame))
    return OutgoingMail.objects.create(
        to_user=to,
        to_address=to.email,
        subject=text.subject,
        text=text.body,
        template=template,
        invitation=for_invitation,
    )


def text_to_send(mail: OutgoingMail) -> str:
    """The text with the personal link, which the stored text does not have."""
    if mail.invitation is None:
        return mail.text
    return mail.text.replace(LINK_PLACEHOLDER, link_of(mail.invitation))


def send_waiting() -> tuple[int, int]:
    """Send what waits; returns how many went out and how many failed. Safe to run twice at once."""
    sent = failed = 0
    waiting = OutgoingMail.objects.filter(sent_at__isnull=True, failures__lt=MAX_FAILURES).order_by("id")
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            mail = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
            if mail is None:
                continue
            try:
                EmailMessage(mail.subject, text_to_send(mail), to=[mail.to_address]).send()
            except OSError as error:
                mail.failures, mail.last_error = mail.failures + 1, str(error)[:300]
                mail.save(update_fields=["failures", "last_error"])
                failed += 1
            else:
                mail.sent_at = clock.now()
                mail.save(update_fields=["sent_at"])
                sent += 1
    return sent, failed
