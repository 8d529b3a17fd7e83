"""What the committee does with the outbox: try a mail again, send one a second time."""

from kiks import audit
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.mail.queries import MailState, state_of
from kiks.mail.sending import DEAD_LINK, link_opens
from kiks.models import OutgoingMail, User


def retry_mail(mail: OutgoingMail, *, by: User) -> OutgoingMail:
    """Let a mail that failed go out with the next round, with all its attempts anew."""
    with audit.act(by):
        mail = _locked(mail, by)
        if state_of(mail) not in (MailState.FAILING, MailState.STOPPED):
            raise WrongStateError(f"Surat “{mail.subject}” tidak gagal. Yang dikirim lagi hanya surat yang gagal.")
        audit.record("mail.retried", mail, chain=audit.HOUSE_CHAIN, by=by, failures=mail.failures)
        mail.failures, mail.next_attempt_at = 0, None
        mail.save(update_fields=["failures", "next_attempt_at"])
    return mail


def resend_mail(mail: OutgoingMail, *, by: User) -> OutgoingMail:
    """Send again what was sent: a copy, so that the outbox shows both. It goes to the person's address of today."""
    with audit.act(by):
        mail = _locked(mail, by)
        if state_of(mail) != MailState.SENT:
            raise WrongStateError("Surat ini belum terkirim. Tunggu, atau pilih Kirim lagi bila gagal.")
        copy = OutgoingMail.objects.create(
            to_user=mail.to_user,
            to_address=mail.to_user.mailbox if mail.to_user else mail.to_address,
            subject=mail.subject,
            text=mail.text,
            template=mail.template,
            invitation=mail.invitation,
        )
        audit.record("mail.resent", copy, chain=audit.HOUSE_CHAIN, by=by, original=audit.target_of(mail))
    return copy


def _locked(mail: OutgoingMail, by: User) -> OutgoingMail:
    check_is_committee(by)
    rows = OutgoingMail.objects.select_for_update(of=["self"]).select_related("invitation__user", "to_user")
    mail = rows.get(pk=mail.pk)
    if mail.invitation and not link_opens(mail.invitation):
        raise RuleBrokenError(DEAD_LINK)
    return mail
