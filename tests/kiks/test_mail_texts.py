"""The wording of mails: defaults, the committee's own, what is refused, preview and test."""

import re
from dataclasses import replace
from pathlib import Path
from smtplib import SMTPAuthenticationError
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail as sent_mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kiks import mail
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.mail.editing import (
    compose,
    composed,
    default_wording,
    edit_mail_text,
    kinds,
    reset_mail_text,
    sample_of,
    wording_of,
)
from kiks.mail.wording import Placeholder, Wording, problems
from kiks.models import AuditEvent, MailText
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:kiks_mailtext_changelist")
UNIT = SimpleNamespace(name="Puskesmas Uji", full_name="Puskesmas Uji pada Dinas Uji")
RETURNED = "unit_returned.txt"
EDIT = reverse("admin:kiks_mailtext_edit", args=[RETURNED])


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


@pytest.fixture
def kind():
    return kinds()[RETURNED]


OURS = Wording("Perbaiki pendaftaran {unit}", "Mohon perbaiki: {alasan}\n\n{tautan}")


def test_every_file_is_described_and_every_description_has_its_file():
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    files = {path.name for path in folder.iterdir()} - {"base.txt"}
    assert files == set(kinds())


@pytest.mark.parametrize("template", sorted(kinds()))
def test_the_default_wording_keeps_the_rules_that_hold_for_the_committee(template):
    kind = kinds()[template]
    wording = default_wording(kind)
    assert list(problems(kind, wording)) == []
    sample = sample_of(kind, wording)
    assert "{" not in sample.subject + sample.body
    assert sample.body.startswith("Yth. Siti Aminah,")
    assert "Panitia KIKS" in sample.body
    assert re.search(r"\n{4}", sample.body) is None


def test_every_placeholder_gets_a_value_in_the_real_mail():
    """Checked whenever a mail is written, so that the tests of all actions check it."""
    kind = kinds()["unit_verified.txt"]
    assert mail.queue(kind.template, to=make_user(), unit=UNIT)
    promising = replace(kind, placeholders=(*kind.placeholders, Placeholder("hari", "hari pengiriman", "Senin")))
    with pytest.raises(LookupError, match="hari"):
        composed(promising, {"unit": UNIT}, recipient=make_user())


def test_the_committees_wording_is_what_goes_out(officer, kind):
    edit_mail_text(kinds()["unit_verified.txt"], Wording("Selamat, {unit}", "Halo {nama} dari {unit}."), by=officer)
    letter = mail.queue("unit_verified.txt", to=make_user("Budi"), unit=UNIT)
    assert letter.subject == "Selamat, Puskesmas Uji"
    assert "Halo Budi dari Puskesmas Uji." in letter.text
    assert letter.text.startswith("Yth. Budi,")
    event = AuditEvent.objects.get(kind="mail_text.edited")
    assert event.actor_id == officer.pk
    assert '"new"' in AuditEvent.objects.get(kind="row.insert", target=event.target).body


def test_braces_in_a_value_stay_text(kind):
    text = compose(
        kind, OURS, name="Budi", values={"unit": "{alasan}", "alasan": "{{ rahasia }} {tautan}", "tautan": "x"}
    )
    assert text.subject == "Perbaiki pendaftaran {alasan}"
    assert "Mohon perbaiki: {{ rahasia }} {tautan}" in text.body


