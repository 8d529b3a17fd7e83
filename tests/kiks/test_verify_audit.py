"""The verification names what was changed behind the back of the actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from entries.models import Entry, Participation
from entries.states import EntryStatus
from kiks.audit_check import captured_tables, check_chain, differing_rows, weak_triggers
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency

pytestmark = pytest.mark.django_db


@contextmanager
def without_triggers(table: str) -> Iterator[None]:
    """What the owner of the database can do; deferred checks first, since ALTER TABLE refuses to wait for them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_audit", *args, stdout=out)
    except SystemExit as leaving:
        return leaving.code, out.getvalue()
    return 0, out.getvalue()


def texts() -> list[str]:
    return [row.text for row in differing_rows([])]


@pytest.fixture
def entry() -> Entry:
    return entry_at(EntryStatus.PASSED)


def test_what_the_actions_made_is_whole(entry):
    code, text = run()
    length = AuditEvent.objects.filter(chain=entry.edition.code).count()
    assert f"UTUH     {entry.edition.code}: {length} kejadian" in text
    assert f"COCOK    isi {len(captured_tables())} tabel" in text
    assert "UTUH     kiks: " in text
    assert (code, "BERBEDA" in text) == (0, False)


def test_a_row_changed_without_triggers_is_named(entry):
    with without_triggers("entries_entry"):
        Entry.objects.filter(pk=entry.pk).update(number="999")
    code, text = run(entry.edition.code)
    last = AuditEvent.objects.filter(target=f"entries_entry:{entry.pk}", kind="row.update").last()
    assert code == 1
    line = f'BERBEDA  entries_entry:{entry.pk}: number "001" menurut nomor {last.sequence}, sekarang "999"'
    assert line in text.splitlines()


def test_a_hidden_column_is_not_compared(entry):
    Entry.objects.filter(pk=entry.pk).update(team="Tim lain")
    assert texts() == []


def test_a_moment_read_in_another_time_zone_is_the_same(entry):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Jakarta'")
    assert texts() == []


def test_a_row_that_was_smuggled_in_is_named(entry):
    with without_triggers("entries_participation"):
        smuggled = Participation.objects.create(innovation=entry.innovation, edition=make_edition(), ordinal=2)
    assert texts() == [f"entries_participation:{smuggled.pk}: baris ini tidak pernah dicatat"]


def test_a_row_that_came_back_is_named(entry):
    gone = entry.innovation.participations.get()
    old = gone.pk
    gone.delete()
    with without_triggers("entries_participation"):
        Participation.objects.create(pk=old, innovation=entry.innovation, edition=entry.edition, ordinal=1)
    (text,) = texts()
    assert text.startswith(f"entries_participation:{old}: sudah dihapus menurut nomor ")


def test_a_row_that_vanished_is_named(entry):
    participation = entry.innovation.participations.get()
    with without_triggers("entries_participation"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM entries_participation WHERE id = %s", [participation.pk])
    (text,) = texts()
    assert text.startswith(f"entries_participation:{participation.pk}: ada menurut nomor ")
    assert text.endswith(", tetapi barisnya hilang")


def test_an_edited_event_is_named_with_its_number(entry):
    with without_triggers("kiks_auditevent"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kiks_auditevent SET body = replace(body, 'entry.passed', 'entry.failed')"
            " WHERE kind = 'entry.passed' RETURNING sequence"
        )
        (sequence,) = cursor.fetchone()
    assert sorted(check_chain(entry.edition.code).problems) == [
        f"nomor {sequence}: isinya berubah setelah dicatat",
        f"nomor {sequence}: kolom kind entry.passed, padahal tercatat entry.failed",
    ]


def test_an_edited_column_is_named(entry):
    with without_triggers("kiks_auditevent"):
        AuditEvent.objects.filter(kind="entry.passed").update(actor_id=0)
    (problem,) = check_chain(entry.edition.code).problems
    assert "kolom actor 0, padahal tercatat" in problem


@pytest.mark.parametrize("body", ["bukan JSON", "[1]"])
def test_an_unreadable_event_does_not_stop_the_verification(entry, body):
    with without_triggers("kiks_auditevent"):
        AuditEvent.objects.filter(kind="row.insert", target__startswith="entries_participation:").update(body=body)
    code, text = run()
    assert code == 1
    assert "isinya berubah setelah dicatat" in text
    assert "baris ini tidak pernah dicatat" in text


def test_a_cut_tail_is_named(entry):
    chain = entry.edition.code
    length = AuditEvent.objects.filter(chain=chain).count()
    with without_triggers("kiks_auditevent"):
        AuditEvent.objects.filter(chain=chain, sequence=length).delete()
    assert check_chain(chain).problems == [
        f"ujung rantai nomor {length}, kejadian terakhir nomor {length - 1}: ekornya tidak cocok"
    ]


def test_triggers_that_sleep_are_named():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kiks_auditevent ENABLE TRIGGER USER")
    pgids = [trigger.get_pgid(AuditEvent) for trigger in AuditEvent._meta.triggers]
    assert weak_triggers() == [f"pemicu {name} tidak selalu aktif" for name in sorted(pgids)]


def test_a_missing_trigger_is_named():
    name = AuditEvent._meta.triggers[0].get_pgid(AuditEvent)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name} ON kiks_auditevent")
    assert weak_triggers() == [f"pemicu {name} tidak ada"]


def test_an_unknown_edition_is_refused():
    make_agency()
    with pytest.raises(CommandError, match="Rantai kiks-1999 tidak ada"):
        run("kiks-1999")
