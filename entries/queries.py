"""Lists, counts and facts about units and entries."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from competitions.checklist import MachineRule
from competitions.models import AttachmentRule, Edition, Question, Stage, StageKind
from entries.eligibility import (
    Facts,
    Failure,
    PaperRule,
    QuestionRule,
    Reason,
    Rules,
    count_words,
    failures,
    months_before,
    sentence,
)
from entries.models import (
    Answer,
    Attachment,
    EarlierAnswer,
    Entry,
    EntryVersion,
    Innovation,
    Participation,
    Screening,
    ServiceUnit,
)
from entries.permissions import open_sections
from entries.secrecy import counted_entries, is_being_revised, open_return, status_for_unit, with_announced
from entries.states import EntryStatus, UnitStatus
from kiks import clock
from kiks.audit import target_of
from kiks.formats import local_date
from kiks.models import AuditEvent, User

# What the unit writes about the innovation itself; until a submission it stands with the entry (`written_identity`).
INNOVATION_FIELDS = ("short_name", "expansion", "initiated_on", "trialled_on", "implemented_on", "is_digital")


def units_of(user: User) -> QuerySet[ServiceUnit]:
    """The units for which the user acts today."""
    return (
        ServiceUnit.objects.filter(members__user=user, members__left_at__isnull=True)
        .select_related("agency", "village")
        .order_by("name")
    )


def unit_for(user: User, pk: int) -> ServiceUnit:
    unit = units_of(user).filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit


def entries_of(user: User, edition: Edition | None = None) -> QuerySet[Entry]:
    """Entries of the user's units, the newest edition first; deadlines and what is announced cost no further query."""
    now = clock.now()
    announced = Stage.objects.filter(edition=OuterRef("edition"), kind=StageKind.ANNOUNCEMENT, opens_at__lte=now)
    mine = Entry.objects.filter(innovation__unit__in=units_of(user).order_by().values("pk"))
    found = (
        with_announced(mine, now)
        .annotate(is_announced=Exists(announced))
        .select_related("innovation__unit__agency", "edition", "category")
        .select_related("objection__document", "objection__raised_by")
        .prefetch_related("edition__stages", "screenings")
        .order_by("-edition__year", "number", "pk")
    )
    return found.filter(edition=edition) if edition else found


def entry_for(user: User, pk: int) -> Entry:
    """The entry, if it is the user's; to everybody else it does not exist."""
    entry = entries_of(user).filter(pk=pk).first()
    if entry is None:
        raise Http404
    return entry


def entry_to_save(user: User, pk: int) -> Entry:
    """As `entry_for`, without what pages show of it: an autosave comes every few seconds and shows nothing."""
    mine = Entry.objects.filter(innovation__unit__in=units_of(user).order_by().values("pk"))
    entry = mine.filter(pk=pk).select_related("edition").first()
    if entry is None:
        raise Http404
    return entry


