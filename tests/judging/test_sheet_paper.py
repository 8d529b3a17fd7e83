"""The paper of a judge's sheets: what it says, its versions, and who may read it when."""

import hashlib
import io
import json
import re
from fractions import Fraction
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from judging.actions import sheet_paper as actions
from judging.actions.panel import recuse
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment, hand_in_entries, reopen_sheet, save_comment, save_marks
from judging.actions.typing import confirm_typing, type_sheets
from judging.explaining import Exact
from judging.models import CriterionComment, SheetPaper
from judging.scoring import receipt
from judging.sheet_paper import _longer, facts_of, marks_on
from kiks import storage
from kiks.models import AuditEvent, OutgoingMail, StoredDocument
from kiks.texts import sha256_of
from tests.factories.judging import mark_all, open_desk_round, published_edition
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db

MARKS = {"ide": "77", "signifikansi": "83", "kebaruan": "90"}


def words(text: str) -> str:
    return " ".join(text.split())


def shown(response) -> str:
    return words(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[-1]))


def fill(assignment, marks=MARKS):
    for sheet in assignment.sheets.all():
        codes = sheet.instrument.criteria.values_list("code", flat=True)
        save_marks(sheet, by=assignment.judge.user, values={code: marks[code] for code in codes})


@pytest.fixture
def round_():
    return open_desk_round(entries=2, judges=2)


@pytest.fixture
def mine(round_):
    rows = round_.assignments.filter(judge__label="J1").select_related("judge__user", "entry", "round__edition")
    return list(rows.order_by("entry__number"))


@pytest.fixture
def paper(mine):
    """J1's first entry handed in, with a comment on a sheet and one on a criterion."""
    fill(mine[0])
    kipp, kijb = (mine[0].sheets.get(instrument__code=code) for code in ("kipp", "kijb"))
    save_comment(kipp.pk, by=mine[0].judge.user, comment="Dampaknya terukur.")
    CriterionComment.objects.create(sheet=kijb, criterion=kijb.instrument.criteria.get(), text="Gagasan yang <baru>.")
    hand_in_assignment(mine[0], by=mine[0].judge.user)
    return mine[0].papers.get()


def reopened(assignment, code="kijb"):
    sheet = assignment.sheets.get(instrument__code=code)
    reopen_sheet(sheet, by=assignment.round.opened_by, reason="Salah ketik.")
    save_marks(sheet, by=assignment.judge.user, values={"kebaruan": "70"})
    hand_in_assignment(assignment, by=assignment.judge.user)


def closed(round_):
    for assignment in round_.assignments.select_related("judge__user"):
        if not assignment.papers.filter(status="issued").exists():
            mark_all(assignment)
            hand_in_assignment(assignment, by=assignment.judge.user)
    return close_round(round_, by=round_.opened_by)


@pytest.mark.draws
def test_the_paper_names_every_mark_weight_score_receipt_and_comment(paper, mine):
    document = actions.lay_out(paper).document
    reader = PdfReader(io.BytesIO(storage.read(document)))
    text = words(" ".join(page.extract_text() for page in reader.pages))
    assert f"Nomor: J1-001-V1/LP-DESK/{mine[0].round.edition.code.upper()}" in text
    assert "J1: Juri Uji, Perguruan tinggi" in text
    assert "Ide 45 77 100 34,65" in text
    assert "Signifikansi 55 83 100 45,65" in text
    assert "Nilai KIPP 80,30" in text
    assert "Nilai KIJB 90,00" in text
    assert "Nilai J1 untuk usulan 001: 84,18" in text
    assert "60% KIPP + 40% KIJB, dibulatkan sekali ke 2 angka desimal" in text
    assert "Catatan juri: Dampaknya terukur." in text
    assert "Gagasan yang <baru>." in text
    for sheet in mine[0].sheets.all():
        assert sheet.receipt in text
        assert sheet.nonce in text
    assert paper.data_digest in text.replace(" ", "")
    assert f"/verifikasi/{paper.data_digest}/" in text.replace(" ", "")
    assert "Juri J1, Juri Uji" in text
    assert actions.lay_out(paper).document == document


