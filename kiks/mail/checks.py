"""Whether mail leaves this machine: a test mail to oneself, and what the trail knows of the last one."""

import hashlib
import json
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage

from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent, User

# A password of the mail server runs out, a certificate too: an old test says nothing.
TESTED_FOR = timedelta(days=90)
SUBJECT = "Uji coba surat KIKS"
TEXT = "Surat ini menunjukkan bahwa situs KIKS dapat mengirim surat. Tidak ada yang perlu Anda lakukan."


def mail_is_tested() -> bool:
    """Whether a test mail left within 90 days with the mail settings that hold now.

    Where it is not, the committee tests it at `admin:kiks_mailtext_changelist`.
    """
    last = last_test()
    if last is None or last.at < clock.now() - TESTED_FOR:
        return False
    return json.loads(last.body)["data"].get("settings") == _settings_digest()


def last_test() -> AuditEvent | None:
    """The newest test mail that left."""
    return AuditEvent.objects.filter(kind="mail.tested").order_by("-id").first()


def send_test_mail(*, by: User, subject: str = SUBJECT, text: str = TEXT) -> None:
    """Send a mail to the person who asks, at once and past the outbox; only a success enters the trail."""
    check_is_committee(by)
    try:
        EmailMessage(" ".join(subject.split()), text, to=[by.email]).send()
    except (OSError, ValueError) as error:
        raise RuleBrokenError(
            f"Surat uji coba tidak terkirim. Jawaban server surat: {error_sentence(error)}",
            "Minta pengelola server memeriksa pengaturan surat (KIKS_SMTP_*), lalu coba lagi.",
        ) from error
    audit.record("mail.tested", by, chain=audit.HOUSE_CHAIN, by=by, settings=_settings_digest())


def error_sentence(error: Exception) -> str:
    """What the server said, on one line; smtplib gives an answer as code and bytes, a refusal by address."""
    if isinstance(error, SMTPRecipientsRefused):
        error = SMTPResponseException(*next(iter(error.recipients.values())))
    said = str(error)
    if isinstance(error, SMTPResponseException):
        text = error.smtp_error
        said = f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return " ".join(said.split())[:300] or type(error).__name__


def _settings_digest() -> str:
    """Changes with server, port, account and sender; says nothing of them."""
    told = {"mailers": settings.MAILERS, "from": settings.DEFAULT_FROM_EMAIL}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]
