"""Erasure of a person's data: what is personal goes, what is official stays and says that somebody did it."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.module_loading import import_string

from kiks import audit, clock
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import OutgoingMail, User
from kiks.sessions import end_sessions

NOBODY = "Orang yang dihapus"
BLANKED = "Isi surat dihapus bersama data pribadi penerimanya."


def active_roles(user: User) -> list[str]:
    """Sentences that say which role must end first; an erasure is possible where there are none."""
    own = []
    if user.committee_seats.filter(ended_at__isnull=True).exists():
        own.append("Masih menjadi anggota panitia. Akhiri dahulu keanggotaannya.")
    return [*own, *_from_rooms("KIKS_ROLE_HOLDERS", user)]


def official_traces(user: User) -> list[str]:
    """Where the name stands on something official; then it stays readable there."""
    own = ["keanggotaan panitia"] if user.committee_seats.exists() else []
    return [*own, *_from_rooms("KIKS_OFFICIAL_NAMES", user)]


def _from_rooms(setting: str, user: User) -> Iterator[str]:
    for path in getattr(settings, setting):
        yield from import_string(path)(user)


def erase_person(user: User, *, by: User, reason: str) -> User:
    """Blank everything personal for good; the row stays, since official rows name it."""
    with audit.act(by):
        check_is_committee(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        _check_may_be_erased(user, by, reason)
        now, address, keeps_name = clock.now(), user.email, bool(official_traces(user))
        for path in settings.KIKS_ERASERS:
            import_string(path)(user)
        _end_invitations(user, by)
        _forget_account(user, address)
        _blank_mails(user, address)
        user.email, user.phone = f"dihapus-{user.pk}@dihapus.invalid", ""
        user.name = user.name if keeps_name else NOBODY
        user.is_active, user.last_login, user.deactivation_reason = False, None, reason.strip()
        user.deactivated_at = user.erased_at = now
        user.deactivated_by = user.erased_by = by
        user.set_unusable_password()
        user.save()
        audit.record("user.erased", user, chain=audit.HOUSE_CHAIN, by=by, name_kept=keeps_name)
    return user


def _check_may_be_erased(user: User, by: User, reason: str) -> None:
    if user.pk == by.pk:
        raise RuleBrokenError("Anda tidak dapat menghapus data Anda sendiri. Minta anggota panitia lain.")
    if user.erased_at:
        raise WrongStateError("Data pribadi akun ini sudah dihapus.")
    if roles := active_roles(user):
        raise RuleBrokenError(*roles)
    if not reason.strip():
        raise RuleBrokenError("Tulis alasan menghapus data pribadi ini.")


def _end_invitations(user: User, by: User) -> None:
    for invitation in user.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True):
        invitation.revoked_at, invitation.revoked_by = clock.now(), by
        invitation.save(update_fields=["revoked_at", "revoked_by"])


def _forget_account(user: User, address: str) -> None:
    """Sessions, second factors, and what the libraries noted under the address."""
    end_sessions(user)
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(Q(user=user) | Q(email__iexact=address)).delete()
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username__iexact=address).delete()
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).update(object_repr="", change_message="")


def _blank_mails(user: User, address: str) -> None:
    """What waited never leaves; that a mail was sent stays in the outbox, without address and text."""
    mails = OutgoingMail.objects.filter(Q(to_user=user) | Q(to_address__iexact=address))
    mails.filter(sent_at__isnull=True).delete()
    mails.update(to_address="", text=BLANKED, last_error="")
