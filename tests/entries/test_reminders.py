"""Drafts that were not submitted: what they lack, the reminder, who is left alone."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import StageKind
from entries.actions.answers import save_answer
from entries.actions.entry import start_entry
from entries.actions.reminders import remind_drafts
from entries.draft_queries import REMINDER, drafts_of
from entries.states import EntryStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_edition(StageKind.SUBMISSION)


@pytest.fixture
def officer():
    return make_committee_user()


def empty_draft(edition, name="SEPI"):
    unit = make_unit()
    return start_entry(by=member_of(unit), unit=unit, edition=edition, innovation=None, short_name=name)


def reminders():
    return OutgoingMail.objects.filter(template=REMINDER)


def test_a_draft_says_how_far_it_is_and_what_it_lacks(edition):
    entry = empty_draft(edition)
    question = edition.questions.get(code="ringkasan")
    save_answer(entry, by=member_of(entry.innovation.unit), question=question, text="Singkat saja.", version=0)
    [draft] = drafts_of(edition, clock.now())
    assert draft.done == 1 < draft.parts
    assert draft.per_cent == round(100 / draft.parts)
    assert not any("Ringkasan" in sentence for sentence in draft.missing)
    assert any("Dampak" in sentence for sentence in draft.missing)
    assert "Kategori belum dipilih. Pilih kategori pada bagian Identitas." in draft.missing
    assert not any("Pernyataan" in sentence for sentence in draft.missing)
    assert draft.saved_at is not None


def test_a_finished_draft_lacks_nothing(edition):
    entry_at(EntryStatus.DRAFT, edition=edition)
    [draft] = drafts_of(edition, clock.now())
    assert (draft.missing, draft.done) == ((), draft.parts)


def test_every_member_gets_one_mail_that_names_all_drafts(edition, officer):
    first = empty_draft(edition, "SEPI")
    unit = first.innovation.unit
    start_entry(by=member_of(unit), unit=unit, edition=edition, innovation=None, short_name="SUNYI")
    done = remind_drafts(edition, by=officer)
    mail = reminders().get()
    assert [user.pk for user in done.mailed] == [mail.to_user_id]
    assert "SEPI" in mail.text
    assert "SUNYI" in mail.text
    assert "Dampak" in mail.text
    assert edition.stages.get(kind="submission").closes_at.strftime("%Y") in mail.text


def test_the_trail_says_who_was_reminded(edition, officer):
    entry = empty_draft(edition)
    done = remind_drafts(edition, by=officer)
    event = AuditEvent.objects.get(kind="edition.drafts_reminded")
    data = json.loads(event.body)["data"]
    assert event.actor_id == officer.pk
    assert (data["count"], data["drafts"]) == (1, [f"entries_entry:{entry.pk}"])
    assert data["people"] == [done.mailed[0].pk]


def test_nobody_is_mailed_twice_within_a_day(edition, officer):
    empty_draft(edition)
    remind_drafts(edition, by=officer)
    empty_draft(edition)
    done = remind_drafts(edition, by=officer)
    assert (len(done.mailed), len(done.left_alone), reminders().count()) == (1, 1, 2)
    with clock.shifted_to(clock.now() + timedelta(hours=25)):
        assert len(remind_drafts(edition, by=officer).mailed) == 2


def test_one_draft_alone(edition, officer):
    entry, other = empty_draft(edition), empty_draft(edition)
    remind_drafts(edition, by=officer, entries=[entry])
    assert reminders().get().to_user == member_of(entry.innovation.unit)
    assert [draft.reminded_at is None for draft in drafts_of(edition, clock.now())].count(True) == 1
    assert other.status == EntryStatus.DRAFT


def test_who_has_left_or_is_disabled_gets_no_mail(edition, officer):
    entry = empty_draft(edition)
    user = member_of(entry.innovation.unit)
    user.is_active = False
    user.save(update_fields=["is_active"])
    with pytest.raises(RuleBrokenError, match="Tidak ada draf yang dapat diingatkan"):
        remind_drafts(edition, by=officer)
    assert not reminders().exists()


@pytest.mark.parametrize(("stage", "sentence"), [("judging", "sudah ditutup"), ("registration", "baru dibuka")])
def test_outside_the_submission_stage_nobody_is_reminded(officer, stage, sentence):
    edition = make_edition(StageKind.SUBMISSION)
    empty_draft(edition)
    window = edition.stages.get(kind="submission")
    moment = window.closes_at + timedelta(minutes=1) if stage == "judging" else window.opens_at - timedelta(minutes=1)
    with clock.shifted_to(moment), pytest.raises(RuleBrokenError, match=sentence):
        remind_drafts(edition, by=officer)
    assert not reminders().exists()


def test_only_the_committee_reminds(edition):
    entry = empty_draft(edition)
    for user in (make_user(), member_of(entry.innovation.unit)):
        with pytest.raises(PermissionDenied):
            remind_drafts(edition, by=user)
    assert not AuditEvent.objects.filter(kind="edition.drafts_reminded").exists()


def test_the_page_lists_drafts_and_asks_before_it_reminds(edition, officer):
    entry = empty_draft(edition)
    client = client_of(officer)
    page = client.get(reverse("admin:entries_drafts")).text
    assert "SEPI" in page
    assert member_of(entry.innovation.unit).email in page
    address = reverse("admin:entries_remind", args=[edition.pk])
    assert address in page
    assert "1 draf pada" in client.get(f"{address}?entry={entry.pk}").text
    assert not reminders().exists()
    answer = client.post(address, follow=True).text
    assert "Pengingat untuk 1 orang masuk antrean surat keluar." in answer
    again = client.post(address, follow=True).text
    assert "1 orang sudah diingatkan dalam 24 jam terakhir" in again
    assert reminders().count() == 1


def test_a_reminder_after_the_closing_is_refused_with_a_sentence(edition, officer):
    empty_draft(edition)
    client, address = client_of(officer), reverse("admin:entries_remind", args=[edition.pk])
    with clock.shifted_to(edition.stages.get(kind="submission").closes_at):
        page = client.post(address, follow=True).text
        assert "sudah ditutup" in page
        assert "Ingatkan semua" not in page
    assert not reminders().exists()


@pytest.mark.parametrize("wanted", ["999999", "x", "99999999999999"])
def test_a_draft_that_is_not_there_is_not_found(edition, officer, wanted):
    address = reverse("admin:entries_remind", args=[edition.pk])
    assert client_of(officer).get(f"{address}?entry={wanted}").status_code == 404


def test_the_list_of_drafts_asks_the_same_number_of_questions(edition, officer):
    client, address = client_of(officer), reverse("admin:entries_drafts")
    counts = []
    for more in (1, 6):
        for _ in range(more):
            entry_at(EntryStatus.DRAFT, edition=edition)
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        counts.append(len(counted))
    assert counts[0] == counts[1]
