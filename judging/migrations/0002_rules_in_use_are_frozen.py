"""Instruments and criteria that an opened round uses never change.

A trigger here and not on the models: competitions must not know judging.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION judging_rules_in_use_are_frozen() RETURNS TRIGGER AS $$
DECLARE
    used_instrument bigint;
    old_rules jsonb;
    new_rules jsonb;
BEGIN
    old_rules := to_jsonb(OLD);
    IF TG_OP = 'UPDATE' THEN new_rules := to_jsonb(NEW); END IF;
    used_instrument := CASE WHEN TG_TABLE_NAME = 'competitions_criterion'
        THEN (old_rules ->> 'instrument_id')::bigint ELSE (old_rules ->> 'id')::bigint END;
    IF old_rules IS DISTINCT FROM new_rules AND EXISTS (
        SELECT 1 FROM judging_roundinstrument i JOIN judging_round r ON r.id = i.round_id
        WHERE i.instrument_id = used_instrument AND r.status <> 'draft')
    THEN RAISE EXCEPTION 'The instruments of an opened round are frozen.'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION judging_no_late_criterion() RETURNS TRIGGER AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM judging_roundinstrument i JOIN judging_round r ON r.id = i.round_id
        WHERE i.instrument_id = NEW.instrument_id AND r.status <> 'draft')
    THEN RAISE EXCEPTION 'The instruments of an opened round are frozen.'; END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER judging_frozen BEFORE UPDATE OR DELETE ON competitions_criterion
    FOR EACH ROW EXECUTE FUNCTION judging_rules_in_use_are_frozen();
CREATE TRIGGER judging_frozen BEFORE UPDATE OR DELETE ON competitions_instrument
    FOR EACH ROW EXECUTE FUNCTION judging_rules_in_use_are_frozen();
CREATE TRIGGER judging_no_late BEFORE INSERT ON competitions_criterion
    FOR EACH ROW EXECUTE FUNCTION judging_no_late_criterion();
ALTER TABLE competitions_criterion ENABLE ALWAYS TRIGGER judging_frozen;
ALTER TABLE competitions_instrument ENABLE ALWAYS TRIGGER judging_frozen;
ALTER TABLE competitions_criterion ENABLE ALWAYS TRIGGER judging_no_late;
"""
DROP = """
DROP TRIGGER judging_frozen ON competitions_criterion;
DROP TRIGGER judging_frozen ON competitions_instrument;
DROP TRIGGER judging_no_late ON competitions_criterion;
DROP FUNCTION judging_rules_in_use_are_frozen();
DROP FUNCTION judging_no_late_criterion();
"""


class Migration(migrations.Migration):
    dependencies = [("judging", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
