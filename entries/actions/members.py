"""The people of a unit: who joins, who leaves, who hands over to whom."""

from dataclasses import dataclass

from entries.models import ServiceUnit, UnitMember
from entries.permissions import check_can_manage_members
from entries.unit_queries import active_members
from kiks import audit, clock, mail
from kiks.access import is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitations import invite, person_of
from kiks.models import User


@dataclass(frozen=True, kw_only=True)
class NewMember:
    """Who is to act for the unit; the name counts only where the address has no account yet."""

    name: str
    email: str
    job_title: str
    employee_number: str = ""


def add_member(unit: ServiceUnit, *, by: User, person: NewMember, is_told: bool = True) -> UnitMember:
    """Let somebody act for the unit. Whether the address had an account shows only in the mail to it.

    A file of many may come in before anybody is to be told (`is_told`); those who are in the unit always are.
    """
    with audit.act(by):
        unit = _locked(unit)
        check_can_manage_members(by, unit)
        member = _join(unit, person, by, is_told=is_told)
        _tell_others(unit, by, joined=member)
    return member


def end_membership(member: UnitMember, *, by: User) -> UnitMember:
    """End a membership; the last one stays, since a unit without people can no longer be reached."""
    with audit.act(by):
        unit, member = _locked(member.unit), _locked_member(member)
        check_can_manage_members(by, unit)
        if active_members(unit).count() == 1:
            raise RuleBrokenError(
                f"{member.user.name} satu-satunya anggota {unit.name}. Lakukan serah terima kepada penerus dahulu."
            )
        _leave(member, by)
        _tell_others(unit, by, left=member)
    return member


def hand_over(member: UnitMember, *, by: User, person: NewMember) -> UnitMember:
    """The successor joins and the member leaves, in one act; gives the new membership."""
    with audit.act(by):
        unit, member = _locked(member.unit), _locked_member(member)
        check_can_manage_members(by, unit)
        if person.email.strip().lower() == member.user.email:
            raise RuleBrokenError("Alamat surel penerus sama dengan alamat yang digantikan. Tulis alamat penerusnya.")
        successor = _successor(unit, person, by)
        _leave(member, by, successor=successor)
        audit.record(
            "unit.handed_over", unit, chain=audit.HOUSE_CHAIN, by=by, from_member=member.pk, to_member=successor.pk
        )
        _tell_others(unit, by, joined=successor, left=member)
    return successor


def _successor(unit: ServiceUnit, person: NewMember, by: User) -> UnitMember:
    """Somebody who is in the unit already may take over as well."""
    already = active_members(unit).filter(user__email=person.email.strip().lower()).first()
    return already or _join(unit, person, by)


def _locked(unit: ServiceUnit) -> ServiceUnit:
    """The lock on the unit keeps two people from leaving it empty at the same time."""
    return ServiceUnit.objects.select_for_update(of=["self"]).select_related("agency").get(pk=unit.pk)


def _locked_member(member: UnitMember) -> UnitMember:
    member = UnitMember.objects.select_for_update(of=["self"]).select_related("user").get(pk=member.pk)
    if member.left_at:
        raise WrongStateError(f"Keanggotaan {member.user.name} sudah berakhir. Muat ulang halaman.")
    return member


def _join(unit: ServiceUnit, person: NewMember, by: User, *, is_told: bool = True) -> UnitMember:
    user = person_of(email=person.email, name=person.name)
    # Only the committee may learn how it stands with an account, and only it can mend that.
    if not user.is_active and is_committee(by):
        raise RuleBrokenError(f"Akun {user.email} dinonaktifkan. Aktifkan dahulu di halaman Pengguna.")
    if active_members(unit).filter(user=user).exists():
        raise RuleBrokenError(f"Orang dengan alamat {user.email} sudah menjadi anggota {unit.name}.")
    member = UnitMember.objects.create(
        unit=unit,
        user=user,
        job_title=person.job_title,
        employee_number=person.employee_number,
        joined_at=clock.now(),
        joined_by=by,
    )
    audit.record("unit.member_joined", unit, chain=audit.HOUSE_CHAIN, by=by, member=member.pk)
    if is_told and invite(user, by=by, purpose=f"anggota {unit.full_name}") is None:
        mail.queue(
            "unit_member_joined.txt",
            to=user,
            unit=unit,
            by=by,
            member=member,
        )
    return member


def _leave(member: UnitMember, by: User, *, successor: UnitMember | None = None) -> None:
    member.left_at, member.left_by = clock.now(), by
    member.save(update_fields=["left_at", "left_by"])
    audit.record("unit.member_left", member.unit, chain=audit.HOUSE_CHAIN, by=by, member=member.pk)
    mail.queue(
        "unit_member_left.txt",
        to=member.user,
        unit=member.unit,
        by=by,
        successor=successor,
    )


def _tell_others(
    unit: ServiceUnit, by: User, *, joined: UnitMember | None = None, left: UnitMember | None = None
) -> None:
    """Those who stay learn who came and who went, so that nobody is added behind their backs."""
    concerned = [member.user_id for member in (joined, left) if member]
    for other in active_members(unit).exclude(user__in=[*concerned, by.pk]):
        mail.queue(
            "unit_members_changed.txt",
            to=other.user,
            unit=unit,
            by=by,
            joined=joined,
            left=left,
        )
