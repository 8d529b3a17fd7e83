"""The only path by which an event enters an audit chain."""

from django.db import migrations

CREATE = """
CREATE FUNCTION kiks_append_event(
    p_chain text, p_kind text, p_target text, p_actor bigint, p_at timestamptz, p_data jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head record;
    moment timestamptz;
    event_body text;
    digest text;
BEGIN
    PERFORM set_config('kiks.appending', 'on', true);
    INSERT INTO kiks_chainhead (chain, sequence, hash) VALUES (p_chain, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
    SELECT sequence, hash INTO head FROM kiks_chainhead WHERE chain = p_chain FOR UPDATE;
    moment := clock_timestamp();
    p_at := coalesce(p_at, moment);
    event_body := jsonb_build_object(
        'chain', p_chain, 'sequence', head.sequence + 1, 'kind', p_kind, 'target', p_target, 'actor', p_actor,
        'at', to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'recorded_at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'transaction', pg_current_xact_id()::text, 'role', session_user, 'data', p_data)::text;
    digest := encode(sha256(convert_to(head.hash || event_body, 'UTF8')), 'hex');
    INSERT INTO kiks_auditevent (chain, sequence, kind, target, actor_id, at, recorded_at, body, previous_hash, hash)
        VALUES (p_chain, head.sequence + 1, p_kind, p_target, p_actor, p_at, moment, event_body, head.hash, digest);
    UPDATE kiks_chainhead SET sequence = head.sequence + 1, hash = digest WHERE chain = p_chain;
    PERFORM set_config('kiks.appending', '', true);
    RETURN head.sequence + 1;
END;
$$;
"""
SIGNATURE = "kiks_append_event(text, text, text, bigint, timestamptz, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("kiks", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, f"DROP FUNCTION {SIGNATURE}")]
