"""Units, innovations, their entries, and screening."""

from entries.models.entry import Answer, Attachment, Entry, EntryVersion
from entries.models.innovation import Innovation, Participation
from entries.models.screening import Objection, Screening, ScreeningItem
from entries.models.unit import Agency, District, ServiceUnit, UnitMember, UnitName, Village

__all__ = [
    "Agency",
    "Answer",
    "Attachment",
    "District",
    "Entry",
    "EntryVersion",
    "Innovation",
    "Objection",
    "Participation",
    "Screening",
    "ScreeningItem",
    "ServiceUnit",
    "UnitMember",
    "UnitName",
    "Village",
]
