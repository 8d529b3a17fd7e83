"""The lists of the screening desk: the queue under its filters, what the machine says of it, decisions, piles."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from competitions.models import Edition
from entries.models import Agency, Entry, Screening, ScreeningShare
from entries.resemblance_queries import Resembling, undecided
from entries.screening_queries import findings_of, screening_queue
from entries.states import EntryStatus
from kiks.models import User

ALL, MINE, NOBODY = "all", "mine", "none"
CLEAN, DOUBTED = "clean", "doubted"
DECIDED = (EntryStatus.PASSED, EntryStatus.REJECTED)


@dataclass(frozen=True)
class Queued:
    """One line of the queue: the labels of what the machine doubts, and likely twins that nobody has decided on."""

    entry: Entry
    doubts: list[str]
    twins: list[Resembling]

    @property
    def is_clean(self) -> bool:
        return not self.doubts and not self.twins


def officers() -> QuerySet[User]:
    """Who may get a pile."""
    return User.objects.filter(committee_seats__ended_at__isnull=True, committee_seats__isnull=False).order_by("name")


def has_pile(user: User, edition: Edition) -> bool:
    return ScreeningShare.objects.filter(edition=edition, officer=user).exists()


def narrowed(entries: QuerySet[Entry], chosen: Mapping[str, Any], edition: Edition, user: User) -> QuerySet[Entry]:
    """The filters that the database answers, together."""
    wanted = Q()
    if chosen.get("category"):
        wanted &= Q(category=chosen["category"])
    if chosen.get("agency"):
        wanted &= Q(innovation__unit__agency=chosen["agency"])
    if chosen.get("kind"):
        wanted &= Q(innovation__unit__kind=chosen["kind"])
    if text := chosen.get("q"):
        names = Q(innovation__short_name__icontains=text) | Q(innovation__expansion__icontains=text)
        wanted &= Q(number=text.zfill(3)) | names | Q(innovation__unit__name__icontains=text)
    if chosen.get("attempt"):
        wanted &= Q(attempts__gt=0) if chosen["attempt"] == "again" else Q(attempts=0)
    return entries.filter(wanted & _in_pile(chosen.get("officer"), edition, user))


def _in_pile(officer: str | None, edition: Edition, user: User) -> Q:
    if officer in (None, "", ALL):
        return Q()
    shares = ScreeningShare.objects.filter(edition=edition)
    if officer == NOBODY:
        return ~Q(innovation__unit__agency__in=shares.values("agency"))
    owner = user.pk if officer == MINE else int(officer)
    return Q(innovation__unit__agency__in=shares.filter(officer=owner).values("agency"))


def looked_at(entries: Iterable[Entry]) -> list[Queued]:
    """Each entry with what the machine says of it; a flat number of queries."""
    entries = list(entries)
    findings, twins = findings_of(entries), undecided([entry.pk for entry in entries])
    labels = dict(entries[0].edition.checklist.values_list("code", "label")) if entries else {}
    return [
        Queued(
            entry,
            [labels[code] for code, finding in findings[entry.pk].items() if finding.passed is False],
            twins.get(entry.pk, []),
        )
        for entry in entries
    ]


def waiting(edition: Edition, chosen: Mapping[str, Any], user: User) -> QuerySet[Entry] | list[Entry]:
    """The queue under all filters, the longest waiting first; the machine is only asked where a filter asks it."""
    entries = narrowed(screening_queue(edition), chosen, edition, user)
    machine, twin = chosen.get("machine"), chosen.get("twin")
    if not machine and not twin:
        return entries
    return [
        row.entry
        for row in looked_at(entries)
        if (not machine or row.is_clean == (machine == CLEAN)) and (not twin or row.twins)
    ]


def decided(edition: Edition, chosen: Mapping[str, Any], user: User) -> QuerySet[Entry]:
    """What has passed or failed, the last decision first, with who decided and when."""
    last = Screening.objects.filter(entry=OuterRef("pk")).order_by("-attempt")
    entries = (
        Entry.objects.filter(edition=edition, status__in=DECIDED)
        .select_related("innovation__unit__agency", "category")
        .annotate(
            attempts=Count("screenings"),
            decided_at=Subquery(last.values("screened_at")[:1]),
            decided_by_name=Subquery(last.values("screened_by__name")[:1]),
        )
    )
    if chosen.get("outcome"):
        entries = entries.filter(status=chosen["outcome"])
    return narrowed(entries, chosen, edition, user).order_by(F("decided_at").desc(nulls_last=True), "number")


@dataclass(frozen=True)
class Heap:
    """An agency with what waits of it, and whose pile it is in."""

    agency: Agency
    waiting: int
    officer: User | None


def heaps(edition: Edition) -> list[Heap]:
    """Every agency with entries in the edition, by kind and name; who shares nothing yet has no officer."""
    counts = Counter(screening_queue(edition).values_list("innovation__unit__agency", flat=True))
    shares = {share.agency_id: share.officer for share in edition.screening_shares.select_related("officer")}
    entered = Entry.objects.filter(edition=edition, current_version__isnull=False)
    agencies = Agency.objects.filter(
        Q(pk__in=entered.values("innovation__unit__agency")) | Q(pk__in=list(shares))
    ).order_by("kind", "name")
    return [Heap(agency, counts[agency.pk], shares.get(agency.pk)) for agency in agencies]
