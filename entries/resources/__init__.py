"""Tables of places, units, people and history that come in from a spreadsheet and go out to one."""

from entries.resources.history import ParticipationResource
from entries.resources.members import UnitMemberResource
from entries.resources.places import AgencyResource, DistrictResource, VillageResource
from entries.resources.units import ServiceUnitResource

__all__ = [
    "AgencyResource",
    "DistrictResource",
    "ParticipationResource",
    "ServiceUnitResource",
    "UnitMemberResource",
    "VillageResource",
]
