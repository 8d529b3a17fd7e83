"""Comparing versions with what took part before or takes part now: what is found, when, and what it costs."""

import random
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import StageKind
from entries.actions import comparing
from entries.actions.answers import save_answers
from entries.actions.comparing import NOT_COMPARED, compare_version, is_compared
from entries.actions.many import Chosen, pass_many
from entries.actions.submission import open_revision, submit_entry
from entries.models import Entry, Fingerprint, Participation, Resemblance
from entries.resemblance_queries import undecided
from entries.states import EntryStatus, ScreeningOutcome
from kiks.exceptions import RuleBrokenError
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, screen
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
SYLLABLES = ["ba", "ci", "du", "fe", "go", "ha", "ji", "ku", "le", "mo", "na", "pi", "ru", "se", "to", "wa"]
SAME_NAME = "Cerita dan Dongeng Keliling"


def prose(seed, words=150):
    chance = random.Random(seed)  # noqa: S311 - made-up texts, not secrets
    return " ".join("".join(chance.choices(SYLLABLES, k=4)) for _ in range(words))


def long_edition():
    edition = make_edition(StageKind.SUBMISSION)
    edition.questions.update(word_limit=500)
    return edition


@pytest.fixture
def edition():
    return long_edition()


def sent(edition, seed, **more):
    entry = entry_at(EntryStatus.DRAFT, edition=edition, **more)
    return write_and_send(entry, seed)


def write_and_send(entry, seed):
    by = entry.edited_by
    texts = {question.code: prose(f"{seed}{question.code}") for question in entry.edition.questions.all()}
    save_answers(entry, by=by, texts=texts)
    return submit_entry(Entry.objects.get(pk=entry.pk), by=by, statement=True)


def renamed(entry, short_name, expansion=""):
    innovation = entry.innovation
    innovation.short_name, innovation.expansion = short_name, expansion
    innovation.save(update_fields=["short_name", "expansion"])
    return entry


def compare(*entries):
    for entry in entries:
        assert compare_version(Entry.objects.get(pk=entry.pk).current_version)


def resembling(entry):
    return [twin.innovation for twin in undecided([entry.pk]).get(entry.pk, [])]


def test_the_same_text_from_two_units_is_found_and_stands_on_both_sides(edition):
    one, other, third = sent(edition, "a"), sent(edition, "a"), sent(edition, "b")
    compare(one, third)
    # The later of two was there already: the first comparison finds it.
    assert resembling(one) == [other.innovation]
    compare(other)
    assert (resembling(other), resembling(third)) == ([one.innovation], [])
    (twin,) = undecided([other.pk])[other.pk]
    assert twin.reasons == ["100% isi yang satu terdapat pada isi yang lain"]
    assert (twin.score, twin.alike.name_score) == (100, 0)


def test_who_comes_later_finds_who_was_compared_before(edition):
    one = sent(edition, "a")
    compare(one)
    other = sent(edition, "a")
    assert resembling(one) == []
    compare(other)
    assert (resembling(one), resembling(other)) == ([other.innovation], [one.innovation])


def test_a_renamed_innovation_of_an_earlier_edition_is_found_by_its_text(edition):
    before = sent(long_edition(), "a")
    now = sent(edition, "a")
    compare(now)
    assert resembling(now) == [before.innovation]
    assert Resemblance.objects.get().other_version == before.current_version


def test_a_name_that_took_part_before_is_found_without_any_text(edition):
    first, second = sent(edition, "a"), entry_at(EntryStatus.DRAFT, edition=edition)
    renamed(first, "CEDONG KELILING", SAME_NAME)
    renamed(second, "CEDONG", "Cerita serta Dongeng Keliling Cerita")
    compare(first)
    # A draft of this year is no twin; what took part in another year is, also without an entry of ours.
    assert resembling(first) == []
    renamed(second, "DONGLING", SAME_NAME)
    history = make_edition()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kiks.actor', %s, true)", [str(first.submitted_by_id)])
    Participation.objects.create(innovation=second.innovation, edition=history, ordinal=1, is_imported=True)
    Fingerprint.objects.update(is_compared=False)
    compare(first)
    (twin,) = undecided([first.pk])[first.pk]
    assert twin.innovation == second.innovation
    assert twin.reasons == ["nama yang mirip (94 dari 100)"]


def test_generic_names_and_short_texts_are_no_twins(edition):
    one, other = entry_at(EntryStatus.SUBMITTED, edition=edition), entry_at(EntryStatus.SUBMITTED, edition=edition)
    compare(one, other)
    assert undecided([one.pk, other.pk]) == {}
    assert not Resemblance.objects.exists()


def test_a_new_version_is_compared_anew_and_the_old_finding_no_longer_counts(edition):
    one, other = sent(edition, "a"), sent(edition, "a")
    compare(one, other)
    entry = open_revision(Entry.objects.get(pk=other.pk), by=other.submitted_by)
    # While the revision is open the version that was submitted goes on to count.
    assert resembling(one) == [other.innovation]
    rewritten = write_and_send(entry, "b")
    assert not is_compared(rewritten.current_version)
    assert (resembling(one), resembling(other)) == ([], [])
    compare(rewritten)
    assert (resembling(one), resembling(other)) == ([], [])
    copied = write_and_send(open_revision(Entry.objects.get(pk=other.pk), by=other.submitted_by), "a")
    compare(copied)
    assert (resembling(one), resembling(other)) == ([other.innovation], [one.innovation])


