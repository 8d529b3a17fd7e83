"""The task list of an entry: what the unit has to fill, and how far each part is."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import TextChoices

from competitions.checklist import MachineRule
from competitions.models import Question
from entries.eligibility import count_words
from entries.models import Entry
from entries.queries import PAPERS, Blocker, attachments_of, entry_blockers, last_screening
from entries.states import EntryStatus

# Which task mends what an item of the checklist asks, by the machine rule of the item.
TASK_OF_RULE = {
    MachineRule.AGE: "identity",
    MachineRule.DECREE: "identity",
    MachineRule.PAPERS: "attachments",
    MachineRule.VIDEO: "video",
}


class TaskState(TextChoices):
    NOT_STARTED = "not_started", "Belum diisi"
    IN_PROGRESS = "in_progress", "Sedang diisi"
    COMPLETE = "complete", "Lengkap"
    NEEDS_FIX = "needs_fix", "Perlu perbaikan"


@dataclass(frozen=True)
class Task:
    """One line of an entry's task list; `words` and `word_limit` only where words are counted."""

    key: str
    title: str
    url_name: str
    url_args: tuple[int | str, ...]
    state: TaskState
    words: int | None = None
    word_limit: int | None = None


def task_list(entry: Entry, now: datetime, blockers: list[Blocker] | None = None) -> list[Task]:
    """What the unit has to fill, with the state of each part; pass `blockers` where they are already known."""
    if blockers is None:
        blockers = entry_blockers(entry, now)
    refused = _refused_tasks(entry)
    texts = dict(entry.answers.values_list("question_id", "text"))
    tasks = [
        Task("identity", "Identitas", "entries:identity", (entry.pk,), _identity_state(entry, blockers)),
        *(_question_task(entry, question, texts.get(question.pk, "")) for question in entry.edition.questions.all()),
        Task("attachments", "Lampiran", "entries:attachments", (entry.pk,), _attachments_state(entry)),
        Task(
            "video",
            "Video",
            "entries:video",
            (entry.pk,),
            TaskState.COMPLETE if entry.video_url else TaskState.NOT_STARTED,
        ),
    ]
    return [replace(task, state=TaskState.NEEDS_FIX) if task.key in refused else task for task in tasks]


def missing_papers(entry: Entry) -> list[str]:
    """The papers of the administrative package that are not attached yet; the screening asks for them."""
    present = {attachment.kind for attachment in attachments_of(entry)}
    return [kind.label for kind in PAPERS if kind not in present]


def _question_task(entry: Entry, question: Question, text: str) -> Task:
    words = count_words(text)
    if words > question.word_limit:
        state = TaskState.NEEDS_FIX
    elif words == 0:
        state = TaskState.NOT_STARTED
    else:
        # A short answer blocks nothing, but it is not shown as finished either.
        state = TaskState.COMPLETE if words * 2 >= question.word_limit else TaskState.IN_PROGRESS
    args = (entry.pk, question.code)
    return Task(question.code, question.title, "entries:answer", args, state, words, question.word_limit)


def _identity_state(entry: Entry, blockers: list[Blocker]) -> TaskState:
    innovation = entry.innovation
    if entry.edited_at is None:
        return TaskState.NOT_STARTED
    if innovation.implemented_on is None or entry.team == "":
        return TaskState.IN_PROGRESS
    blocked = any(blocker.task == "identity" for blocker in blockers)
    return TaskState.NEEDS_FIX if blocked else TaskState.COMPLETE


def _attachments_state(entry: Entry) -> TaskState:
    missing = missing_papers(entry)
    if not missing:
        return TaskState.COMPLETE
    return TaskState.IN_PROGRESS if len(missing) < len(PAPERS) else TaskState.NOT_STARTED


def _refused_tasks(entry: Entry) -> set[str]:
    """The tasks at which a returned entry failed the screening."""
    screening = last_screening(entry) if entry.status == EntryStatus.RETURNED else None
    failed = screening.failed if screening else []
    return {TASK_OF_RULE.get(part.item.machine_rule, part.item.code) for part in failed}
