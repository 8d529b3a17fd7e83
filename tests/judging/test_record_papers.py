"""The official papers of a ranking: berita acara with its bundle inside, the copy that judges sign, rekap nilai."""

import re
import subprocess
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from judging.actions.record import issue_recap, issue_record
from judging.actions.result import confirm_round, settle_tie
from judging.models import OfficialRecord, Ranking
from judging.queries import standing_rankings
from judging.record_papers import recap_facts, record_facts
from judging.scoring import rank_text
from judging.states import RecordKind, RoundKind
from kiks import storage
from kiks.exceptions import RuleBrokenError
from kiks.models import StoredDocument
from kiks.papers import digest_of
from kiks.texts import sha256_of
from tests.factories.judging import settling_round
from tests.factories.people import client_of
from tests.factories.publications import judged_edition, publish, without_drawing

pytestmark = pytest.mark.django_db


def confirmed_ranking(marks: dict[str, str] | None = None, order: list[str] | None = None, **fields: int) -> Ranking:
    round_ = settling_round(marks or {"001": "70", "002": "90"}, **{"entries": 2, "judges": 1} | fields)
    if order:
        settle_tie(round_, by=round_.opened_by, category=None, order=order, reason="Dampaknya lebih luas.")
    confirm_round(round_, by=round_.opened_by)
    return standing_rankings(round_).select_related("round__edition", "confirmed_by").get()


def text_of(document: StoredDocument) -> str:
    content = storage.read(document)
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout
    return " ".join(said.decode().split())


def reader_of(document: StoredDocument) -> PdfReader:
    return PdfReader(BytesIO(storage.read(document)))


def test_the_facts_name_who_advances_by_which_rule():
    facts = record_facts(confirmed_ranking(), sequence=7, head="ab" * 32)
    assert [(line.position, line.number, line.score) for line in facts.lines] == [(1, "002", "90,00")]
    assert (facts.named, facts.others) == ("1 (satu)", "1 (satu)")
    assert re.match(r"\w+, tanggal .+ tahun dua ribu .+ \(\d\d-\d\d-\d{4}\)$", facts.decided_on)
    assert facts.rules == (
        "Nilai = 60% KIPP + 40% KIJB, dibulatkan sekali ke 2 angka desimal (setengah ke atas).",
        "Nilai yang sama dipisahkan berturut-turut oleh: Signifikansi (KIPP).",
    )
    assert facts.ties == ()
    assert [(signer.name, signer.position) for signer in facts.signers] == [
        ("Juri Uji", "Juri J1"),
        ("Panitia Uji", "Panitia"),
    ]


def test_another_fact_is_another_digest():
    ranking = confirmed_ranking()
    first, second = (record_facts(ranking, sequence=number, head="ab" * 32) for number in (7, 8))
    assert digest_of(first) == digest_of(first) != digest_of(second)


def test_ties_are_told_with_how_they_were_settled():
    ranking = confirmed_ranking({"001": "80", "002": "80", "003": "60", "004": "60"}, ["002", "001"], entries=4)
    settled = "Nilai yang sama diputuskan sidang pleno dengan urutan usulan 002, 001. Alasan: Dampaknya lebih luas."
    assert record_facts(ranking, sequence=1, head="ab").ties == (settled,)
    assert recap_facts(ranking).ties == (settled, "Usulan 003, 004 bernilai sama dan berbagi posisi.")


def test_the_recap_has_every_sheet_score_beside_what_is_computed_from_it():
    facts = recap_facts(confirmed_ranking({"001": "70", "002": "90"}, judges=2))
    assert facts.labels == ("J1", "J2")
    assert [(part.name, part.rows) for part in facts.instruments] == [
        ("KIPP (60%)", (("001", "70,00", "70,00", "70,00"), ("002", "90,00", "90,00", "90,00"))),
        ("KIJB (40%)", (("001", "70,00", "70,00", "70,00"), ("002", "90,00", "90,00", "90,00"))),
    ]
    assert [(line.position, line.number, line.score, line.parts) for line in facts.lines] == [
        ("1", "002", "90,00", ("90,00", "90,00")),
        ("2", "001", "70,00", ("70,00", "70,00")),
    ]
    assert [signer.position for signer in facts.signers] == ["Panitia"]


def test_a_recap_is_made_once_numbered_apart_and_only_of_what_is_confirmed():
    ranking = confirmed_ranking()
    by, code = ranking.confirmed_by, ranking.round.edition.code.upper()
    recap, record = issue_recap(ranking, by=by), issue_record(ranking, by=by)
    assert (recap.number, record.number) == (f"001/REKAP/{code}", f"001/BA/{code}")
    for issue, paper in ((issue_recap, "Rekap nilai"), (issue_record, "Berita acara")):
        with pytest.raises(RuleBrokenError, match=f"{paper} untuk hasil ini sudah diterbitkan"):
            issue(ranking, by=by)
    waiting = settling_round({"001": "90"}, entries=2, judges=1)
    with pytest.raises(RuleBrokenError, match="Rekap nilai dibuat setelah hasil ditetapkan"):
        issue_recap(standing_rankings(waiting).get(), by=waiting.opened_by)


