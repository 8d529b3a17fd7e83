"""The berita acara: its facts, and one look at the finished paper."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from judging.actions.record import issue_record
from judging.actions.result import confirm_round
from judging.documents import record_facts
from judging.queries import standing_rankings
from kiks import storage
from kiks.papers import digest_of
from tests.factories.judging import settling_round

pytestmark = pytest.mark.django_db


def confirmed_ranking():
    round_ = settling_round({"001": "70", "002": "90"}, entries=2, judges=1)
    confirm_round(round_, by=round_.opened_by)
    return standing_rankings(round_).select_related("round__edition", "confirmed_by").get()


def test_the_facts_name_who_advances_by_which_rule():
    facts = record_facts(confirmed_ranking(), sequence=7, head="ab" * 32)
    assert [(line.position, line.number, line.score) for line in facts.lines] == [(1, "002", "90,00")]
    assert facts.others == 1
    assert facts.rules == (
        "Nilai = 60% KIPP + 40% KIJB, dibulatkan sekali ke 2 angka desimal (setengah ke atas).",
        "Nilai yang sama dipisahkan berturut-turut oleh: Signifikansi (KIPP).",
    )
    assert [(signer.name, signer.position) for signer in facts.signers] == [
        ("Juri Uji", "Juri J1"),
        ("Panitia Uji", "Panitia"),
    ]


def test_another_fact_is_another_digest():
    ranking = confirmed_ranking()
    first, second = (record_facts(ranking, sequence=number, head="ab" * 32) for number in (7, 8))
    assert digest_of(first) == digest_of(first) != digest_of(second)


@pytest.mark.draws
def test_the_paper_carries_number_finalist_and_evidence():
    ranking = confirmed_ranking()
    record = issue_record(ranking, by=ranking.confirmed_by)
    reader = PdfReader(BytesIO(storage.read(record.document)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert record.number in text
    assert str(ranking.placings.get(advances=True).entry.innovation) in text
    assert ranking.bundle_digest in text.replace(" ", "")
    assert record.data_digest[:16] in text
