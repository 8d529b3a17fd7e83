"""What a viewer sees of a round in each phase: pure, one table."""

from enum import Enum


class Phase(Enum):
    INDEPENDENT = "independent"  # the round is open, every judge works alone
    SETTLING = "settling"  # the sheets are locked, the plenary settles ties
    CLOSED = "closed"  # the ranking is confirmed, the record is being signed
    PUBLISHED = "published"


class Viewer(Enum):
    JUDGE = "judge"
    COMMITTEE = "committee"
    UNIT = "unit"
    PUBLIC = "public"


class Item(Enum):
    OWN_SHEET = "own_sheet"
    OTHER_SHEET = "other_sheet"  # also counts, averages and anything else computed from another's marks
    PROGRESS = "progress"  # who has handed in how much, without a figure
    LOCKED_DIGEST = "locked_digest"
    RANKING = "ranking"
    TIED_GROUPS = "tied_groups"
    RECORD = "record"
    BUNDLE = "bundle"


NOTHING: frozenset[Item] = frozenset()
EVERYTHING = frozenset(Item)
DIGEST = frozenset({Item.LOCKED_DIGEST})
OWN = frozenset({Item.OWN_SHEET})
AT_THE_TABLE = OWN | DIGEST | {Item.TIED_GROUPS}
DESK = frozenset({Item.PROGRESS})
FIGURES = DESK | DIGEST | {Item.OTHER_SHEET, Item.RANKING, Item.TIED_GROUPS}

# A row only ever grows to the right: what somebody has seen is not taken back.
TABLE: dict[Viewer, dict[Phase, frozenset[Item]]] = {
    Viewer.JUDGE: {
        Phase.INDEPENDENT: OWN,
        Phase.SETTLING: AT_THE_TABLE,
        Phase.CLOSED: AT_THE_TABLE | {Item.RECORD},
        Phase.PUBLISHED: EVERYTHING,
    },
    Viewer.COMMITTEE: {
        Phase.INDEPENDENT: DESK,
        Phase.SETTLING: FIGURES,
        Phase.CLOSED: FIGURES | {Item.RECORD, Item.BUNDLE},
        Phase.PUBLISHED: EVERYTHING,
    },
    Viewer.UNIT: {
        Phase.INDEPENDENT: NOTHING,
        Phase.SETTLING: DIGEST,
        Phase.CLOSED: DIGEST,
        Phase.PUBLISHED: EVERYTHING,
    },
    Viewer.PUBLIC: {
        Phase.INDEPENDENT: NOTHING,
        Phase.SETTLING: DIGEST,
        Phase.CLOSED: DIGEST,
        Phase.PUBLISHED: EVERYTHING,
    },
}


def may_see(phase: Phase, viewer: Viewer, item: Item) -> bool:
    return item in TABLE[viewer][phase]
