"""Public results: nothing before its moment, everything from it on; papers that anybody can check."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from competitions.models import Edition, ReportedFigure
from entries.models import Innovation, Participation
from judging.models import OfficialRecord
from judging.states import RecordStatus
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit
from tests.factories.people import client_of, make_committee_user
from tests.factories.publications import judged_edition, publish, without_drawing

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _papers_are_not_drawn(monkeypatch):
    without_drawing(monkeypatch)


def get(path: str, **headers: str):
    return Client().get(path, headers=headers)


def results_url(edition: Edition) -> str:
    return reverse("judging:results", args=[edition.code])


def file_url(edition: Edition, name: str = "desk.json", version: int = 1) -> str:
    return reverse("judging:results_file", args=[edition.code, version, name])


def record_of(edition: Edition) -> OfficialRecord:
    return edition.records.get(kind="winners")


def record_url(edition: Edition) -> str:
    return reverse("judging:record_file", args=[edition.code, record_of(edition).pk])


def answer(path: str) -> tuple[int, dict, bytes]:
    response = get(path)
    return response.status_code, dict(response.headers), response.content


@pytest.mark.parametrize("state", ["judged", "waiting"])
def test_a_result_before_its_moment_answers_like_an_address_that_does_not_exist(state):
    edition = judged_edition()
    if state == "waiting":
        publish(edition, visible_in=LATER)
    nonsense = answer("/hasil/tidak-pernah-ada/")
    assert nonsense[0] == 404
    for path in (results_url(edition), file_url(edition), record_url(edition)):
        assert answer(path) == nonsense


def test_a_waiting_publication_changes_no_public_page():
    edition = judged_edition()
    paths = ["/hasil/", reverse("competitions:history")]
    before = [get(path).content for path in paths]
    publish(edition, visible_in=LATER)
    assert [get(path).content for path in paths] == before


def test_a_paper_before_the_moment_is_as_unknown_as_one_that_was_never_made():
    edition = judged_edition()
    publish(edition, visible_in=LATER)
    number = record_of(edition).number
    wrong = number.replace("002", "992")
    known, unknown = (get(reverse("judging:verify_paper", args=[text])) for text in (number, wrong))
    assert known.status_code == unknown.status_code == 404
    assert known.content.replace(number.encode(), b"") == unknown.content.replace(wrong.encode(), b"")


def test_the_moment_opens_the_page_without_any_job():
    edition = judged_edition()
    publish(edition, visible_in=LATER)
    with clock.shifted_to(clock.now() + LATER):
        assert get(results_url(edition)).status_code == 200


def test_the_page_shows_winner_line_scores_and_the_settled_tie():
    edition = judged_edition()
    publish(edition)
    html = get(results_url(edition)).content.decode()
    winner = edition.entries.get(number="002").innovation
    assert f"<h3>{winner.short_name}</h3>" in html
    assert '<span class="visually-hidden">Nilai akhir </span>84,00' in html
    assert "Batas 1 pemenang" in html
    assert "Batas 2 yang maju" in html
    assert "Urutannya diputuskan sidang pleno: 002, 001. Alasannya: Dampaknya lebih luas." in html
    assert edition.rounds.get(code="desk").locked_digest in html
    assert edition.entries.get(number="003").innovation.short_name in html
    assert "60,00" in html


def test_bundles_are_served_with_their_nonces_and_kept_by_their_digest():
    edition = judged_edition()
    publish(edition)
    response = get(file_url(edition))
    assert response.headers["Content-Type"] == "application/json"
    assert all(sheet["nonce"] for sheet in json.loads(response.content)["sheets"])
    again = get(file_url(edition), if_none_match=response.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert get(file_url(edition, "rahasia.json")).status_code == 404


def test_the_berita_acara_is_served_as_a_file_and_can_be_checked():
    edition = judged_edition()
    publish(edition)
    response = get(record_url(edition))
    assert response.content.startswith(b"%PDF-")
    assert response.headers["Content-Disposition"].startswith("attachment")
    record = record_of(edition)
    html = get(reverse("judging:verify_paper", args=[record.number])).content.decode()
    for fact in ("Berlaku", "Berita acara penetapan pemenang", record.data_digest, record.document.sha256):
        assert fact in html


def test_a_correction_says_why_and_the_old_files_stay():
    edition = judged_edition()
    publish(edition)
    publish(edition, reason="Salah tulis nama unit.")
    html = get(results_url(edition)).content.decode()
    assert "versi 2" in html
    assert "Salah tulis nama unit." in html
    assert get(file_url(edition, version=1)).status_code == 200


def test_a_correction_that_waits_leaves_the_old_version_in_place():
    edition = judged_edition()
    publish(edition)
    before = get(results_url(edition)).content
    publish(edition, visible_in=LATER, reason="Salah tulis nama unit.")
    assert get(results_url(edition)).content == before
    assert get(file_url(edition, version=2)).status_code == 404


@pytest.mark.parametrize(
    ("status", "words"), [(RecordStatus.REPLACED, "sudah ada penggantinya"), (RecordStatus.WITHDRAWN, "Dicabut")]
)
def test_a_paper_that_stands_no_longer_says_so(status, words):
    edition = judged_edition()
    publish(edition)
    edition.records.update(status=status)
    html = get(reverse("judging:verify_paper", args=[record_of(edition).number])).content.decode()
    assert words in html
    assert "tidak berlaku lagi" in html


def test_an_unknown_number_gets_a_clear_sentence():
    response = get(reverse("judging:verify_paper", args=["999/BA/TIDAK-ADA"]))
    assert response.status_code == 404
    assert "Tidak tercatat" in response.content.decode()


def test_the_form_leads_to_the_paper_of_the_number():
    response = get(reverse("judging:verify") + "?number=001/BA/KIKS")
    assert response.url == reverse("judging:verify_paper", args=["001/BA/KIKS"])


def test_the_form_without_a_number_says_what_to_do():
    assert "Isi nomor surat" in get(reverse("judging:verify") + "?number=").content.decode()


def make_reported(year: int, *, position: int | None, finalists: int) -> Edition:
    edition = Edition.objects.create(code=f"kiks-{year}", year=year, name=f"KIKS {year}", is_history=True)
    ReportedFigure.objects.create(edition=edition, key="finalists", value=finalists, sureness="V")
    innovation = Innovation.objects.create(unit=make_unit(), short_name=f"Inovasi {year}")
    Participation.objects.create(
        innovation=innovation,
        edition=edition,
        ordinal=1,
        is_imported=True,
        reported_stage="winner" if position else "finalist",
        reported_position=position,
    )
    return edition


def test_reported_finalists_without_known_winners_are_not_ranked():
    html = get(results_url(make_reported(2023, position=None, finalists=6))).content.decode()
    assert "Inovasi 2023" in html
    assert "Pemenang tidak dipublikasikan." in html
    assert "5 finalis lainnya tidak dipublikasikan." in html
    assert "Juara" not in html


def test_reported_winners_are_ranked():
    html = get(results_url(make_reported(2022, position=1, finalists=1))).content.decode()
    assert "Juara 1" in html
    assert "tidak dipublikasikan" not in html


def test_the_list_of_results_holds_history_published_and_coming_editions():
    make_reported(2022, position=1, finalists=1)
    edition = judged_edition()
    assert "Hasil terbit di sini" in get("/hasil/").content.decode()
    publish(edition)
    html = get("/hasil/").content.decode()
    assert "Hasil terbit di sini" not in html
    assert edition.entries.get(number="002").innovation.short_name in html
    assert "Inovasi 2022" in html


def test_published_pages_cost_a_fixed_number_of_queries(django_assert_num_queries):
    edition = judged_edition()
    publish(edition)
    with django_assert_num_queries(14):
        get(results_url(edition))
    publish(edition, reason="Salah tulis nama unit.")
    with django_assert_num_queries(14):
        get(results_url(edition))


def test_home_teases_the_newest_published_result_and_links_to_it():
    edition = judged_edition()
    assert "Pemenang KIKS" not in get("/").content.decode()
    publish(edition)
    html = get("/").content.decode()
    assert f"Pemenang {edition.name}" in html
    assert f'href="{results_url(edition)}">Lihat hasil {edition.name}' in html


def test_figures_of_an_edition_appear_when_their_stage_is_over_or_announced():
    edition = judged_edition()
    before = get("/").content.decode()
    assert "<dt>usulan diterima" not in before
    assert "<dd>3</dd><dt>lolos seleksi" in before
    with clock.shifted_to(clock.now() + timedelta(days=6)):
        html = get("/").content.decode()
    assert "<dd>3</dd><dt>usulan diterima" in html
    publish(edition)
    assert "<dd>2</dd><dt>finalis" in get("/").content.decode()


def test_rules_show_the_rounds_with_shares_and_tie_breakers():
    edition = judged_edition()
    html = get(reverse("competitions:rules")).content.decode()
    assert "KIPP 60% + KIJB 40%" in html
    assert "Penilaian proposal 60% + Presentasi 40%" in html
    assert "Signifikansi (KIPP)" in html
    assert edition.rounds.count() == 3


def test_logged_in_committee_sees_the_public_page_as_everybody_does():
    edition = judged_edition()
    assert client_of(make_committee_user()).get(results_url(edition)).status_code == 404


def test_an_edition_that_has_only_begun_has_no_result_page():
    assert get(results_url(make_edition())).status_code == 404
