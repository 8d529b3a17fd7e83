"""The closing second: two hundred submissions at once, and a closing that counts exactly those that were accepted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Semaphore, Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from competitions.actions import reschedule_stage
from competitions.models import Edition, Stage, StageKind
from entries.actions import submission as actions
from entries.actions.submission import submit_entry
from entries.documents import receipt_of
from entries.models import Entry, EntryVersion, Participation
from entries.queries import frozen_content, submission_event
from entries.states import EntryStatus
from kiks import audit, clock
from kiks.audit_check import check_chain, differing_rows
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, OutgoingMail, User
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at
from tests.factories.people import client_of, make_committee_user
from tests.factories.rush import SECONDS_TO_FINISH, Rush, author_of, drafts_in_bulk

pytestmark = pytest.mark.long
ENTRIES = 200
ACCEPTED_BEFORE_THE_CLOSING_MOVES = 40
REMAINING = timedelta(milliseconds=150)


@pytest.fixture(autouse=True)
def _committed(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        yield


@dataclass
class Told:
    """What the threads were told: accepted entries, and for the others the sentence and the moment of the refusal."""

    accepted: list[int] = field(default_factory=list)
    refused: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    arrivals: Semaphore = field(default_factory=lambda: Semaphore(0))

    def submit(self, entry: Entry, by: User) -> None:
        try:
            submit_entry(entry, by=by, statement=True)
        except RuleBrokenError as refusal:
            self.refused[entry.pk] = (str(refusal), clock.now())
        else:
            self.accepted.append(entry.pk)
            self.arrivals.release()


def numbers_of(entries: list[Entry]) -> list[str]:
    return sorted(entry.number for entry in entries)


def submission_of(edition: Edition) -> Stage:
    return edition.stages.get(kind=StageKind.SUBMISSION)


def bring_forward(edition: Edition, by: User) -> datetime:
    stage = submission_of(edition)
    with transaction.atomic():
        # Held already when the new moment is chosen, so that it is still to come when the action looks at it.
        Edition.objects.select_for_update().get(pk=edition.pk)
        closes_at = clock.now() + REMAINING
        reschedule_stage(stage, by=by, opens_at=stage.opens_at, closes_at=closes_at, reason="Uji penutupan.")
    return closes_at


def count_at_the_closing(edition: Edition, by: User, closes_at: datetime) -> int:
    """Take the edition's lock alone, again and again, until its clock says closed; what is in then is the set."""
    while True:
        with audit.act(by):
            Edition.objects.select_for_update().get(pk=edition.pk)
            if clock.now() >= closes_at:
                counted = edition.entries.filter(status=EntryStatus.SUBMITTED).count()
                audit.record("stage.counted", edition, chain=edition.code, by=by, counted=counted)
                return counted


def row_of(entry: Entry) -> dict[str, object]:
    return Entry.objects.filter(pk=entry.pk).values().get()


def test_two_hundred_threads_leave_exactly_the_set_that_the_closing_counted():
    edition, committee, told = make_edition(), make_committee_user(), Told()
    drafts = drafts_in_bulk(edition, ENTRIES)
    authors = {draft.pk: author_of(draft) for draft in drafts}
    before, faults = {draft.pk: row_of(draft) for draft in drafts}, check_chain(edition.code).problems
    rush = Rush([lambda draft=draft: told.submit(draft, authors[draft.pk]) for draft in drafts])
    rush.begin()
    for _ in range(ACCEPTED_BEFORE_THE_CLOSING_MOVES):
        assert told.arrivals.acquire(timeout=SECONDS_TO_FINISH)
    closes_at = bring_forward(edition, committee)
    counted = count_at_the_closing(edition, committee, closes_at)
    rush.finish()

    assert counted == len(told.accepted)
    assert ACCEPTED_BEFORE_THE_CLOSING_MOVES <= counted < ENTRIES
    assert sorted([*told.accepted, *told.refused]) == sorted(before)
    check_accepted(edition, told, closes_at)
    check_refused(told, before, closes_at)
    assert check_chain(edition.code).problems == faults
    assert [row for row in differing_rows([]) if row.chain == edition.code] == []


def check_accepted(edition: Edition, told: Told, closes_at: datetime) -> None:
    entries = list(edition.entries.filter(status=EntryStatus.SUBMITTED).select_related("current_version", "innovation"))
    assert sorted(entry.pk for entry in entries) == sorted(told.accepted)
    assert numbers_of(entries) == [f"{number:03d}" for number in range(1, len(entries) + 1)]
    sequences = []
    for entry in entries:
        version = entry.versions.get()
        assert entry.current_version == version
        assert entry.submitted_at == version.frozen_at < closes_at
        assert frozen_content(version)["number"] == entry.number
        assert f"usulan {entry.pk}." in frozen_content(version)["answers"][0]["text"]
        sequences.append((entry.number, submission_event(version).sequence))
        assert receipt_of(version).digest in OutgoingMail.objects.get(subject__startswith=subject_of(entry)).text
    # Numbers were given in the order in which the chain tells of the submissions.
    assert sorted(sequences) == sorted(sequences, key=lambda pair: pair[1])
    assert AuditEvent.objects.filter(kind="entry.submitted").count() == len(entries)
    assert OutgoingMail.objects.filter(template="entry_submitted.txt").count() == len(entries)
    taken = Participation.objects.filter(edition=edition).values_list("innovation_id", flat=True)
    assert sorted(taken) == sorted(entry.innovation_id for entry in entries)


