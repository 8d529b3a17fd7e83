"""Clock, storage, outbox, papers and the rules that the database keeps for everybody."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail as sent_mail
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import TextChoices

from kiks import audit, clock, storage
from kiks.access import allowed, is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, ChainHead, CommitteeMember, OutgoingMail, StoredDocument, User
from kiks.states import check_transition, pairs
from kiks.texts import sha256_of, to_json
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


def test_the_clock_is_the_databases():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        before = cursor.fetchone()[0]
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=5)


def test_a_shifted_clock_runs_on_and_comes_back():
    past = datetime(2021, 3, 21, 9, tzinfo=UTC)
    with clock.shifted_to(past):
        first, second = clock.now(), clock.now()
    assert past <= first < second < past + timedelta(minutes=1)
    assert clock.now().year > 2021


def test_production_keeps_its_time(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(RuleBrokenError, match="tidak dapat digeser"), clock.shifted_to(clock.now()):
        pytest.fail("The clock was shifted in production.")


def test_an_event_keeps_the_shifted_and_the_real_time():
    user = make_user()
    with clock.shifted_to(datetime(2021, 3, 21, 9, tzinfo=UTC)):
        audit.record("test.done", user, chain="uji", by=user)
    event = AuditEvent.objects.get(chain="uji")
    assert (event.at.year, event.recorded_at.year >= 2026) == (2021, True)


def test_events_form_a_chain():
    user = make_user()
    numbers = [audit.record("test.done", user, chain="uji", by=user, step=step) for step in range(3)]
    links = [
        audit.Link(*row)
        for row in AuditEvent.objects.filter(chain="uji").values_list("sequence", "previous_hash", "body", "hash")
    ]
    assert numbers == [1, 2, 3]
    assert list(audit.broken_links(links)) == []
    assert list(audit.broken_links(links[:1] + links[2:])) == [
        "nomor 2: hilang (berikutnya 3)",
        "nomor 3: tidak menyambung ke nomor sebelumnya",
    ]


def test_an_event_enters_by_the_function_only_and_the_head_moves_one_by_one():
    user = make_user()
    audit.record("test.done", user, chain="uji", by=user)
    event = AuditEvent.objects.get(chain="uji")
    event.pk, event.sequence = None, 2
    with pytest.raises(DatabaseError, match="kiks_append_event only"), transaction.atomic():
        event.save(force_insert=True)
    with pytest.raises(DatabaseError, match="only moves forward"), transaction.atomic():
        ChainHead.objects.filter(chain="uji").update(sequence=9)


def record_and_fail(user):
    with audit.act(user):
        audit.record("test.done", user, chain="uji", by=user)
        raise RuleBrokenError("Tidak jadi.")


def test_a_refused_act_leaves_no_event():
    user = make_user()
    with pytest.raises(RuleBrokenError):
        record_and_fail(user)
    assert not AuditEvent.objects.filter(chain="uji").exists()


def test_a_file_is_kept_once_under_its_digest():
    first = storage.store(b"isi", content_type="text/plain")
    assert storage.store(b"isi", content_type="text/plain") == first
    assert (storage.read(first), first.size) == (b"isi", 3)
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredDocument.objects.update(size=4)


def test_a_file_that_changed_on_disk_is_not_served():
    document = storage.store(b"isi asli", content_type="text/plain")
    path = storage.default_storage.path(f"{document.sha256[:2]}/{document.sha256}")
    with open(path, "wb") as file:  # noqa: PTH123 - the storage gives a path as text
        file.write(b"isi palsu")
    with pytest.raises(ValueError, match="changed on disk"):
        storage.read(document)


def queue(user, subject="Perihal"):
    return OutgoingMail.objects.create(to_user=user, to_address=user.email, subject=subject, text="Isi surat")


def test_waiting_mail_goes_out_once():
    waiting = queue(make_user())
    out = StringIO()
    call_command("tick", stdout=out)
    call_command("tick", stdout=out)
    waiting.refresh_from_db()
    assert [message.subject for message in sent_mail.outbox] == ["Perihal"]
    assert (waiting.sent_at is not None, out.getvalue()) == (True, "1 surat terkirim, 0 gagal dan akan dicoba lagi.\n")


class Light(TextChoices):
    RED = "red", "Merah"
    GREEN = "green", "Hijau"


STEPS = {Light.RED: frozenset({Light.GREEN}), Light.GREEN: frozenset()}


def test_a_status_table_allows_its_steps_and_names_where_it_stands():
    check_transition(STEPS, "red", Light.GREEN)
    with pytest.raises(WrongStateError, match="statusnya sudah “Hijau”"):
        check_transition(STEPS, "green", Light.RED)
    assert pairs(STEPS) == [("red", "green")]


def test_canonical_text_does_not_depend_on_order():
    assert to_json({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'
    assert sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_an_address_is_one_account_whatever_its_case():
    user = make_user(email="Orang@Contoh.test")
    assert user.email == "orang@contoh.test"
    assert User.objects.get_by_natural_key("ORANG@contoh.TEST") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Orang@contoh.test")


def test_a_seat_in_the_committee_opens_the_admin_site_until_it_ends():
    user = make_committee_user()
    assert is_committee(user)
    assert user.has_perm("apa.saja")
    CommitteeMember.objects.update(ended_at=clock.now(), ended_by=user)
    assert not is_committee(user)
    assert not user.has_module_perms("kiks")


def test_a_check_becomes_a_boolean():
    def check(answer: bool) -> None:
        if not answer:
            raise RuleBrokenError("Tidak.")

    assert (allowed(check, True), allowed(check, False)) == (True, False)
