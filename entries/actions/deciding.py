"""What every decision on an entry needs: its lock, its status with the participation, the letters to its unit."""

from typing import Any

from entries.models import Entry, Innovation, Objection, Participation, Screening
from entries.queries import free_ordinal
from entries.states import EntryStatus
from kiks import mail
from kiks.exceptions import RuleBrokenError


def locked_entry(entry: Entry) -> Entry:
    """The innovation first, as a submission does, since a rejection may free its participation."""
    Innovation.objects.select_for_update().get(pk=entry.innovation_id)
    locked = Entry.objects.select_for_update(of=["self"])
    return locked.select_related("innovation__unit__agency", "edition", "current_version").get(pk=entry.pk)


def set_status(entry: Entry, status: EntryStatus) -> None:
    entry.status = status
    entry.save(update_fields=["status"])
    if status == EntryStatus.REJECTED and entry.edition.rejection_frees_participation:
        Participation.objects.filter(innovation=entry.innovation, edition=entry.edition).delete()


def take_participation_again(entry: Entry) -> None:
    """A rejection may have freed the participation, and the innovation may have used it elsewhere since."""
    innovation, edition = entry.innovation, entry.edition
    if innovation.participations.filter(edition=edition).exists():
        return
    ordinal = free_ordinal(innovation)
    if ordinal > edition.participation_limit:
        raise RuleBrokenError(
            f"Inovasi ini sudah {ordinal - 1} kali ikut serta, maksimal {edition.participation_limit} kali."
            " Sanggahan ini tidak dapat diterima lagi."
        )
    Participation.objects.create(innovation=innovation, edition=edition, ordinal=ordinal)


def tell_members(entry: Entry, template: str, decision: Screening | Objection, **more: Any) -> None:
    for member in entry.innovation.unit.members.filter(left_at__isnull=True).select_related("user"):
        mail.queue(template, to=member.user, entry=entry, decision=decision, **more)


def required(text: str, sentence: str) -> str:
    if not text.strip():
        raise RuleBrokenError(sentence)
    return text.strip()
