"""Pages on which a unit writes its entry."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competitions.models import StageKind
from entries.actions.answers import save_answer
from entries.actions.entry import save_identity
from entries.models import Answer, Attachment
from entries.queries import identity_token
from entries.states import EntryStatus
from kiks import clock
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.hostile import HOSTILE
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
WRITING = ["identitas", "pertanyaan/ringkasan", "lampiran", "video", "periksa"]


@pytest.fixture
def draft():
    return entry_at(EntryStatus.DRAFT)


def client_for(entry) -> Client:
    return client_of(member_of(entry.innovation.unit))


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def close(entry):
    stage = entry.edition.stages.get(kind=StageKind.SUBMISSION)
    stage.closes_at = clock.now() - timedelta(hours=1)
    stage.save()


def identity(**changes):
    return {"short_name": "INDUKSI", "team": "Tim", "implemented_on": "2024-05-01", "tpb": ["3", "17"]} | changes


def save(client, entry, text, version):
    return client.post(f"/usulan/{entry.pk}/pertanyaan/ringkasan/simpan/", {"text": text, "version": version})


@pytest.mark.parametrize("page", ["", *[f"{page}/" for page in WRITING]])
def test_pages_of_an_entry_are_for_its_members(draft, page):
    address = f"/usulan/{draft.pk}/{page}"
    assert client_for(draft).get(address).status_code == 200
    assert Client().get(address).url.startswith("/akun/login/")
    for stranger in (make_user(), member_of(make_unit()), make_committee_user()):
        assert client_of(stranger).get(address).status_code == 404


@pytest.mark.parametrize("page", WRITING)
def test_pages_to_write_on_lead_back_after_the_submission(page):
    entry = entry_at(EntryStatus.SUBMITTED)
    response = client_for(entry).get(f"/usulan/{entry.pk}/{page}/")
    assert response.url == f"/usulan/{entry.pk}/"


def test_detail_of_a_draft_after_the_closing_can_still_be_read(draft):
    close(draft)
    page = client_for(draft).get(f"/usulan/{draft.pk}/").content.decode()
    assert "Waktu pengisian sudah berakhir" in page
    assert "Jawaban Ringkasan untuk uji." in page


def test_detail_of_a_draft_lists_what_is_missing(draft):
    save_identity(draft, by=member_of(draft.innovation.unit), data={"implemented_on": None})
    page = client_for(draft).get(f"/usulan/{draft.pk}/").content.decode()
    assert "Tanggal mulai penerapan belum diisi." in page
    assert "Sedang diisi" in page


def test_detail_asks_as_often_for_three_attachments_as_for_one(draft):
    client = client_for(draft)
    Attachment.objects.exclude(kind="decree").update(removed_at=clock.now(), removed_by=draft.edited_by)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/usulan/{draft.pk}/periksa/")
        return len(queries)

    count()
    one = count()
    Attachment.objects.update(removed_at=None, removed_by=None)
    assert count() == one


def test_detail_shows_reason_and_deadline_of_a_return():
    entry = entry_at(EntryStatus.RETURNED)
    page = client_for(entry).get(f"/usulan/{entry.pk}/").content.decode()
    assert "Panitia meminta perbaikan" in page
    assert "Kirim perbaikan paling lambat" in page
    assert "Perlu perbaikan" in page


def test_identity_saves(draft):
    client = client_for(draft)
    seen = client.get(f"/usulan/{draft.pk}/identitas/").context["form"]["seen"].value()
    category = draft.edition.categories.get()
    response = client.post(f"/usulan/{draft.pk}/identitas/", identity(category=category.pk, seen=seen))
    draft.refresh_from_db()
    assert response.url == f"/usulan/{draft.pk}/"
    assert (draft.tpb, draft.category, draft.innovation.short_name) == ([3, 17], category, "INDUKSI")


def test_identity_takes_only_its_own_fields(draft):
    client = client_for(draft)
    seen = client.get(f"/usulan/{draft.pk}/identitas/").context["form"]["seen"].value()
    client.post(f"/usulan/{draft.pk}/identitas/", identity(seen=seen, status="passed", number="001", unit="1"))
    draft.refresh_from_db()
    assert (draft.status, draft.number, draft.team) == (EntryStatus.DRAFT, "", "Tim")


def test_identity_shows_what_another_tab_has_saved(draft):
    client = client_for(draft)
    digital = draft.edition.transformations.create(code="digital", name="Transformasi digital")
    seen = client.get(f"/usulan/{draft.pk}/identitas/").context["form"]["seen"].value()
    save_identity(
        draft, by=draft.edited_by, data={"team": "Tim Lain", "is_digital": True, "transformations": [digital]}
    )
    response = client.post(f"/usulan/{draft.pk}/identitas/", identity(seen=seen))
    stored = dict(response.context["stored"])
    assert (response.status_code, stored["Tim inovator"]) == (409, "Tim Lain")
    assert stored["Transformasi yang didukung"] == "Transformasi digital"
    assert stored["Inovasi ini memakai aplikasi atau layanan digital"] == "Ya"
    assert "Mulai diterapkan" in stored
    again = response.context["form"]["seen"].value()
    assert client.post(f"/usulan/{draft.pk}/identitas/", identity(seen=again)).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"short_name": ""}, "short_name", "Isi nama singkat"),
        ({"implemented_on": "2099-01-01"}, "implemented_on", "belum terjadi"),
        ({"initiated_on": "2025-01-01"}, "implemented_on", "lebih awal"),
        ({"initiated_on": "2024-01-01", "trialled_on": "2023-01-01"}, "trialled_on", "lebih awal"),
        ({"tpb": ["18"]}, "tpb", "tidak tersedia"),
    ],
)
def test_identity_says_what_is_wrong(draft, changes, field, words):
    response = client_for(draft).post(f"/usulan/{draft.pk}/identitas/", identity(**changes))
    assert words in errors_of(response)[field][0]


def test_identity_refuses_a_category_of_another_edition(draft):
    other = entry_at(EntryStatus.DRAFT).edition.categories.get()
    response = client_for(draft).post(f"/usulan/{draft.pk}/identitas/", identity(category=other.pk))
    assert "category" in errors_of(response)


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("identitas", identity()),
        ("pertanyaan/ringkasan", {"text": "Terlambat", "version": 1}),
        ("video", {"video_url": "https://video.contoh.test"}),
        ("lampiran", {"kind": "support"}),
    ],
)
def test_what_was_typed_too_late_comes_back_with_the_reason(draft, page, data):
    client = client_for(draft)
    close(draft)
    files = {"file": SimpleUploadedFile("a.pdf", tiny_pdf("x"))} if page == "lampiran" else {}
    response = client.post(f"/usulan/{draft.pk}/{page}/", data | files)
    assert "Waktu pengisian berakhir" in errors_of(response)["__all__"][0]


def test_answer_saves_without_a_script(draft):
    client, address = client_for(draft), f"/usulan/{draft.pk}/pertanyaan/ringkasan/"
    assert client.post(address, {"text": "satu\r\ndua", "version": 1}).url == address
    assert Answer.objects.get(entry=draft, question__code="ringkasan").text == "satu\ndua"


def test_answer_shows_both_texts_of_a_conflict_and_lets_the_person_choose(draft):
    client, address = client_for(draft), f"/usulan/{draft.pk}/pertanyaan/ringkasan/"
    save(client, draft, "dari tab lain", 1)
    response = client.post(address, {"text": "tulisan saya", "version": 1})
    page = response.content.decode()
    assert (response.status_code, "dari tab lain" in page, "tulisan saya" in page) == (409, True, True)
    version = response.context["form"]["version"].value()
    assert client.post(address, {"text": "tulisan saya", "version": version}).status_code == 302


def test_answer_shows_its_place_and_what_judges_look_for(draft):
    question = draft.edition.questions.get(code="dampak")
    criterion = draft.edition.instruments.get(code="kipp").criteria.get(code="signifikansi")
    criterion.guidance = "Apakah dampaknya terukur?"
    criterion.save()
    question.criteria.add(criterion)
    page = client_for(draft).get(f"/usulan/{draft.pk}/pertanyaan/dampak/").content.decode()
    assert "bagian 2 dari 2" in page
    assert "Apakah dampaknya terukur?" in page
    assert 'data-limit="50"' in page


def test_answer_to_a_question_of_another_edition_does_not_exist(draft):
    assert client_for(draft).get(f"/usulan/{draft.pk}/pertanyaan/asing/").status_code == 404
    assert client_for(draft).post(f"/usulan/{draft.pk}/pertanyaan/asing/simpan/").status_code == 404


def test_autosave_gives_the_new_version(draft):
    response = save(client_for(draft), draft, "kata baru", 1)
    facts = response.json()
    assert (response.status_code, facts["token"], facts["values"]) == (200, "2", {"text": ["kata baru"]})
    assert facts["saved_at"].count(".") == 1


def test_autosave_of_a_stale_version_gives_both(draft):
    client = client_for(draft)
    save(client, draft, "pertama", 1)
    response = save(client, draft, "kedua", 1)
    facts = response.json()
    assert (response.status_code, facts["values"], facts["token"]) == (409, {"text": ["pertama"]}, "2")
    assert facts["saved_by"] == "Anggota Unit"
    assert Answer.objects.get(entry=draft, question__code="ringkasan").text == "pertama"


def test_autosave_after_the_closing_says_so(draft):
    client = client_for(draft)
    close(draft)
    response = save(client, draft, "terlambat", 1)
    facts = response.json()
    assert (response.status_code, facts["is_closed"]) == (422, True)
    assert "Waktu pengisian berakhir" in facts["message"]


def test_autosave_refuses_what_it_cannot_read(draft):
    response = save(client_for(draft), draft, "x" * 60_001, "")
    assert (response.status_code, "maksimal 60000" in response.json()["message"].replace(".", "")) == (422, True)


def test_autosave_is_for_members_and_by_post_only(draft):
    address = f"/usulan/{draft.pk}/pertanyaan/ringkasan/simpan/"
    assert client_for(draft).get(address).status_code == 405
    assert client_of(make_user()).post(address, {"text": "", "version": 0}).status_code == 404
    assert Client().post(address).status_code == 302


def test_video_saves(draft):
    client = client_for(draft)
    assert client.post(f"/usulan/{draft.pk}/video/", {"video_url": "javascript:alert(1)"}).status_code == 200
    seen = identity_token(draft)
    client.post(f"/usulan/{draft.pk}/video/", {"video_url": "https://video.contoh.test/2", "seen": seen})
    draft.refresh_from_db()
    assert draft.video_url == "https://video.contoh.test/2"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>%PDF-", "bukan PDF"),
        (b"", "kosong"),
        (b"%PDF-1.7" + b"0" * 2_100_000, "terlalu besar"),
        (b"%PDF-1.7 rusak", "rusak"),
        (HOSTILE["script_on_opening"][0](), "skrip"),
    ],
)
def test_attachments_refuse_what_is_no_plain_pdf(draft, content, words):
    file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    response = client_for(draft).post(f"/usulan/{draft.pk}/lampiran/", {"kind": "support", "file": file})
    assert words in errors_of(response)["file"][0]
    assert draft.attachments.count() == 4


def test_attachments_save_one_file_at_once(draft):
    file = SimpleUploadedFile("bukti‮fdp.pdf", tiny_pdf("baru"))
    client_for(draft).post(f"/usulan/{draft.pk}/lampiran/", {"kind": "support", "file": file})
    assert draft.attachments.latest("pk").name == "buktifdp.pdf"


def test_remove_attachment_asks_first(draft):
    client, attachment = client_for(draft), draft.attachments.first()
    address = f"/usulan/lampiran/{attachment.pk}/hapus/"
    assert attachment.name in client.get(address).content.decode()
    assert client.post(address).url == f"/usulan/{draft.pk}/lampiran/"
    assert client.get(address).status_code == 404
    attachment.refresh_from_db()
    assert attachment.removed_by == member_of(draft.innovation.unit)


def test_remove_attachment_is_refused_after_the_closing_and_to_strangers(draft):
    attachment = draft.attachments.first()
    address = f"/usulan/lampiran/{attachment.pk}/hapus/"
    assert client_of(make_user()).post(address).status_code == 404
    close(draft)
    client_for(draft).post(address)
    attachment.refresh_from_db()
    assert attachment.removed_at is None


def test_answer_that_was_never_written_is_empty(draft):
    question = draft.edition.questions.create(code="baru", title="Baru", word_limit=10, position=9)
    page = client_for(draft).get(f"/usulan/{draft.pk}/pertanyaan/baru/").content.decode()
    assert "Belum diisi" in page
    save_answer(draft, by=draft.edited_by, question=question, text="isi", version=0)
    assert "Tersimpan" in client_for(draft).get(f"/usulan/{draft.pk}/pertanyaan/baru/").content.decode()
