"""Invitations: how somebody who did not register a unit comes to a usable account."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from kiks import audit, clock, mail
from kiks.access import check_is_committee, is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitation_links import LINK_PLACEHOLDER
from kiks.models import Invitation, User

VALID_FOR = timedelta(days=14)


class InvitationState(models.TextChoices):
    """What became of an invitation; no column, it follows from the moments."""

    OPEN = "open", "menunggu"
    ACCEPTED = "accepted", "diterima"
    EXPIRED = "expired", "kedaluwarsa"
    REVOKED = "revoked", "dicabut"

    def condition(self, now: datetime) -> Q:
        waiting = Q(accepted_at__isnull=True, revoked_at__isnull=True)
        return {
            InvitationState.OPEN: waiting & Q(expires_at__gt=now),
            InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
            InvitationState.EXPIRED: waiting & Q(expires_at__lte=now),
            InvitationState.REVOKED: Q(revoked_at__isnull=False),
        }[self]


def state_of(invitation: Invitation, now: datetime) -> InvitationState:
    if invitation.accepted_at:
        return InvitationState.ACCEPTED
    if invitation.revoked_at:
        return InvitationState.REVOKED
    return InvitationState.OPEN if invitation.expires_at > now else InvitationState.EXPIRED


def person_of(*, email: str, name: str, phone: str = "") -> User:
    """The account of the address, made without a password where there is none; call it inside an act."""
    user, _ = User.objects.get_or_create(email=email.strip().lower(), defaults={"name": name, "phone": phone})
    if not user.password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def invite(user: User, *, by: User, purpose: str) -> Invitation | None:
    """Mail the person a link that makes the account usable; None where there is none to send.

    That is where the account has a password already, or where only the committee may send the next link. Whoever may
    give the role may invite: the caller has checked that. An older open invitation ends with the new one.
    """
    if user.has_usable_password() or not _may_send_next(user, by):
        return None
    with audit.act(by):
        now = clock.now()
        for older in user.invitations.select_for_update().filter(accepted_at__isnull=True, revoked_at__isnull=True):
            older.revoked_at, older.revoked_by = now, by
            older.save(update_fields=["revoked_at", "revoked_by"])
        invitation = Invitation.objects.create(
            user=user, purpose=purpose, invited_at=now, invited_by=by, expires_at=now + VALID_FOR
        )
        audit.record("invitation.sent", invitation, chain=audit.HOUSE_CHAIN, by=by, user=user.pk)
        mail.queue(
            "invitation.txt",
            to=user,
            for_invitation=invitation,
            invitation=invitation,
            link=LINK_PLACEHOLDER,
        )
    return invitation


def _may_send_next(user: User, by: User) -> bool:
    """What the committee sent or ended, nobody else brings back: no unit that takes the person in, nor the person."""
    latest = user.invitations.select_related("invited_by").order_by("-pk").first()
    if latest is None or is_committee(by):
        return True
    return latest.revoked_at is None and not latest.invited_by.committee_seats.exists()


def renew(invitation: Invitation, *, by: User) -> Invitation:
    """Send a new link in the place of one that ran out, was lost or was revoked."""
    check_is_committee(by)
    if not invitation.user.is_active:
        raise WrongStateError(f"Akun {invitation.user} tidak aktif. Aktifkan dahulu akunnya.")
    renewed = invite(invitation.user, by=by, purpose=invitation.purpose)
    if renewed is None:
        raise WrongStateError(f"{invitation.user} sudah memiliki kata sandi dan dapat langsung masuk.")
    return renewed


def revoke(invitation: Invitation, *, by: User) -> Invitation:
    """End an invitation that went to the wrong person; its link no longer opens anything."""
    with audit.act(by):
        check_is_committee(by)
        invitation = Invitation.objects.select_for_update(of=["self"]).select_related("user").get(pk=invitation.pk)
        if invitation.accepted_at or invitation.revoked_at:
            raise WrongStateError("Undangan ini sudah diterima atau dicabut.")
        invitation.revoked_at, invitation.revoked_by = clock.now(), by
        invitation.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("invitation.revoked", invitation, chain=audit.HOUSE_CHAIN, by=by, user=invitation.user_id)
    return invitation


def check_usable(invitation: Invitation | None) -> Invitation:
    """The invitation; raises a sentence that says how to go on when the link opens nothing (any more)."""
    ask = "Minta tautan baru kepada panitia."
    if invitation is None:
        raise RuleBrokenError(f"Tautan ini tidak lengkap atau tidak dikenal. Salin seluruh tautan dari surel. {ask}")
    if invitation.accepted_at or invitation.user.has_usable_password():
        raise RuleBrokenError("Undangan ini sudah diterima. Masuk dengan alamat surel dan kata sandi Anda.")
    if invitation.revoked_at or not invitation.user.is_active:
        raise RuleBrokenError(f"Undangan ini tidak berlaku lagi. {ask}")
    if invitation.expires_at <= clock.now():
        raise RuleBrokenError(f"Masa berlaku undangan ini sudah lewat. {ask}")
    return invitation


def accept(invitation: Invitation, *, password: str) -> User:
    """The invited person chooses the password; the form has checked its strength."""
    with audit.act(invitation.user):
        user = User.objects.select_for_update().get(pk=invitation.user_id)
        invitation = Invitation.objects.select_for_update(of=["self"]).select_related("user").get(pk=invitation.pk)
        check_usable(invitation)
        invitation.accepted_at = clock.now()
        invitation.save(update_fields=["accepted_at"])
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record("invitation.accepted", invitation, chain=audit.HOUSE_CHAIN, by=user, user=user.pk)
    return user
