"""Verdicts on innovations that look alike: who may, what follows, and that taking one back restores everything."""

import json
import random
from contextlib import suppress
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from competitions.models import ChecklistItem, Edition, StageKind
from entries.actions.submission import submit_entry, withdraw_entry
from entries.actions.twins import state_different, state_same, undo_verdict
from entries.models import Entry, Innovation, LikelyTwin, Participation, TwinVerdict
from entries.queries import used_up
from entries.resemblance_queries import undecided
from entries.screening_queries import findings_of, machine_findings
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, CommitteeMember
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of, screen
from tests.factories.people import make_committee_user

WHY = "Isi kedua usulan sama."


@pytest.fixture
def officer(db):
    return make_committee_user("Petugas Satu")


def history(*years, **fields):
    """An innovation that took part in these years, as imported."""
    unit = make_unit()
    innovation = Innovation.objects.create(unit=unit, short_name=f"LAMA {unit.pk}", **fields)
    for ordinal, year in enumerate(years, 1):
        Participation.objects.create(
            innovation=innovation, edition=edition_of(year), ordinal=ordinal, is_imported=True, unit_name="Unit dulu"
        )
    return innovation


def edition_of(year):
    return Edition.objects.filter(year=year, is_history=True).first() or make_edition(year=year, is_history=True)


def held(innovation):
    rows = Participation.objects.filter(innovation=innovation).order_by("ordinal")
    return list(rows.values_list("ordinal", "edition__year", "recorded_for"))


def state():
    """All that a verdict may move."""
    rows = Participation.objects.order_by("edition", "innovation", "ordinal")
    return (
        list(rows.values_list("innovation", "recorded_for", "edition", "ordinal", "is_imported", "unit_name")),
        list(Innovation.objects.order_by("pk").values_list("pk", "same_as")),
    )


def test_a_renamed_third_participation_loses_its_count_and_passes_no_longer(officer):
    earlier, edition = history(2023, 2024), make_edition()
    entry = entry_at(EntryStatus.PASSED, edition=edition)
    verdict = state_same(entry.innovation, earlier, by=officer, reason=WHY)
    entry.refresh_from_db()
    entry.innovation.refresh_from_db()
    assert entry.innovation.same_as == earlier
    assert held(earlier) == [(1, 2023, None), (2, 2024, None)]
    assert held(entry.innovation) == []
    assert [item["innovation"] for item in verdict.lost] == [entry.innovation_id]
    assert entry.status == EntryStatus.SUBMITTED
    assert "dinyatakan inovasi yang sama" in entry.screenings.get().reopening.reason
    event = AuditEvent.objects.get(kind="innovation.same")
    assert json.loads(event.body)["data"]["other"] == earlier.pk


def test_the_later_twin_of_one_year_loses_it_and_the_earlier_number_keeps_it(officer):
    edition = make_edition()
    one, two = (entry_at(EntryStatus.PASSED, edition=edition) for _ in range(2))
    state_same(two.innovation, one.innovation, by=officer, reason=WHY)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, two.status) == (EntryStatus.PASSED, EntryStatus.SUBMITTED)
    assert held(one.innovation) == [(1, 2026, None)]


def test_participations_are_counted_together_by_year_under_the_earliest_name(officer):
    one, two = history(2022, 2025), history(2023)
    state_same(two, one, by=officer, reason=WHY)
    assert held(one) == [(1, 2022, None), (2, 2023, two.pk), (3, 2025, None)]
    third = history(2021)
    state_same(two, third, by=officer, reason=WHY)
    assert held(third) == [(1, 2021, None), (2, 2022, one.pk), (3, 2023, two.pk), (4, 2025, one.pk)]
    # Never more than one step long.
    assert {row.same_as_id for row in Innovation.objects.filter(pk__in=[one.pk, two.pk])} == {third.pk}
    assert Innovation.objects.get(pk=third.pk).same_as is None


def test_taking_a_verdict_back_restores_everything_in_any_order(officer):
    entry, earlier, other = entry_at(EntryStatus.SUBMITTED), history(2023, 2024), history(2024)
    before = state()
    first = state_same(entry.innovation, earlier, by=officer, reason=WHY)
    between = state()
    second = state_same(earlier, other, by=officer, reason=WHY)
    undo_verdict(first, by=officer, reason="Keliru.")
    undo_verdict(second, by=officer, reason="Keliru.")
    assert state() == before
    again = state_same(earlier, entry.innovation, by=officer, reason=WHY)
    assert state() == between
    undo_verdict(again, by=officer, reason="Keliru.")
    assert state() == before
    assert AuditEvent.objects.filter(kind="innovation.parted").count() == 3


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_decided_each_identity_counts_by_year_and_undoing_all_restores(officer, seed):
    chance = random.Random(seed)  # noqa: S311 - no secret
    edition = make_edition()
    entries = [entry_at(EntryStatus.SUBMITTED, edition=edition) for _ in range(2)]
    years = [chance.sample(range(2019, 2026), chance.randint(1, 2)) for _ in range(3)]
    innovations = [entry.innovation for entry in entries] + [history(*sorted(found)) for found in years]
    before, standing = state(), []
    for _ in range(12):
        if standing and chance.random() < 0.35:
            undo_verdict(standing.pop(chance.randrange(len(standing))), by=officer, reason="Keliru.")
        else:
            act = chance.choice([state_same, state_same, state_different])
            # Some pairs are decided already.
            with suppress(WrongStateError):
                standing.append(act(*chance.sample(innovations, 2), by=officer, reason=WHY))
        check_counts(edition, entries)
    chance.shuffle(standing)
    for verdict in standing:
        undo_verdict(verdict, by=officer, reason="Keliru.")
    assert state() == before


