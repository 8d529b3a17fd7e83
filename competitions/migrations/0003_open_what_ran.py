"""Editions that ran before opening was an act of its own are open, and get the attachments that were built in."""

from django.db import migrations

RULES = """
    INSERT INTO competitions_attachmentrule
        (edition_id, code, name, help_text, is_required, max_files, max_megabytes, position)
    SELECT e.id, r.code, r.name, r.help_text, r.is_required, r.max_files, 2, r.position
    FROM competitions_edition e CROSS JOIN (VALUES
        ('decree', 'SK atau surat pernyataan inovator', 'Keputusan atau surat pernyataan yang menamai inovator.', true, 1, 1),
        ('implementation', 'Surat pernyataan implementasi', 'Menyatakan sejak kapan inovasi diterapkan.', true, 1, 2),
        ('replication', 'Surat pernyataan kesediaan replikasi', 'Menyatakan bersedia ditiru unit lain.', true, 1, 3),
        ('support', 'Bukti pendukung', 'Data, foto, atau dokumen yang menguatkan jawaban.', false, 10, 4)
    ) AS r (code, name, help_text, is_required, max_files, position)
    WHERE NOT e.is_history
"""
OPENED = """
    WITH opened AS (
        UPDATE competitions_edition e SET opened_at = e.rules_confirmed_at, opened_by_id = e.rules_confirmed_by_id
        WHERE NOT e.is_history AND e.rules_confirmed_at IS NOT NULL
          AND EXISTS (SELECT FROM competitions_stage s WHERE s.edition_id = e.id)
        RETURNING e.id, e.code
    )
    SELECT kiks_append_event(code, 'edition.opened', 'competitions_edition:' || id, NULL, now(),
                             '{"because": "it ran before opening was an act"}'::jsonb)
    FROM opened
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0002_opening_and_attachment_rules"), ("kiks", "0003_invitations")]

    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
        migrations.RunSQL(OPENED, migrations.RunSQL.noop),
    ]
