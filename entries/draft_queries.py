"""Drafts that their units have not submitted: how far each is, what it lacks, and whom to ask."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch

from competitions.models import Edition, StageKind
from entries.eligibility import Facts, Reason, Rules, count_words, failures, sentence
from entries.models import Attachment, Entry, Participation, UnitMember
from entries.queries import edition_rules, sizes_by_kind
from entries.secrecy import counted_entries
from entries.states import EntryStatus, UnitStatus
from kiks.models import OutgoingMail

REMINDER = "entry_draft_reminder.txt"
QUIET_FOR = timedelta(hours=24)
# What the unit cannot mend by writing on, or says only when it submits.
NOT_TO_WRITE = frozenset({Reason.NOT_OPEN_YET, Reason.CLOSED, Reason.STATEMENT_MISSING})
NO_CATEGORY = "Kategori belum dipilih. Pilih kategori pada bagian Identitas."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One draft as the committee sees it; `done` of `parts` are filled, `missing` keeps it from being sent."""

    entry: Entry
    saved_at: datetime | None
    done: int
    parts: int
    missing: tuple[str, ...]
    members: tuple[UnitMember, ...]
    reminded_at: datetime | None

    @property
    def per_cent(self) -> int:
        return round(100 * self.done / self.parts) if self.parts else 0

    @property
    def is_ready(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class _Counted:
    """What drafts are measured against, asked once for all of them."""

    rules: Rules
    has_categories: bool
    participations: dict[int, list[int]]
    of_unit: Counter[int]
    of_agency: Counter[int]
    reminded: dict[int, datetime]


def draft_entries(edition: Edition) -> list[Entry]:
    """The drafts of the edition with all that `drafts_of` looks at, the longest untouched last."""
    members = UnitMember.objects.filter(left_at__isnull=True, user__is_active=True).select_related("user")
    attachments = Attachment.objects.filter(removed_at__isnull=True).select_related("document")
    drafts = (
        Entry.objects.filter(edition=edition, status=EntryStatus.DRAFT)
        .select_related("innovation__unit__agency", "innovation__same_as", "edition")
        .prefetch_related(
            "answers__question",
            Prefetch("attachments", attachments),
            Prefetch("innovation__unit__members", members.order_by("joined_at", "pk")),
        )
    )
    return list(drafts.order_by("innovation__unit__name", "pk"))


def drafts_of(edition: Edition, now: datetime) -> list[Draft]:
    """Every draft of the edition, in a number of queries that does not grow with them."""
    entries = draft_entries(edition)
    if not entries or not edition.stages.filter(kind=StageKind.SUBMISSION).exists():
        return []
    counted = _counted(edition, entries, now)
    return [_draft(entry, counted, now) for entry in entries]


def draft_count(edition: Edition) -> int:
    return Entry.objects.filter(edition=edition, status=EntryStatus.DRAFT).count()


def reminded_since(users: Iterable[int], since: datetime) -> dict[int, datetime]:
    """When each of these people was last reminded of a draft, as far as that is later than `since`."""
    mails = OutgoingMail.objects.filter(template=REMINDER, to_user__in=users, queued_at__gt=since)
    return dict(mails.order_by("queued_at").values_list("to_user_id", "queued_at"))


def _counted(edition: Edition, entries: list[Entry], now: datetime) -> _Counted:
    taken = counted_entries(edition, now).values_list("innovation__unit_id", "innovation__unit__agency_id")
    units, agencies = Counter(unit for unit, _ in taken), Counter(agency for _, agency in taken)
    participations: dict[int, list[int]] = defaultdict(list)
    others = Participation.objects.filter(innovation__in={entry.innovation.identity.pk for entry in entries})
    for innovation, year in others.exclude(edition=edition).values_list("innovation_id", "edition__year"):
        participations[innovation].append(year)
    people = {member.user_id for entry in entries for member in entry.innovation.unit.members.all()}
    return _Counted(
        rules=edition_rules(edition),
        has_categories=edition.categories.exists(),
        participations=participations,
        of_unit=units,
        of_agency=agencies,
        reminded=reminded_since(people, now - QUIET_FOR),
    )


def _draft(entry: Entry, counted: _Counted, now: datetime) -> Draft:
    members = tuple(entry.innovation.unit.members.all())
    facts = _facts(entry, counted, now)
    missing = [sentence(failure) for failure in failures(facts, counted.rules) if failure.reason not in NOT_TO_WRITE]
    if counted.has_categories and entry.category_id is None:
        missing.append(NO_CATEGORY)
    done, parts = _progress(entry, facts, counted.rules)
    reminders = [counted.reminded[member.user_id] for member in members if member.user_id in counted.reminded]
    return Draft(
        entry=entry,
        saved_at=_saved_at(entry),
        done=done,
        parts=parts,
        missing=tuple(missing),
        members=members,
        reminded_at=max(reminders, default=None),
    )


def _facts(entry: Entry, counted: _Counted, now: datetime) -> Facts:
    unit = entry.innovation.unit
    return Facts(
        now=now,
        unit_verified=unit.status == UnitStatus.VERIFIED,
        participations=tuple(sorted(counted.participations[entry.innovation.identity.pk])),
        implemented_on=entry.innovation.implemented_on,
        unit_entries=counted.of_unit[unit.pk],
        agency_entries=counted.of_agency[unit.agency_id],
        answers={answer.question.code: answer.text for answer in entry.answers.all()},
        files=sizes_by_kind((attachment.kind, attachment.document.size) for attachment in entry.attachments.all()),
        video_link=entry.video_url,
        statement_accepted=False,
    )


def _progress(entry: Entry, facts: Facts, rules: Rules) -> tuple[int, int]:
    """How many of the parts that must be filled are filled: identity, answers, papers, video."""
    parts = [entry.innovation.implemented_on is not None]
    parts += [
        count_words(facts.answers.get(question.code, "")) > 0 for question in rules.questions if question.required
    ]
    parts += [bool(facts.files.get(paper.code)) for paper in rules.papers if paper.required]
    if rules.needs_video:
        parts.append(bool(entry.video_url))
    return sum(parts), len(parts)


def _saved_at(entry: Entry) -> datetime | None:
    moments = [
        entry.edited_at,
        *(answer.edited_at for answer in entry.answers.all()),
        *(attachment.uploaded_at for attachment in entry.attachments.all()),
    ]
    return max(filter(None, moments), default=None)
