"""Units, innovations, their entries, and screening."""

from entries.models.entry import Answer, Attachment, EarlierAnswer, Entry, EntryVersion
from entries.models.innovation import Innovation, LikelyTwin, Participation, StageReached, TwinStatement
from entries.models.screening import Objection, Screening, ScreeningItem
from entries.models.unit import Agency, AgencyKind, District, ServiceUnit, UnitKind, UnitMember, UnitName, Village

__all__ = [
    "Agency",
    "AgencyKind",
    "Answer",
    "Attachment",
    "District",
    "EarlierAnswer",
    "Entry",
    "EntryVersion",
    "Innovation",
    "LikelyTwin",
    "Objection",
    "Participation",
    "Screening",
    "ScreeningItem",
    "ServiceUnit",
    "StageReached",
    "TwinStatement",
    "UnitKind",
    "UnitMember",
    "UnitName",
    "Village",
]
