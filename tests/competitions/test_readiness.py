"""Kesiapan: every obstacle disappears when its cause does, and each knows the place where it is mended."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from competitions.actions import confirm_edition_rules, confirm_instrument
from competitions.models import Criterion, Edition, StageKind
from competitions.readiness import confirmations_of, obstacles_of
from judging.models import Round
from kiks import clock
from kiks.mail.checks import send_test_mail
from tests.factories.editions import make_edition, make_instrument
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import make_final_round, make_presentation_round, make_round
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def edition():
    return make_edition(opened_at=None, opened_by=None)


def blocking(edition: Edition) -> list[str]:
    return [obstacle.sentence for obstacle in obstacles_of(edition) if obstacle.is_blocking]


def notes(edition: Edition) -> list[str]:
    return [obstacle.sentence for obstacle in obstacles_of(edition) if not obstacle.is_blocking]


def has(sentences: list[str], words: str) -> bool:
    return any(words in sentence for sentence in sentences)


def test_an_empty_edition_lacks_everything():
    found = blocking(Edition.objects.create(code="kosong", year=2027, name="Kosong"))
    for words in [
        "Tema belum diisi",
        "Pendaftaran UPP belum dijadwalkan",
        "Pengumuman belum dijadwalkan",
        "Kategori belum diisi",
        "Butir seleksi administrasi belum diisi",
        "Pertanyaan formulir usulan belum diisi",
        "Instrumen penilaian belum dipilih",
        "Aturan edisi belum dikonfirmasi",
        "Pengiriman surat belum diuji",
        "Belum ada babak penilaian proposal",
        "Belum ada babak nilai akhir",
    ]:
        assert has(found, words), words


def test_nothing_blocks_once_everything_is_confirmed(edition, officer):
    for instrument in edition.instruments.all():
        confirm_instrument(instrument, by=officer, source="SK 1")
    edition = confirm_edition_rules(edition, by=officer, source="SK 1")
    desk = make_round(edition, officer, cutoff=6)
    make_final_round(desk, make_presentation_round(desk, officer), officer)
    assert blocking(edition) == [
        "Pengiriman surat belum diuji dengan pengaturan sekarang. Kirim surat uji coba ke alamat Anda sendiri."
    ]
    send_test_mail(by=officer)
    assert blocking(edition) == []


@pytest.mark.parametrize(
    ("weight", "words"), [("54", "Jumlah bobot KIPP 99, seharusnya"), ("55.5", "Jumlah bobot KIPP 100,5, seharusnya")]
)
def test_weights_that_do_not_add_up(edition, weight, words):
    assert not has(blocking(edition), "Jumlah bobot")
    Criterion.objects.filter(instrument__edition=edition, code="signifikansi").update(weight=weight)
    assert has(blocking(edition), words)


def test_an_instrument_without_criteria(edition):
    make_instrument(edition, "baru", {})
    assert has(blocking(edition), "Jumlah bobot BARU 0, seharusnya")


def test_a_calendar_in_disorder(edition):
    screening = edition.stages.get(kind=StageKind.SCREENING)
    edition.stages.filter(kind=StageKind.REGISTRATION).update(
        opens_at=screening.opens_at, closes_at=screening.closes_at
    )
    assert has(blocking(edition), "Pendaftaran UPP baru dibuka")


def test_stages_that_are_over_before_opening_and_only_then():
    past = make_edition(StageKind.JUDGING, opened_at=None, opened_by=None)
    assert has(blocking(past), "Pengajuan inovasi sudah ditutup")
    assert not has(blocking(make_edition(StageKind.JUDGING)), "sudah ditutup")


def test_a_presentation_is_not_needed(edition):
    edition.stages.filter(kind=StageKind.PRESENTATION).delete()
    assert not has(blocking(edition), "Presentasi")
    assert has(notes(edition), "Presentasi dan wawancara belum dijadwalkan")


def test_what_is_worth_a_look(edition):
    edition.attachment_rules.all().delete()
    found = notes(edition)
    for words in ["Hadiah belum diisi", "Tanggal atau tempat presentasi", "Tidak ada aturan lampiran"]:
        assert has(found, words), words
    assert has(found, "Tidak ada kriteria yang menilai jawaban atas: Ringkasan, Dampak")


def test_a_question_that_a_criterion_reads_is_not_named(edition):
    criterion = Criterion.objects.get(instrument__edition=edition, code="ide")
    criterion.questions.set(edition.questions.all())
    assert not has(notes(edition), "Tidak ada kriteria yang menilai")


def test_a_prize_that_was_only_copied_is_worth_a_look(edition):
    last = make_edition(prize="TV")
    Edition.objects.filter(pk=edition.pk).update(prize="TV", copied_from=last)
    edition.refresh_from_db()
    assert has(notes(edition), "Hadiah masih sama dengan")
    edition.prize = "Piala"
    assert not has(notes(edition), "Hadiah masih sama")


def test_an_edition_that_still_runs_is_named(edition):
    running = make_edition(StageKind.JUDGING)
    assert has(notes(edition), f"{running.name} masih berjalan (Penilaian proposal)")


class TestRounds:
    def test_shares(self, edition, officer):
        round_ = make_round(edition, officer)
        assert not has(blocking(edition), "Jumlah bobot Penilaian proposal")
        round_.round_instruments.filter(instrument__code="kijb").update(share="39.5")
        assert has(blocking(edition), "Jumlah bobot Penilaian proposal 99,5%, seharusnya tepat 100%")
        round_.round_instruments.all().delete()
        assert has(blocking(edition), "Instrumen untuk Penilaian proposal belum dipilih")

    def test_a_final_without_rounds(self, edition):
        Round.objects.create(edition=edition, code="final", name="Nilai akhir", kind="final")
        found = blocking(edition)
        assert has(found, "Babak yang digabung untuk Nilai akhir belum dipilih")
        assert has(found, "Bobot babak Nilai akhir belum dikonfirmasi")
        assert has(found, "Jumlah pemenang pada Nilai akhir belum diisi")
        assert has(notes(edition), "Nilai akhir tidak memiliki pemisah nilai sama")

    def test_a_desk_round_without_a_line(self, edition, officer):
        make_round(edition, officer, cutoff=None)
        assert has(blocking(edition), "Jumlah finalis pada Penilaian proposal belum diisi")

    def test_too_few_judges_are_a_note(self, edition, officer):
        make_round(edition, officer, minimum_judges=3)
        assert has(notes(edition), "paling sedikit 3 juri per usulan; 0 juri sudah ditunjuk")


def test_confirmations_carry_name_date_and_source(edition, officer):
    assert confirmations_of(edition) == []
    make_round(edition, officer)
    edition.refresh_from_db()
    found = confirmations_of(edition)
    assert [row.what for row in found] == ["Aturan edisi", "KIJB", "KIPP", "Bobot babak Penilaian proposal"]
    assert {row.by for row in found} == {officer}
    assert {row.source for row in found} == {"Keputusan uji"}


class TestPage:
    @pytest.fixture
    def client(self, officer):
        return client_of(officer)

    def url(self, edition: Edition) -> str:
        return reverse("admin:competitions_edition_readiness", args=[edition.pk])

    def test_every_obstacle_leads_to_a_page_that_is_there(self, client, edition, officer):
        make_round(edition, officer)
        for obstacle in [*obstacles_of(edition), *obstacles_of(Edition.objects.create(code="k", year=2027, name="K"))]:
            response = client.get(obstacle.url)
            assert response.status_code == 200, obstacle
            anchor = obstacle.url.partition("#")[2]
            assert f'id="{anchor}"' in response.text if anchor else True, obstacle

    def test_every_confirmation_leads_to_a_page_that_is_there(self, client, edition, officer):
        make_round(edition, officer)
        for row in confirmations_of(edition):
            assert client.get(row.url).status_code == 200

    def test_it_shows_what_blocks_and_who_mends_it(self, client, edition):
        html = client.get(self.url(edition)).text
        assert "Yang masih menghalangi pembukaan" in html
        assert "Bagian Organisasi, dicatat oleh panitia" in html
        assert "Buka edisi" not in html

    def test_the_edition_and_the_dashboard_lead_there(self, client, edition):
        link = f'href="{self.url(edition)}"'
        assert link in client.get(reverse("admin:competitions_edition_change", args=[edition.pk])).text
        assert link in client.get(reverse("admin:index")).text

    def test_it_is_for_the_committee(self, edition):
        assert client_of(member_of(make_unit())).get(self.url(edition)).status_code == 302
        assert Client().get(self.url(edition)).status_code == 302

    def test_many_rows_cost_no_more_queries(self, client, edition, officer, django_assert_max_num_queries):
        make_round(edition, officer)
        with django_assert_max_num_queries(60) as one:
            client.get(self.url(edition))
        for number in range(20):
            make_instrument(edition, f"lagi-{number}", {"a": 99})
            other = Round.objects.create(edition=edition, code=f"r{number}", name="R", kind="desk")
            other.round_instruments.create(instrument=edition.instruments.last(), share=50)
        with django_assert_max_num_queries(len(one)):
            client.get(self.url(edition))

    def test_after_a_confirmation_the_list_stands_again(self, client, edition):
        instrument = edition.instruments.get(code="kipp")
        url = reverse("admin:competitions_instrument_confirm", args=[instrument.pk])
        assert client.post(url, {"source": "SK 2"}).url == self.url(edition)
        url = reverse("admin:competitions_edition_confirm", args=[edition.pk])
        assert client.post(url, {"source": "SK 2"}).url == self.url(edition)
        round_ = Round.objects.create(edition=edition, code="desk", name="Desk", kind="desk")
        round_.round_instruments.create(instrument=instrument, share=100)
        url = reverse("admin:judging_confirm_shares", args=[round_.pk])
        assert client.post(url, {"source": "SK 2"}).url == self.url(edition)


def test_the_stages_before_opening_count_from_now(edition):
    submission = edition.stages.get(kind=StageKind.SUBMISSION)
    with clock.shifted_to(submission.closes_at - timedelta(seconds=30)):
        assert not has(blocking(edition), "Pengajuan inovasi sudah ditutup")
    with clock.shifted_to(submission.closes_at):
        assert has(blocking(edition), "Pengajuan inovasi sudah ditutup")
