"""Registration and verification of units."""

from dataclasses import dataclass
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from competitions.queries import current_edition
from entries.models import Agency, ServiceUnit, UnitMember, Village
from entries.permissions import check_can_correct_unit, check_can_register_unit, check_can_verify_unit
from entries.states import UNIT_TRANSITIONS, UnitStatus
from entries.unit_queries import active_members, lookalikes, same_named_unit
from kiks import audit, clock, mail, storage
from kiks.exceptions import RuleBrokenError
from kiks.invitations import invite
from kiks.models import User
from kiks.states import check_transition
from kiks.wording import required

REASON_MISSING = "Tulis alasan, agar unit tahu apa yang harus diperbaiki."

REGISTRATION_FIELDS = [
    "email",
    "phone",
    "assignment_letter",
    "status",
    "status_reason",
    "registered_at",
    "registered_by",
]


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """The account that a person without one asks for."""

    name: str
    email: str
    phone: str
    password: str


@dataclass(frozen=True, kw_only=True)
class UnitData:
    """What a registration says of the unit; of a unit that is known already only the contact counts.

    `is_different` is the registrant's word that the unit is none of those with a similar name.
    """

    name: str
    kind: str
    agency: Agency
    village: Village | None
    email: str
    phone: str
    is_different: bool = False


def register_unit(
    *,
    by: User | None,
    account: NewAccount | None,
    unit: ServiceUnit | None,
    data: UnitData,
    job_title: str,
    employee_number: str,
    letter: bytes | None,
) -> ServiceUnit:
    """Register a unit and its first member; `account` is read only where nobody is logged in.

    Whether the address has an account shows nowhere but in the mail to that address.
    """
    with audit.act(by):
        edition, now = current_edition(), clock.now()
        similar = [] if unit else _similar(data)
        unit = _known_unit(unit) if unit else _new_unit(data)
        check_can_register_unit(edition, now)
        check_transition(UNIT_TRANSITIONS, unit.status, UnitStatus.REGISTERED)
        member, is_new = (by, False) if by else _account_holder(account)  # type: ignore[arg-type]
        unit.email, unit.phone = data.email, data.phone
        unit.assignment_letter = storage.store(letter, content_type="application/pdf") if letter else None
        unit.status, unit.status_reason = UnitStatus.REGISTERED, ""
        unit.registered_at, unit.registered_by = now, member
        unit.save(update_fields=REGISTRATION_FIELDS)
        # Somebody whom the committee added before the unit registered is in it already.
        about = {"job_title": job_title, "employee_number": employee_number, "joined_at": now, "joined_by": member}
        UnitMember.objects.get_or_create(unit=unit, user=member, left_at=None, defaults=about)
        said = {"edition": edition.code} | ({"different_from": similar} if similar else {})
        audit.record("unit.registered", unit, chain=audit.HOUSE_CHAIN, by=member, **said)
        _confirm_registration(unit, member, is_new_account=is_new, is_own_act=by is not None)
    return unit


def _similar(data: UnitData) -> list[str]:
    """The codes of the units from which the registrant says that the new one differs; unsaid, nothing goes on."""
    found = lookalikes(data.name)
    if found and not data.is_different and not same_named_unit(data.agency, data.name):
        names = ", ".join(f"“{unit.full_name}”" for unit in found)
        raise RuleBrokenError(f"Nama ini mirip dengan {names}. Pilih unit itu, atau nyatakan bahwa unit Anda berbeda.")
    return [unit.code for unit in found]


def _confirm_registration(unit: ServiceUnit, member: User, *, is_new_account: bool, is_own_act: bool) -> None:
    mail.queue("unit_registered.txt", to=member, unit=unit, is_new_account=is_new_account, is_own_act=is_own_act)
    # Made usable for its owner only: the link goes to the address, whoever typed it.
    invite(member, by=member, purpose=f"anggota {unit.full_name}")
    _tell_received(unit, member, but=member, is_correction=False)