def with_titles(attachments: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """With `title`, the name of the rule (its code where the edition no longer has it), in the order of the rules."""
    rule = AttachmentRule.objects.filter(edition=OuterRef("entry__edition"), code=OuterRef("kind"))
    return (
        attachments.select_related("document")
        .annotate(  # type: ignore[no-redef]  # the model declares `title`, so that readers may count on it
            title=Coalesce(Subquery(rule.values("name")), F("kind"), output_field=CharField()),
            place=Subquery(rule.values("position")),
        )
        .order_by("place", "kind", "pk")
    )


def attachments_of(entry: Entry) -> QuerySet[Attachment]:
    """The attachments of the working text, without the removed ones."""
    return with_titles(entry.attachments.filter(removed_at__isnull=True))


def answer_of(entry: Entry, question: Question) -> Answer:
    """The answer, or an unsaved empty one."""
    found = entry.answers.filter(question=question).select_related("edited_by").first()
    return found or Answer(entry=entry, question=question)


def earlier_answers(answer: Answer) -> QuerySet[EarlierAnswer]:
    """What stood in the answer before, the newest first."""
    return EarlierAnswer.objects.filter(answer=answer.pk).select_related("written_by").order_by("-version")


def identity_token(entry: Entry) -> str:
    """Changes whenever the identity is saved."""
    return entry.edited_at.isoformat() if entry.edited_at else ""


def written_identity(entry: Entry) -> dict[str, Any]:
    """Names and dates of the innovation as the unit has written them, submitted or not."""
    unsent = entry.unsent_identity or {}
    return {
        name: _from_json(name, unsent[name]) if name in unsent else getattr(entry.innovation, name)
        for name in INNOVATION_FIELDS
    }


def _from_json(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name.endswith("_on") and value else value


def last_screening(entry: Entry) -> Screening | None:
    """The last screening with `failed`: the items that did not pass."""
    return _with_failed(entry.screenings.order_by("-attempt").first())


def screening_for_unit(entry: Entry, now: datetime) -> Screening | None:
    """The same as far as the unit may know it: why it was returned or rejected; None while it waits or has passed."""
    shown = status_for_unit(entry, now)
    if shown == EntryStatus.RETURNED:
        return _with_failed(open_return(entry))
    return last_screening(entry) if shown == EntryStatus.REJECTED else None


def _with_failed(screening: Screening | None) -> Screening | None:
    if screening:
        screening.failed = list(screening.items.filter(passed=False).select_related("item"))  # type: ignore[attr-defined]
    return screening


def last_saved_at(entry: Entry) -> datetime | None:
    """When something of the working text was last saved."""
    moments = [
        entry.edited_at,
        *entry.answers.values_list("edited_at", flat=True),
        *entry.attachments.values_list("uploaded_at", flat=True),
    ]
    return max(filter(None, moments), default=None)


@dataclass(frozen=True)
class Blocker:
    """Why the entry cannot be submitted yet; `task` is the key of the task where it is mended."""

    sentence: str
    task: str


# An entry that was submitted holds its place: no limit that was lowered since takes it away.
PLACE_REASONS = frozenset({Reason.UNIT_LIMIT, Reason.AGENCY_LIMIT})
TASK_OF_REASON = {
    Reason.PARTICIPATION_LIMIT: "identity",
    Reason.IMPLEMENTATION_DATE_MISSING: "identity",
    Reason.TOO_YOUNG: "identity",
    Reason.PAPER_MISSING: "attachments",
    Reason.TOO_MANY_FILES: "attachments",
    Reason.FILE_TOO_LARGE: "attachments",
    Reason.VIDEO_LINK_MISSING: "video",
}


def entry_blockers(entry: Entry, now: datetime, *, statement: bool = True) -> list[Blocker]:
    """Everything that keeps the entry from being submitted; the statement of truth only where `statement` is False."""
    found = [
        Blocker(sentence(failure), failure.question or TASK_OF_REASON.get(failure.reason, ""))
        for failure in _failures(entry, now, statement=statement)
    ]
    if entry.category_id is None and entry.edition.categories.exists():
        found.append(Blocker("Kategori belum dipilih. Pilih kategori pada bagian Identitas.", "identity"))
    opened = open_sections(entry)
    if opened is None:
        return found
    # What a return leaves closed was accepted as it stands.
    return [blocker for blocker in found if not blocker.task or blocker.task in opened]


def entry_failures(entry: Entry, now: datetime, *, statement: bool = True) -> tuple[str, ...]:
    """The sentences of `entry_blockers`."""
    return tuple(blocker.sentence for blocker in entry_blockers(entry, now, statement=statement))


def _failures(entry: Entry, now: datetime, *, statement: bool) -> tuple[Failure, ...]:
    found = failures(entry_facts(entry, now, statement=statement), edition_rules(entry.edition))
    passed_over = set()
    if open_return(entry):
        # A correction follows the date that the screening set, which the permission checks.
        passed_over = {Reason.CLOSED, *PLACE_REASONS}
    elif is_being_revised(entry, now):
        passed_over = {*PLACE_REASONS, Reason.PARTICIPATION_LIMIT}
    return tuple(failure for failure in found if failure.reason not in passed_over)


def edition_rules(edition: Edition) -> Rules:
    """What the edition asks of an entry, as the pure rules read it."""
    stage = edition.stages.get(kind=StageKind.SUBMISSION)
    return Rules(
        opens_at=stage.opens_at,
        closes_at=stage.closes_at,
        max_participations=edition.participation_limit,
        min_age_months=edition.minimum_age_months or None,
        max_per_unit=edition.unit_limit,
        max_per_agency=edition.agency_limit,
        questions=tuple(
            QuestionRule(
                code=question.code,
                label=question.title,
                required=question.is_required,
                max_words=question.word_limit,
            )
            for question in edition.questions.all()
        ),
        papers=tuple(
            PaperRule(
                code=rule.code,
                label=rule.name,
                required=rule.is_required,
                max_files=rule.max_files,
                max_megabytes=rule.max_megabytes,
            )
            for rule in edition.attachment_rules.all()
        ),
        needs_video=edition.checklist.filter(machine_rule=MachineRule.VIDEO).exists(),
        needs_statement=True,
    )


def latest_implementation(edition: Edition) -> date | None:
    """The last day on which an innovation may have begun; None where the edition asks for no age."""
    rules = edition_rules(edition)
    if rules.min_age_months is None:
        return None
    return months_before(local_date(rules.closes_at), rules.min_age_months)


def entry_facts(entry: Entry, now: datetime, *, statement: bool) -> Facts:
    """What is known of the entry, counted without the entry itself."""
    innovation, unit = entry.innovation, entry.innovation.unit
    others = counted_entries(entry.edition, now).exclude(pk=entry.pk)
    counts = others.aggregate(
        of_unit=Count("pk", filter=Q(innovation__unit=unit)),
        of_agency=Count("pk", filter=Q(innovation__unit__agency=unit.agency_id)),
    )
    return Facts(
        now=now,
        unit_verified=unit.status == UnitStatus.VERIFIED,
        participations=years_entered(innovation, entry.edition),
        implemented_on=written_identity(entry)["implemented_on"],
        unit_entries=counts["of_unit"],
        agency_entries=counts["of_agency"],
        answers=dict(entry.answers.values_list("question__code", "text")),
        files=sizes_by_kind((attachment.kind, attachment.document.size) for attachment in attachments_of(entry)),
        video_link=entry.video_url,
        statement_accepted=statement,
    )


def years_entered(innovation: Innovation, edition: Edition) -> tuple[int, ...]:
    """The years of the other editions in which the innovation took part."""
    others = Participation.objects.filter(innovation=innovation.identity).exclude(edition=edition)
    return tuple(others.order_by("edition__year").values_list("edition__year", flat=True))


def used_up(innovation: Innovation, edition: Edition) -> str:
    years, limit = years_entered(innovation, edition), edition.participation_limit
    return sentence(Failure(reason=Reason.PARTICIPATION_LIMIT, actual=len(years), limit=limit, years=years))


def sizes_by_kind(files: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    sizes: dict[str, list[int]] = {}
    for kind, size in files:
        sizes.setdefault(kind, []).append(size)
    return sizes


def next_number(edition: Edition) -> str:
    """The next number of an entry; only safe while the caller holds the edition's numbering lock."""
    taken = Entry.objects.filter(edition=edition).exclude(number="").values_list("number", flat=True)
    return f"{max((int(number) for number in taken), default=0) + 1:03d}"


def free_ordinal(innovation: Innovation) -> int:
    """The lowest participation that the innovation has not used, whatever it was called."""
    used = set(innovation.identity.participations.values_list("ordinal", flat=True))
    return next(ordinal for ordinal in range(1, len(used) + 2) if ordinal not in used)


def working_content(entry: Entry) -> dict[str, object]:
    """The working text as it would be frozen."""
    identity, unit = written_identity(entry), entry.innovation.unit
    texts = dict(entry.answers.values_list("question_id", "text"))
    return {
        "edition": entry.edition.code,
        "number": entry.number,
        "short_name": identity["short_name"],
        "expansion": identity["expansion"],
        "unit": unit.name,
        "agency": unit.agency.name,
        "category": entry.category.name if entry.category else "",
        "dates": {
            name: day.isoformat() if (day := identity[name]) else ""
            for name in ("initiated_on", "trialled_on", "implemented_on")
        },
        "is_digital": identity["is_digital"],
        "tpb": entry.tpb,
        "transformations": list(entry.transformations.values_list("name", flat=True)),
        "team": entry.team,
        "decree_number": entry.decree_number,
        "video_url": entry.video_url,
        "answers": [_frozen_answer(question, texts.get(question.pk, "")) for question in entry.edition.questions.all()],
        "attachments": [
            {
                "kind": attachment.kind,
                "title": attachment.title,
                "name": attachment.name,
                "sha256": attachment.document.sha256,
                "size": attachment.document.size,
            }
            for attachment in attachments_of(entry)
        ],
    }


def _frozen_answer(question: Question, text: str) -> dict[str, object]:
    return {
        "code": question.code,
        "title": question.title,
        "text": text,
        "words": count_words(text),
        "word_limit": question.word_limit,
    }


def frozen_content(version: EntryVersion) -> dict[str, Any]:
    return json.loads(version.content)


def frozen_attachments(version: EntryVersion) -> list[Attachment]:
    """The attachments that the version froze, also those that the unit removed later, with the titles of that time."""
    found = {
        (attachment.kind, attachment.name, attachment.document.sha256): attachment
        for attachment in with_titles(version.entry.attachments.all())
    }
    attachments = []
    for frozen in frozen_content(version)["attachments"]:
        attachment = found[frozen["kind"], frozen["name"], frozen["sha256"]]
        # The first versions froze no title: there the rule of today answers.
        attachment.title = frozen.get("title", attachment.title)
        attachments.append(attachment)
    return attachments


def submission_event(version: EntryVersion) -> AuditEvent:
    """The link of the audit chain that tells of the submission of this version."""
    events = AuditEvent.objects.filter(kind="entry.submitted", target=target_of(version.entry))
    return events.order_by("sequence")[version.ordinal - 1]
