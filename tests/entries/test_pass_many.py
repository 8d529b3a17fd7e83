"""Many passed at once: who may come along, what the lock looks at again; one refusal stops no other."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from competitions.models import ChecklistItem
from entries.actions.many import Chosen, pass_many
from entries.actions.proposals import propose_rejection
from entries.actions.reopening import reopen_screening
from entries.actions.screening import ItemDecision
from entries.actions.submission import submit_entry, withdraw_entry
from entries.clear_cases import COMPARE, REOPENED, cases
from entries.models import Entry, LikelyTwin, TwinStatement
from entries.states import EntryStatus, ScreeningOutcome
from entries.views import many
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of, screen
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:entries_screen_many")


def clear_cases(edition, officer):
    return [case for case in cases(edition, officer) if case.is_clear]


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def edition():
    edition = make_edition(rejection_needs_second=True)
    ChecklistItem.objects.create(edition=edition, code="isi", label="Isi layak", failure_sentence="Belum.", position=9)
    return edition


def submitted(edition) -> Entry:
    return entry_at(EntryStatus.SUBMITTED, edition=edition)


def chosen(*entries: Entry) -> list[Chosen]:
    return [Chosen(entry, entry.screenings.count() + 1, entry.current_version.ordinal) for entry in entries]


def hindrances(edition, officer) -> dict[str, str]:
    return {case.entry.number: " ".join(case.hindrances) for case in cases(edition, officer)}


def fail_age(edition) -> None:
    """What was old enough is so no longer."""
    edition.minimum_age_months = 400
    edition.save()


def test_all_pass_and_the_trail_says_what_was_stated(edition, officer):
    entries = [submitted(edition), submitted(edition)]
    OutgoingMail.objects.all().delete()
    done = pass_many(edition, chosen(*entries), by=officer, stated=["isi"])
    assert [row.refusal for row in done] == ["", ""]
    assert {Entry.objects.get(pk=entry.pk).status for entry in entries} == {EntryStatus.PASSED}
    event = AuditEvent.objects.filter(kind="entry.passed").last()
    assert json.loads(event.body)["data"]["stated"] == ["isi"]
    assert entries[0].screenings.get().screened_by == officer
    assert not OutgoingMail.objects.exists()


def test_what_only_a_person_decides_must_be_stated(edition, officer):
    entry = submitted(edition)
    with pytest.raises(RuleBrokenError, match="Isi layak"):
        pass_many(edition, chosen(entry), by=officer, stated=[])
    assert entry.screenings.count() == 0


def test_one_refusal_stops_no_other_and_nothing_of_it_is_half_done(edition, officer):
    first, second, third = submitted(edition), submitted(edition), submitted(edition)
    seen = chosen(first, second, third)
    withdraw_entry(second, by=member_of(second.innovation.unit))
    screen(third, ScreeningOutcome.PASSED, by=make_committee_user("Petugas Dua"))
    done = pass_many(edition, seen, by=officer, stated=["isi"])
    assert [bool(row.refusal) for row in done] == [False, True, True]
    assert "tidak sedang menunggu pemeriksaan" in done[1].refusal
    assert "sudah diperiksa Petugas Dua" in done[2].refusal
    assert (second.screenings.count(), third.screenings.count()) == (0, 1)


def test_a_version_that_came_after_the_preview_is_not_passed(edition, officer):
    entry = submitted(edition)
    seen, user = chosen(entry), member_of(entry.innovation.unit)
    withdraw_entry(entry, by=user)
    submit_entry(entry, by=user, statement=True)
    assert "versi baru" in pass_many(edition, seen, by=officer, stated=["isi"])[0].refusal


def test_what_the_machine_doubts_is_left_out_in_preview_and_act(edition, officer):
    entry = submitted(edition)
    fail_age(edition)
    assert hindrances(edition, officer)[entry.number].startswith("Umur penerapan: ")
    assert clear_cases(edition, officer) == []
    assert "Umur penerapan: " in pass_many(edition, chosen(entry), by=officer, stated=["isi"])[0].refusal


def test_what_the_machine_cannot_know_is_left_out(edition, officer):
    entry = submitted(edition)
    edition.checklist.filter(code="umur").update(machine_rule="tidak-dikenal")
    assert hindrances(edition, officer)[entry.number] == "Umur penerapan: sistem tidak dapat memastikannya."
    assert "tidak dapat memastikannya" in pass_many(edition, chosen(entry), by=officer, stated=["isi"])[0].refusal


def test_a_likely_twin_is_left_out(edition, officer):
    entry, earlier = submitted(edition), submitted(make_edition())
    LikelyTwin.objects.create(
        innovation=entry.innovation,
        earlier=earlier.innovation,
        score=92,
        stated=TwinStatement.DIFFERENT,
        stated_at=clock.now(),
        stated_by=member_of(entry.innovation.unit),
    )
    assert f"Mirip dengan {earlier.innovation.short_name} dari" in hindrances(edition, officer)[entry.number]
    assert "Mirip dengan" in pass_many(edition, chosen(entry), by=officer, stated=["isi"])[0].refusal


def test_a_waiting_proposal_a_correction_a_reopening_and_ones_own_unit_are_left_out(edition, officer):
    proposed, own, returned, reopened = (submitted(edition) for _ in range(4))
    items = [ItemDecision(item, False, "Kurang.") for item in edition.checklist.all()]
    propose_rejection(proposed, by=officer, items=items, expected_attempt=1)
    user = member_of(own.innovation.unit)
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=officer)
    screen(returned, ScreeningOutcome.RETURNED)
    submit_entry(returned, by=member_of(returned.innovation.unit), statement=True)
    returned.refresh_from_db()
    screen(reopened, ScreeningOutcome.PASSED)
    reopen_screening(reopened, by=officer, reason="Keliru.")
    assert hindrances(edition, user) == {
        proposed.number: "Diusulkan tidak lolos oleh Petugas Satu, menunggu orang kedua.",
        own.number: "Anda anggota unit pengusul.",
        returned.number: COMPARE,
        reopened.number: REOPENED,
    }
    done = pass_many(edition, chosen(proposed, own, returned, reopened), by=user, stated=["isi"])
    assert all(row.refusal for row in done)


def test_after_the_announcement_nothing_passes(edition, officer):
    entry = submitted(edition)
    announced(edition, at=clock.now() + timedelta(days=1))
    assert "Pengumuman" in hindrances(edition, officer)[entry.number]
    assert "sudah diterbitkan" in pass_many(edition, chosen(entry), by=officer, stated=["isi"])[0].refusal


def test_the_preview_asks_no_more_for_more_entries(edition, officer, django_assert_max_num_queries):
    submitted(edition)
    with django_assert_max_num_queries(40) as one:
        assert len(clear_cases(edition, officer)) == 1
    for _ in range(3):
        submitted(edition)
    with django_assert_max_num_queries(len(one)):
        assert len(clear_cases(edition, officer)) == 4


def test_the_page_previews_the_chosen_and_passes_what_it_showed(edition, officer):
    client, entries = client_of(officer), [submitted(edition) for _ in range(3)]
    decided = entry_at(EntryStatus.RETURNED, edition=edition)
    page = client.get(PAGE, {"entry": [entries[0].pk, entries[1].pk, decided.pk], "edisi": edition.code})
    assert "Loloskan 2 usulan" in page.text
    assert "Sudah berstatus “Perlu perbaikan”." in page.text
    assert entries[2].innovation.short_name not in page.text
    assert Entry.objects.filter(status=EntryStatus.PASSED).count() == 0
    item = edition.checklist.get(code="isi")
    data = {"confirmed": "yes", "case": [f"{entry.pk}.1.1" for entry in entries[:2]]}
    assert "Nyatakan dahulu butir ini" in client.post(PAGE, data).text
    screen(entries[1], ScreeningOutcome.PASSED, by=make_committee_user("Petugas Dua"))
    page = client.post(PAGE, data | {f"item_{item.pk}": "on"}).text
    assert "sudah diperiksa Petugas Dua" in page
    assert Entry.objects.get(pk=entries[0].pk).status == EntryStatus.PASSED


@pytest.mark.parametrize("data", [{}, {"entry": ["bukan-angka", "9" * 40]}])
def test_the_page_without_a_choice_asks_for_one(edition, officer, data):
    entry = submitted(edition)
    page = client_of(officer).get(PAGE, data | {"kind": "puskesmas", "officer": "all"}).text
    assert "Belum ada usulan yang dipilih" in page
    assert "kind=puskesmas" in page
    assert entry.innovation.short_name not in page


def test_many_pass_in_parts_and_the_page_says_where_the_work_stands(edition, officer, monkeypatch):
    monkeypatch.setattr(many, "PART", 2)
    client, entries = client_of(officer), [submitted(edition) for _ in range(5)]
    screen(entries[0], ScreeningOutcome.PASSED, by=make_committee_user("Petugas Dua"))
    item = edition.checklist.get(code="isi")
    data = {"confirmed": "yes", "case": [f"{entry.pk}.1.1" for entry in entries], f"item_{item.pk}": "on"}
    for done, others in (("2", 2), ("4", 4)):
        page = client.post(PAGE, data)
        assert f"{done} dari 5 usulan selesai, 1 di antaranya tidak diloloskan" in page.text
        assert Entry.objects.filter(status=EntryStatus.PASSED).count() == others
        form = page.context["form"]
        data = {name: form[name].value() for name in form.fields}
    page = client.post(PAGE, data).context
    assert [row.entry for row in page["passed"]] == entries[1:]
    assert "sudah diperiksa Petugas Dua" in page["refused"][0].refusal


def test_what_was_done_so_far_is_not_written_by_hand(edition, officer):
    entry, item = submitted(edition), edition.checklist.get(code="isi")
    data = {"confirmed": "yes", "case": [f"{entry.pk}.1.1"], f"item_{item.pk}": "on", "so_far": '[[1, "x"]]'}
    page = client_of(officer).post(PAGE, data).context
    assert ([row.entry for row in page["passed"]], page["refused"]) == ([entry], [])


def test_nonsense_in_the_form_passes_nothing(edition, officer):
    entry = submitted(edition)
    item = edition.checklist.get(code="isi")
    for case in ("x", f"{entry.pk}", "999999.1.1", f"{entry.pk}.1.1.1"):
        response = client_of(officer).post(PAGE, {"confirmed": "yes", "case": [case], f"item_{item.pk}": "on"})
        assert response.status_code == 200
    assert entry.screenings.count() == 0