def _tell_received(unit: ServiceUnit, sender: User, *, but: User | None, is_correction: bool) -> None:
    for other in active_members(unit).exclude(user=but):
        mail.queue(
            "unit_received.txt",
            to=other.user,
            unit=unit,
            sender=sender,
            is_correction=is_correction,
        )


def correct_unit(unit: ServiceUnit, *, by: User, email: str, phone: str, letter: bytes | None) -> ServiceUnit:
    """Send a returned or rejected registration again; without a new letter the old one stays."""
    with audit.act(by):
        unit = ServiceUnit.objects.select_for_update().get(pk=unit.pk)
        check_can_correct_unit(by, unit)
        check_transition(UNIT_TRANSITIONS, unit.status, UnitStatus.REGISTERED)
        unit.email, unit.phone = email, phone
        if letter:
            unit.assignment_letter = storage.store(letter, content_type="application/pdf")
        unit.status, unit.status_reason = UnitStatus.REGISTERED, ""
        unit.registered_at, unit.registered_by = clock.now(), by
        unit.save(update_fields=REGISTRATION_FIELDS)
        audit.record("unit.registered", unit, chain=audit.HOUSE_CHAIN, by=by, corrected=True)
        _tell_received(unit, by, but=None, is_correction=True)
    return unit


def verify_unit(unit: ServiceUnit, *, by: User) -> ServiceUnit:
    return _decide(unit, UnitStatus.VERIFIED, by=by, reason="")


def return_unit(unit: ServiceUnit, *, by: User, reason: str) -> ServiceUnit:
    return _decide(unit, UnitStatus.RETURNED, by=by, reason=required(reason, REASON_MISSING))


def reject_unit(unit: ServiceUnit, *, by: User, reason: str) -> ServiceUnit:
    return _decide(unit, UnitStatus.REJECTED, by=by, reason=required(reason, REASON_MISSING))


def _decide(unit: ServiceUnit, status: UnitStatus, *, by: User, reason: str) -> ServiceUnit:
    with audit.act(by):
        unit = ServiceUnit.objects.select_for_update().get(pk=unit.pk)
        check_can_verify_unit(by, unit)
        check_transition(UNIT_TRANSITIONS, unit.status, status)
        unit.status, unit.status_reason = status, reason
        if status == UnitStatus.VERIFIED:
            unit.verified_at, unit.verified_by = clock.now(), by
        unit.save(update_fields=["status", "status_reason", "verified_at", "verified_by"])
        audit.record(f"unit.{status.value}", unit, chain=audit.HOUSE_CHAIN, by=by)
        for member in active_members(unit):
            mail.queue(
                f"unit_{status.value}.txt",
                to=member.user,
                unit=unit,
            )
    return unit


def _known_unit(unit: ServiceUnit) -> ServiceUnit:
    return ServiceUnit.objects.select_for_update().get(pk=unit.pk)


def _new_unit(data: UnitData) -> ServiceUnit:
    """The lock on the agency keeps two people from adding the same unit twice."""
    agency = Agency.objects.select_for_update().get(pk=data.agency.pk)
    twin = same_named_unit(agency, data.name)
    if twin:
        raise RuleBrokenError(f"“{twin.name}” sudah tercatat pada {twin.agency.name}. Pilih unit itu dari daftar.")
    code = _free_code(slugify(f"{agency.code} {data.name}")[:70])
    return ServiceUnit.objects.create(code=code, name=data.name, kind=data.kind, agency=agency, village=data.village)


def _free_code(wanted: str) -> str:
    """Two agencies and two names may come to the same slug."""
    taken = set(ServiceUnit.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(code for number in count(1) if (code := f"{wanted}-{number}" if number > 1 else wanted) not in taken)


def _account_holder(account: NewAccount) -> tuple[User, bool]:
    """The person of the address, and whether the account is new; both ways cost one password hash."""
    return User.objects.get_or_create(
        email=account.email.lower(),
        defaults={"name": account.name, "phone": account.phone, "password": make_password(account.password)},
    )
