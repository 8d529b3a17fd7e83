"""What is announced of a screening, and from when; the moment decides everywhere, also in the unit's own pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from competitions.models import Edition, StageKind
from entries.models import Entry, Objection, ScreeningAnnouncement
from entries.second_person import waiting_proposals
from entries.states import EntryStatus, ObjectionStatus
from kiks.formats import indonesian_datetime, local_datetime

# What a unit must not learn before the announcement, and what stands in its place.
SECRET_UNTIL_ANNOUNCED = frozenset({EntryStatus.PASSED, EntryStatus.REJECTED})
# A masa sanggah ends with its last day, written as people write the end of a day.
END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class Counts:
    """How the entries of an edition stand; `received` are all that were ever submitted."""

    received: int
    submitted: int
    returned: int
    passed: int
    rejected: int
    withdrawn: int
    disqualified: int
    proposals: int

    @property
    def undecided(self) -> int:
        return self.submitted + self.returned


def standing(edition: Edition) -> QuerySet[ScreeningAnnouncement]:
    """Announcements that were not cancelled, the newest version first, visible or not."""
    return ScreeningAnnouncement.objects.filter(edition=edition, cancelled_at__isnull=True).order_by("-version")


def is_decided(edition: Edition) -> bool:
    """Whether the outcome stands: from the issue of the announcement on, also before its moment."""
    return standing(edition).exists()


def visible(edition: Edition, now: datetime) -> QuerySet[ScreeningAnnouncement]:
    """What everybody may see, the newest version first."""
    return standing(edition).filter(visible_from__lte=now)


def is_announced(edition: Edition, now: datetime) -> bool:
    return visible(edition, now).exists()


def first_visible(edition: Edition, now: datetime) -> ScreeningAnnouncement | None:
    """The version that opened the masa sanggah and set its end."""
    return visible(edition, now).order_by("version").first()


def objections_until(edition: Edition, now: datetime) -> datetime | None:
    """The end of the masa sanggah, which the first version set; None before the announcement or without a window."""
    first = first_visible(edition, now)
    return first.objections_until if first else None


def end_of_objections(edition: Edition, visible_from: datetime) -> datetime | None:
    """The end of the last day of a masa sanggah that begins at `visible_from`; None where the edition has none."""
    if not edition.objection_days:
        return None
    last = local_datetime(visible_from) + timedelta(days=edition.objection_days)
    return datetime.combine(last.date(), END_OF_DAY, last.tzinfo)


def shown_status(entry: Entry, *, is_announced: bool) -> EntryStatus:
    """The status as the unit and the public may know it."""
    if entry.status in SECRET_UNTIL_ANNOUNCED and not is_announced:
        return EntryStatus.SUBMITTED
    return EntryStatus(entry.status)


def status_counts(edition: Edition) -> dict[str, int]:
    """How many entries stand where; `received` are all but drafts."""
    by_status = {status.value: Count("pk", filter=Q(status=status)) for status in EntryStatus}
    counts = Entry.objects.filter(edition=edition).aggregate(**by_status)
    return counts | {"received": sum(counts.values()) - counts["draft"]}


def counts_of(edition: Edition) -> Counts:
    found = status_counts(edition)
    del found["draft"]
    return Counts(proposals=waiting_proposals(edition).count(), **found)


def passed_entries(edition: Edition) -> QuerySet[Entry]:
    """In the order of their numbers."""
    passed = Entry.objects.filter(edition=edition, status=EntryStatus.PASSED)
    return passed.select_related("innovation__unit__agency", "category").order_by("number")


def open_objection_count(edition: Edition) -> int:
    return Objection.objects.filter(entry__edition=edition, status=ObjectionStatus.RAISED).count()


def latest_visible(editions: Iterable[Edition], now: datetime) -> dict[int, ScreeningAnnouncement]:
    """The newest visible version of each edition, by its id; without the text of the paper."""
    found = (
        ScreeningAnnouncement.objects.filter(edition__in=editions, cancelled_at__isnull=True, visible_from__lte=now)
        .order_by("edition_id", "-version")
        .distinct("edition_id")
        .defer("content")
    )
    return {announcement.edition_id: announcement for announcement in found}


def undecided_sentences(counts: Counts) -> Iterator[str]:
    """What is not decided yet; a waiting proposal is one of the submitted entries, or of the returned ones."""
    if counts.submitted:
        yield f"{counts.submitted} usulan belum diputuskan pada seleksi administrasi."
    if counts.returned:
        yield f"{counts.returned} usulan dikembalikan dan belum dikirim lagi atau diputuskan."
    if counts.proposals:
        yield f"{counts.proposals} usul penolakan menunggu keputusan orang kedua."


def objection_sentences(edition: Edition, until: datetime | None, now: datetime) -> Iterator[str]:
    """What of the masa sanggah is not over yet."""
    if until and now < until:
        yield f"Masa sanggah masih berlangsung sampai {indonesian_datetime(until)}."
    if waiting := open_objection_count(edition):
        yield f"{waiting} sanggahan belum diputuskan."


def screening_blockers(edition: Edition, now: datetime) -> list[str]:
    """What of the screening must be done before the first round of judging opens; nothing where there is none."""
    if not edition.stages.filter(kind=StageKind.SCREENING).exists():
        return []
    found = list(undecided_sentences(counts_of(edition)))
    first = standing(edition).order_by("version").first()
    if first is None:
        return [*found, "Hasil seleksi administrasi belum diumumkan."]
    if first.visible_from > now:
        return [*found, f"Hasil seleksi administrasi baru terbit {indonesian_datetime(first.visible_from)}."]
    return [*found, *objection_sentences(edition, first.objections_until, now)]
