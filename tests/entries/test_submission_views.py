"""Checking, submitting, withdrawing, objecting, and the files of an entry."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from competitions.models import StageKind
from entries.actions.entry import add_attachment, save_identity
from entries.actions.submission import submit_entry, withdraw_entry
from entries.documents import receipt_of
from entries.models import EntryVersion, Objection
from entries.states import EntryStatus
from kiks import clock, storage
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
AGREED = {"statement": "on"}


def client_for(entry) -> Client:
    return client_of(member_of(entry.innovation.unit))


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_submit_shows_everything_and_then_the_confirmation():
    entry = entry_at(EntryStatus.DRAFT)
    client, address = client_for(entry), f"/usulan/{entry.pk}/periksa/"
    page = client.get(address).content.decode()
    assert "Jawaban Dampak untuk uji." in page
    assert "Kirim usulan" in page
    response = client.post(address, AGREED, follow=True)
    entry.refresh_from_db()
    assert response.redirect_chain == [(f"/usulan/{entry.pk}/terkirim/", 302)]
    assert "Nomor 001" in response.content.decode()
    assert entry.current_version.digest in response.content.decode()


def test_submit_wants_the_statement_of_truth():
    entry = entry_at(EntryStatus.DRAFT)
    response = client_for(entry).post(f"/usulan/{entry.pk}/periksa/", {"statement": ""})
    assert "pernyataan kebenaran" in errors_of(response)["statement"][0]


def test_submit_names_what_blocks_and_where_to_mend_it():
    entry = entry_at(EntryStatus.DRAFT)
    save_identity(entry, by=member_of(entry.innovation.unit), data={"implemented_on": None})
    client, address = client_for(entry), f"/usulan/{entry.pk}/periksa/"
    page = client.get(address).content.decode()
    assert "Buka Identitas" in page
    assert "Kirim usulan</button>" not in page
    assert errors_of(client.post(address, AGREED))["__all__"] == [
        "Tanggal mulai penerapan belum diisi. Isi tanggal itu pada data inovasi."
    ]


def test_submit_twice_shows_the_same_confirmation():
    entry = entry_at(EntryStatus.DRAFT)
    client, address = client_for(entry), f"/usulan/{entry.pk}/periksa/"
    urls = [client.post(address, AGREED).url for _ in range(2)]
    assert urls == [f"/usulan/{entry.pk}/terkirim/"] * 2
    assert EntryVersion.objects.count() == 1


def test_submit_of_an_entry_that_was_decided_meanwhile_leads_back():
    entry = entry_at(EntryStatus.PASSED)
    client = client_for(entry)
    assert client.post(f"/usulan/{entry.pk}/periksa/", AGREED).url == f"/usulan/{entry.pk}/"
    assert client.get(f"/usulan/{entry.pk}/terkirim/").url == f"/usulan/{entry.pk}/"


def test_version_shows_what_was_submitted_not_what_is_written_now():
    entry = entry_at(EntryStatus.WITHDRAWN)
    save_identity(entry, by=entry.withdrawn_by, data={"short_name": "NAMA BARU"})
    page = client_for(entry).get(f"/usulan/{entry.pk}/isi/").content.decode()
    assert "NAMA BARU" not in page
    assert entry.current_version.digest in page


def test_version_of_a_draft_leads_back():
    entry = entry_at(EntryStatus.DRAFT)
    assert client_for(entry).get(f"/usulan/{entry.pk}/isi/").url == f"/usulan/{entry.pk}/"


def test_withdraw_asks_first():
    entry = entry_at(EntryStatus.SUBMITTED)
    client, address = client_for(entry), f"/usulan/{entry.pk}/tarik/"
    assert "keikutsertaannya dikembalikan" in client.get(address).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert "Usulan 001 ditarik kembali." in page
    assert client.get(address).url == f"/usulan/{entry.pk}/"
    assert "tidak dapat dilakukan" in client.post(address, follow=True).content.decode()


@pytest.mark.parametrize("page", ["terkirim", "isi", "tarik", "tanda-terima", "sanggahan", "periksa"])
def test_pages_of_a_submitted_entry_are_for_its_members(page):
    entry = entry_at(EntryStatus.SUBMITTED)
    address = f"/usulan/{entry.pk}/{page}/"
    assert Client().get(address).url.startswith("/akun/login/")
    for stranger in (make_user(), member_of(make_unit()), make_committee_user()):
        assert client_of(stranger).get(address).status_code == 404


def test_objection_once():
    entry = entry_at(EntryStatus.REJECTED)
    client, address = client_for(entry), f"/usulan/{entry.pk}/sanggahan/"
    assert "Ajukan sanggahan" in client.get(f"/usulan/{entry.pk}/").content.decode()
    assert client.get(address).status_code == 200
    bad = {"text": "Keliru", "document": SimpleUploadedFile("a.pdf", b"teks")}
    assert "bukan PDF" in errors_of(client.post(address, bad))["document"][0]
    file = SimpleUploadedFile("a.pdf", tiny_pdf("bukti"))
    page = client.post(address, {"text": "Umurnya cukup", "document": file}, follow=True).content.decode()
    assert "Umurnya cukup" in page
    assert "Ajukan sanggahan" not in page
    assert Objection.objects.get().document is not None
    assert "sudah diajukan" in errors_of(client.post(address, {"text": "Lagi"}))["__all__"][0]


def test_objection_only_against_a_rejection():
    entry = entry_at(EntryStatus.PASSED)
    assert client_for(entry).get(f"/usulan/{entry.pk}/sanggahan/").url == f"/usulan/{entry.pk}/"


def test_receipt_says_what_was_received():
    entry = entry_at(EntryStatus.SUBMITTED)
    receipt = receipt_of(entry.current_version)
    assert (receipt.number, receipt.version, receipt.digest) == ("001", 1, entry.current_version.digest)
    assert (receipt.unit, receipt.agency) == (entry.innovation.unit.name, entry.innovation.unit.agency.name)
    assert [(answer.title, answer.words) for answer in receipt.answers] == [("Ringkasan", 4), ("Dampak", 4)]
    assert receipt.attachments[0].sha256 == entry.attachments.first().document.sha256
    assert len(receipt.audit_hash) == 64


def test_receipt_of_the_second_version_names_its_own_event():
    entry = entry_at(EntryStatus.SUBMITTED)
    first, by = receipt_of(entry.current_version), entry.submitted_by
    entry = submit_entry(withdraw_entry(entry, by=by), by=by, statement=True)
    second = receipt_of(entry.current_version)
    assert second.audit_sequence > first.audit_sequence


def test_receipt_is_a_pdf_that_only_members_get():
    entry = entry_at(EntryStatus.SUBMITTED)
    response = client_for(entry).get(f"/usulan/{entry.pk}/tanda-terima/")
    text = PdfReader(BytesIO(response.content)).pages[0].extract_text()
    assert "001" in text
    assert f'filename="tanda-terima-{entry.edition.code}-001.pdf"' in response["Content-Disposition"]
    draft = entry_at(EntryStatus.DRAFT)
    assert client_for(draft).get(f"/usulan/{draft.pk}/tanda-terima/").status_code == 404


def test_attachment_is_downloaded_and_never_shown():
    entry = entry_at(EntryStatus.DRAFT)
    attachment = add_attachment(
        entry, by=member_of(entry.innovation.unit), kind="support", name='bukti "1"', content=tiny_pdf("a")
    )
    response = client_for(entry).get(f"/usulan/lampiran/{attachment.pk}/")
    assert response.content == storage.read(attachment.document)
    assert response["Content-Disposition"] == f'attachment; filename="lampiran-support-{attachment.pk}.pdf"'


def test_attachment_and_letter_are_for_members_and_committee():
    entry = entry_at(EntryStatus.SUBMITTED)
    unit = entry.innovation.unit
    unit.assignment_letter = entry.attachments.first().document
    unit.save()
    for address in (f"/usulan/lampiran/{entry.attachments.first().pk}/", f"/usulan/unit/{unit.pk}/surat-penunjukan/"):
        assert client_of(make_committee_user()).get(address).status_code == 200
        assert client_for(entry).get(address).status_code == 200
        assert Client().get(address).url.startswith("/akun/login/")
        assert client_of(member_of(make_unit())).get(address).status_code == 404
        assert client_of(make_user()).get(address).status_code == 404


def test_letter_that_was_never_uploaded_does_not_exist():
    unit = make_unit()
    assert client_of(member_of(unit)).get(f"/usulan/unit/{unit.pk}/surat-penunjukan/").status_code == 404


def test_submit_before_the_stage_says_when_it_opens():
    entry = entry_at(EntryStatus.DRAFT)
    stage = entry.edition.stages.get(kind=StageKind.SUBMISSION)
    stage.opens_at = clock.now() + (stage.closes_at - clock.now()) / 2
    stage.save()
    page = client_for(entry).get(f"/usulan/{entry.pk}/periksa/").content.decode()
    assert "Pengajuan baru dibuka" in page
