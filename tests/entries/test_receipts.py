"""The receipt: it speaks of the frozen version, and anybody who holds it can check it."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from entries.actions.answers import save_answers
from entries.actions.entry import remove_attachment, save_identity
from entries.actions.submission import submit_entry, withdraw_entry
from entries.documents import receipt_of, render_receipt
from entries.queries import frozen_attachments
from entries.states import EntryStatus
from kiks.formats import file_size, indonesian_datetime
from tests.factories.entries import entry_at, member_of

pytestmark = pytest.mark.django_db


def text_of(content: bytes) -> str:
    """Without any white space: a long digest may go over two lines."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def check(text: str):
    return Client().get(reverse("judging:verify_paper", args=[text]))


@pytest.fixture
def entry():
    return entry_at(EntryStatus.SUBMITTED)


@pytest.mark.draws
@pytest.mark.long
def test_the_pdf_carries_the_digest_of_the_text_and_every_file_with_size_and_digest(entry):
    version = entry.current_version
    text = text_of(render_receipt(receipt_of(version)))
    assert version.digest in text
    assert f"/verifikasi/{version.digest}/" in text
    files = frozen_attachments(version)
    assert len(files) > 2
    for file in files:
        for fact in (file.name, file_size(file.document.size), file.document.sha256):
            assert "".join(fact.split()) in text


def test_the_receipt_speaks_of_what_was_frozen_whatever_is_written_later(entry):
    before = receipt_of(entry.current_version)
    by = member_of(entry.innovation.unit)
    entry = withdraw_entry(entry, by=by)
    save_answers(entry, by=by, texts={"dampak": "Satu kata lain lagi di sini."})
    save_identity(entry, by=by, data={"short_name": "NAMA LAIN"})
    remove_attachment(entry.attachments.first(), by=by)
    assert receipt_of(entry.current_version) == before


def test_who_holds_the_digest_learns_that_the_receipt_was_given(entry):
    version = entry.current_version
    response = check(version.digest)
    html = response.content.decode()
    received = indonesian_datetime(version.frozen_at)
    assert response.status_code == 200
    assert f"cocok dengan usulan nomor 001 versi 1, diterima pada {received}" in html
    assert entry.edition.name in html


def test_the_check_reveals_nothing_else(entry):
    html = check(entry.current_version.digest).content.decode()
    innovation = entry.innovation
    hidden = [innovation.short_name, innovation.unit.name, entry.submitted_by.name, entry.submitted_by.email]
    hidden += [file.document.sha256 for file in entry.attachments.all()]
    assert [fact for fact in hidden if fact in html] == []


def test_an_earlier_version_can_be_checked_as_well(entry):
    first, by = entry.current_version, entry.submitted_by
    entry = withdraw_entry(entry, by=by)
    save_answers(entry, by=by, texts={"dampak": "Tulisan yang lain."})
    second = submit_entry(entry, by=by, statement=True).current_version
    assert "nomor 001 versi 1," in check(first.digest).content.decode()
    assert "nomor 001 versi 2," in check(second.digest).content.decode()


def test_a_digest_of_nothing_is_as_unknown_as_any_number(entry):
    digest = entry.current_version.digest
    other = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    for text in (other, digest[:63], digest[:16], entry.attachments.first().document.sha256):
        response = check(text)
        assert response.status_code == 404
        assert "Tidak tercatat" in response.content.decode()


def test_a_copied_digest_may_bring_spaces_and_capitals(entry):
    digest = entry.current_version.digest
    copied = f" {digest[:32].upper()} {digest[32:]} "
    response = Client().get(reverse("judging:verify"), {"number": copied})
    assert response.url == reverse("judging:verify_paper", args=[digest])
    assert check(copied.strip()).status_code == 200
