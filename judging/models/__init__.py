"""The panel, rounds and sheets, results, official records and publications."""

from judging.models.panel import Assignment, AssignmentDraw, Judge, Recusal
from judging.models.presentation import Break, Guest, OrderDraw, Presentation, PresentationDay
from judging.models.publication import Publication, PublishedFile
from judging.models.record import Certificate, CertificateRun, OfficialRecord, Signatory
from judging.models.result import Award, LateFinding, Placing, Ranking, SettledTie
from judging.models.round import Round, RoundComponent, RoundInstrument, TieBreaker
from judging.models.sheet import CriterionComment, Mark, PaperTyping, PrivateNote, ScoreSheet
from judging.models.sheet_paper import SheetPaper

__all__ = [
    "Assignment",
    "AssignmentDraw",
    "Award",
    "Break",
    "Certificate",
    "CertificateRun",
    "CriterionComment",
    "Guest",
    "Judge",
    "LateFinding",
    "Mark",
    "OfficialRecord",
    "OrderDraw",
    "PaperTyping",
    "Placing",
    "Presentation",
    "PresentationDay",
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