def check_counts(edition, entries):
    owners = 0
    for innovation in Innovation.objects.all():
        rows = list(innovation.participations.select_related("edition").order_by("ordinal"))
        owners += len(rows)
        if rows:
            assert innovation.same_as is None
        assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
        assert [row.edition.year for row in rows] == sorted({row.edition.year for row in rows})
        assert all(row.is_imported or row.ordinal <= edition.participation_limit for row in rows)
    lost = [len(verdict.lost) for verdict in TwinVerdict.objects.filter(undone_at__isnull=True)]
    assert owners + sum(lost) == all_that_counts(entries)


def all_that_counts(entries):
    imported = Participation.objects.filter(is_imported=True).count()
    lost = [item for row in TwinVerdict.objects.filter(undone_at__isnull=True) for item in row.lost]
    return len(entries) + imported + sum(item["is_imported"] for item in lost)


def test_different_is_remembered_and_asked_no_more(officer):
    entry, earlier = entry_at(EntryStatus.SUBMITTED), history(2023)
    LikelyTwin.objects.create(
        innovation=entry.innovation,
        earlier=earlier,
        score=95,
        stated="different",
        stated_at=clock.now(),
        stated_by=entry.submitted_by,
    )
    with pytest.raises(RuleBrokenError, match="Putuskan dahulu"):
        screen(entry, ScreeningOutcome.PASSED)
    before = state()
    verdict = state_different(entry.innovation, earlier, by=officer, reason=f" {WHY} ")
    assert verdict.reason == WHY
    assert state() == before
    assert undecided([entry.pk]) == {}
    screen(entry, ScreeningOutcome.PASSED)
    undo_verdict(verdict, by=officer, reason="Keliru.")
    assert entry.pk in undecided([entry.pk])


def test_who_may_not(officer):
    entry, earlier = entry_at(EntryStatus.SUBMITTED), history(2023)
    member = member_of(entry.innovation.unit)
    for act in (state_same, state_different):
        with pytest.raises(PermissionDenied):
            act(entry.innovation, earlier, by=member, reason=WHY)
        with pytest.raises(RuleBrokenError, match="Tulis alasan"):
            act(entry.innovation, earlier, by=officer, reason="  ")
        with pytest.raises(RuleBrokenError, match="Pilih dua inovasi"):
            act(earlier, earlier, by=officer, reason=WHY)
    verdict = state_same(entry.innovation, earlier, by=officer, reason=WHY)
    CommitteeMember.objects.create(user=member, appointed_at=clock.now(), appointed_by=officer)
    with pytest.raises(RuleBrokenError, match="anggota salah satu unit"):
        undo_verdict(verdict, by=member, reason="Keliru.")
    with pytest.raises(RuleBrokenError, match="Tulis alasan"):
        undo_verdict(verdict, by=officer, reason="")
    undo_verdict(verdict, by=officer, reason="Keliru.")
    with pytest.raises(WrongStateError, match="sudah dibatalkan Petugas Satu"):
        undo_verdict(verdict, by=officer, reason="Keliru.")
    for pair in ((entry.innovation, earlier), (earlier, entry.innovation)):
        with pytest.raises(RuleBrokenError, match="anggota salah satu unit"):
            state_different(*pair, by=member, reason=WHY)


def test_what_was_decided_is_not_decided_twice(officer):
    one, two, three = history(2022), history(2023), history(2024)
    state_same(one, two, by=officer, reason=WHY)
    with pytest.raises(WrongStateError, match="Sudah diputuskan Petugas Satu"):
        state_different(two, one, by=make_committee_user(), reason=WHY)
    state_different(two, three, by=officer, reason=WHY)
    # What is one with the second differs from the third as well.
    for act in (state_same, state_different):
        with pytest.raises(WrongStateError, match="Inovasi yang berbeda|inovasi yang berbeda"):
            act(one, three, by=officer, reason=WHY)