def test_an_empty_value_leaves_no_gap(kind):
    text = compose(kind, Wording("S", "Satu\n\n{unit}\n\nDua"), name="Budi", values={"unit": ""})
    assert "Satu\n\nDua" in text.body


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        (Wording("S", "{alasan} {tautan} {sandi}"), "Isian {sandi} tidak dikenal. Yang dapat dipakai: {nama}, {unit}"),
        (Wording("S {Nama}", "{alasan} {tautan}"), "Isian {Nama} tidak dikenal"),
        (Wording("S", "{alasan} {tautan} {{ request }}"), "tidak dikenal"),
        (Wording("S", "{alasan} {tautan} {% debug %}"), "tidak dikenal"),
        (Wording("S", "{alasan} {tautan} {nama"), "Kurung kurawal tidak berpasangan"),
        (Wording("S", "{alasan} {tautan} nama}"), "Kurung kurawal tidak berpasangan"),
        (Wording("S", "Perbaiki di {tautan}"), "harus memuat {alasan}"),
        (Wording("S", "Perbaiki {alasan}"), "harus memuat {tautan}"),
        (Wording("S {tautan}", "{alasan} {tautan}"), "bukan pada perihal"),
        (Wording("", "{alasan} {tautan}"), "Isi perihal"),
        (Wording("S", ""), "Isi perihal"),
        (Wording("S\nBcc: x", "{alasan} {tautan}"), "satu baris"),
        (Wording("S" * 201, "{alasan} {tautan}"), "satu baris"),
    ],
)
def test_a_wording_that_could_not_be_sent_is_refused_with_a_sentence(officer, kind, wording, sentence):
    with pytest.raises(RuleBrokenError, match=re.escape(sentence)):
        edit_mail_text(kind, wording, by=officer)
    assert not MailText.objects.exists()


def test_nobody_overwrites_unread_what_another_wrote(officer, kind):
    seen = wording_of(kind).digest
    edit_mail_text(kind, OURS, by=officer, known=seen)
    with pytest.raises(StaleVersionError) as refusal:
        edit_mail_text(kind, Wording("Lain", OURS.body), by=officer, known=seen)
    assert refusal.value.current == OURS
    edit_mail_text(kind, Wording("Lain", OURS.body), by=officer, known=OURS.digest)
    assert MailText.objects.get().subject == "Lain"


def test_saving_what_stands_there_changes_nothing(officer, kind):
    assert edit_mail_text(kind, default_wording(kind), by=officer) is None
    assert not AuditEvent.objects.filter(kind="mail_text.edited").exists()


def test_a_reset_lets_the_file_speak_again_and_keeps_the_old_wording_in_the_trail(officer, kind):
    edit_mail_text(kind, OURS, by=officer)
    reset_mail_text(kind, by=officer)
    assert wording_of(kind) == default_wording(kind)
    assert "Mohon perbaiki" in AuditEvent.objects.get(kind="row.delete").body
    with pytest.raises(RuleBrokenError, match="naskah bawaan"):
        reset_mail_text(kind, by=officer)


def test_only_the_committee_words_mails(kind):
    with pytest.raises(PermissionDenied):
        edit_mail_text(kind, OURS, by=make_user())
    with pytest.raises(PermissionDenied):
        reset_mail_text(kind, by=make_user())
    assert Client().get(EDIT).status_code == 302


def test_the_list_shows_every_mail_and_which_are_changed(committee, officer, kind, django_assert_num_queries):
    page = committee.get(LIST).text
    assert all(one.title in page for one in kinds().values())
    assert "Diubah" not in page
    edit_mail_text(kind, OURS, by=officer)
    page = committee.get(LIST).text
    assert page.count("> Diubah</span>") == 1
    assert "Belum diuji" in page


def posted(**changes):
    return {"subject": OURS.subject, "body": OURS.body.replace("\n", "\r\n"), "known": "", **changes}


def test_the_page_shows_the_wording_its_placeholders_and_a_sample(committee):
    page = committee.get(EDIT).text
    assert "Pendaftaran {unit}: perlu perbaikan" in page
    assert "Alasan yang ditulis panitia <strong>(wajib ada)</strong>" in page
    assert "Pendaftaran Puskesmas Selabatu: perlu perbaikan" in page
    assert committee.get(reverse("admin:kiks_mailtext_edit", args=["base.txt"])).status_code == 404


