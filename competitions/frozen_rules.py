"""Triggers that keep the rulebook of an edition as it was confirmed; taking the confirmation back opens it again."""

import pgtrigger

from kiks.triggers import OfficialTrigger

RULE_FIELDS = (
    "participation_limit",
    "minimum_age_months",
    "unit_limit",
    "agency_limit",
    "rejection_frees_participation",
    "rejection_needs_second",
    "objection_days",
)
REFUSAL = "RAISE EXCEPTION 'The rules of this edition are confirmed: take the confirmation back first.';"


def rows_stay() -> OfficialTrigger:
    """Rows of the rulebook are neither added nor changed nor deleted while the rules of their edition are confirmed."""
    return OfficialTrigger(
        name="confirmed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("touched", "BIGINT[]")],
        # The lock waits for whoever confirms at this moment, and then sees the confirmation.
        func=f"""
            IF TG_OP <> 'INSERT' THEN touched := touched || OLD.edition_id; END IF;
            IF TG_OP <> 'DELETE' THEN touched := touched || NEW.edition_id; END IF;
            PERFORM 1 FROM competitions_edition WHERE id = ANY(touched) ORDER BY id FOR SHARE;
            IF EXISTS (SELECT FROM competitions_edition WHERE id = ANY(touched) AND rules_confirmed_at IS NOT NULL)
            THEN {REFUSAL} END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def fields_stay() -> OfficialTrigger:
    """The same for rules that are fields of the edition itself."""
    old, new = (", ".join(f"{row}.{name}" for name in RULE_FIELDS) for row in ("OLD", "NEW"))
    return OfficialTrigger(
        name="confirmed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.rules_confirmed_at IS NOT NULL AND NEW.rules_confirmed_at IS NOT NULL
               AND ({old}) IS DISTINCT FROM ({new})
            THEN {REFUSAL} END IF;
            RETURN NEW;
        """,
    )
