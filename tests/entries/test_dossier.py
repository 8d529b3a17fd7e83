"""The dossier for the next level: the page, the PDF, the DOCX and the ZIP."""

import hashlib
import io
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from competitions.actions import confirm_instrument
from competitions.models import Edition
from entries.actions.answers import save_answers
from entries.actions.entry import add_attachment, save_identity
from entries.dossier import dossier_of
from entries.dossier_files import dossier_docx, dossier_zip
from entries.models import Entry
from entries.states import EntryStatus
from kiks.models import StoredDocument
from kiks.texts import sha256_of
from tests.factories.editions import make_edition, make_instrument
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
PAGES = ["dossier", "dossier_pdf", "dossier_docx", "dossier_zip"]


@pytest.fixture(autouse=True)
def _quick_papers(request, monkeypatch):
    if not request.node.get_closest_marker("draws"):
        monkeypatch.setattr("entries.dossier_files.render_pdf", lambda template, context: tiny_pdf(str(context)))


@pytest.fixture
def draft():
    return entry_at(EntryStatus.DRAFT)


@pytest.fixture
def sent():
    return entry_at(EntryStatus.SUBMITTED)


def get(user, name, entry):
    return client_of(user).get(reverse(f"entries:{name}", args=[entry.pk]))


def content_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def unzipped(entry):
    return ZipFile(io.BytesIO(b"".join(dossier_zip(dossier_of(entry)))))


def words_of(content):
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


@pytest.mark.parametrize("page", PAGES)
def test_members_and_committee_take_it_along_and_nobody_else(sent, page):
    assert get(member_of(sent.innovation.unit), page, sent).status_code == 200
    assert get(make_committee_user(), page, sent).status_code == 200
    for stranger in (make_user(), member_of(make_unit())):
        assert get(stranger, page, sent).status_code == 404
    assert Client().get(reverse(f"entries:{page}", args=[sent.pk])).url.startswith("/akun/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_is_its_units_alone(draft, page):
    assert get(member_of(draft.innovation.unit), page, draft).status_code == 200
    assert get(make_committee_user(), page, draft).status_code == 404


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("dossier_pdf", "application/pdf"),
        ("dossier_docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("dossier_zip", "application/zip"),
    ],
)
def test_files_leave_as_downloads_under_names_of_ours(sent, page, kind):
    response = get(member_of(sent.innovation.unit), page, sent)
    content_of(response)
    ending = page.removeprefix("dossier_")
    assert response.headers["Content-Type"] == kind
    assert f'filename="berkas-{sent.edition.code}-001-inovasi-' in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_the_page_has_every_field_with_its_words_and_a_copy_button(sent):
    page = get(member_of(sent.innovation.unit), "dossier", sent).content.decode()
    assert 'data-copy="isian-ringkasan"' in page
    assert '<div class="prose copy-source" id="isian-ringkasan">Jawaban Ringkasan untuk uji.</div>' in page
    assert "4/20 kata" in page
    assert "bentuk formulir belum dikonfirmasi" in page
    assert 'data-copy="baris-iga"' in page


def test_a_draft_says_so_and_counts_what_is_too_long(draft):
    save_answers(draft, by=member_of(draft.innovation.unit), texts={"ringkasan": "kata " * 25, "dampak": ""})
    page = get(member_of(draft.innovation.unit), "dossier", draft).content.decode()
    assert "Ini masih draf" in page
    assert "25/20 kata, kurangi 5" in page
    assert "Tidak diisi." in page
    assert dossier_of(draft).is_draft
    assert "DRAF: usulan ini belum dikirim." in words_of(dossier_docx(dossier_of(draft)))


def test_what_was_submitted_counts_and_not_what_is_written_since(sent):
    sent.answers.filter(question__code="ringkasan").update(text="Ditulis kemudian.")
    found = dossier_of(sent)
    assert found.fields[0].text == "Jawaban Ringkasan untuk uji."
    assert (found.is_draft, found.digest) == (False, sent.current_version.digest)
    assert found.basis.startswith("Versi 1, dikirim ")


def shaped(edition: Edition, *codes: str):
    instrument = edition.instruments.get(code="kipp")
    for criterion, code in zip(instrument.criteria.all(), codes, strict=False):
        criterion.questions.add(edition.questions.get(code=code))
    return instrument


def test_the_questions_of_the_kipp_instrument_are_the_shape():
    edition = make_edition()
    shaped(edition, "ringkasan")
    found = dossier_of(entry_at(EntryStatus.SUBMITTED, edition=edition))
    assert [field.title for field in found.fields] == ["Ringkasan"]
    assert [field.title for field in found.other_fields] == ["Dampak"]
    assert found.form_name == "KIPP"


def test_an_edition_without_a_kipp_instrument_has_its_own_shape():
    edition = make_edition()
    edition.instruments.filter(code="kipp").update(code="lain")
    found = dossier_of(entry_at(EntryStatus.SUBMITTED, edition=edition))
    assert (found.form_name, len(found.fields), found.other_fields) == ("", 2, ())


