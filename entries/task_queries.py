"""The task list of an entry: what the unit has to fill, and how far each part is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string

from competitions.checklist import MachineRule
from competitions.models import AttachmentRule, ChecklistItem, Question
from entries.eligibility import count_words
from entries.models import Attachment, Entry
from entries.permissions import open_sections
from entries.queries import Blocker, attachments_of, entry_blockers, screening_for_unit, written_identity

# Which task mends what an item of the checklist asks, by the machine rule of the item.
TASK_OF_RULE = {
    MachineRule.AGE: "identity",
    MachineRule.DECREE: "identity",
    MachineRule.PAPERS: "attachments",
    MachineRule.VIDEO: "video",
}


class TaskState(TextChoices):
    NOT_STARTED = "not_started", "Belum diisi"
    OPTIONAL = "optional", "Tidak wajib"
    IN_PROGRESS = "in_progress", "Sedang diisi"
    COMPLETE = "complete", "Lengkap"
    NEEDS_FIX = "needs_fix", "Perlu perbaikan"


@dataclass(frozen=True)
class Task:
    """One line of an entry's task list; `words` only of an answer, `word_limit` only where there is one."""

    key: str
    title: str
    url_name: str
    url_args: tuple[int | str, ...]
    state: TaskState
    words: int | None = None
    word_limit: int | None = None
    is_open: bool = True


def task_list(entry: Entry, now: datetime, blockers: list[Blocker] | None = None) -> list[Task]:
    """What the unit has to fill, with the state of each part; pass `blockers` where they are already known."""
    if blockers is None:
        blockers = entry_blockers(entry, now)
    refused = _refused_tasks(entry, now)
    texts = dict(entry.answers.values_list("question_id", "text"))
    tasks = [
        Task("identity", "Identitas", "entries:identity", (entry.pk,), _identity_state(entry, blockers)),
        *(_question_task(entry, question, texts.get(question.pk, "")) for question in entry.edition.questions.all()),
        *_attachment_tasks(entry, blockers),
        Task("video", "Video", "entries:video", (entry.pk,), _video_state(entry)),
    ]
    opened = open_sections(entry)
    return [
        replace(
            task,
            state=TaskState.NEEDS_FIX if task.key in refused else task.state,
            is_open=opened is None or task.key in opened,
        )
        for task in tasks
    ]


def tasks_elsewhere(entries: list[Entry], now: datetime) -> dict[int, tuple[str, str, str]]:
    """What other rooms ask of the units, by entry: title, address, and what is left of it."""
    found: dict[int, tuple[str, str, str]] = {}
    for path in settings.KIKS_ENTRY_TASKS:
        found |= import_string(path)(entries, now)
    return found


@dataclass(frozen=True)
class Slot:
    """One kind of attachment with what is there; `rule` is empty where the edition no longer has the kind."""

    code: str
    title: str
    rule: AttachmentRule | None
    files: list[Attachment]

    @property
    def is_missing(self) -> bool:
        return self.rule is not None and self.rule.is_required and not self.files

    @property
    def takes_more(self) -> bool:
        """Whether a file may come; the only one of its kind is replaced."""
        return self.rule is not None and (self.rule.max_files == 1 or len(self.files) < self.rule.max_files)

    @property
    def replaces(self) -> bool:
        return self.rule is not None and self.rule.max_files == 1 and bool(self.files)


def attachment_slots(entry: Entry) -> list[Slot]:
    """What the edition asks to attach, in its order, and after that what it no longer knows."""
    files: dict[str, list[Attachment]] = {}
    for attachment in attachments_of(entry):
        files.setdefault(attachment.kind, []).append(attachment)
    known = [
        Slot(rule.code, rule.name, rule, files.pop(rule.code, [])) for rule in entry.edition.attachment_rules.all()
    ]
    return [*known, *(Slot(code, code, None, left) for code, left in files.items())]


def _question_task(entry: Entry, question: Question, text: str) -> Task:
    words, limit = count_words(text), question.word_limit
    if words == 0:
        state = TaskState.NOT_STARTED if question.is_required else TaskState.OPTIONAL
    elif limit is not None and words > limit:
        state = TaskState.NEEDS_FIX
    else:
        # A short answer blocks nothing, but it is not shown as finished either.
        state = TaskState.COMPLETE if limit is None or words * 2 >= limit else TaskState.IN_PROGRESS
    args = (entry.pk, question.code)
    return Task(question.code, question.title, "entries:answer", args, state, words, limit)


def _identity_state(entry: Entry, blockers: list[Blocker]) -> TaskState:
    if entry.edited_at is None:
        return TaskState.NOT_STARTED
    if written_identity(entry)["implemented_on"] is None or entry.team == "":
        return TaskState.IN_PROGRESS
    blocked = any(blocker.task == "identity" for blocker in blockers)
    return TaskState.NEEDS_FIX if blocked else TaskState.COMPLETE


def _attachment_tasks(entry: Entry, blockers: list[Blocker]) -> Iterator[Task]:
    """One task, unless the edition asks for nothing and nothing is there."""
    slots = attachment_slots(entry)
    if slots:
        yield Task("attachments", "Lampiran", "entries:attachments", (entry.pk,), _attachments_state(slots, blockers))


def _attachments_state(slots: list[Slot], blockers: list[Blocker]) -> TaskState:
    required = [slot for slot in slots if slot.rule is not None and slot.rule.is_required]
    missing = [slot for slot in required if slot.is_missing]
    if missing:
        return TaskState.IN_PROGRESS if len(missing) < len(required) else TaskState.NOT_STARTED
    if any(blocker.task == "attachments" for blocker in blockers):
        return TaskState.NEEDS_FIX
    return TaskState.COMPLETE if any(slot.files for slot in slots) else TaskState.OPTIONAL


def _video_state(entry: Entry) -> TaskState:
    if entry.video_url:
        return TaskState.COMPLETE
    asked = ChecklistItem.objects.filter(edition=entry.edition, machine_rule=MachineRule.VIDEO)
    return TaskState.NOT_STARTED if asked.exists() else TaskState.OPTIONAL


def _refused_tasks(entry: Entry, now: datetime) -> set[str]:
    """The tasks at which a returned entry failed the screening, and those that the committee opened for it."""
    screening = screening_for_unit(entry, now)
    failed = screening.failed if screening else []
    opened = screening.sections if screening else []
    return {TASK_OF_RULE.get(part.item.machine_rule, part.item.code) for part in failed} | set(opened)


def sections_of_items(items: Iterable[ChecklistItem], content: dict[str, Any]) -> set[str]:
    """Where the unit mends what these items found wanting in the text; what no rule can place opens nothing."""
    rules = {item.machine_rule for item in items}
    sections = {TASK_OF_RULE[rule] for rule in rules if rule in TASK_OF_RULE}
    if MachineRule.WORDS in rules:
        sections |= {answer["code"] for answer in content["answers"] if _is_of_wrong_length(answer)}
    return sections


def _is_of_wrong_length(answer: dict[str, Any]) -> bool:
    limit = answer["word_limit"]
    return answer["words"] == 0 or (limit is not None and answer["words"] > limit)
