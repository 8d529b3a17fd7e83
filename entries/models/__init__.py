"""Units, innovations, their entries, and screening."""

from entries.models.announcement import ScreeningAnnouncement, ScreeningShare
from entries.models.entry import Answer, Attachment, EarlierAnswer, Entry, EntryVersion
from entries.models.innovation import (
    Innovation,
    LikelyTwin,
    Participation,
    StageReached,
    TwinStatement,
    TwinVerdict,
    Verdict,
)
from entries.models.resemblance import Fingerprint, Resemblance
from entries.models.screening import Objection, ProposedRejection, Screening, ScreeningItem, ScreeningReopening
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
    "Fingerprint",
    "Innovation",
    "LikelyTwin",
    "Objection",
    "Participation",
    "ProposedRejection",
    "Resemblance",
    "Screening",
    "ScreeningAnnouncement",
    "ScreeningItem",
    "ScreeningReopening",
    "ScreeningShare",
    "ServiceUnit",
    "StageReached",
    "TwinStatement",
    "TwinVerdict",
    "UnitKind",
    "UnitMember",
    "UnitName",
    "Verdict",
    "Village",
]
