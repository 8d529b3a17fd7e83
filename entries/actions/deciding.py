"""What every decision on an entry needs: its lock, its status with the participation, the letters to its unit."""

from typing import Any

from django.db.models import QuerySet

from entries.actions.identities import settle, share_identities
from entries.identities import entered_by_another, is_one_of_several, own_name
from entries.models import Entry, Innovation, Objection, Participation, Screening, ScreeningItem
from entries.permissions import submission_closes_at
from entries.queries import free_ordinal
from entries.states import EntryStatus, ScreeningOutcome
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime
from kiks.models import User
from kiks.texts import sha256_of


def locked_entry(entry: Entry) -> Entry:
    """The innovation first, as a submission does, since a decision may free its participation or take it again."""
    share_identities()
    lock_innovation(entry.innovation_id)
    locked = Entry.objects.select_for_update(of=["self"])
    related = ["innovation__unit__agency", "innovation__same_as", "edition", "current_version"]
    return locked.select_related(*related).get(pk=entry.pk)


def lock_innovation(innovation: int) -> None:
    """The innovation, then the one whose participations count."""
    locked = Innovation.objects.select_for_update().get(pk=innovation)
    if locked.same_as_id:
        Innovation.objects.select_for_update().get(pk=locked.same_as_id)


def enter_decision(  # noqa: PLR0913 - a decision has that many parts
    entry: Entry,
    rows: list[ScreeningItem],
    *,
    outcome: ScreeningOutcome,
    attempt: int,
    told: dict[str, Any],
    **fields: Any,
) -> Screening:
    """Keep a screening with its items, move the entry, record it; `told` is what the event says besides."""
    if outcome != ScreeningOutcome.RETURNED:
        _check_unit_does_not_write(entry)
    screening = Screening.objects.create(entry=entry, attempt=attempt, outcome=outcome, **fields)
    for row in rows:
        row.screening = screening
    ScreeningItem.objects.bulk_create(rows)
    set_status(entry, EntryStatus(outcome))
    record_decision(
        f"entry.{outcome}",
        entry,
        rows,
        by=screening.confirmed_by or screening.screened_by,
        attempt=attempt,
        reason=screening.reason,
        **told,
    )
    return screening


def _check_unit_does_not_write(entry: Entry) -> None:
    """An outcome is secret until the announcement: it must not close the pages on which the unit still writes."""
    closes_at = submission_closes_at(entry.edition)
    if entry.is_being_revised and closes_at and clock.now() < closes_at:
        raise RuleBrokenError(
            f"Unit sedang mengubah usulan ini dan dapat mengirim perubahannya sampai {indonesian_datetime(closes_at)}."
            " Putuskan setelah itu, atau kembalikan usulannya."
        )


def record_decision(
    kind: str, entry: Entry, rows: list[ScreeningItem], *, by: User, attempt: int, reason: str, **told: Any
) -> None:
    audit.record(
        kind,
        entry,
        chain=entry.edition.code,
        by=by,
        number=entry.number,
        attempt=attempt,
        version=entry.current_version.digest,
        failed=[row.item.code for row in rows if not row.passed],
        reason_sha256=sha256_of(reason),
        **told,
    )


def set_status(entry: Entry, status: EntryStatus) -> None:
    entry.status = status
    entry.save(update_fields=["status"])
    if status == EntryStatus.REJECTED and entry.edition.rejection_frees_participation:
        give_up_participation(entry)


def give_up_participation(entry: Entry) -> None:
    """Free it, also for the same innovation under another name."""
    own_participation(entry).delete()
    settle(entry.innovation)


def own_participation(entry: Entry) -> QuerySet[Participation]:
    """The one that this entry uses, also where its innovation was found to be an earlier one renamed."""
    identity, name = entry.innovation.identity, own_name(entry.innovation)
    return Participation.objects.filter(innovation=identity, edition=entry.edition, recorded_for=name)


def take_participation_again(entry: Entry) -> None:
    """A rejection may have freed the participation, and the innovation may have used it elsewhere since."""
    identity, edition = entry.innovation.identity, entry.edition
    if own_participation(entry).exists():
        return
    if another := entered_by_another(entry):
        raise RuleBrokenError(another)
    ordinal = free_ordinal(identity)
    if ordinal > edition.participation_limit:
        raise RuleBrokenError(
            f"Inovasi ini sudah {ordinal - 1} kali ikut serta, maksimal {edition.participation_limit} kali."
            " Usulan ini tidak dapat masuk lagi."
        )
    name = own_name(entry.innovation)
    Participation.objects.create(innovation=identity, edition=edition, ordinal=ordinal, recorded_for=name)
    settle(entry.innovation)


def resume_participation(entry: Entry) -> None:
    """For an entry that waits for its screening again: of a group, the screening finds where there is none left."""
    if is_one_of_several(entry.innovation):
        settle(entry.innovation)
    else:
        take_participation_again(entry)


def tell_members(entry: Entry, template: str, decision: Screening | Objection, **more: Any) -> None:
    for member in entry.innovation.unit.members.filter(left_at__isnull=True).select_related("user"):
        mail.queue(template, to=member.user, entry=entry, decision=decision, **more)
