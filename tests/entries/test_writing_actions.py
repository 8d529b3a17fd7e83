"""Drafts: start, identity, answers, attachments."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import Edition, StageKind
from entries.actions.answers import save_answer, save_answers
from entries.actions.entry import add_attachment, remove_attachment, save_identity, start_entry
from entries.actions.unit import reject_unit
from entries.models import Innovation, Participation
from entries.queries import identity_token
from entries.states import EntryStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError, WrongStateError
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return entry_at(EntryStatus.DRAFT)


def writer(entry):
    return member_of(entry.innovation.unit)


def start(unit, edition, innovation=None, **fields):
    by = fields.pop("by", None) or member_of(unit)
    return start_entry(by=by, unit=unit, edition=edition, innovation=innovation, short_name="INDUKSI", **fields)


def test_start_entry_of_a_new_innovation():
    unit, edition = make_unit(), make_edition()
    entry = start(unit, edition, expansion="Informasi Edukasi")
    assert (entry.status, entry.number, entry.innovation.unit) == (EntryStatus.DRAFT, "", unit)
    assert str(entry.innovation) == "INDUKSI - Informasi Edukasi"
    assert AuditEvent.objects.get(kind="entry.started").chain == edition.code


def test_start_entry_of_an_innovation_that_took_part_before():
    unit, edition = make_unit(), make_edition()
    innovation = Innovation.objects.create(unit=unit, short_name="Lama")
    Participation.objects.create(innovation=innovation, edition=make_edition(), ordinal=1)
    assert start(unit, edition, innovation).innovation == innovation


def test_start_entry_is_allowed_while_the_unit_waits_for_verification():
    unit = make_unit(verified=False)
    assert start(unit, make_edition()).status == EntryStatus.DRAFT


def test_start_entry_refuses_a_unit_that_was_rejected():
    unit = reject_unit(make_unit(verified=False), by=make_committee_user(), reason="Bukan UPP")
    with pytest.raises(WrongStateError, match="Ditolak"):
        start(unit, make_edition())


def test_start_entry_refuses_strangers():
    with pytest.raises(PermissionDenied):
        start(make_unit(), make_edition(), by=make_user())


def test_start_entry_refuses_an_innovation_at_its_limit():
    unit, edition = make_unit(), make_edition(participation_limit=1)
    innovation = Innovation.objects.create(unit=unit, short_name="Lama")
    Participation.objects.create(innovation=innovation, edition=make_edition(), ordinal=1)
    with pytest.raises(RuleBrokenError, match=r"sudah 1 kali ikut serta \(2026\), maksimal 1 kali"):
        start(unit, edition, innovation)


def test_start_entry_refuses_a_second_entry_of_the_same_innovation(draft):
    with pytest.raises(RuleBrokenError, match="sudah memiliki usulan"):
        start(draft.innovation.unit, draft.edition, draft.innovation)


def test_start_entry_refuses_an_innovation_of_another_unit(draft):
    with pytest.raises(RuleBrokenError):
        start(make_unit(), make_edition(), draft.innovation)


@pytest.mark.parametrize("edition", [None, "without stages"])
def test_start_entry_refuses_without_a_calendar(edition):
    if edition:
        edition = Edition.objects.create(code="kosong", year=2027, name="Kosong")
    with pytest.raises(RuleBrokenError, match="Belum ada edisi"):
        start(make_unit(), edition)


def test_start_entry_refuses_after_the_closing():
    with pytest.raises(RuleBrokenError, match="Waktu pengisian berakhir"):
        start(make_unit(), make_edition(StageKind.SCREENING))


def test_save_identity_changes_only_what_it_is_given(draft):
    saved = save_identity(draft, by=writer(draft), data={"team": "Tim Baru", "is_digital": True})
    saved.refresh_from_db()
    assert (saved.team, saved.innovation.is_digital, saved.decree_number) == ("Tim Baru", True, "SK/1/2024")
    assert saved.edited_by == writer(draft)


def test_save_identity_sets_the_transformations(draft):
    one = draft.edition.transformations.create(code="digital", name="Transformasi digital")
    save_identity(draft, by=writer(draft), data={"transformations": [one]})
    assert list(draft.transformations.all()) == [one]


def test_save_identity_refuses_fields_of_the_office(draft):
    with pytest.raises(ValueError, match="number"):
        save_identity(draft, by=writer(draft), data={"number": "001"})


def test_save_identity_refuses_what_another_tab_has_changed(draft):
    seen = identity_token(draft)
    save_identity(draft, by=writer(draft), data={"team": "Satu"}, seen=seen)
    with pytest.raises(StaleVersionError) as refusal:
        save_identity(draft, by=writer(draft), data={"team": "Dua"}, seen=seen)
    assert refusal.value.current.team == "Satu"


def test_save_answer_counts_the_versions_and_keeps_too_many_words(draft):
    question = draft.edition.questions.get(code="ringkasan")
    answer = save_answer(draft, by=writer(draft), question=question, text="kata " * 30, version=1)
    assert (answer.version, answer.text) == (2, "kata " * 30)


def test_save_answer_refuses_a_stale_version(draft):
    question = draft.edition.questions.get(code="ringkasan")
    save_answer(draft, by=writer(draft), question=question, text="pertama", version=1)
    with pytest.raises(StaleVersionError) as refusal:
        save_answer(draft, by=writer(draft), question=question, text="kedua", version=1)
    assert (refusal.value.current.text, refusal.value.current.version) == ("pertama", 2)


def test_save_answer_refuses_a_question_of_another_edition(draft):
    question = make_edition().questions.first()
    with pytest.raises(ValueError, match="another edition"):
        save_answer(draft, by=writer(draft), question=question, text="", version=0)


def test_writing_is_refused_to_strangers(draft):
    with pytest.raises(PermissionDenied):
        save_identity(draft, by=make_user(), data={"team": "Orang lain"})


def test_writing_is_refused_after_the_closing(draft):
    closing = draft.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    with clock.shifted_to(closing), pytest.raises(RuleBrokenError, match="Waktu pengisian berakhir"):
        save_identity(draft, by=writer(draft), data={"team": "Terlambat"})


def test_writing_is_possible_until_the_closing(draft):
    closing = draft.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    with clock.shifted_to(closing - timedelta(minutes=1)):
        saved = save_identity(draft, by=writer(draft), data={"implemented_on": date(2025, 1, 1)})
    assert saved.innovation.implemented_on == date(2025, 1, 1)


@pytest.mark.parametrize("status", [EntryStatus.SUBMITTED, EntryStatus.PASSED, EntryStatus.REJECTED])
def test_writing_is_refused_while_the_text_is_not_the_units(status):
    entry = entry_at(status)
    # What was decided is secret until the announcement: the unit reads the same sentence.
    with pytest.raises(WrongStateError, match="berstatus “Terkirim”"):
        save_identity(entry, by=writer(entry), data={"team": "Terlambat"})


def test_writing_is_refused_without_a_calendar(draft):
    draft.edition.stages.all().delete()
    with pytest.raises(RuleBrokenError, match="belum memiliki jadwal"):
        save_identity(draft, by=writer(draft), data={"team": "Tanpa jadwal"})


@pytest.mark.parametrize("status", [EntryStatus.RETURNED, EntryStatus.WITHDRAWN])
def test_writing_is_possible_once_the_text_is_the_units_again(status):
    entry = entry_at(status)
    assert save_identity(entry, by=writer(entry), data={"team": "Baru"}).team == "Baru"


def test_writing_a_correction_ends_with_its_date():
    entry = entry_at(EntryStatus.RETURNED)
    due_at = entry.screenings.get().correction_due_at
    with clock.shifted_to(due_at), pytest.raises(RuleBrokenError, match="Waktu pengisian berakhir"):
        save_identity(entry, by=writer(entry), data={"team": "Terlambat"})


def test_save_answers_replaces_what_stands_and_counts_on(draft):
    save_answers(draft, by=writer(draft), texts={"ringkasan": "baru", "dampak": "juga baru"})
    assert list(draft.answers.values_list("text", "version")) == [("baru", 2), ("juga baru", 2)]


def test_save_answers_refuses_questions_of_another_edition(draft):
    with pytest.raises(ValueError, match="asing"):
        save_answers(draft, by=writer(draft), texts={"asing": "x"})


def test_add_attachment_refuses_the_same_file_of_the_same_kind(draft):
    add_attachment(draft, by=writer(draft), kind="support", name="a.pdf", content=tiny_pdf("sama"))
    with pytest.raises(RuleBrokenError, match="sudah dilampirkan"):
        add_attachment(draft, by=writer(draft), kind="support", name="b.pdf", content=tiny_pdf("sama"))


def test_remove_attachment_marks_it_once(draft):
    attachment = draft.attachments.first()
    removed = remove_attachment(attachment, by=writer(draft))
    again = remove_attachment(attachment, by=writer(draft))
    assert removed.removed_at == again.removed_at
    assert (again.removed_by, draft.attachments.count()) == (writer(draft), 4)
