"""Many events in one transaction: find the head of the chain by its place, not through all its dead versions.

Every event updates the head. The index leads to each version that this transaction has left behind, so that an import of
some thousand rows took time in the square of the rows. The place of the newest version is remembered in a setting of the
transaction. It is a hint that nothing trusts: a row there counts only if it is visible and of this chain.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION kiks_append_event(
    p_chain text, p_kind text, p_target text, p_actor bigint, p_at timestamptz, p_data jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hint text := 'kiks.head_' || md5(p_chain);
    place tid := nullif(current_setting(hint, true), '')::tid;
    head record;
    moment timestamptz;
    event_body text;
    digest text;
BEGIN
    IF place IS NOT NULL THEN
        SELECT sequence, hash INTO head FROM kiks_chainhead WHERE ctid = place AND chain = p_chain;
    END IF;
    IF place IS NULL OR NOT FOUND THEN
        INSERT INTO kiks_chainhead (chain, sequence, hash) VALUES (p_chain, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
        SELECT ctid AS place, sequence, hash INTO head FROM kiks_chainhead WHERE chain = p_chain FOR UPDATE;
        place := head.place;
    END IF;
    moment := clock_timestamp();
    p_at := coalesce(p_at, moment);
    event_body := jsonb_build_object(
        'chain', p_chain, 'sequence', head.sequence + 1, 'kind', p_kind, 'target', p_target, 'actor', p_actor,
        'at', to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'recorded_at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'transaction', pg_current_xact_id()::text, 'role', session_user, 'data', p_data)::text;
    digest := encode(sha256(convert_to(head.hash || event_body, 'UTF8')), 'hex');
    PERFORM set_config('kiks.appending', 'on', true);
    INSERT INTO kiks_auditevent (chain, sequence, kind, target, actor_id, at, recorded_at, body, previous_hash, hash)
        VALUES (p_chain, head.sequence + 1, p_kind, p_target, p_actor, p_at, moment, event_body, head.hash, digest);
    PERFORM set_config('kiks.appending', '', true);
    UPDATE kiks_chainhead SET sequence = head.sequence + 1, hash = digest
        WHERE ctid = place AND chain = p_chain AND sequence = head.sequence
        RETURNING ctid INTO place;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The head of audit chain % has moved.', p_chain;
    END IF;
    PERFORM set_config(hint, place::text, true);
    RETURN head.sequence + 1;
END;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kiks", "0004_accounts")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
