"""What an autosave costs: it comes every few seconds from everybody who types, most of all on the last day."""

import pytest
from django.urls import reverse

from entries.models import Entry
from entries.states import EntryStatus
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_user

# Session, person, roles 4; entry and question 2; transaction, actor and clocks 5; locks 2; member, stages 2; answer 2.
MOST_QUERIES = 17


def address_of(entry: Entry) -> str:
    return reverse("entries:save_answer", args=[entry.pk, "dampak"])


@pytest.mark.django_db
def test_an_autosave_asks_the_database_no_more_often_than_it_must(django_assert_max_num_queries):
    entry = entry_at(EntryStatus.DRAFT)
    client = client_of(member_of(entry.innovation.unit))
    assert client.post(address_of(entry), {"text": "Satu", "version": 1}).status_code == 200
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.post(address_of(entry), {"text": "Satu dua", "version": 2})
    assert response.status_code == 200
    assert entry.answers.get(question__code="dampak").text == "Satu dua"


@pytest.mark.django_db
def test_an_autosave_of_somebody_elses_entry_finds_nothing():
    entry = entry_at(EntryStatus.DRAFT)
    assert client_of(make_user()).post(address_of(entry), {"text": "Lain", "version": 1}).status_code == 404
    assert "Lain" not in entry.answers.values_list("text", flat=True)
