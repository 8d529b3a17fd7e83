"""What the audit trail knows of judging: what belongs to whom, and which marks the committee must not read yet."""

import json
from collections.abc import Sequence

from judging import visibility
from judging.models import Mark, Round, ScoreSheet
from judging.queries import phase_of
from kiks.models import AuditEvent
from kiks.trail.rooms import TrailRoom

MARKS = f"{Mark._meta.db_table}:"


def hidden_marks(events: Sequence[AuditEvent]) -> set[int]:
    """Row events of marks in rounds whose figures the committee does not see yet; a sheet that is unknown hides too."""
    sheets = {event.pk: _sheet_of(event) for event in events if event.target.startswith(MARKS)}
    if not sheets:
        return set()
    rounds = Round.objects.filter(assignments__sheets__in={pk for pk in sheets.values() if pk}).distinct()
    open_to_committee = {
        round_.pk
        for round_ in rounds
        if visibility.may_see(
            # Whether it is published makes no difference to what the committee sees of figures.
            phase_of(round_, is_published=False),
            visibility.Viewer.COMMITTEE,
            visibility.Item.OTHER_SHEET,
        )
    }
    shown = set(
        ScoreSheet.objects.filter(pk__in=sheets.values(), assignment__round__in=open_to_committee)
        .order_by()
        .values_list("pk", flat=True)
    )
    return {event for event, sheet in sheets.items() if sheet not in shown}


def _sheet_of(event: AuditEvent) -> int | None:
    try:
        data = json.loads(event.body)["data"]
        return (data.get("new") or data.get("old"))["sheet_id"]
    except (ValueError, KeyError, TypeError):
        return None


def name_of_mark(mark: Mark) -> str:
    """Never with the mark itself."""
    return f"{mark.sheet}: {mark.criterion}"


ROOM = TrailRoom(
    parts={
        "entries.Entry": {
            "judging.Assignment": "entry",
            "judging.Recusal": "entry",
            "judging.ScoreSheet": "assignment__entry",
            "judging.PaperTyping": "sheet__assignment__entry",
            "judging.LateFinding": "entry",
            "judging.Mark": "sheet__assignment__entry",
            "judging.Award": "entry",
        },
        "judging.Judge": {
            "judging.Assignment": "judge",
            "judging.Recusal": "judge",
            "judging.ScoreSheet": "assignment__judge",
            "judging.Mark": "sheet__assignment__judge",
        },
        "judging.Assignment": {"judging.ScoreSheet": "assignment", "judging.Mark": "sheet__assignment"},
        "judging.ScoreSheet": {"judging.Mark": "sheet", "judging.PaperTyping": "sheet"},
        "judging.Round": {
            "judging.RoundInstrument": "round",
            "judging.RoundComponent": "round",
            "judging.TieBreaker": "round",
            "judging.AssignmentDraw": "round",
            "judging.Ranking": "round",
            "judging.LateFinding": "round",
            "judging.SettledTie": "round",
        },
        "competitions.Edition": {"judging.Round": "edition", "judging.Judge": "edition"},
        "kiks.User": {"judging.Judge": "user"},
    },
    names={"judging.Mark": name_of_mark},
    hidden=hidden_marks,
)