def test_a_recap_does_not_stand_in_for_a_berita_acara(monkeypatch):
    without_drawing(monkeypatch)
    edition = judged_edition()
    desk = standing_rankings(edition.rounds.get(kind=RoundKind.DESK)).get()
    recap = issue_recap(desk, by=desk.confirmed_by)
    names = [file.name for file in publish(edition).files.order_by("name") if file.name.startswith("rekap")]
    assert names == [f"rekap-nilai-desk-{recap.pk}.pdf"]


def test_a_judge_signs_a_copy_without_the_marks_and_never_gets_the_recap():
    ranking = confirmed_ranking()
    by, judge = ranking.confirmed_by, ranking.round.edition.judges.get()
    recap, record = issue_recap(ranking, by=by), issue_record(ranking, by=by)
    client = client_of(judge.user)
    given = client.get(reverse("judging:signing_record", args=[record.pk]))
    assert given.content == storage.read(record.signing_copy) != storage.read(record.document)
    assert client.get(reverse("judging:signing_record", args=[recap.pk])).status_code == 404
    page = client.get(reverse("judging:plenary", args=[ranking.round_id])).content.decode()
    assert record.number in page
    assert recap.number not in page


def test_a_paper_of_before_is_signed_as_it_is():
    ranking = confirmed_ranking()
    record = issue_record(ranking, by=ranking.confirmed_by)
    OfficialRecord.objects.filter(pk=record.pk).update(signing_copy=None)
    given = client_of(ranking.round.edition.judges.get().user).get(reverse("judging:signing_record", args=[record.pk]))
    assert given.content == storage.read(record.document)


@pytest.mark.draws
def test_the_bundle_taken_out_of_the_berita_acara_recomputes_to_the_printed_figures(monkeypatch):
    edition = judged_edition()
    record = edition.records.get(kind=RecordKind.WINNERS)
    (name, (content,)) = next(iter(reader_of(record.document).attachments.items()))
    computed, said = rank_text(content), text_of(record.document)
    winners = [placing for placing in computed["placings"] if placing["advances"]]
    for placing in winners:
        entry = edition.entries.get(number=placing["entry"])
        figures = " ".join(figure.replace(".", ",") for figure in [*placing["per_round"].values(), placing["score"]])
        assert re.search(rf"{placing['position']} {placing['entry']} .*{figures}", said), entry
    assert len(winners) == 1
    assert sha256_of(content.decode()) == record.ranking.bundle_digest
    assert record.ranking.bundle_digest in said.replace(" ", "")
    assert name == f"{edition.code}-final.json"
    assert name in said
    assert not reader_of(record.signing_copy).attachments
    assert text_of(record.signing_copy) == said
    assert reader_of(record.document).trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.draws
def test_the_berita_acara_says_all_that_it_must():
    ranking = confirmed_ranking({"001": "80", "002": "80", "003": "60"}, ["002", "001"], entries=3, judges=2)
    record = issue_record(ranking, by=ranking.confirmed_by)
    said = text_of(record.document)
    for sentence in (
        f"Nomor: {record.number}",
        "Pada hari ini,",
        "tahun dua ribu",
        "menetapkan 1 (satu) finalis",
        "2 (dua) usulan lain telah dinilai",
        "diputuskan sidang pleno dengan urutan usulan 002, 001. Alasan: Dampaknya lebih luas.",
        "Tidak ada juri yang mengundurkan diri karena benturan kepentingan.",
        "Juri J1",
        "Juri J2",
        "Panitia Uji",
        "Jejak audit : nomor",
        "Demikian berita acara ini dibuat dengan sebenarnya",
        record.data_digest[:16],
    ):
        assert sentence in said, sentence
    assert ranking.round.locked_digest in said.replace(" ", "")


@pytest.mark.draws
def test_the_rekap_says_all_that_it_must():
    ranking = confirmed_ranking({"001": "80", "002": "80", "003": "60"}, ["002", "001"], entries=3, judges=2)
    record = issue_recap(ranking, by=ranking.confirmed_by)
    said = text_of(record.document)
    for sentence in (
        f"Nomor: {record.number}",
        "memuat seluruh nilai 3 (tiga) usulan",
        "Nilai lembar menurut instrumen KIPP (60%)",
        "Usulan J1 J2 Rata-rata 001 80,00 80,00 80,00",
        "sidang pleno dengan urutan usulan 002, 001",
        "Panitia Uji",
    ):
        assert sentence in said, sentence
