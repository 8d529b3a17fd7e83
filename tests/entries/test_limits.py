"""Every limit of an edition on both sides of its edge, through the act itself; each refusal says how to go on."""

from datetime import timedelta

import pytest

from competitions.models import Question
from entries.actions.answers import save_answer
from entries.actions.entry import save_identity, start_entry
from entries.actions.screening import reject_overdue
from entries.actions.submission import submit_entry, withdraw_entry
from entries.eligibility import months_before
from entries.models import Innovation, Participation
from entries.queries import latest_implementation
from entries.secrecy import counted_entries
from entries.start_queries import start_page
from entries.states import EntryStatus
from entries.task_queries import TaskState, task_list
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.formats import day_month_year, local_date
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


def submit(entry):
    return submit_entry(entry, by=member_of(entry.innovation.unit), statement=True)


def refusals(entry):
    with pytest.raises(RuleBrokenError) as refusal:
        submit(entry)
    return refusal.value.sentences


@pytest.mark.parametrize(("others", "refused"), [(1, False), (2, True), (3, True)])
def test_the_limit_of_a_unit(others, refused):
    edition, unit = make_edition(), make_unit()
    for _ in range(others):
        entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    edition.unit_limit = 2
    edition.save()
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=unit)
    if refused:
        assert refusals(draft) == (
            f"Unit Anda sudah mengajukan {others} usulan, maksimal 2. Tarik salah satu usulan sebelum mengajukan ini.",
        )
    else:
        assert submit(draft).status == EntryStatus.SUBMITTED


@pytest.mark.parametrize(("others", "refused"), [(1, False), (2, True), (3, True)])
def test_the_limit_of_an_agency_counts_all_its_units(others, refused):
    edition, agency = make_edition(), make_agency()
    for _ in range(others):
        entry_at(EntryStatus.SUBMITTED, edition=edition, unit=make_unit(agency=agency))
    entry_at(EntryStatus.SUBMITTED, edition=edition)
    edition.agency_limit = 2
    edition.save()
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=make_unit(agency=agency))
    if refused:
        assert refusals(draft) == (
            f"Perangkat daerah Anda sudah mengajukan {others} usulan, maksimal 2."
            " Sepakati dengan unit lain usulan mana yang ditarik.",
        )
    else:
        assert submit(draft).status == EntryStatus.SUBMITTED


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (EntryStatus.DRAFT, False),
        (EntryStatus.WITHDRAWN, False),
        # A free place would tell what nobody may know yet.
        (EntryStatus.REJECTED, True),
        (EntryStatus.SUBMITTED, True),
        (EntryStatus.RETURNED, True),
        (EntryStatus.PASSED, True),
    ],
)
def test_only_entries_that_compete_take_a_place(status, counts):
    edition, unit = make_edition(unit_limit=1), make_unit()
    entry_at(status, edition=edition, unit=unit)
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=unit)
    if counts:
        assert "maksimal 1" in refusals(draft)[0]
    else:
        assert submit(draft).status == EntryStatus.SUBMITTED


def test_a_rejected_entry_gives_its_place_back_once_that_is_announced():
    edition, unit = make_edition(unit_limit=1), make_unit()
    entry_at(EntryStatus.REJECTED, edition=edition, unit=unit)
    now = clock.now()
    assert counted_entries(edition, now).count() == 1
    announced(edition, at=now + timedelta(hours=1))
    assert counted_entries(edition, now).count() == 1
    assert counted_entries(edition, now + timedelta(hours=1)).count() == 0


@pytest.mark.parametrize("field", ["unit_limit", "agency_limit"])
def test_an_edition_without_that_limit_takes_all(field):
    edition, unit = make_edition(**{field: None}), make_unit()
    entries = [entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit) for _ in range(3)]
    assert [entry.number for entry in entries] == ["001", "002", "003"]


def test_a_correction_does_not_count_against_itself():
    edition, unit = make_edition(unit_limit=1, agency_limit=1), make_unit()
    entry = entry_at(EntryStatus.RETURNED, edition=edition, unit=unit)
    assert submit(entry).status == EntryStatus.SUBMITTED


@pytest.mark.parametrize(("days", "refused"), [(-1, False), (0, False), (1, True)])
@pytest.mark.parametrize("months", [6, 12])
def test_the_minimum_age_is_counted_back_from_the_closing(months, days, refused):
    edition = make_edition(minimum_age_months=months)
    draft = entry_at(EntryStatus.DRAFT, edition=edition)
    latest = months_before(local_date(edition.stages.get(kind="submission").closes_at), months)
    assert latest_implementation(edition) == latest
    day = latest + timedelta(days=days)
    save_identity(draft, by=member_of(draft.innovation.unit), data={"implemented_on": day})
    draft.innovation.refresh_from_db()
    if refused:
        assert refusals(draft) == (
            f"Inovasi mulai diterapkan {day_month_year(day)}, seharusnya paling lambat {day_month_year(latest)}"
            f" ({months} bulan sebelum pengajuan ditutup). Perbaiki tanggal itu bila keliru, atau ajukan inovasi ini"
            " pada edisi berikutnya.",
        )
    else:
        assert submit(draft).status == EntryStatus.SUBMITTED


def test_no_minimum_age_asks_for_no_date():
    edition = make_edition(minimum_age_months=0)
    draft = entry_at(EntryStatus.DRAFT, edition=edition)
    save_identity(draft, by=member_of(draft.innovation.unit), data={"implemented_on": None})
    draft.innovation.refresh_from_db()
    assert submit(draft).status == EntryStatus.SUBMITTED
    assert latest_implementation(edition) is None


