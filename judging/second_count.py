"""The scoring rules a second time, written as one SQL query: PostgreSQL's exact numeric, nothing of judging.scoring."""

import json
from typing import Any

from django.db import connection, transaction

# div() is exact and cuts off, so half up is div(2 x numerator + denominator, 2 x denominator), everywhere below.
# `whole` and `common` make weight x mark / max a decimal without division: factor x mark / common.
QUERY = """
WITH RECURSIVE given AS (
    SELECT b, (b->>'cutoff')::int AS cutoff,
        ('1' || repeat('0', (b->>'decimals')::int))::numeric AS unit,
        CASE (b->>'decimals')::int WHEN 0 THEN 1
            ELSE ('0.' || repeat('0', (b->>'decimals')::int - 1) || '1')::numeric END AS smallest
    FROM (SELECT %s::jsonb AS b) AS bundle
), criterion AS (
    SELECT i->>'code' AS instrument, (i->>'share')::numeric AS share, c->>'code' AS code,
        (c->>'weight')::numeric AS weight, (c->>'max')::numeric AS top
    FROM given, jsonb_array_elements(b->'instruments') AS i, jsonb_array_elements(i->'criteria') AS c
), places AS (
    SELECT ('1' || repeat('0', coalesce(max(scale(top)), 0)))::numeric AS shift FROM criterion
), tops AS (
    SELECT row_number() OVER () AS n, whole
    FROM (SELECT DISTINCT trunc(top * shift) AS whole FROM criterion, places) AS found
), fold (n, common) AS (
    SELECT 0::bigint, 1::numeric
    UNION ALL SELECT tops.n, lcm(common, whole) FROM fold JOIN tops ON tops.n = fold.n + 1
), base AS (
    SELECT common FROM fold ORDER BY n DESC LIMIT 1
), factor AS (
    SELECT instrument, share, code, top, weight * shift * div(common, trunc(top * shift)) AS factor
    FROM criterion, places, base
), mark AS (
    SELECT s->>'entry' AS entry, s->>'judge' AS judge, s->>'instrument' AS instrument, m.key AS code,
        m.value::numeric AS mark
    FROM given, jsonb_array_elements(b->'sheets') AS s, jsonb_each_text(s->'marks') AS m
    WHERE (s->>'counted')::boolean
), sheet AS (
    SELECT entry, judge, instrument, share, sum(factor * mark) AS points
    FROM mark JOIN factor USING (instrument, code) GROUP BY entry, judge, instrument, share
), per_instrument AS (
    SELECT entry, jsonb_object_agg(instrument, (units * smallest)::text) AS parts
    FROM given, (
        SELECT entry, instrument, div(2 * sum(points) * unit + count(*) * common, 2 * count(*) * common) AS units
        FROM sheet, base, given GROUP BY entry, instrument, unit, common
    ) AS rounded GROUP BY entry
), per_judge AS (
    SELECT entry, jsonb_object_agg(judge, (units * smallest)::text) AS parts
    FROM given, (
        SELECT entry, judge, div(2 * sum(share * points) * unit + 100 * common, 200 * common) AS units
        FROM sheet, base, given GROUP BY entry, judge, unit, common
    ) AS rounded GROUP BY entry
), score AS (
    SELECT entry, count(DISTINCT judge) AS judges,
        div(2 * sum(share * points) * unit + 100 * count(DISTINCT judge) * common,
            200 * count(DISTINCT judge) * common) AS units
    FROM sheet, base, given GROUP BY entry, unit, common
), round_tie AS (
    SELECT entry, array_agg(units ORDER BY n) AS ties
    FROM (
        SELECT entry, n, div(200 * sum(mark) * unit + count(*) * top, 2 * count(*) * top) AS units
        FROM given, jsonb_array_elements_text(b->'tie_breakers') WITH ORDINALITY AS breaker (name, n)
        JOIN factor ON factor.instrument || '.' || factor.code = breaker.name
        JOIN mark USING (instrument, code)
        GROUP BY entry, n, unit, top
    ) AS rounded GROUP BY entry
), part AS (
    SELECT r->>'code' AS code, (r->>'share')::numeric AS share, s.key AS entry, trunc(s.value::numeric * unit) AS units
    FROM given, jsonb_array_elements(b->'rounds') AS r, jsonb_each_text(r->'scores') AS s
), final_tie AS (
    SELECT entry, array_agg(units ORDER BY n) AS ties
    FROM given, jsonb_array_elements_text(b->'tie_breakers') WITH ORDINALITY AS breaker (code, n)
    JOIN part USING (code) GROUP BY entry
), figure AS (
    SELECT entry, units, ties, jsonb_build_object('judges', judges, 'per_instrument', per_instrument.parts,
        'per_judge', per_judge.parts) AS details
    FROM score JOIN per_instrument USING (entry) JOIN per_judge USING (entry) LEFT JOIN round_tie USING (entry)
    UNION ALL
    SELECT entry, div(2 * sum(share * units) + 100, 200), ties,
        jsonb_build_object('per_round', jsonb_object_agg(code, (units * smallest)::text))
    FROM given, part LEFT JOIN final_tie USING (entry) GROUP BY entry, ties
), settled AS (
    SELECT o.entry, o.n
    FROM given, jsonb_array_elements(b->'settled_ties') AS t,
        jsonb_array_elements_text(t->'order') WITH ORDINALITY AS o (entry, n)
), placed AS (
    SELECT entry, units, details, rank() OVER w AS position,
        count(*) OVER (PARTITION BY units, ties, coalesce(n, 0)) AS size
    FROM figure LEFT JOIN settled USING (entry)
    WINDOW w AS (ORDER BY units DESC, ties DESC, coalesce(n, 0))
), shown AS (
    SELECT position, size, entry, details || jsonb_build_object(
        'entry', entry, 'score', (units * smallest)::text, 'position', position, 'tied', size > 1,
        'advances', CASE WHEN cutoff IS NULL OR position > cutoff THEN false
            WHEN position + size - 1 <= cutoff THEN true END) AS told
    FROM placed, given
)
SELECT jsonb_build_object(
    'placings', (SELECT jsonb_agg(told ORDER BY position, entry COLLATE "C") FROM shown),
    'open_ties', coalesce((
        SELECT jsonb_agg(members ORDER BY position)
        FROM (SELECT position, jsonb_agg(entry ORDER BY entry COLLATE "C") AS members
            FROM shown WHERE size > 1 GROUP BY position) AS tied
    ), '[]'::jsonb)
)::text
"""


def rank_in_sql(bundle: str) -> dict[str, Any]:
    """The result of a sound bundle as the database computes it, in the shape of `judging.scoring.rank_text`."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Compiling the query costs twenty times what running it does.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(QUERY, [bundle])
        found: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return found
