"""The chain: what an event holds, what the database refuses, and that no session can sleep through a trigger."""

import json

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from entries.models import Entry
from entries.states import EntryStatus
from kiks.audit import GENESIS, Link, broken_links, record, target_of
from kiks.models import AuditEvent, ChainHead
from kiks.texts import sha256_of
from tests.factories.entries import entry_at, make_agency
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db
OFFICIAL = [
    "kiks_auditevent",
    "kiks_chainhead",
    "kiks_storeddocument",
    "entries_entry",
    "entries_entryversion",
    "entries_screening",
    "entries_screeningitem",
]


@pytest.fixture
def passed_entry() -> Entry:
    entry = entry_at(EntryStatus.PASSED)
    with connection.cursor() as cursor:
        # Nothing may wait for the end of the transaction: TRUNCATE would complain of that first.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return entry


def refused(statement: str, role: str) -> bool:
    """Whether the database refuses the statement because official rows stay."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = {role}")
            cursor.execute(statement)
    except DatabaseError as error:
        return "is refused: official rows stay" in str(error)
    return False


def link(sequence: int, previous: str, body: str) -> Link:
    return Link(sequence, previous, body, sha256_of(previous + body))


def test_events_of_a_chain_are_numbered_and_linked():
    agency, user = make_agency(), make_committee_user()
    assert [record("a.b", agency, chain="uji", by=user, x=1), record("a.c", agency, chain="uji", by=None)] == [1, 2]
    first, second = AuditEvent.objects.filter(chain="uji")
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    assert ChainHead.objects.get(chain="uji").hash == second.hash
    assert json.loads(first.body)["data"] == {"x": 1}
    assert (first.actor_id, second.actor_id) == (user.pk, None)
    assert first.target == target_of(agency) == f"entries_agency:{agency.pk}"


def test_row_events_of_an_act_carry_the_actor():
    entry = entry_at(EntryStatus.SUBMITTED)
    rows = AuditEvent.objects.filter(chain=entry.edition.code, kind="row.update", target=target_of(entry))
    assert {row.actor_id for row in rows} == {entry.submitted_by_id}


def test_personal_text_stays_out_of_the_chain():
    entry = entry_at(EntryStatus.RETURNED)
    assert not AuditEvent.objects.filter(chain=entry.edition.code, body__contains="Berkas belum lengkap").exists()


def test_a_whole_chain_has_no_broken_link():
    one = link(1, GENESIS, "{}")
    assert list(broken_links([one, link(2, one.hash, "{}")])) == []


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([link(2, GENESIS, "{}")], "nomor 1: hilang (berikutnya 2)"),
        ([link(1, "f" * 64, "{}")], "nomor 1: tidak menyambung ke nomor sebelumnya"),
        ([link(1, GENESIS, "{}")._replace(body="[]")], "nomor 1: isinya berubah setelah dicatat"),
    ],
)
def test_a_broken_link_is_named(links, expected):
    assert list(broken_links(links)) == [expected]


def test_events_enter_by_the_function_only():
    with pytest.raises(DatabaseError, match="kiks_append_event only"), transaction.atomic():
        AuditEvent.objects.create(
            chain="uji", sequence=1, kind="x", target="y", at="2026-01-01T00:00Z", recorded_at="2026-01-01T00:00Z"
        )


def test_a_head_never_goes_back():
    record("a.b", make_agency(), chain="uji", by=None)
    with pytest.raises(DatabaseError, match="only moves forward"), transaction.atomic():
        ChainHead.objects.filter(chain="uji").update(sequence=0)


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_official_rows_are_never_removed(passed_entry, role, statement):
    """Also in the session role in which ordinary triggers sleep."""
    assert [table for table in OFFICIAL if not refused(statement.format(table), role)] == []


@pytest.mark.parametrize("role", ["origin", "replica"])
def test_append_only_rows_never_change(passed_entry, role):
    tables = ["kiks_auditevent", "kiks_storeddocument", "entries_entryversion", "entries_screening"]
    statement = "UPDATE {} SET id = id"
    assert [table for table in tables if not refused(statement.format(table), role)] == []


def test_every_official_trigger_is_always_enabled():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
            " AND (tgname LIKE 'pgtrigger\\_%' OR tgname LIKE 'judging\\_%')"
        )
        found = dict(cursor.fetchall())
    assert {name for name, enabled in found.items() if enabled != "A"} == set()
    assert {trigger.get_pgid(model) for model, trigger in pgtrigger.registered()} <= found.keys()
    assert {name for name in found if name.startswith("judging_")} == {"judging_frozen", "judging_no_late"}


def test_the_library_switch_for_ignoring_triggers_does_nothing():
    entry = entry_at(EntryStatus.SUBMITTED)
    with pgtrigger.ignore(), pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(status="draft")
