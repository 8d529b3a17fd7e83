"""Seats in the committee: appointed and ended, never edited."""

from kiks import audit, clock, mail
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitations import invite, person_of
from kiks.models import CommitteeMember, Invitation, User

PURPOSE = "anggota panitia KIKS"


def invite_member(*, by: User, email: str, name: str, phone: str = "") -> tuple[CommitteeMember, Invitation | None]:
    """Seat the person with this address; who has no usable account gets an invitation, everybody else a mail."""
    with audit.act(by):
        check_is_committee(by)
        user = person_of(email=email, name=name, phone=phone)
        seat = appoint_member(user, by=by)
        invitation = invite(user, by=by, purpose=PURPOSE)
        if invitation is None:
            mail.queue("committee_appointed.txt", to=user)
    return seat, invitation


def appoint_member(user: User, *, by: User) -> CommitteeMember:
    """Give a person a seat; from the next page on they need a second factor."""
    with audit.act(by):
        check_is_committee(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.committee_seats.filter(ended_at__isnull=True).exists():
            raise RuleBrokenError(f"{user} sudah menjadi anggota panitia.")
        if not user.is_active:
            raise RuleBrokenError(f"Akun {user} tidak aktif. Aktifkan dahulu akunnya.")
        seat = CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=by)
        audit.record("committee.appointed", seat, chain=audit.HOUSE_CHAIN, by=by, user=user.pk)
    return seat


def end_seat(seat: CommitteeMember, *, by: User) -> CommitteeMember:
    """Nobody ends their own seat, so that the committee is never empty."""
    with audit.act(by):
        check_is_committee(by)
        seat = CommitteeMember.objects.select_for_update(of=["self"]).select_related("user").get(pk=seat.pk)
        if seat.ended_at is not None:
            raise WrongStateError("Keanggotaan ini sudah diakhiri.")
        if seat.user_id == by.pk:
            raise RuleBrokenError("Anda tidak dapat mengakhiri keanggotaan Anda sendiri. Minta anggota lain.")
        seat.ended_at, seat.ended_by = clock.now(), by
        seat.save(update_fields=["ended_at", "ended_by"])
        audit.record("committee.ended", seat, chain=audit.HOUSE_CHAIN, by=by, user=seat.user_id)
    return seat
