"""Answers: what stood is kept before it is written over, and can be brought back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import StageKind
from entries.actions.answers import restore_answer, save_answer, save_answers
from entries.models import Answer, EarlierAnswer
from entries.states import EntryStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import indonesian_datetime
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_user

pytestmark = pytest.mark.django_db


class Writing:
    """The answer to one question of a draft, written by its unit."""

    def __init__(self, entry=None):
        self.entry = entry or entry_at(EntryStatus.DRAFT)
        self.question = self.entry.edition.questions.get(code="ringkasan")
        self.by = member_of(self.entry.innovation.unit)
        self.first = self.answer.text

    @property
    def answer(self) -> Answer:
        return Answer.objects.get(entry=self.entry, question=self.question)

    def save(self, text, *, by=None, version=None):
        version = self.answer.version if version is None else version
        return save_answer(self.entry, by=by or self.by, question=self.question, text=text, version=version)

    def restore(self, earlier, *, by=None, version=None):
        version = self.answer.version if version is None else version
        return restore_answer(self.entry, by=by or self.by, question=self.question, earlier=earlier, version=version)

    def kept(self):
        return list(EarlierAnswer.objects.filter(answer=self.answer).values_list("version", "text"))


@pytest.fixture
def writing():
    return Writing()


def colleague_of(entry):
    user = make_user("Rekan Kerja")
    entry.innovation.unit.members.create(user=user, job_title="Staf", joined_at=clock.now(), joined_by=user)
    return user


def test_the_first_text_is_kept_with_who_and_when(writing):
    before = writing.answer
    writing.save("Tulisan baru")
    earlier = EarlierAnswer.objects.get()
    assert (earlier.version, earlier.text) == (1, writing.first)
    assert (earlier.written_at, earlier.written_by) == (before.edited_at, before.edited_by)


def test_an_empty_answer_leaves_no_earlier_version(writing):
    writing.entry.answers.all().delete()
    save_answer(writing.entry, by=writing.by, question=writing.question, text="", version=0)
    writing.save("Mulai menulis")
    assert writing.kept() == []


def test_autosaves_within_two_minutes_leave_one_version(writing):
    for text in ("Warga", "Warga seh", "Warga sehat", "Warga sehat bersama"):
        writing.save(text)
    assert writing.kept() == [(1, writing.first)]


def test_after_two_minutes_the_next_one_is_kept(writing):
    writing.save("Warga sehat")
    with clock.shifted_to(clock.now() + timedelta(minutes=3)):
        writing.save("Warga sehat bersama")
    assert writing.kept() == [(2, "Warga sehat"), (1, writing.first)]


def test_what_another_person_wrote_is_kept_at_once(writing):
    writing.save("Dari saya")
    writing.save("Dari rekan", by=colleague_of(writing.entry))
    assert writing.kept()[0] == (2, "Dari saya")


def test_a_text_that_is_emptied_is_kept_at_once(writing):
    writing.save("satu dua tiga empat lima enam")
    writing.save("")
    assert writing.kept()[0] == (2, "satu dua tiga empat lima enam")


def test_a_proposal_that_arrives_whole_keeps_what_it_replaces(writing):
    save_answers(writing.entry, by=writing.by, texts={"ringkasan": "baru", "dampak": "juga baru"})
    kept = EarlierAnswer.objects.order_by("answer__question__position").values_list("version", "text")
    assert list(kept) == [(1, writing.first), (1, "Jawaban Dampak untuk uji.")]
    save_answers(writing.entry, by=writing.by, texts={"ringkasan": "baru sekali"})
    assert (EarlierAnswer.objects.count(), writing.answer.version) == (2, 3)


def test_a_proposal_that_arrives_first_keeps_nothing(writing):
    assert not EarlierAnswer.objects.exists()


def test_restoring_keeps_what_stands_first(writing):
    writing.save("Sementara")
    restored = writing.restore(1)
    assert (restored.text, restored.version, restored.edited_by) == (writing.first, 3, writing.by)
    assert writing.kept() == [(2, "Sementara"), (1, writing.first)]
    assert writing.restore(2).text == "Sementara"


def test_restoring_the_text_that_stands_keeps_no_copy(writing):
    writing.save("Sementara")
    writing.restore(1)
    writing.restore(1)
    assert [version for version, _ in writing.kept()] == [2, 1]


def test_restoring_over_a_newer_text_is_refused(writing):
    writing.save("Sementara")
    with pytest.raises(StaleVersionError) as refusal:
        writing.restore(1, version=1)
    assert (refusal.value.current.text, writing.answer.text) == ("Sementara", "Sementara")


def test_restoring_a_version_of_another_answer_is_refused(writing):
    other = Writing()
    other.save("Sementara")
    with pytest.raises(RuleBrokenError, match="riwayat"):
        writing.restore(1)


def test_restoring_is_refused_to_strangers_and_after_the_closing(writing):
    writing.save("Sementara")
    with pytest.raises(PermissionDenied):
        writing.restore(1, by=make_user())
    closing = writing.entry.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    with clock.shifted_to(closing), pytest.raises(RuleBrokenError, match="Waktu pengisian berakhir"):
        writing.restore(1)
    assert writing.answer.text == "Sementara"


def test_restoring_an_answer_to_a_question_of_another_edition_is_an_error(writing):
    question = make_edition().questions.first()
    with pytest.raises(ValueError, match="another edition"):
        restore_answer(writing.entry, by=writing.by, question=question, earlier=1, version=0)


def test_a_section_that_the_committee_did_not_open_takes_no_text(monkeypatch):
    writing = Writing(entry_at(EntryStatus.RETURNED))
    monkeypatch.setattr("entries.permissions.open_sections", lambda entry: frozenset({"dampak"}))
    with pytest.raises(RuleBrokenError, match="tidak membuka bagian ini"):
        writing.save("Diam-diam")
    with pytest.raises(RuleBrokenError, match="tidak membuka bagian ini"):
        save_answers(writing.entry, by=writing.by, texts={"ringkasan": "Diam-diam"})


def address_of(writing):
    return f"/usulan/{writing.entry.pk}/pertanyaan/ringkasan/riwayat/"


def test_the_history_shows_who_and_when_and_what_differs(writing):
    writing.save("Jawaban kedua")
    page = client_of(writing.by).get(address_of(writing)).text
    assert indonesian_datetime(EarlierAnswer.objects.get().written_at) in page
    assert "Anggota Unit" in page
    assert f'id="history-text">{writing.first}</div>' in page
    assert '<ins><span class="visually-hidden">ditambahkan: </span>kedua</ins>' in page
    assert "Pakai tulisan ini" in page


def test_the_history_shows_the_version_that_is_asked_for(writing):
    writing.save("Kedua")
    with clock.shifted_to(clock.now() + timedelta(minutes=3)):
        writing.save("Ketiga")
    client = client_of(writing.by)
    assert client.get(address_of(writing)).context["chosen"].text == "Kedua"
    assert client.get(f"{address_of(writing)}?versi=1").context["chosen"].text == writing.first
    assert client.get(f"{address_of(writing)}?versi=7").status_code == 404


def test_the_history_of_an_answer_that_was_never_replaced_is_empty(writing):
    assert "Belum ada versi lama" in client_of(writing.by).get(address_of(writing)).text
    writing.entry.answers.all().delete()
    assert "Bagian ini belum diisi" in client_of(writing.by).get(address_of(writing)).text


def test_the_history_brings_a_text_back(writing):
    writing.save("Sementara")
    response = client_of(writing.by).post(address_of(writing), {"earlier": 1, "version": 2})
    assert (response.status_code, writing.answer.text) == (302, writing.first)
    assert writing.kept()[0] == (2, "Sementara")


def test_the_history_brings_nothing_back_over_a_newer_text(writing):
    writing.save("Sementara")
    response = client_of(writing.by).post(address_of(writing), {"earlier": 1, "version": 1})
    assert (response.status_code, writing.answer.text) == (409, "Sementara")
    assert "Bandingkan lagi" in response.text


def test_the_history_is_there_to_read_after_the_closing(writing):
    writing.save("Sementara")
    stage = writing.entry.edition.stages.get(kind=StageKind.SUBMISSION)
    with clock.shifted_to(stage.closes_at):
        client = client_of(writing.by)
        page = client.get(address_of(writing)).text
        refused = client.post(address_of(writing), {"earlier": 1, "version": 2})
    assert writing.first in page
    assert "Pakai tulisan ini" not in page
    assert "Waktu pengisian berakhir" in refused.text
    assert writing.answer.text == "Sementara"


def test_the_history_is_nobody_elses(writing):
    assert client_of(make_user()).get(address_of(writing)).status_code == 404