def test_sheets_typed_from_paper_have_their_paper_too_and_it_says_so(mine):
    def marks():
        rows = mine[0].sheets.order_by("pk")
        return {
            (row.pk, code): MARKS[code]
            for row in rows
            for code in row.instrument.criteria.values_list("code", flat=True)
        }

    first, second = make_committee_user("Rina Marlina"), make_committee_user("Asep Hidayat")
    type_sheets(mine[0], by=first, marks=marks(), comments={})
    confirm_typing(mine[0], by=second, marks=marks(), comments={})
    paper = mine[0].papers.get()
    assert [sheet["is_from_paper"] for sheet in json.loads(paper.facts)["sheets"]] == [True, True]
    assert paper.issued_by == second


def test_digits_that_rounding_took_away_are_named():
    two_thirds = Exact(value=Fraction(200, 3))
    assert _longer(two_thirds, "66.67") == "66,6666666666…"
    assert _longer(Exact(value=Fraction(80)), "80.00") == ""


def test_from_the_paper_alone_every_receipt_is_computed_again(paper):
    facts = json.loads(paper.facts)
    assert sha256_of(paper.facts) == paper.data_digest
    for sheet in facts["sheets"]:
        bound = [facts[name] for name in ("edition_code", "round_code", "entry", "label")]
        assert receipt(*bound, sheet["code"], marks_on(sheet), sheet["nonce"]) == sheet["receipt"]


def test_the_judges_page_accepts_what_the_paper_says_and_refuses_what_it_does_not(paper, mine):
    sheet = mine[0].sheets.get(instrument__code="kipp")
    printed = next(row for row in json.loads(paper.facts)["sheets"] if row["code"] == "kipp")
    client, url = client_of(mine[0].judge.user), reverse("judging:check_receipt", args=[mine[0].pk])
    sent = {"sheet": sheet.pk, "receipt": printed["receipt"], "nonce": printed["nonce"]}
    assert "Cocok Tanda terima itu tepat berasal dari nilai" in shown(client.post(url, sent))
    assert "Tidak cocok" in shown(client.post(url, sent | {"nonce": "0" * 32}))
    assert "Salin utuh dari surel" in shown(client.post(url, sent | {"receipt": "12"}))


def test_a_reopened_sheet_makes_the_next_version_beside_the_old_one(paper, mine):
    reopened(mine[0])
    old, new = mine[0].papers.order_by("version")
    assert (old.status, old.facts, old.data_digest) == ("replaced", paper.facts, paper.data_digest)
    assert (new.status, new.version, new.number.split("/")[0]) == ("issued", 2, "J1-001-V2")
    said = json.loads(new.facts)
    assert said["replaces"] == old.number
    assert said["total"] == "76,18"
    before, after = ({row["code"]: row["receipt"] for row in json.loads(row.facts)["sheets"]} for row in (old, new))
    assert before["kipp"] == after["kipp"]
    assert before["kijb"] != after["kijb"]
    assert actions.lay_out(old).document.pk
    page = shown(client_of(mine[0].judge.user).get(reverse("judging:own_papers", args=[mine[0].round_id])))
    assert re.search(r"J1-001-V1/\S+ .* Diganti PDF .*J1-001-V2/\S+ .* Berlaku PDF", page)
    kinds = set(AuditEvent.objects.filter(kind__startswith="sheet.paper").values_list("kind", flat=True))
    assert kinds == {"sheet.paper_issued", "sheet.paper_replaced"}


def test_while_the_sheet_is_open_again_no_paper_stands(paper, mine):
    reopen_sheet(mine[0].sheets.first(), by=mine[0].round.opened_by, reason="Salah ketik.")
    assert not mine[0].papers.filter(status="issued").exists()
    assert mine[0].papers.get().replaced_by == mine[0].round.opened_by


@pytest.mark.parametrize("change", [{"facts": "{}"}, {"data_digest": "0" * 64}, {"version": 3}])
def test_what_a_paper_says_never_changes_by_any_path(paper, change):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        SheetPaper.objects.filter(pk=paper.pk).update(**change)


def test_a_file_is_never_laid_out_again(paper):
    other = storage.store(b"%PDF-other", content_type="application/pdf")
    actions.lay_out(paper)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        SheetPaper.objects.filter(pk=paper.pk).update(document=other)


def test_handing_in_lays_out_nothing_and_the_tick_does_later(round_, mine, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("laid out while a judge waits")

    for assignment in mine:
        fill(assignment)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "lay_out_paper", fail)
        hand_in_entries(round_, by=mine[0].judge.user, assignments=[row.pk for row in mine])
    assert SheetPaper.objects.filter(document__isnull=True).count() == 2
    assert actions.lay_out_waiting() == "2 lembar penilaian disusun sebagai surat."
    assert actions.lay_out_waiting() == ""


