"""What becomes of a unit over the years: another name, or a merger into another unit."""

from django.db.models import Q

from entries.models import Entry, Participation, ServiceUnit, UnitMember, UnitName
from entries.permissions import check_can_change_unit
from entries.states import UNIT_TRANSITIONS, UnitStatus
from entries.unit_queries import active_members, entries_in_play, names_of, past_editions, same_named_unit
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.formats import local_date
from kiks.models import User
from kiks.states import check_transition
from kiks.wording import required

REASON_MISSING = "Tulis alasan atau dasar perubahan ini, misalnya nomor peraturannya."


def rename_unit(unit: ServiceUnit, *, by: User, name: str, reason: str) -> ServiceUnit:
    """Give the unit another name; the old one stays as the name that it bore until today."""
    name, reason = " ".join(name.split()), required(reason, REASON_MISSING)
    with audit.act(by):
        unit = (
            ServiceUnit.objects.select_for_update(of=["self"]).select_related("agency", "merged_into").get(pk=unit.pk)
        )
        check_can_change_unit(by, unit)
        _check_new_name(unit, name)
        _keep_in_history(unit)
        old = unit.name
        unit.name = name
        unit.save(update_fields=["name"])
        _remember_name(unit, old)
        audit.record("unit.renamed", unit, chain=audit.HOUSE_CHAIN, by=by, old=old, new=name, reason=reason)
        for member in active_members(unit):
            mail.queue(
                "unit_renamed.txt",
                to=member.user,
                unit=unit,
                old=old,
                reason=reason,
            )
    return unit


def merge_units(unit: ServiceUnit, into: ServiceUnit, *, by: User, reason: str) -> ServiceUnit:
    """Let `unit` go on in `into`: innovations with their participations, members and names move; gives `into`.

    What was submitted is frozen with the name that the unit bore, and stays so.
    """
    reason = required(reason, REASON_MISSING)
    with audit.act(by):
        unit, into = _locked_pair(unit, into)
        check_can_change_unit(by, unit)
        check_can_change_unit(by, into)
        check_transition(UNIT_TRANSITIONS, unit.status, UnitStatus.MERGED)
        _check_nothing_in_play(unit)
        _keep_in_history(unit)
        moved = unit.innovations.update(unit=into)
        people = [_move(member, into, by) for member in active_members(unit)]
        for known in names_of(unit)[1:]:
            _remember_name(into, known, is_former=False)
        _remember_name(into, unit.name)
        unit.status, unit.status_reason = UnitStatus.MERGED, reason
        unit.merged_into, unit.merged_at, unit.merged_by = into, clock.now(), by
        unit.save(update_fields=["status", "status_reason", "merged_into", "merged_at", "merged_by"])
        said = {"into": into.code, "innovations": moved, "members": len(people), "reason": reason}
        audit.record("unit.merged", unit, chain=audit.HOUSE_CHAIN, by=by, **said)
        for member in active_members(into):
            mail.queue("unit_merged.txt", to=member.user, unit=unit, into=into, reason=reason)
    return into


def _keep_in_history(unit: ServiceUnit) -> None:
    """Editions that are over go on showing the name under which the unit took part."""
    over = past_editions(clock.now())
    took_part = Q(innovation__unit=unit, recorded_for__isnull=True) | Q(recorded_for__unit=unit)
    for rows in (
        Entry.objects.filter(innovation__unit=unit, edition__in=over, unit_name=""),
        Participation.objects.filter(took_part, edition__in=over, unit_name=""),
    ):
        rows.update(unit_name=unit.full_name)


def _check_new_name(unit: ServiceUnit, name: str) -> None:
    if not name:
        raise RuleBrokenError("Tulis nama baru unit.")
    if name == unit.name:
        raise RuleBrokenError("Nama baru sama dengan nama sekarang. Tulis nama yang berbeda.")
    twin = same_named_unit(unit.agency, name, besides=unit)
    if twin and twin != unit:
        raise RuleBrokenError(
            f"“{twin.full_name}” sudah memakai nama itu. Pilih nama lain, atau gabungkan kedua unit bila memang satu."
        )


def _remember_name(unit: ServiceUnit, name: str, *, is_former: bool = True) -> None:
    """A former name has a last day; a mere spelling has none."""
    known, _ = UnitName.objects.get_or_create(unit=unit, name=name)
    if is_former:
        known.used_until = local_date(clock.now())
        known.save(update_fields=["used_until"])


def _locked_pair(unit: ServiceUnit, into: ServiceUnit) -> tuple[ServiceUnit, ServiceUnit]:
    """Both locked in one order, so that two mergers at once cannot wait for each other."""
    if unit.pk == into.pk:
        raise RuleBrokenError("Unit tidak dapat digabung ke dirinya sendiri. Pilih unit lain sebagai penerus.")
    rows = ServiceUnit.objects.select_for_update(of=["self"]).select_related("agency", "merged_into").order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[unit.pk, into.pk])}
    return found[unit.pk], found[into.pk]


def _check_nothing_in_play(unit: ServiceUnit) -> None:
    entries = list(entries_in_play(unit))
    if entries:
        names = ", ".join(f"{entry.innovation.short_name} ({entry.edition.name})" for entry in entries)
        raise RuleBrokenError(
            f"Usulan unit ini masih berjalan: {names}. Gabungkan setelah edisinya selesai, atau setelah usulan ditarik."
        )


def _move(member: UnitMember, into: ServiceUnit, by: User) -> UnitMember:
    """End the old membership and open one at the successor, unless the person acts for it already."""
    member.left_at, member.left_by = clock.now(), by
    member.save(update_fields=["left_at", "left_by"])
    moved, _ = UnitMember.objects.get_or_create(
        unit=into,
        user=member.user,
        left_at=None,
        defaults={
            "job_title": member.job_title,
            "employee_number": member.employee_number,
            "joined_at": clock.now(),
            "joined_by": by,
        },
    )
    return moved
