"""What a judge wrote beside the marks, and why the committee gave a sheet back; for the judge's own pages."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from judging.models import CriterionComment, ScoreSheet
from judging.states import SheetStatus
from kiks.audit import target_of
from kiks.models import AuditEvent


class Reopening(NamedTuple):
    """The committee's words to the judge."""

    reason: str
    at: datetime


def tidy(text: str) -> str:
    """As it is kept: one kind of line ending, whether a form or the script sent it."""
    return text.replace("\r\n", "\n").strip()


def comments_on(sheets: Iterable[int]) -> dict[int, dict[int, CriterionComment]]:
    """By keys of sheet and criterion; one that was emptied stays among them, with its version."""
    found: dict[int, dict[int, CriterionComment]] = {}
    for comment in CriterionComment.objects.filter(sheet__in=sheets).select_related("criterion"):
        found.setdefault(comment.sheet_id, {})[comment.criterion_id] = comment
    return found


def criterion_comments(sheets: Iterable[int]) -> dict[int, dict[str, str]]:
    """What stands on the sheets with these keys, by sheet and code of the criterion."""
    return {
        sheet: {row.criterion.code: row.text for row in rows.values() if row.text}
        for sheet, rows in comments_on(sheets).items()
    }


def reopenings(sheets: Iterable[ScoreSheet]) -> Mapping[int, Reopening]:
    """Of each sheet that the committee gave back and that was not handed in again: why, by its key."""
    waiting = {target_of(sheet): sheet.pk for sheet in sheets if sheet.status == SheetStatus.OPEN}
    events = AuditEvent.objects.filter(kind="sheet.reopened", target__in=waiting).order_by("sequence")
    return {waiting[event.target]: Reopening(_reason(event), event.at) for event in events}


def _reason(event: AuditEvent) -> str:
    return json.loads(event.body)["data"]["reason"]
