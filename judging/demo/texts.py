"""The made-up edition as pure data and texts: the door for everybody else."""

from judging.demo.choosing import DemoInnovation, EarlierParticipation, Flaw, UnitRef, innovations
from judging.demo.marking import marks
from judging.demo.script import DemoScript, load
from judging.demo.writing import proposal

__all__ = [
    "DemoInnovation",
    "DemoScript",
    "EarlierParticipation",
    "Flaw",
    "UnitRef",
    "innovations",
    "load",
    "marks",
    "proposal",
]
