"""The panel, rounds and sheets, results, official records and publications."""

from judging.models.panel import Assignment, AssignmentDraw, Judge, Recusal
from judging.models.publication import Publication, PublishedFile
from judging.models.record import Certificate, CertificateRun, OfficialRecord, Signatory
from judging.models.result import Award, LateFinding, Placing, Ranking, SettledTie
from judging.models.round import Presentation, Round, RoundComponent, RoundInstrument, TieBreaker
from judging.models.sheet import CriterionComment, Mark, PaperTyping, PrivateNote, ScoreSheet
from judging.models.sheet_paper import SheetPaper

__all__ = [
    "Assignment",
    "AssignmentDraw",
    "Award",
    "Certificate",
    "CertificateRun",
    "CriterionComment",
    "Judge",
    "LateFinding",
    "Mark",
    "OfficialRecord",
    "PaperTyping",
    "Placing",
    "Presentation",
    "PrivateNote",
    "Publication",
    "PublishedFile",
    "Ranking",
    "Recusal",
    "Round",
    "RoundComponent",
    "RoundInstrument",
    "ScoreSheet",
    "SettledTie",
    "SheetPaper",
    "Signatory",
    "TieBreaker",
]