def took_part(innovation, *years):
    for ordinal, year in enumerate(years, 1):
        Participation.objects.create(
            innovation=innovation, edition=make_edition(year=year, participation_limit=9), ordinal=ordinal
        )


@pytest.mark.parametrize(
    ("years", "told"),
    [((2023,), ""), ((2023, 2025), "2 kali ikut serta (2023 dan 2025)"), ((2022, 2023, 2025), "3 kali")],
)
def test_the_participation_limit_names_the_years(years, told):
    unit, edition = make_unit(), make_edition(participation_limit=2)
    innovation = Innovation.objects.create(unit=unit, short_name="Lama")
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=unit, innovation=innovation)
    took_part(innovation, *years)
    if told:
        (sentence,) = refusals(draft)
        assert told in sentence
        assert sentence.endswith("maksimal 2 kali. Ajukan inovasi lain.")
    else:
        assert submit(draft).innovation.participations.get(edition=edition).ordinal == 2


def test_three_years_are_listed_in_order():
    unit, edition = make_unit(), make_edition(participation_limit=3)
    innovation = Innovation.objects.create(unit=unit, short_name="Lama")
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=unit, innovation=innovation)
    took_part(innovation, 2025, 2022, 2023)
    assert "3 kali ikut serta (2022, 2023, dan 2025), maksimal 3 kali" in refusals(draft)[0]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_start_offers_and_refuses_by_the_limit_of_the_edition(limit):
    unit, edition = make_unit(), make_edition(participation_limit=limit)
    innovation = Innovation.objects.create(unit=unit, short_name="Lama")
    took_part(innovation, 2023, 2024)
    may = limit > 2
    assert [row.may_start for row in start_page(unit, edition, clock.now()).rows] == [may]
    by = member_of(unit)
    if may:
        assert start_entry(by=by, unit=unit, edition=edition, innovation=innovation).innovation == innovation
    else:
        with pytest.raises(RuleBrokenError, match=rf"2 kali ikut serta \(2023 dan 2024\), maksimal {limit} kali"):
            start_entry(by=by, unit=unit, edition=edition, innovation=innovation)


@pytest.mark.parametrize("frees", [True, False])
def test_what_counts_as_a_participation_is_the_editions_word(frees):
    edition = make_edition(rejection_frees_participation=frees)
    entry = entry_at(EntryStatus.REJECTED, edition=edition)
    assert entry.innovation.participations.exists() is not frees
    late = entry_at(EntryStatus.RETURNED, edition=edition)
    with clock.shifted_to(late.screenings.get().correction_due_at + timedelta(seconds=1)):
        reject_overdue(late, by=entry.screenings.get().screened_by)
    assert late.innovation.participations.exists() is not frees


def test_a_draft_and_a_withdrawn_entry_use_no_participation():
    draft, sent = entry_at(EntryStatus.DRAFT), entry_at(EntryStatus.SUBMITTED)
    withdraw_entry(sent, by=sent.submitted_by)
    assert not draft.innovation.participations.exists()
    assert not sent.innovation.participations.exists()


def write(entry, code, text):
    question = Question.objects.get(edition=entry.edition, code=code)
    version = entry.answers.filter(question=question).values_list("version", flat=True).first() or 0
    save_answer(entry, by=member_of(entry.innovation.unit), question=question, text=text, version=version)


@pytest.mark.parametrize(
    ("words", "sentence"), [(19, ""), (20, ""), (21, "Ringkasan 21 kata, maksimal 20. Kurangi 1 kata.")]
)
def test_the_word_limit(words, sentence):
    draft = entry_at(EntryStatus.DRAFT)
    write(draft, "ringkasan", "kata " * words)
    if sentence:
        assert refusals(draft) == (sentence,)
    else:
        assert submit(draft).status == EntryStatus.SUBMITTED


@pytest.fixture
def free():
    """A draft whose edition also has an optional question without a limit and with a prompt of two lines."""
    edition = make_edition()
    Question.objects.create(
        edition=edition,
        code="catatan",
        title="Catatan",
        prompt="Baris pertama.\nBaris kedua.",
        word_limit=None,
        is_required=False,
        position=3,
    )
    return entry_at(EntryStatus.DRAFT, edition=edition)


def state_of(entry, code):
    return {task.key: task.state for task in task_list(entry, clock.now())}[code]


@pytest.mark.parametrize(
    ("text", "state"), [("", TaskState.OPTIONAL), ("kata", TaskState.COMPLETE), ("kata " * 5000, TaskState.COMPLETE)]
)
def test_an_optional_question_without_a_limit_takes_anything(free, text, state):
    write(free, "catatan", text)
    assert state_of(free, "catatan") == state
    entry = submit(free)
    client = client_of(entry.submitted_by)
    words = len(text.split())
    for path in ("", "isi/"):
        page = client.get(f"/usulan/{entry.pk}/{path}").content.decode()
        assert f">{words} kata</span>" in page
        assert "None" not in page
    assert client.get(f"/usulan/{entry.pk}/tanda-terima/").status_code == 200


def test_its_page_says_that_it_is_optional_and_counts_no_words(free):
    client = client_of(member_of(free.innovation.unit))
    page = client.get(f"/usulan/{free.pk}/pertanyaan/catatan/").content.decode()
    assert "(opsional)" in page
    assert "data-word-limit" not in page
    assert "data-counter-for" not in page
    assert "Baris pertama.<br>Baris kedua." in page
    assert "tidak dibatasi jumlah katanya" in page
    other = client.get(f"/usulan/{free.pk}/pertanyaan/ringkasan/").content.decode()
    assert "(opsional)" not in other
    assert 'data-word-limit="20"' in other
    for path in ("", "periksa/"):
        assert "None" not in client.get(f"/usulan/{free.pk}/{path}").content.decode()
