"""Lists, task states and facts."""

import pytest
from django.http import Http404

from competitions.models import StageKind
from entries.actions.answers import save_answer
from entries.actions.entry import remove_attachment, save_identity, start_entry
from entries.actions.screening import ItemDecision, screen_entry
from entries.eligibility import months_before
from entries.models import Innovation, Participation
from entries.queries import (
    entry_blockers,
    entry_for,
    free_ordinal,
    last_saved_at,
    last_screening,
    latest_implementation,
    next_number,
    unit_for,
    units_of,
)
from entries.states import EntryStatus, ScreeningOutcome
from entries.task_queries import TaskState, attachment_slots, task_list
from kiks import clock
from kiks.formats import local_date
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh():
    """An entry in which nothing is filled."""
    unit = make_unit()
    return start_entry(by=member_of(unit), unit=unit, edition=make_edition(), innovation=None, short_name="INDUKSI")


def states(entry):
    return {task.key: task.state for task in task_list(entry, clock.now())}


def answer(entry, text):
    question = entry.edition.questions.get(code="ringkasan")
    version = entry.answers.filter(question=question).values_list("version", flat=True).first() or 0
    save_answer(entry, by=member_of(entry.innovation.unit), question=question, text=text, version=version)


def identify(entry, **data):
    return save_identity(entry, by=member_of(entry.innovation.unit), data=data)


def test_task_list_of_a_new_entry(fresh):
    tasks = task_list(fresh, clock.now())
    assert [(task.title, task.words, task.word_limit) for task in tasks] == [
        ("Identitas", None, None),
        ("Ringkasan", 0, 20),
        ("Dampak", 0, 50),
        ("Lampiran", None, None),
        ("Video", None, None),
    ]
    assert {task.key for task in tasks if task.state == TaskState.OPTIONAL} == {"video"}
    assert {task.state for task in tasks if task.key != "video"} == {TaskState.NOT_STARTED}


@pytest.mark.parametrize(
    ("words", "state"),
    [(0, "not_started"), (9, "in_progress"), (10, "complete"), (20, "complete"), (21, "needs_fix")],
)
def test_task_of_a_question_follows_its_words(fresh, words, state):
    answer(fresh, "kata " * words)
    assert states(fresh)["ringkasan"] == state


def test_task_of_the_identity_follows_what_it_needs(fresh):
    day = clock.now().date()
    entry = identify(fresh, short_name="INDUKSI")
    assert states(entry)["identity"] == TaskState.IN_PROGRESS
    entry = identify(entry, implemented_on=day.replace(year=day.year - 2))
    assert states(entry)["identity"] == TaskState.IN_PROGRESS
    entry = identify(entry, team="Tim")
    assert states(entry)["identity"] == TaskState.NEEDS_FIX
    entry = identify(entry, category=entry.edition.categories.get())
    assert states(entry)["identity"] == TaskState.COMPLETE
    entry = identify(entry, implemented_on=day)
    assert states(entry)["identity"] == TaskState.NEEDS_FIX


def missing(entry):
    return [slot.title for slot in attachment_slots(entry) if slot.is_missing]


def test_task_of_the_attachments_follows_the_papers():
    entry = entry_at(EntryStatus.DRAFT)
    by = member_of(entry.innovation.unit)
    assert (states(entry)["attachments"], missing(entry)) == (TaskState.COMPLETE, [])
    remove_attachment(entry.attachments.get(kind="decree"), by=by)
    assert missing(entry) == ["SK atau surat pernyataan inovator"]
    assert states(entry)["attachments"] == TaskState.IN_PROGRESS
    for kind in ("implementation", "replication"):
        remove_attachment(entry.attachments.get(kind=kind), by=by)
    assert states(entry)["attachments"] == TaskState.NOT_STARTED


def test_task_list_of_a_returned_entry_marks_what_failed():
    entry = entry_at(EntryStatus.RETURNED)
    assert last_screening(entry).failed[0].item.machine_rule == "age"
    assert [key for key, state in states(entry).items() if state == TaskState.NEEDS_FIX] == ["identity"]


def test_last_screening_of_an_entry_that_was_never_screened(fresh):
    assert last_screening(fresh) is None


def test_entry_blockers_name_the_task_that_mends_them(fresh):
    tasks = {blocker.task for blocker in entry_blockers(fresh, clock.now())}
    assert tasks == {"identity", "ringkasan", "dampak", "attachments"}


def test_last_saved_at_is_the_last_of_all_parts(fresh):
    assert last_saved_at(fresh) is None
    identify(fresh, team="Tim")
    answer(fresh, "kata")
    assert last_saved_at(fresh) == fresh.answers.get().edited_at


def test_entry_for_and_unit_for_hide_what_is_not_the_users(fresh):
    stranger = make_user()
    with pytest.raises(Http404):
        entry_for(stranger, fresh.pk)
    with pytest.raises(Http404):
        unit_for(stranger, fresh.innovation.unit.pk)
    assert entry_for(member_of(fresh.innovation.unit), fresh.pk) == fresh


def test_a_member_who_left_sees_the_unit_no_longer(fresh):
    member = fresh.innovation.unit.members.get()
    member.left_at, member.left_by = clock.now(), member.user
    member.save()
    assert list(units_of(member.user)) == []


def test_free_ordinal_is_the_lowest_that_is_not_used():
    innovation = Innovation.objects.create(unit=make_unit(), short_name="A")
    assert free_ordinal(innovation) == 1
    for ordinal in (1, 3):
        Participation.objects.create(
            innovation=innovation, edition=make_edition(), ordinal=ordinal, is_imported=ordinal > 2
        )
    assert free_ordinal(innovation) == 2


def test_next_number_counts_on_after_the_highest():
    edition = make_edition(StageKind.SUBMISSION)
    assert next_number(edition) == "001"
    entry_at(EntryStatus.WITHDRAWN, edition=edition)
    assert next_number(edition) == "002"


def test_the_reason_of_an_item_that_is_a_question_marks_that_question():
    entry = entry_at(EntryStatus.SUBMITTED)
    item = entry.edition.checklist.create(code="dampak", label="Dampak", failure_sentence="Kurang jelas.")
    items = [
        ItemDecision(item=row, passed=row != item, reason="Kurang jelas." if row == item else "")
        for row in entry.edition.checklist.all()
    ]
    due_at = clock.now() + (entry.edition.stages.get(kind="screening").closes_at - clock.now()) / 2
    screen_entry(
        entry,
        by=make_committee_user(),
        outcome=ScreeningOutcome.RETURNED,
        items=items,
        reason="Perjelas",
        correction_due_at=due_at,
        expected_attempt=1,
    )
    entry.refresh_from_db()
    assert [key for key, state in states(entry).items() if state == TaskState.NEEDS_FIX] == ["dampak"]


def test_latest_implementation_follows_the_age_that_the_edition_asks():
    assert latest_implementation(make_edition(minimum_age_months=0)) is None
    edition = make_edition(minimum_age_months=12)
    closes_on = local_date(edition.stages.get(kind=StageKind.SUBMISSION).closes_at)
    assert latest_implementation(edition) == months_before(closes_on, 12)
