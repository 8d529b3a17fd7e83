"""The panel, rounds and sheets, results, official records and publications."""

from judging.models.panel import Assignment, Judge, Recusal
from judging.models.publication import Publication, PublishedFile
from judging.models.record import Certificate, OfficialRecord, Signatory
from judging.models.result import Award, Placing, Ranking, SettledTie
from judging.models.round import Presentation, Round, RoundComponent, RoundInstrument, TieBreaker
from judging.models.sheet import Mark, ScoreSheet

__all__ = [
    "Assignment",
    "Award",
    "Certificate",
    "Judge",
    "Mark",
    "OfficialRecord",
    "Placing",
    "Presentation",
    "Publication",
    "PublishedFile",
    "Ranking",
    "Recusal",
    "Round",
    "RoundComponent",
    "RoundInstrument",
    "ScoreSheet",
    "SettledTie",
    "Signatory",
    "TieBreaker",
]
