"""Bringing parts of the working text back to the version that was submitted last."""

from collections.abc import Set
from datetime import datetime
from typing import Any

from entries.actions.answers import earlier_of
from entries.models import EarlierAnswer, Entry
from entries.queries import frozen_attachments, frozen_content
from entries.revisions import ATTACHMENTS, IDENTITY, VIDEO
from kiks.models import User


def put_back(entry: Entry, keys: Set[str], *, by: User, now: datetime) -> None:
    """The sections `keys` as they were submitted; the caller holds the locks of a submission."""
    content = frozen_content(entry.current_version)  # type: ignore[arg-type]  # it was submitted
    if IDENTITY in keys:
        _put_back_identity(entry, content)
    if VIDEO in keys:
        entry.video_url = content["video_url"]
    if keys & {IDENTITY, VIDEO}:
        entry.edited_at, entry.edited_by = now, by
    entry.save()
    _put_back_answers(entry, {answer["code"]: answer["text"] for answer in content["answers"]}, keys, by, now)
    if ATTACHMENTS in keys:
        _put_back_attachments(entry, by, now)


def _put_back_identity(entry: Entry, content: dict[str, Any]) -> None:
    # The names and dates of the innovation are those of the version already: what was written since stood beside it.
    entry.unsent_identity = None
    entry.team, entry.decree_number, entry.tpb = content["team"], content["decree_number"], content["tpb"]
    entry.category = entry.edition.categories.filter(name=content["category"]).first() or entry.category
    named = content.get("transformations", [])
    entry.transformations.set(entry.edition.transformations.filter(name__in=named))


def _put_back_answers(entry: Entry, texts: dict[str, str], keys: Set[str], by: User, now: datetime) -> None:
    """What stood there stays as an earlier answer, to see and to bring back."""
    for answer in entry.answers.filter(question__code__in=keys).select_related("question"):
        text = texts.get(answer.question.code, "")
        if answer.text == text:
            continue
        EarlierAnswer.objects.bulk_create([earlier_of(answer)], ignore_conflicts=True)
        answer.text, answer.version = text, answer.version + 1
        answer.edited_at, answer.edited_by = now, by
        answer.save()


def _put_back_attachments(entry: Entry, by: User, now: datetime) -> None:
    frozen = [attachment.pk for attachment in frozen_attachments(entry.current_version)]  # type: ignore[arg-type]
    entry.attachments.filter(removed_at__isnull=True).exclude(pk__in=frozen).update(removed_at=now, removed_by=by)
    entry.attachments.filter(pk__in=frozen).update(removed_at=None, removed_by=None)