def test_other_instruments_tell_which_fields_speak_to_them():
    edition = make_edition()
    kijb = edition.instruments.get(code="kijb")
    kijb.criteria.get().questions.set(edition.questions.all())
    make_instrument(edition, "kosong", {"apa": 100})
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    (found,) = dossier_of(entry).instruments
    assert (found.name, found.is_confirmed) == ("KIJB", False)
    assert [(row.criterion, row.fields) for row in found.rows] == [("Kebaruan", "Ringkasan, Dampak")]
    page = get(member_of(entry.innovation.unit), "dossier", entry).content.decode()
    assert "asumsi, belum dikonfirmasi" in page
    confirm_instrument(kijb, by=make_committee_user(), source="Surat provinsi")
    assert dossier_of(entry).instruments[0].is_confirmed


def test_the_row_for_iga_holds_only_what_is_known(draft):
    save_identity(draft, by=member_of(draft.innovation.unit), data={"is_digital": True, "trialled_on": None})
    found = dossier_of(Entry.objects.get(pk=draft.pk))
    row = dict(found.iga)
    assert list(row) == [
        "Nama inovasi", "Inisiator", "Bentuk", "Jenis", "Mulai digagas", "Mulai diuji coba", "Mulai diterapkan",
    ]  # fmt: skip
    assert (row["Jenis"], row["Mulai diuji coba"]) == ("Digital", "–")
    assert found.iga_line.split("\t") == list(row.values())


def test_the_docx_can_be_read_and_holds_everything(sent):
    words = words_of(dossier_docx(dossier_of(sent)))
    for part in ("Jawaban Ringkasan untuk uji.", "4 dari 20 kata", "Tim Uji", "Data untuk IGA", "Nondigital"):
        assert part in words


def test_the_docx_survives_what_somebody_pasted(draft):
    save_answers(
        draft, by=member_of(draft.innovation.unit), texts={"ringkasan": "satu\x0bdua\x0c\x1f\ufffe tiga\n\nempat"}
    )
    assert "satudua tiga" in words_of(dossier_docx(dossier_of(draft)))


def test_the_zip_holds_all_files_under_readable_names_with_their_digests(sent):
    archive = unzipped(sent)
    assert archive.testzip() is None
    names = archive.namelist()
    stem = dossier_of(sent).file_name
    assert names[:2] == [f"{stem}.pdf", f"{stem}.docx"]
    assert names[-1] == "daftar-berkas.txt"
    papers = [name for name in names if name.startswith("lampiran/")]
    assert len(papers) == sent.attachments.count() > 1
    assert all(name.startswith(f"lampiran/{place:02d}-") for place, name in enumerate(papers, 1))
    listed = dict(
        reversed(line.split("  ", 1))
        for line in archive.read("daftar-berkas.txt").decode().splitlines()
        if not line.startswith("#")
    )
    assert listed == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names[:-1]}
    assert sent.current_version.digest in archive.read("daftar-berkas.txt").decode()


def test_the_zip_keeps_a_paper_that_was_removed_after_the_submission(sent):
    frozen = {document.sha256 for document in StoredDocument.objects.filter(pk__in=sent.attachments.values("document"))}
    sent.attachments.update(removed_at=sent.submitted_at, removed_by=sent.submitted_by)
    archive = unzipped(sent)
    papers = [archive.read(name) for name in archive.namelist() if name.startswith("lampiran/")]
    assert {hashlib.sha256(paper).hexdigest() for paper in papers} == frozen


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "..\\x.pdf", "Ü ñ/🙂.pdf", ".pdf"])
def test_no_name_of_an_attachment_leaves_its_folder(draft, name):
    add_attachment(
        draft, by=member_of(draft.innovation.unit), kind="support", name=name, content=tiny_pdf(sha256_of(name))
    )
    archive = unzipped(draft)
    assert all(".." not in entry and "\\" not in entry for entry in archive.namelist())
    assert len(set(archive.namelist())) == len(archive.namelist())
    assert "# DRAF" in archive.read("daftar-berkas.txt").decode()


def test_the_archive_comes_piece_by_piece(sent):
    pieces = list(dossier_zip(dossier_of(sent)))
    assert len(pieces) == sent.attachments.count() + 3


def test_the_page_asks_as_often_for_many_fields_as_for_few(sent):
    user = member_of(sent.innovation.unit)
    client = client_of(user)
    address = reverse("entries:dossier", args=[sent.pk])

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    count()
    few = count()
    instrument = sent.edition.instruments.get(code="kijb")
    for number in range(3):
        make_instrument(sent.edition, f"lain-{number}", {"a": 50, "b": 50})
        criterion = instrument.criteria.create(code=f"k{number}", name="K", weight=0, position=number + 5)
        criterion.questions.set(sent.edition.questions.all())
    assert count() == few


@pytest.mark.draws
@pytest.mark.long
def test_the_pdf_is_drawn(sent):
    content = get(member_of(sent.innovation.unit), "dossier_pdf", sent).content
    assert content.startswith(b"%PDF-")
