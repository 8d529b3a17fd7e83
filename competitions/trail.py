"""What the audit trail knows of the rulebook: which rows belong to an edition."""

from kiks.trail.rooms import TrailRoom

ROOM = TrailRoom(
    parts={
        "competitions.Edition": {
            "competitions.Stage": "edition",
            "competitions.StageChange": "stage__edition",
            "competitions.Category": "edition",
            "competitions.Question": "edition",
            "competitions.AttachmentRule": "edition",
            "competitions.ChecklistItem": "edition",
            "competitions.Instrument": "edition",
            "competitions.Criterion": "instrument__edition",
        },
        "competitions.Instrument": {"competitions.Criterion": "instrument"},
        "competitions.Stage": {"competitions.StageChange": "stage"},
    }
)