def test_a_wording_is_saved_by_the_page(committee):
    assert "Naskah “Pendaftaran unit perlu perbaikan” disimpan." in committee.post(EDIT, posted(), follow=True).text
    assert (MailText.objects.get().subject, MailText.objects.get().body) == (OURS.subject, OURS.body)
    assert "Tidak ada yang berubah" in committee.post(EDIT, posted(), follow=True).text


def test_the_page_refuses_with_the_same_sentences(committee):
    page = committee.post(EDIT, posted(body="Perbaiki {alasn}")).text
    assert "Isian {alasn} tidak dikenal." in page
    assert "Isi surat harus memuat {alasan}" in page
    assert not MailText.objects.exists()


def test_the_page_shows_what_another_wrote_meanwhile(committee, officer, kind):
    edit_mail_text(kind, Wording("Dari orang lain", OURS.body), by=officer)
    page = committee.post(EDIT, posted(known=default_wording(kind).digest)).text
    assert "baru saja diubah orang lain" in page
    assert "Dari orang lain" in page
    known = re.search(r'name="known" value="(\w+)"', page)[1]
    committee.post(EDIT, posted(known=known))
    assert MailText.objects.get().subject == OURS.subject


@pytest.mark.parametrize("by_script", [True, False])
def test_a_preview_fills_the_sample_in_and_saves_nothing(committee, by_script):
    headers = {"HX-Request": "true"} if by_script else {}
    page = committee.post(EDIT, posted(preview="1"), headers=headers).text
    assert "Perbaiki pendaftaran Puskesmas Selabatu" in page
    assert "Mohon perbaiki: Surat penunjukan belum ditandatangani." in page
    assert ("<html" in page) != by_script
    assert not MailText.objects.exists()


def test_a_preview_by_the_script_says_what_is_wrong(committee):
    page = committee.post(EDIT, posted(body="{alasan}"), headers={"HX-Request": "true"}).text
    assert "Isi surat harus memuat {tautan}" in page


def test_a_test_goes_to_the_person_who_asks_with_the_text_as_typed(committee, officer):
    page = committee.post(EDIT, posted(test="1")).text
    assert f"Surat uji coba dikirim ke {officer.email}" in page
    letter = sent_mail.outbox[0]
    assert (letter.to, letter.subject) == ([officer.email], "[Uji coba] Perbaiki pendaftaran Puskesmas Selabatu")
    assert "Surat penunjukan belum ditandatangani." in letter.body
    assert not MailText.objects.exists()


def test_a_test_of_the_server_from_the_list(committee, monkeypatch, settings):
    assert "Pengiriman sudah diuji" in committee.post(LIST, follow=True).text
    settings.KIKS_MODE = "demo"
    assert "tidak benar-benar dikirim" in committee.post(LIST, follow=True).text
    monkeypatch.setattr("kiks.mail.checks.EmailMessage.send", refuse)
    assert "Jawaban server surat: 535 Authentication failed" in committee.post(LIST, follow=True).text


def refuse(self):
    raise SMTPAuthenticationError(535, "Authentication failed")


def test_the_page_brings_the_default_back(committee, officer, kind):
    edit_mail_text(kind, OURS, by=officer)
    reset = reverse("admin:kiks_mailtext_reset", args=[RETURNED])
    assert reset in committee.get(EDIT).text
    assert "tetap terbaca pada jejak audit" in committee.get(reset).text
    assert "kembali ke bawaan" in committee.post(reset, follow=True).text
    assert "sudah memakai naskah bawaan" in committee.post(reset, follow=True).text


def test_the_history_of_a_mail_outlives_its_rows(committee, officer, kind):
    first = edit_mail_text(kind, OURS, by=officer).pk
    reset_mail_text(kind, by=officer)
    second = edit_mail_text(kind, OURS, by=officer).pk
    assert f"q=kiks_mailtext%3A{first}+kiks_mailtext%3A{second}" in committee.get(EDIT).text
    row_page = committee.get(reverse("admin:kiks_mailtext_change", args=[second]))
    assert row_page.url == EDIT