def test_many_papers_ask_no_more_than_one(round_, mine):
    for assignment in mine:
        fill(assignment)
        hand_in_assignment(assignment, by=assignment.judge.user)

    def asked(keys):
        with CaptureQueriesContext(connection) as captured:
            facts_of(round_, keys)
        return len(captured)

    assert asked([mine[0].pk]) == asked([row.pk for row in mine]) <= 8


def test_the_mail_names_every_receipt_nonce_and_the_paper(round_, mine):
    fill(mine[0])
    hand_in_assignment(mine[0], by=mine[0].judge.user)
    letter = OutgoingMail.objects.get(template="judge_receipt.txt")
    paper = mine[0].papers.get()
    for sheet in mine[0].sheets.all():
        assert f"Tanda terima   : {sheet.receipt}\nAngka acak     : {sheet.nonce}" in letter.text
    assert f"Surat          : {paper.number}\nSidik jari     : {paper.data_digest}" in letter.text
    assert reverse("judging:receipts", args=[mine[0].pk]) in letter.text
    assert "77" not in re.sub(r"\b[0-9a-f]{32,64}\b", "", letter.text)


def test_the_mail_of_many_names_each_paper_under_its_entry(round_, mine):
    for assignment in mine:
        fill(assignment)
    hand_in_entries(round_, by=mine[0].judge.user, assignments=[row.pk for row in mine])
    text = OutgoingMail.objects.get(template="judge_receipts.txt").text
    for assignment in mine:
        own = text.split(f"Usulan {assignment.entry.number} ")[1].split("\n\n\n")[0]
        assert assignment.papers.get().number in own
        assert all(sheet.receipt in own for sheet in assignment.sheets.all())


def test_a_judge_reads_the_own_papers_and_nobody_elses(paper, mine, round_):
    url = reverse("judging:own_paper", args=[mine[0].pk, 1])
    response = client_of(mine[0].judge.user).get(url)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].endswith(f'"{paper.file_name}"')
    other = round_.assignments.filter(judge__label="J2").first().judge.user
    for user in (other, make_committee_user()):
        assert client_of(user).get(url).status_code == 404
    assert client_of(mine[0].judge.user).get(reverse("judging:own_paper", args=[mine[0].pk, 2])).status_code == 404
    page = shown(client_of(other).get(reverse("judging:own_papers", args=[round_.pk])))
    assert "Belum ada lembar penilaian" in page
    assert "J1-" not in page


def test_who_stepped_back_reads_the_paper_no_longer_and_it_stays(paper, mine):
    recuse(mine[0], by=mine[0].judge.user, reason="Kerabat pengusul")
    client = client_of(mine[0].judge.user)
    assert client.get(reverse("judging:own_paper", args=[mine[0].pk, 1])).status_code == 404
    assert "J1-001" not in shown(client.get(reverse("judging:own_papers", args=[mine[0].round_id])))
    assert SheetPaper.objects.filter(pk=paper.pk).exists()


def test_all_own_papers_in_one_file_once_they_are_laid_out(paper, mine, round_):
    fill(mine[1])
    hand_in_assignment(mine[1], by=mine[1].judge.user)
    client = client_of(mine[0].judge.user)
    page, file = (reverse(f"judging:{name}", args=[round_.pk]) for name in ("own_papers", "own_papers_file"))
    assert client.get(file).url == page
    assert "0 dari 2 berkas sudah disiapkan." in shown(client.get(page))
    assert client.post(page).url == page
    assert "Unduh semua yang berlaku" in shown(client.get(page))
    response = client.get(file)
    assert response.headers["Content-Type"] == "application/pdf"
    outline = PdfReader(io.BytesIO(response.content)).outline
    assert [item.title.split("-V")[0] for item in outline] == ["J1-001", "J1-002"]


def test_laying_out_goes_on_part_by_part(paper, mine, round_, monkeypatch):
    fill(mine[1])
    hand_in_assignment(mine[1], by=mine[1].judge.user)
    monkeypatch.setattr("judging.views.sheet_papers.SECONDS_OF_A_PAGE", -1.0)
    response = client_of(mine[0].judge.user).post(reverse("judging:own_papers", args=[round_.pk]))
    assert "1 dari 2 berkas sudah disiapkan." in shown(response)
    assert "data-onward" in response.content.decode()


ROOM = ("judging_papers", "judging_papers_zip")


