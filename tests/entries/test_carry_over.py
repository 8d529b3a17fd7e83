"""What of an earlier entry comes along into this year's draft."""

import pytest

from competitions.models import Question, StageKind
from entries.actions.start import begin_entry
from entries.models import Attachment, Entry, Innovation
from entries.states import EntryStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier():
    """An entry of last year: submitted in its time."""
    last_year = make_edition(year=2025)
    last_year.transformations.create(code="digital", name="Transformasi digital (2025)")
    last_year.transformations.create(code="lama", name="Tidak ada lagi")
    entry = entry_at(EntryStatus.SUBMITTED, edition=last_year)
    entry.transformations.set(last_year.transformations.all())
    Entry.objects.filter(pk=entry.pk).update(tpb=[3, 17])
    return entry


@pytest.fixture
def edition(earlier):
    edition = make_edition()
    edition.transformations.create(code="digital", name="Transformasi digital")
    return edition


def begin(earlier, edition, **wishes):
    unit = earlier.innovation.unit
    wishes = {"innovation": earlier.innovation, "carry_over": True} | wishes
    return begin_entry(by=member_of(unit), unit=unit, edition=edition, **wishes)


def texts_of(entry):
    return dict(entry.answers.values_list("question__code", "text"))


def test_answers_and_choices_come_along_and_papers_do_not(earlier, edition):
    entry, carried = begin(earlier, edition)
    entry.refresh_from_db()
    assert texts_of(entry) == texts_of(earlier)
    assert (entry.team, entry.decree_number, entry.tpb) == ("Tim Uji", "SK/1/2024", [3, 17])
    assert (entry.category.edition, entry.category.code) == (edition, "umum")
    assert [found.name for found in entry.transformations.all()] == ["Transformasi digital"]
    assert not Attachment.objects.filter(entry=entry).exists()
    assert (entry.statement_accepted, entry.status, entry.number) == (False, EntryStatus.DRAFT, "")
    assert (carried.source, carried.answers, carried.too_long) == (earlier, 2, ())


def test_who_begins_is_who_wrote_this_years_answers(earlier, edition):
    entry, _ = begin(earlier, edition)
    answer = entry.answers.first()
    assert (answer.version, answer.edited_by) == (1, member_of(earlier.innovation.unit))
    assert entry.edited_at == answer.edited_at


def test_the_same_question_is_the_one_with_the_same_code(earlier, edition):
    edition.questions.filter(code="dampak").update(code="manfaat", title="Dampak")
    entry, carried = begin(earlier, edition)
    assert set(texts_of(entry)) == {"ringkasan"}
    assert carried.answers == 1


def test_what_is_longer_than_this_year_allows_is_kept_and_flagged(earlier, edition):
    Question.objects.filter(edition=edition, code="ringkasan").update(word_limit=2)
    entry, carried = begin(earlier, edition)
    assert texts_of(entry)["ringkasan"] == texts_of(earlier)["ringkasan"]
    assert carried.too_long == ("Ringkasan",)
    page = client_of(member_of(earlier.innovation.unit)).get(f"/usulan/{entry.pk}/").content.decode()
    assert "Perlu perbaikan" in page


def test_the_newest_earlier_entry_is_the_source(earlier, edition):
    older = make_edition(StageKind.ANNOUNCEMENT, year=2024)
    old = Entry.objects.create(innovation=earlier.innovation, edition=older)
    now = clock.now()
    old.answers.create(
        question=older.questions.first(), text="Lama sekali.", version=1, edited_at=now, edited_by=earlier.edited_by
    )
    entry, carried = begin(earlier, edition)
    assert carried.source == earlier
    assert texts_of(entry) == texts_of(earlier)


def test_nothing_comes_along_where_it_is_not_asked_or_not_there(earlier, edition):
    entry, carried = begin(earlier, edition, carry_over=False)
    assert (carried, texts_of(entry), entry.team, entry.edited_at) == (None, {}, "", None)
    fresh = Innovation.objects.create(unit=earlier.innovation.unit, short_name="Baru")
    entry, carried = begin(earlier, edition, innovation=fresh)
    assert (carried, texts_of(entry)) == (None, {})


def test_a_refused_start_leaves_nothing(earlier, edition):
    begin(earlier, edition)
    with pytest.raises(RuleBrokenError, match="sudah memiliki usulan"):
        begin(earlier, edition)
    assert Entry.objects.filter(edition=edition).count() == 1


def test_the_page_offers_it_ticked_and_tells_what_came(earlier, edition):
    unit = earlier.innovation.unit
    client, address = client_of(member_of(unit)), f"/usulan/unit/{unit.pk}/baru/"
    page = client.get(address).content.decode()
    assert f"Bawa isi usulan {earlier.edition.name}" in page
    assert "checked" in page
    assert "Lampiran tidak dibawa" in page
    Question.objects.filter(edition=edition, code="ringkasan").update(word_limit=2)
    data = {"innovation": earlier.innovation.pk, "carry_over": "on"}
    told = client.post(address, data, follow=True).content.decode()
    assert f"2 jawaban dari {earlier.edition.name} dibawa, lampirannya tidak." in told
    assert "perlu dipendekkan: Ringkasan." in told