def test_comparing_twice_is_one_comparison(edition):
    one, _ = sent(edition, "a"), sent(edition, "a")
    compare(one)
    found = Resemblance.objects.get()
    compare(one)
    assert Resemblance.objects.get() == found


def test_the_tick_compares_in_small_batches_and_says_so(edition, monkeypatch):
    monkeypatch.setattr(comparing, "COMPARED_PER_TICK", 2)
    entries = [sent(edition, seed) for seed in "aab"]
    said = []
    for _ in range(3):
        out = StringIO()
        call_command("tick", stdout=out)
        said += [line for line in out.getvalue().splitlines() if "dibandingkan" in line]
    assert said == ["2 usulan dibandingkan dengan inovasi lain.", "1 usulan dibandingkan dengan inovasi lain."]
    assert all(is_compared(entry.current_version) for entry in entries)
    assert resembling(entries[0]) == [entries[1].innovation]


def test_what_is_too_much_for_a_page_is_left_to_the_tick(edition, monkeypatch):
    monkeypatch.setattr(comparing, "AT_ONCE", 1)
    entries = [sent(edition, seed) for seed in "abc"]
    committee = make_committee_user()
    assert not compare_version(entries[0].current_version)
    codes = [item.code for item in edition.checklist.all() if not item.machine_rule]
    chosen = [Chosen(Entry.objects.get(pk=entries[0].pk), 1, 1)]
    assert [done.refusal for done in pass_many(edition, chosen, by=committee, stated=codes)] == [NOT_COMPARED]
    call_command("tick", stdout=StringIO())
    assert compare_version(entries[0].current_version)


def test_passing_many_compares_first_and_leaves_out_the_twin(edition):
    one, other, third = (sent(edition, seed) for seed in "aab")
    codes = [item.code for item in edition.checklist.all() if not item.machine_rule]
    chosen = [Chosen(Entry.objects.get(pk=entry.pk), 1, 1) for entry in (one, other, third)]
    done = pass_many(edition, chosen, by=make_committee_user(), stated=codes)
    assert all(is_compared(entry.current_version) for entry in (one, other, third))
    assert "Mirip dengan" in done[0].refusal
    assert "Mirip dengan" in done[1].refusal
    assert "Mirip dengan" not in done[2].refusal


def test_the_first_look_compares(edition):
    one, _ = sent(edition, "a"), sent(edition, "a")
    page = client_of(make_committee_user()).get(reverse("admin:entries_entry_screen", args=[one.pk]))
    assert page.status_code == 200
    assert is_compared(one.current_version)
    assert len(resembling(one)) == 1


def test_passing_one_compares_first_and_refuses_the_twin(edition):
    one, other, third = (sent(edition, seed) for seed in "aab")
    with pytest.raises(RuleBrokenError, match=f"Mirip dengan {other.innovation.short_name}"):
        screen(one, ScreeningOutcome.PASSED)
    screen(third, ScreeningOutcome.PASSED)
    assert {entry.innovation_id for entry in Entry.objects.filter(status=EntryStatus.PASSED)} == {third.innovation_id}
    # Whatever else is decided needs no comparison.
    screen(other, ScreeningOutcome.REJECTED)
    assert not is_compared(other.current_version)


def test_what_is_not_compared_yet_is_not_passed_and_its_page_says_so(edition, monkeypatch):
    monkeypatch.setattr(comparing, "AT_ONCE", 1)
    entry, *_ = [sent(edition, seed) for seed in "abc"]
    with pytest.raises(RuleBrokenError, match=NOT_COMPARED):
        screen(entry, ScreeningOutcome.PASSED)
    address = reverse("admin:entries_entry_screen", args=[entry.pk])
    committee = client_of(make_committee_user())
    assert NOT_COMPARED in committee.get(address).text
    item = edition.checklist.get()
    sent_form = {f"item_{item.pk}": "yes", "outcome": "passed", "expected_attempt": 1, "expected_version": 1}
    refused = committee.post(address, sent_form)
    assert (refused.status_code, refused.text.count(NOT_COMPARED)) == (200, 2)
    assert not entry.screenings.exists()
    call_command("tick", stdout=StringIO())
    assert NOT_COMPARED not in committee.get(address).text
    committee.post(address, sent_form)
    assert entry.screenings.get().outcome == ScreeningOutcome.PASSED


def test_the_queries_do_not_grow_with_what_there_is_to_compare(edition):
    entries = [sent(edition, "a")]
    compare(*entries)
    entries.append(sent(edition, "a"))
    with CaptureQueriesContext(connection) as few:
        compare(entries[-1])
    more = [sent(edition, seed) for seed in "abbb"]
    compare(*more)
    more.append(sent(edition, "b"))
    with CaptureQueriesContext(connection) as many:
        compare(more[-1])
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as one:
        undecided([more[0].pk])
    with CaptureQueriesContext(connection) as all_:
        assert len(undecided([entry.pk for entry in [*entries, *more]])) == 7
    assert len(one) == len(all_)
