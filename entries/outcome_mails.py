"""The mails that an announcement of the screening sends: to every member of every unit, one for each entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from competitions.models import Edition
from entries.models import Entry, Screening, UnitMember
from entries.states import EntryStatus
from kiks.mail.editing import compose, kinds, wording_of
from kiks.mail.wording import Wording
from kiks.models import User

TEMPLATES = {EntryStatus.PASSED: "screening_passed.txt", EntryStatus.REJECTED: "screening_rejected.txt"}


@dataclass(frozen=True)
class OutcomeMail:
    """One mail as it would be queued; `context` is what its kind makes its values of."""

    template: str
    to: User
    entry: Entry
    context: dict[str, Any]


def told_entries(edition: Edition) -> QuerySet[Entry]:
    """Entries whose units are told, by number, with their screenings, and `current` members of their units."""
    members = UnitMember.objects.filter(left_at__isnull=True).select_related("user").order_by("joined_at", "pk")
    return (
        Entry.objects.filter(edition=edition, status__in=TEMPLATES)
        .select_related("innovation__unit__agency", "edition", "category")
        .prefetch_related(
            Prefetch("screenings", Screening.objects.order_by("-attempt")),
            Prefetch("innovation__unit__members", members, to_attr="current"),
        )
        .order_by("number")
    )


def outcome_mails(
    entries: QuerySet[Entry] | list[Entry], *, visible_from: datetime, objections_until: datetime | None
) -> Iterator[OutcomeMail]:
    for entry in entries:
        context = {
            "decision": entry.screenings.all()[0],
            "visible_from": visible_from,
            "objections_until": objections_until,
        }
        for member in entry.innovation.unit.current:  # type: ignore[attr-defined]
            yield OutcomeMail(TEMPLATES[EntryStatus(entry.status)], member.user, entry, context)


def in_full(mails: list[OutcomeMail]) -> list[tuple[OutcomeMail, Wording]]:
    """Each mail with its text as it would leave; the wordings are read once."""
    wordings = {template: wording_of(kinds()[template]) for template in TEMPLATES.values()}
    return [(mail, _composed(mail, wordings[mail.template])) for mail in mails]


def _composed(mail: OutcomeMail, wording: Wording) -> Wording:
    kind = kinds()[mail.template]
    values = kind.values({"entry": mail.entry, **mail.context})
    return compose(kind, wording, name=mail.to.name, values=values)