def test_before_the_lock_the_committee_gets_a_sentence_and_no_paper(paper, mine, round_):
    client = client_of(round_.opened_by)
    addresses = [reverse(f"admin:{name}", args=[round_.pk]) for name in ROOM]
    addresses.append(reverse("admin:judging_paper", args=[mine[0].pk, 1]))
    for address in addresses:
        response = client.get(address, follow=True)
        assert response.redirect_chain == [(reverse("admin:judging_room", args=[round_.pk]), 302)]
        assert "Lembar penilaian terbuka bagi panitia setelah penilaian ditutup." in response.content.decode()
    assert client.post(addresses[0]).status_code == 302
    assert SheetPaper.objects.get(pk=paper.pk).document is None


def test_before_the_lock_the_archive_of_files_does_not_know_them(paper, round_):
    document = actions.lay_out(paper).document
    client = client_of(round_.opened_by)
    lists = reverse("admin:kiks_storeddocument_changelist")
    one = reverse("admin:kiks_storeddocument_change", args=[document.pk])
    assert document.sha256[:16] not in client.get(lists).content.decode()
    assert client.get(one).status_code == 302
    closed(round_)
    assert document.sha256[:16] in client.get(lists).content.decode()
    assert client.get(one).status_code == 200


def test_after_the_lock_the_committee_gets_all_of_them_as_they_are_stored(paper, mine, round_):
    reopened(mine[0])
    closed(round_)
    client = client_of(round_.opened_by)
    page, archive = (reverse(f"admin:{name}", args=[round_.pk]) for name in ROOM)
    assert client.get(archive).url == page
    assert client.post(page).url == page
    assert "Unduh 5 berkas (ZIP)" in shown(client.get(page))
    zipped = ZipFile(io.BytesIO(b"".join(client.get(archive).streaming_content)))
    code = round_.edition.code.upper()
    assert f"J1/J1-001-V2-LP-DESK-{code}.pdf" in zipped.namelist()
    assert f"diganti/J1/J1-001-V1-LP-DESK-{code}.pdf" in zipped.namelist()
    listed = zipped.read("daftar-berkas.txt").decode().splitlines()[1:]
    assert len(listed) == 5
    for line in listed:
        sha256, name = line.split("  ")
        assert hashlib.sha256(zipped.read(name)).hexdigest() == sha256
        assert StoredDocument.objects.filter(sha256=sha256).exists()
    response = client.get(reverse("admin:judging_paper", args=[mine[0].pk, 1]))
    assert response.headers["Content-Type"] == "application/pdf"


def test_after_the_lock_the_first_page_of_a_judge_leads_to_the_papers(paper, mine, round_):
    address = reverse("judging:own_papers", args=[round_.pk])
    client = client_of(mine[0].judge.user)
    assert address not in client.get(reverse("judging:my_entries")).content.decode()
    closed(round_)
    assert address in client.get(reverse("judging:my_entries")).content.decode()
    assert "J1-001-V1" in shown(client.get(address))


def verified(code: str):
    return Client().get(reverse("judging:verify_paper", args=[code]))


def test_before_the_publication_a_number_tells_not_even_whether_there_is_a_paper(paper):
    there, not_there = paper.number, paper.number.replace("-V1", "-V7")
    answers = [(verified(number), number) for number in (there, not_there)]
    assert {response.status_code for response, _ in answers} == {404}
    assert len({response.content.replace(number.encode(), b"") for response, number in answers}) == 1


def test_before_the_publication_the_digest_tells_that_there_is_a_paper_and_no_more(paper):
    actions.lay_out(paper)
    page = verified(paper.data_digest)
    text = shown(page)
    assert page.status_code == 200
    assert "Lembar penilaian juri Berlaku" in text
    assert "Penilaian seorang juri pada babak Penilaian proposal" in text
    for secret in (paper.number, "J1", "84,18", "Juri Uji", actions.lay_out(paper).document.sha256):
        assert secret not in text
    assert verified("0" * 64).status_code == 404


def test_a_replaced_paper_is_said_to_be_replaced(paper, mine):
    reopened(mine[0])
    assert "Diganti Surat ini tidak berlaku lagi" in shown(verified(paper.data_digest))


def test_after_the_publication_the_number_is_known_and_no_figure_stands_on_the_page():
    edition = published_edition()
    paper = SheetPaper.objects.filter(assignment__round__edition=edition, assignment__round__code="desk").first()
    text = shown(verified(paper.number))
    assert paper.number in text
    assert paper.data_digest in text
    assert json.loads(paper.facts)["total"] not in text
    assert verified(paper.number).status_code == 200