def subject_of(entry: Entry) -> str:
    return f"Usulan {entry.number} diterima"


def check_refused(told: Told, before: dict[int, dict[str, object]], closes_at: datetime) -> None:
    for pk, (sentence, moment) in told.refused.items():
        assert "berakhir" in sentence or "ditutup" in sentence
        assert moment >= closes_at
        assert Entry.objects.filter(pk=pk).values().get() == before[pk]
    assert not EntryVersion.objects.filter(entry__in=told.refused).exists()


def test_four_clicks_on_each_entry_are_one_submission_one_number_one_receipt():
    edition, told = make_edition(), Told()
    drafts = drafts_in_bulk(edition, ENTRIES // 4)
    authors = {draft.pk: author_of(draft) for draft in drafts}
    refused: list[type[RuleBrokenError]] = []

    def click(draft: Entry) -> None:
        try:
            submit_entry(draft, by=authors[draft.pk], statement=True)
        except RuleBrokenError as refusal:
            refused.append(type(refusal))
        else:
            told.accepted.append(draft.pk)

    rush = Rush([lambda draft=draft: click(draft) for draft in drafts for _ in range(4)])
    rush.begin()
    rush.finish()
    assert refused == [WrongStateError] * (3 * len(drafts))
    check_accepted(edition, told, submission_of(edition).closes_at)
    assert len(told.accepted) == len(drafts)


def test_a_double_click_is_one_submission_and_both_see_the_receipt():
    draft = entry_at(EntryStatus.DRAFT)
    clients, answers = [client_of(author_of(draft)) for _ in range(2)], []

    def click(client: Client) -> None:
        answers.append(client.post(reverse("entries:submit", args=[draft.pk]), {"statement": "on"}))

    rush = Rush([lambda client=client: click(client) for client in clients])
    rush.begin()
    rush.finish()
    assert [answer.url for answer in answers] == [reverse("entries:sent", args=[draft.pk])] * 2
    assert EntryVersion.objects.count() == OutgoingMail.objects.filter(template="entry_submitted.txt").count() == 1
    pages = [client.get(answers[0].url).content.decode() for client in clients]
    assert ["Nomor 001" in page for page in pages] == [True, True]


def waits_for_a_lock(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return cursor.fetchone()[0]


def test_who_was_in_time_is_counted_though_the_clock_passes_before_the_commit(monkeypatch):
    """The submission has read the clock and is not committed: the closing waits for it, however late it is."""
    draft, committee = entry_at(EntryStatus.DRAFT), make_committee_user()
    author, failures_of = author_of(draft), actions.entry_failures
    held, released, closer_is_there, closer, counted = Event(), Event(), Event(), [], []

    def in_time_then_held(*arguments, **named):
        found = failures_of(*arguments, **named)
        held.set()
        assert released.wait(timeout=SECONDS_TO_FINISH)
        return found

    def close():
        connection.ensure_connection()
        closer.append(connection.connection.info.backend_pid)
        closer_is_there.set()
        counted.append(count_at_the_closing(draft.edition, committee, closes_at))
        connection.close()

    def submit():
        submit_entry(draft, by=author, statement=True)
        connection.close()

    monkeypatch.setattr(actions, "entry_failures", in_time_then_held)
    threads = [Thread(target=submit), Thread(target=close)]
    threads[0].start()
    assert held.wait(timeout=SECONDS_TO_FINISH)
    closes_at = clock.now()
    Stage.objects.filter(edition=draft.edition, kind=StageKind.SUBMISSION).update(closes_at=closes_at)
    threads[1].start()
    assert closer_is_there.wait(timeout=SECONDS_TO_FINISH)
    while not counted and not waits_for_a_lock(closer[0]):
        pass
    released.set()
    for thread in threads:
        thread.join(timeout=SECONDS_TO_FINISH)
    draft.refresh_from_db()
    assert (counted, draft.status) == ([1], EntryStatus.SUBMITTED)
    assert draft.submitted_at < closes_at


def test_the_closing_need_not_wait_until_everybody_in_the_queue_is_served():
    """Only the submission whose turn it is holds the edition: whoever closes comes next, not last."""
    edition, told = make_edition(), Told()
    drafts = drafts_in_bulk(edition, 40)
    authors = {draft.pk: author_of(draft) for draft in drafts}
    rush = Rush([lambda draft=draft: told.submit(draft, authors[draft.pk]) for draft in drafts])
    rush.begin()
    assert told.arrivals.acquire(timeout=SECONDS_TO_FINISH)
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        seen = edition.entries.filter(status=EntryStatus.SUBMITTED).count()
    rush.finish()
    assert 1 <= seen < len(drafts)
