"""Acts of the committee on the rulebook and the calendar."""

from competitions.actions.edition import (
    add_standard_checklist,
    confirm_edition_rules,
    copy_edition,
    open_edition,
    revoke_edition_rules,
)
from competitions.actions.instrument import adopt_instrument, confirm_instrument, revoke_confirmation
from competitions.actions.stage import reschedule_stage

__all__ = [
    "add_standard_checklist",
    "adopt_instrument",
    "confirm_edition_rules",
    "confirm_instrument",
    "copy_edition",
    "open_edition",
    "reschedule_stage",
    "revoke_confirmation",
    "revoke_edition_rules",
]