def test_after_the_announcement_nothing_changes(officer):
    entry, earlier = entry_at(EntryStatus.PASSED), history(2023)
    verdict = state_different(entry.innovation, earlier, by=officer, reason=WHY)
    announced(entry.edition)
    with pytest.raises(WrongStateError, match="Pengumuman seleksi administrasi"):
        undo_verdict(verdict, by=officer, reason="Keliru.")
    for act in (state_same, state_different):
        with pytest.raises(WrongStateError, match="Pengumuman seleksi administrasi"):
            act(entry.innovation, history(2024), by=officer, reason=WHY)


def test_an_entry_that_is_judged_already_does_not_lose_what_it_passed_with(officer):
    edition = make_edition()
    one, two = (entry_at(EntryStatus.PASSED, edition=edition) for _ in range(2))
    opens_at = edition.stages.get(kind=StageKind.JUDGING).opens_at
    with clock.shifted_to(opens_at), pytest.raises(RuleBrokenError, match="penilaian sudah dibuka"):
        state_same(one.innovation, two.innovation, by=officer, reason=WHY)
    assert not TwinVerdict.objects.exists()


def test_a_twin_that_withdraws_gives_the_participation_back(officer):
    edition = make_edition()
    one, two = (entry_at(EntryStatus.SUBMITTED, edition=edition) for _ in range(2))
    verdict = state_same(one.innovation, two.innovation, by=officer, reason=WHY)
    withdraw_entry(one, by=one.submitted_by)
    assert held(one.innovation) == [(1, 2026, two.innovation_id)]
    verdict.refresh_from_db()
    assert verdict.lost == []
    one.refresh_from_db()
    with pytest.raises(RuleBrokenError, match=f"sudah diusulkan pada edisi ini dengan nomor {two.number}"):
        submit_entry(one, by=one.submitted_by, statement=True)
    undo_verdict(verdict, by=officer, reason="Keliru.")
    assert (held(one.innovation), held(two.innovation)) == ([], [(1, 2026, None)])


def test_a_new_entry_counts_what_the_innovation_did_under_other_names(officer):
    renamed, earlier = history(2024), history(2023)
    state_same(renamed, earlier, by=officer, reason=WHY)
    renamed.refresh_from_db()
    edition = make_edition()
    with pytest.raises(RuleBrokenError, match="2023"):
        entry_at(EntryStatus.SUBMITTED, edition=edition, unit=renamed.unit, innovation=renamed)
    assert "2024" in used_up(renamed, edition)


def participation_item(edition):
    return ChecklistItem.objects.create(
        edition=edition,
        code="ikut",
        label="Batas keikutsertaan",
        failure_sentence="Sudah terlalu sering.",
        machine_rule="participation",
    )


def test_the_machine_says_under_which_name_it_took_part_and_the_item_fails(officer):
    edition, earlier = make_edition(), history(2023, 2024)
    participation_item(edition)
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    assert machine_findings(entry)["ikut"].passed
    state_same(entry.innovation, earlier, by=officer, reason=WHY)
    finding = machine_findings(Entry.objects.get(pk=entry.pk))["ikut"]
    assert not finding.passed
    assert f"Inovasi ini sama dengan {earlier.short_name} (2023, 2024)." in finding.reason
    with pytest.raises(RuleBrokenError, match="tulis alasan"):
        screen(entry, ScreeningOutcome.PASSED)


def test_the_machine_names_the_number_of_the_twin_of_this_year(officer):
    edition = make_edition()
    participation_item(edition)
    one, two = (entry_at(EntryStatus.SUBMITTED, edition=edition) for _ in range(2))
    state_same(one.innovation, two.innovation, by=officer, reason=WHY)
    found = findings_of(Entry.objects.filter(edition=edition).select_related("edition", "innovation"))
    assert found[one.pk]["ikut"].passed
    assert not found[two.pk]["ikut"].passed
    sentence = f"Inovasi yang sama sudah diusulkan pada edisi ini dengan nomor {one.number}."
    assert found[two.pk]["ikut"].reason == sentence
    assert machine_findings(Entry.objects.get(pk=two.pk))["ikut"].reason == sentence


def test_the_public_list_goes_on_showing_the_name_of_then(officer):
    earlier, later = history(2022), history(2024)
    row = later.participations.get()
    row.reported_stage = "finalist"
    row.save()
    state_same(later, earlier, by=officer, reason=WHY)
    row.refresh_from_db()
    assert (row.innovation, row.owner) == (earlier, later)
    assert later.short_name in str(row)


@pytest.mark.long
def test_two_verdicts_at_one_moment_come_one_after_the_other(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        officer = make_committee_user()
        one, two = history(2022), history(2023)
        raised = together(
            [
                lambda: state_same(one, two, by=officer, reason=WHY),
                lambda: state_different(two, one, by=officer, reason=WHY),
            ]
        )
        assert [type(error) for error in raised] == [WrongStateError]
        assert TwinVerdict.objects.count() == 1


def together(acts):
    """Run the acts at the same moment, each in a thread and transaction of its own; gives what they raised."""
    barrier, raised = Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(timeout=10)
            act()
        except RuleBrokenError as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return raised
