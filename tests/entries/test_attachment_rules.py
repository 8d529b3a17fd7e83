"""Attachments as the edition's rules ask for them: on the page, at the upload, at the submission, and in what stays."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competitions.models import AttachmentRule
from entries.actions.entry import NO_SUCH_RULE, add_attachment, remove_attachment
from entries.actions.submission import submit_entry, withdraw_entry
from entries.documents import receipt_of
from entries.models import Attachment, EntryVersion
from entries.queries import entry_blockers, frozen_attachments, frozen_content
from entries.states import EntryStatus
from entries.task_queries import TaskState, attachment_slots, task_list
from kiks import clock
from kiks.exceptions import RuleBrokenError
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024
# code, name, help, required, files, megabytes
RULES = [
    ("sk", "SK tim inovator", "Ditandatangani pimpinan unit.", True, 1, 2),
    ("implementasi", "Surat penerapan", "", True, 1, 1),
    ("bukti", "Data pendukung", "Tabel atau laporan.", False, 3, 5),
    ("foto", "Foto kegiatan", "", False, 2, 10),
    ("testimoni", "Testimoni warga", "", False, 1, 2),
]


@pytest.fixture
def edition():
    edition = make_edition()
    edition.attachment_rules.all().delete()
    for position, (code, name, help_text, is_required, max_files, max_megabytes) in enumerate(RULES, 1):
        AttachmentRule.objects.create(
            edition=edition,
            code=code,
            name=name,
            help_text=help_text,
            is_required=is_required,
            max_files=max_files,
            max_megabytes=max_megabytes,
            position=position,
        )
    return edition


@pytest.fixture
def draft(edition):
    """An entry with nothing attached yet."""
    entry = entry_at(EntryStatus.DRAFT, edition=edition)
    for attachment in entry.attachments.all():
        remove_attachment(attachment, by=member_of(entry.innovation.unit))
    return entry


def attach(entry, kind, content=b"", name=""):
    content = content or tiny_pdf(f"{kind} {entry.attachments.count()}")
    by = member_of(entry.innovation.unit)
    return add_attachment(entry, by=by, kind=kind, name=name or f"{kind}.pdf", content=content)


def attached(entry):
    return list(entry.attachments.filter(removed_at__isnull=True).order_by("pk").values_list("kind", flat=True))


def page_of(entry, path="lampiran/"):
    return client_of(member_of(entry.innovation.unit)).get(f"/usulan/{entry.pk}/{path}").content.decode()


def upload(entry, kind, content, name="berkas.pdf"):
    client = client_of(member_of(entry.innovation.unit))
    return client.post(f"/usulan/{entry.pk}/lampiran/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def state(entry):
    return {task.key: task.state for task in task_list(entry, clock.now())}.get("attachments")


def test_the_page_lists_the_rules_in_their_order_with_what_they_ask(draft):
    page = page_of(draft)
    places = [page.index(f">{name}</h2>") for _, name, *_ in RULES]
    assert places == sorted(places)
    parts = [" ".join(part.split()) for part in page.split('class="card-sheet stack slot"')[1:]]
    assert "Wajib, belum ada" in parts[0]
    assert "Ditandatangani pimpinan unit. Satu berkas PDF, maksimal 2 MB." in parts[0]
    assert "Tidak wajib" in parts[2]
    assert "Tabel atau laporan. Sampai 3 berkas PDF, masing-masing maksimal 5 MB." in parts[2]
    assert all(f'value="{code}"' in part for part, (code, *_) in zip(parts, RULES, strict=True))


def test_a_kind_that_the_edition_does_not_ask_for_is_refused(draft):
    with pytest.raises(RuleBrokenError, match="Edisi ini tidak meminta lampiran itu"):
        attach(draft, "decree")
    client = client_of(member_of(draft.innovation.unit))
    file = SimpleUploadedFile("a.pdf", tiny_pdf())
    response = client.post(f"/usulan/{draft.pk}/lampiran/", {"kind": "decree", "file": file}, follow=True)
    assert NO_SUCH_RULE in response.content.decode()
    assert attached(draft) == []


@pytest.mark.parametrize(("code", "megabytes"), [("implementasi", 1), ("sk", 2), ("bukti", 5)])
def test_a_file_may_be_as_large_as_its_rule_says(draft, code, megabytes):
    attach(draft, code, b"x" * (megabytes * MEGABYTE - 1))
    attach(draft, code, b"y" * megabytes * MEGABYTE)
    with pytest.raises(
        RuleBrokenError, match=rf"Berkas {megabytes},1 MB terlalu besar, maksimal {megabytes} MB\. Perk"
    ):
        attach(draft, code, b"z" * (megabytes * MEGABYTE + 1))


def test_the_form_knows_the_size_of_each_rule(draft):
    three = tiny_pdf("x" * 3 * MEGABYTE)
    assert "Berkas 3,1 MB terlalu besar, maksimal 2 MB" in upload(draft, "sk", three).content.decode()
    assert upload(draft, "bukti", three).status_code == 302
    assert attached(draft) == ["bukti"]


def test_a_refused_file_leaves_the_other_forms_alone(draft):
    response = upload(draft, "bukti", b"<html>")
    form = response.context["form"]
    assert form.errors["file"] == ["Berkas ini bukan PDF. Simpan dokumen sebagai PDF, lalu unggah lagi."]
    page = response.content.decode()
    assert '<a href="#id_bukti_file">' in page
    assert page.count("bukan PDF") == page.count("Berkas ini bukan PDF")
    assert "<title>Kesalahan: Lampiran" in page


def test_a_missing_file_says_what_to_do(draft):
    client = client_of(member_of(draft.innovation.unit))
    page = client.post(f"/usulan/{draft.pk}/lampiran/", {"kind": "sk"}).content.decode()
    assert "Pilih berkas PDF, lalu unggah." in page


def test_as_many_files_as_the_rule_allows(draft):
    for _ in range(3):
        attach(draft, "bukti")
    sentence = "Data pendukung sudah berisi 3 berkas, jumlah terbanyak. Hapus salah satu sebelum mengunggah yang lain."
    with pytest.raises(RuleBrokenError, match=sentence):
        attach(draft, "bukti")
    assert "Sudah 3 dari 3 berkas. Hapus salah satu untuk mengunggah yang lain." in page_of(draft)
    # A form that was opened before the third file came still says why not.
    assert sentence in upload(draft, "bukti", tiny_pdf("keempat")).content.decode()
    remove_attachment(draft.attachments.filter(kind="bukti").last(), by=member_of(draft.innovation.unit))
    attach(draft, "bukti")
    assert attached(draft) == ["bukti"] * 3


def test_the_only_file_of_a_rule_is_replaced_and_stays_with_its_version(draft):
    old = attach(draft, "sk", name="lama.pdf")
    attach(draft, "implementasi")
    by = member_of(draft.innovation.unit)
    entry = submit_entry(draft, by=by, statement=True)
    withdraw_entry(entry, by=by)
    assert "Ganti berkas" in page_of(draft)
    new = attach(draft, "sk", name="baru.pdf")
    old.refresh_from_db()
    assert (old.removed_by, [slot.files for slot in attachment_slots(draft)][0]) == (by, [new])
    assert old in frozen_attachments(entry.current_version)


def test_the_same_file_twice_is_refused_and_replaces_nothing(draft):
    content = tiny_pdf("sama")
    attach(draft, "sk", content)
    with pytest.raises(RuleBrokenError, match="sudah dilampirkan"):
        attach(draft, "sk", content)
    assert attached(draft) == ["sk"]


def test_what_is_required_and_missing_blocks_the_submission_by_name(draft):
    attach(draft, "bukti")
    attach(draft, "implementasi")
    with pytest.raises(RuleBrokenError) as refusal:
        submit_entry(draft, by=member_of(draft.innovation.unit), statement=True)
    sentence = "SK tim inovator belum dilampirkan. Unggah PDF-nya pada bagian Lampiran."
    assert refusal.value.sentences == (sentence,)
    assert [blocker.task for blocker in entry_blockers(draft, clock.now())] == ["attachments"]
    page = page_of(draft, "periksa/")
    assert sentence in page
    assert f'<a href="/usulan/{draft.pk}/lampiran/">Buka Lampiran</a>' in page
    assert "Kirim usulan</button>" not in page


def test_rules_that_became_stricter_block_what_they_no_longer_allow(edition, draft):
    attach(draft, "implementasi")
    attach(draft, "sk", b"x" * 2 * MEGABYTE)
    for _ in range(3):
        attach(draft, "bukti")
    edition.attachment_rules.filter(code="bukti").update(max_files=2)
    edition.attachment_rules.filter(code="sk").update(max_megabytes=1)
    with pytest.raises(RuleBrokenError) as refusal:
        submit_entry(draft, by=member_of(draft.innovation.unit), statement=True)
    assert refusal.value.sentences == (
        "SK tim inovator berisi berkas 2,0 MB, maksimal 1 MB. Ganti dengan yang lebih kecil pada bagian Lampiran.",
        "Data pendukung 3 berkas, maksimal 2. Hapus 1 berkas pada bagian Lampiran.",
    )
    assert state(draft) == TaskState.NEEDS_FIX


def test_the_task_follows_the_rules(edition, draft):
    assert state(draft) == TaskState.NOT_STARTED
    attach(draft, "bukti")
    assert state(draft) == TaskState.NOT_STARTED
    attach(draft, "sk")
    assert state(draft) == TaskState.IN_PROGRESS
    attach(draft, "implementasi")
    assert state(draft) == TaskState.COMPLETE
    edition.attachment_rules.update(is_required=False)
    draft.attachments.update(removed_at=clock.now(), removed_by=member_of(draft.innovation.unit))
    assert state(draft) == TaskState.OPTIONAL


def test_an_edition_without_rules_asks_for_nothing(edition, draft):
    edition.attachment_rules.all().delete()
    assert state(draft) is None
    assert "Edisi ini tidak meminta lampiran" in page_of(draft)
    assert submit_entry(draft, by=member_of(draft.innovation.unit), statement=True).number == "001"


def test_a_file_whose_rule_is_gone_is_shown_by_its_code_and_can_be_removed(edition, draft):
    for code in ("sk", "implementasi", "foto"):
        attach(draft, code)
    edition.attachment_rules.filter(code="foto").delete()
    page = page_of(draft)
    assert ">foto</h2>" in page
    assert "Edisi ini tidak lagi meminta lampiran ini." in page
    assert 'id="id_foto_file"' not in page
    entry = submit_entry(draft, by=member_of(draft.innovation.unit), statement=True)
    assert [file["title"] for file in frozen_content(entry.current_version)["attachments"]][-1] == "foto"


def full(edition):
    entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
    return entry, member_of(entry.innovation.unit)


def test_the_version_keeps_code_and_name_of_the_rule(edition):
    entry, _ = full(edition)
    frozen = frozen_content(entry.current_version)["attachments"]
    assert [(file["kind"], file["title"]) for file in frozen] == [(code, name) for code, name, *_ in RULES]
    edition.attachment_rules.update(name="Nama baru")
    assert [file.title for file in frozen_attachments(entry.current_version)] == [name for _, name, *_ in RULES]
    assert [file.kind for file in receipt_of(entry.current_version).attachments] == [name for _, name, *_ in RULES]
    assert "Nama baru" not in page_of(entry, "isi/")
    assert "Data pendukung" in page_of(entry, "isi/")


def test_a_version_from_before_names_were_frozen_takes_them_from_the_rules(edition):
    entry, user = full(edition)
    content = frozen_content(entry.current_version)
    for file in content["attachments"]:
        del file["title"]
    old = EntryVersion.objects.create(
        entry=entry, ordinal=2, content=json.dumps(content), digest="0" * 64, frozen_at=clock.now(), frozen_by=user
    )
    edition.attachment_rules.filter(code="foto").delete()
    titles = [file.title for file in frozen_attachments(old)]
    assert titles == ["SK tim inovator", "Surat penerapan", "Data pendukung", "foto", "Testimoni warga"]


def test_the_screening_desk_reads_the_names_and_finds_what_is_missing(edition, draft):
    edition.checklist.create(code="lampiran", label="Lampiran wajib", failure_sentence="Kurang.", machine_rule="papers")
    attach(draft, "sk")
    attach(draft, "implementasi")
    entry = submit_entry(draft, by=member_of(draft.innovation.unit), statement=True)
    edition.attachment_rules.filter(code="foto").update(is_required=True)
    page = client_of(make_committee_user()).get(f"/admin/entries/entry/{entry.pk}/seleksi/").content.decode()
    assert "Belum ada: Foto kegiatan." in page
    assert "<dt>SK tim inovator</dt>" in page


def test_removing_asks_with_the_name_of_the_rule(draft):
    attachment = attach(draft, "bukti")
    page = client_of(member_of(draft.innovation.unit)).get(f"/usulan/lampiran/{attachment.pk}/hapus/").content.decode()
    assert "Data pendukung" in page


def queries_of(entry, path):
    client = client_of(member_of(entry.innovation.unit))
    client.get(f"/usulan/{entry.pk}/{path}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(f"/usulan/{entry.pk}/{path}").status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", ["lampiran/", "", "periksa/"])
def test_pages_ask_as_often_for_many_rules_and_files_as_for_one(edition, path):
    unit = make_unit()
    few, many = (entry_at(EntryStatus.DRAFT, edition=each, unit=unit) for each in (edition, make_edition()))
    few.edition.attachment_rules.exclude(code="sk").delete()
    few.attachments.exclude(kind="sk").delete()
    for number in range(10):
        rule = AttachmentRule.objects.create(edition=many.edition, code=f"k{number}", name="Nama", max_files=5)
        attach(many, rule.code)
        attach(many, rule.code)
    assert Attachment.objects.filter(entry=many).count() == 24
    assert queries_of(few, path) == queries_of(many, path)
