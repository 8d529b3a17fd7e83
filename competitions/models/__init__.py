"""The rulebook and the calendar of an edition: rows of data, never constants."""

from competitions.models.edition import Edition, ReportedFigure, Stage, StageChange, StageKind, Sureness
from competitions.models.form import AttachmentRule, Category, ChecklistItem, Question, Transformation
from competitions.models.instrument import Criterion, Instrument

__all__ = [
    "AttachmentRule",
    "Category",
    "ChecklistItem",
    "Criterion",
    "Edition",
    "Instrument",
    "Question",
    "ReportedFigure",
    "Stage",
    "StageChange",
    "StageKind",
    "Sureness",
    "Transformation",
]
