"""Likely twins without a verdict: which there are, and what counts as decided."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entries.models import LikelyTwin, TwinVerdict
from entries.resemblance_queries import undecided
from entries.states import EntryStatus
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db


def stated(innovation, earlier, by, score=95):
    return LikelyTwin.objects.create(
        innovation=innovation, earlier=earlier, score=score, stated="different", stated_at=clock.now(), stated_by=by
    )


def decide(innovation, other, verdict, by):
    return TwinVerdict.objects.create(
        innovation=innovation, other=other, verdict=verdict, reason="Dibaca.", decided_at=clock.now(), decided_by=by
    )


@pytest.fixture
def edition():
    return make_edition()


@pytest.fixture
def entries(edition):
    return [entry_at(EntryStatus.SUBMITTED, edition=edition) for _ in range(3)]


def names(found):
    return {entry: [twin.innovation.pk for twin in twins] for entry, twins in found.items()}


def test_a_pair_is_undecided_on_both_sides_the_likeliest_first(entries):
    one, other, third = entries
    stated(one.innovation, other.innovation, one.submitted_by, score=85)
    stated(one.innovation, third.innovation, one.submitted_by)
    pks = [entry.pk for entry in entries]
    assert names(undecided(pks)) == {
        one.pk: [third.innovation_id, other.innovation_id],
        other.pk: [one.innovation_id],
        third.pk: [one.innovation_id],
    }
    assert undecided([]) == {}


def test_a_verdict_holds_for_all_that_are_one_with_either(entries):
    one, other, third = (entry.innovation for entry in entries)
    committee = make_committee_user()
    stated(one, other, committee)
    stated(one, third, committee)
    verdict = decide(one, other, "different", committee)
    assert names(undecided([entries[0].pk])) == {entries[0].pk: [third.pk]}
    # The third is found to be the other: then it differs from the first as well.
    third.same_as = other
    third.save(update_fields=["same_as"])
    assert undecided([entries[0].pk]) == {}
    verdict.undone_at, verdict.undone_by, verdict.undo_reason = clock.now(), committee, "Keliru."
    verdict.save()
    assert names(undecided([entries[0].pk])) == {entries[0].pk: [other.pk, third.pk]}


def test_the_number_of_queries_does_not_grow(entries, edition):
    one, other, third = entries
    stated(one.innovation, other.innovation, one.submitted_by)
    with CaptureQueriesContext(
        connection,
    ) as few:
        undecided([one.pk])
    stated(other.innovation, third.innovation, one.submitted_by)
    stated(one.innovation, third.innovation, one.submitted_by)
    with CaptureQueriesContext(connection) as many:
        found = undecided([entry.pk for entry in entries])
        assert [twin.years for twin in found[one.pk]] == [[edition.year], [edition.year]]
    assert len(few) == len(many)
