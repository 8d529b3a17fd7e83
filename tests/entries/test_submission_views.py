"""Checking, submitting, withdrawing, objecting, and the files of an entry."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from competitions.models import StageKind
from entries.actions.answers import save_answer
from entries.actions.entry import add_attachment, save_identity
from entries.actions.objections import decide_objection
from entries.actions.submission import submit_entry, withdraw_entry
from entries.documents import receipt_of
from entries.models import EntryVersion, Objection
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock, storage
from kiks.texts import sha256_of
from tests.factories.announcements import announced
from tests.factories.entries import entry_at, make_unit, member_of, screen
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
    assert client.post(f"/usulan/{entry.pk}/periksa/", AGREED).url == f"/usulan/{entry.pk}/terkirim/"
    assert client.get(f"/usulan/{entry.pk}/terkirim/").status_code == 200
    announced(entry.edition)
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
    assert "Ajukan sanggahan" not in client.get(f"/usulan/{entry.pk}/").content.decode()
    announced(entry.edition)
    assert "Ajukan sanggahan" in client.get(f"/usulan/{entry.pk}/").content.decode()
    assert client.get(address).status_code == 200
    bad = {"text": "Keliru", "document": SimpleUploadedFile("a.pdf", b"teks")}
    assert "bukan PDF" in errors_of(client.post(address, bad))["document"][0]
    file = SimpleUploadedFile("a.pdf", tiny_pdf("bukti"))
    page = client.post(address, {"text": "Umurnya cukup", "document": file}, follow=True).content.decode()
    assert "Umurnya cukup" in page
    assert "Ajukan sanggahan" not in page
    assert Objection.objects.get().document is not None
    assert sha256_of("Umurnya cukup") in page
    assert client.get(f"/usulan/{entry.pk}/sanggahan/bukti/")["Content-Type"] == "application/pdf"
    assert client_of(member_of(make_unit())).get(f"/usulan/{entry.pk}/sanggahan/bukti/").status_code == 404
    assert "sudah diajukan" in errors_of(client.post(address, {"text": "Lagi"}))["__all__"][0]


def test_the_evidence_of_an_objection_that_has_none_is_not_there():
    entry = entry_at(EntryStatus.REJECTED)
    assert client_for(entry).get(f"/usulan/{entry.pk}/sanggahan/bukti/").status_code == 404
    announced(entry.edition)
    client_for(entry).post(f"/usulan/{entry.pk}/sanggahan/", {"text": "Keliru."})
    assert client_for(entry).get(f"/usulan/{entry.pk}/sanggahan/bukti/").status_code == 404


@pytest.mark.parametrize(("granted", "told"), [(True, "Sanggahan diterima."), (False, "Sanggahan tidak diterima")])
def test_the_unit_reads_what_became_of_its_objection(granted, told):
    entry = entry_at(EntryStatus.REJECTED)
    announced(entry.edition)
    client = client_for(entry)
    page = client.get(f"/usulan/{entry.pk}/").content.decode()
    assert "Belum cukup umur" in page or "Berkas belum lengkap" in page
    assert "berakhir dalam" in page
    client.post(f"/usulan/{entry.pk}/sanggahan/", {"text": "Keliru."})
    assert "Menunggu keputusan" in client.get(f"/usulan/{entry.pk}/").content.decode()
    assert "menunggu keputusan" in client.get("/usulan/").content.decode()
    objection = Objection.objects.get()
    decide_objection(objection, by=make_committee_user(), granted=granted, reason="Buktinya dibaca.")
    page = client.get(f"/usulan/{entry.pk}/").content.decode()
    assert told in page
    assert "Buktinya dibaca." in page
    assert ("Usulan ini lolos seleksi administrasi" in page) == granted


def test_the_unit_reads_that_the_time_for_an_objection_is_over_or_that_there_is_none():
    entry = entry_at(EntryStatus.REJECTED)
    announced(entry.edition, at=clock.now() - timedelta(days=4))
    assert "Masa sanggah berakhir" in client_for(entry).get(f"/usulan/{entry.pk}/").content.decode()
    other = entry_at(EntryStatus.REJECTED)
    announced(other.edition, objection_days=0)
    assert "tidak membuka masa sanggah" in client_for(other).get(f"/usulan/{other.pk}/").content.decode()


def test_objection_only_against_a_rejection():
    entry = entry_at(EntryStatus.PASSED)
    announced(entry.edition)
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


def revise(entry) -> Client:
    client = client_for(entry)
    assert client.post(f"/usulan/{entry.pk}/ubah/").url == f"/usulan/{entry.pk}/"
    return client


def answer(entry, text, code="dampak"):
    question = entry.edition.questions.get(code=code)
    save_answer(entry, by=member_of(entry.innovation.unit), question=question, text=text, version=1)


def close(entry):
    stage = entry.edition.stages.get(kind=StageKind.SUBMISSION)
    stage.closes_at = clock.now() - timedelta(minutes=1)
    stage.save()


def test_a_submitted_entry_is_revised_and_its_pages_say_which_version_counts():
    entry = entry_at(EntryStatus.SUBMITTED)
    address = f"/usulan/{entry.pk}/"
    assert "Ubah usulan</button>" in client_for(entry).get(address).content.decode()
    client = revise(entry)
    page = client.get(address).content.decode()
    assert "tetap berlaku sampai perubahan dikirim" in page
    assert "Batalkan perubahan" in page
    assert "Tarik kembali" in page
    check = client.get(f"{address}periksa/").content.decode()
    assert "Tidak ada isi yang berubah." in check
    assert "Kirim perubahan</button>" not in check
    answer(entry, "Jawaban Dampak yang lengkap untuk uji.")
    check = client.get(f"{address}periksa/").content.decode()
    assert "Yang berubah dari versi 1" in check
    assert "ditambahkan: </span>yang lengkap" in check
    assert 'value="Kirim perubahan"' in check or "Kirim perubahan</button>" in check
    sent = client.post(f"{address}periksa/", AGREED, follow=True).content.decode()
    assert "Versi 2 terkirim" in sent
    assert client.post(f"{address}periksa/", AGREED).url == f"{address}terkirim/"
    assert EntryVersion.objects.filter(entry=entry).count() == 2


def test_opening_a_revision_twice_or_too_late():
    entry = entry_at(EntryStatus.SUBMITTED)
    client = revise(entry)
    assert client.get(f"/usulan/{entry.pk}/ubah/").url == f"/usulan/{entry.pk}/"
    revise(entry)
    entry.refresh_from_db()
    assert entry.is_being_revised
    late = entry_at(EntryStatus.SUBMITTED)
    close(late)
    page = client_for(late).post(f"/usulan/{late.pk}/ubah/", follow=True).content.decode()
    assert "sudah ditutup" in page
    assert "Ubah usulan</button>" not in page


def test_discarding_asks_first_and_twice_is_one_act():
    entry = entry_at(EntryStatus.SUBMITTED)
    client, address = revise(entry), f"/usulan/{entry.pk}/batalkan-perubahan/"
    answer(entry, "Akan dibatalkan.")
    page = client.get(address).content.decode()
    assert "Batalkan perubahan?" in page
    assert "Akan dibatalkan" in page
    assert "Versi 1 tetap berlaku" in client.post(address, follow=True).content.decode()
    assert client.post(address).url == f"/usulan/{entry.pk}/"
    assert client.get(address).url == f"/usulan/{entry.pk}/"
    entry.refresh_from_db()
    assert not entry.is_being_revised


def test_a_forgotten_revision_is_shown_as_not_sent_with_the_version_that_counts():
    entry = entry_at(EntryStatus.SUBMITTED)
    client = revise(entry)
    answer(entry, "Lupa dikirim.\nBaris kedua.")
    close(entry)
    page = client.get(f"/usulan/{entry.pk}/").content.decode()
    assert "Tidak dikirim" in page
    assert entry.current_version.digest[:16] in page
    assert "Lupa dikirim.\nBaris kedua.</div>" in page
    assert page.count("data-copy=") == 1
    assert "Tahap pengajuan sudah ditutup dan perubahan tidak dikirim" in page


def test_a_draft_after_the_closing_can_be_copied_answer_by_answer():
    entry = entry_at(EntryStatus.DRAFT)
    close(entry)
    page = client_for(entry).get(f"/usulan/{entry.pk}/").content.decode()
    assert "Draf ini tidak dikirim" in page
    assert 'data-copy="teks-ringkasan"' in page
    assert 'id="teks-dampak">Jawaban Dampak untuk uji.</div>' in page


def test_what_was_not_sent_stays_readable_after_a_decision():
    entry = entry_at(EntryStatus.SUBMITTED)
    revise(entry)
    answer(entry, "Tidak sempat dikirim.")
    entry.edition.stages.filter(kind=StageKind.SUBMISSION).update(closes_at=clock.now())
    screen(entry, ScreeningOutcome.PASSED)
    announced(entry.edition)
    page = client_for(entry).get(f"/usulan/{entry.pk}/").content.decode()
    assert 'id="belum-dampak">Tidak sempat dikirim.</div>' in page
