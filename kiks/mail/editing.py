"""Which mails there are, how each is worded now, and the acts by which the committee changes a wording."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.module_loading import import_string

from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.mail.wording import NAME, MailKind, Wording, clean, problems, wording_of_file
from kiks.models import AuditEvent, MailText, User


@cache
def kinds() -> dict[str, MailKind]:
    """Every mail of the system by its file; the rooms contribute theirs by name in settings."""
    return {kind.template: kind for path in settings.KIKS_MAIL_TEXTS for kind in import_string(path)}


def default_wording(kind: MailKind) -> Wording:
    return wording_of_file(get_template(f"mail/{kind.template}").template.source)  # type: ignore[attr-defined]


def wording_of(kind: MailKind) -> Wording:
    """The committee's wording where there is one, else the file's."""
    row = MailText.objects.filter(template=kind.template).first()
    return Wording(row.subject, row.body) if row else default_wording(kind)


def compose(kind: MailKind, wording: Wording, *, name: str, values: Mapping[str, str]) -> Wording:
    """The mail as the recipient reads it: the wording filled in, inside the frame with greeting and closing."""
    filled = wording.filled({**values, NAME.name: name})
    frame = {"recipient": {"name": name}, "base_url": settings.BASE_URL, "content": filled.body}
    return Wording(filled.subject, render_to_string("mail/base.txt", frame))


def composed(kind: MailKind, context: Mapping[str, Any], *, recipient: User) -> Wording:
    """The mail that an action sends."""
    values = kind.values(context)
    # Whether the wording of today uses it or not: the committee may use it tomorrow.
    if missing := {placeholder.name for placeholder in kind.placeholders} - values.keys():
        raise LookupError(f"{kind.template} promises placeholders without values: {sorted(missing)}")
    return compose(kind, wording_of(kind), name=recipient.name, values=values)


def sample_of(kind: MailKind, wording: Wording) -> Wording:
    """What the mail would look like, with made-up values."""
    return compose(kind, wording, name=kind.samples[NAME.name], values=kind.samples)


def check_wording(kind: MailKind, wording: Wording) -> None:
    found = list(problems(kind, wording))
    if found:
        raise RuleBrokenError(*found)


def edit_mail_text(kind: MailKind, wording: Wording, *, by: User, known: str = "") -> MailText | None:
    """Word a mail anew; `known` is the digest of what the writer saw, so that nobody overwrites another's unread.

    Nothing happens, and None is returned, where the wording stays what it is.
    """
    wording = Wording(clean(wording.subject), clean(wording.body))
    with audit.act(by):
        check_is_committee(by)
        check_wording(kind, wording)
        row = MailText.objects.select_for_update().filter(template=kind.template).first()
        current = Wording(row.subject, row.body) if row else default_wording(kind)
        if known and known != current.digest:
            raise StaleVersionError(
                "Naskah ini baru saja diubah orang lain. Bandingkan dengan yang sekarang berlaku, lalu simpan lagi "
                "bila tulisan Anda yang benar.",
                current=current,
            )
        if wording == current:
            return None
        row, _ = MailText.objects.update_or_create(
            template=kind.template,
            defaults={
                "subject": wording.subject,
                "body": wording.body,
                "edited_at": clock.now(),
                "edited_by": by,
            },
        )
        audit.record("mail_text.edited", row, chain=audit.HOUSE_CHAIN, by=by, template=kind.template)
    return row


def reset_mail_text(kind: MailKind, *, by: User) -> None:
    """Let the file speak again; the committee's wording stays readable in the trail."""
    with audit.act(by):
        check_is_committee(by)
        row = MailText.objects.select_for_update().filter(template=kind.template).first()
        if row is None:
            raise RuleBrokenError("Surat ini sudah memakai naskah bawaan.")
        audit.record("mail_text.reset", row, chain=audit.HOUSE_CHAIN, by=by, template=kind.template)
        row.delete()


def history_targets(kind: MailKind) -> list[str]:
    """The rows that the wording of this mail ever had, as the trail names them: a reset deletes its row."""
    events = AuditEvent.objects.filter(kind="mail_text.edited", body__contains=f'"template": "{kind.template}"')
    return list(events.order_by("target").values_list("target", flat=True).distinct())
