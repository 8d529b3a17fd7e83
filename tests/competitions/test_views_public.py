"""The public home, the rules and the figures of every year."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from competitions.actions import confirm_edition_rules, confirm_instrument
from competitions.models import Edition, Instrument, ReportedFigure, StageKind
from kiks import clock
from tests.factories.editions import make_edition, make_instrument
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db


def page(name: str, client: Client | None = None) -> str:
    response = (client or Client()).get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def make_history(year: int, **figures: tuple[int, str]) -> Edition:
    edition = Edition.objects.create(code=f"kiks-{year}", year=year, name=f"KIKS {year}", is_history=True)
    for key, (value, sureness) in figures.items():
        ReportedFigure.objects.create(edition=edition, key=key, value=value, sureness=sureness)
    return edition


def test_home_without_an_edition_says_so():
    assert "Belum ada edisi yang berjalan" in page("home")


def test_home_without_any_edition_shows_no_years():
    assert "Dari tahun ke tahun" not in page("home")


def test_home_shows_theme_stage_and_countdown():
    make_edition(StageKind.SUBMISSION, theme="Layanan yang dekat")
    html = page("home")
    assert "Layanan yang dekat" in html
    assert "Tahap saat ini: <strong>Pengajuan inovasi</strong>" in html
    assert "data-countdown" in html


def test_home_invites_to_register_and_to_submit_while_both_are_open():
    make_edition(StageKind.SUBMISSION)
    html = page("home")
    assert f'href="{reverse("entries:registration")}">Daftarkan unit' in html
    assert f'href="{reverse("workplace")}">Ajukan inovasi' in html


def test_home_does_not_ask_somebody_with_an_account_to_register():
    make_edition(StageKind.SUBMISSION)
    html = page("home", client_of(make_user()))
    assert "Daftarkan unit" not in html
    assert "Ajukan inovasi" in html


def test_home_points_to_the_rules_once_submission_is_over():
    make_edition(StageKind.JUDGING)
    html = page("home")
    assert "Ajukan inovasi" not in html
    assert "Baca aturan penilaian" in html


def test_home_counts_down_to_the_next_stage_in_a_gap():
    edition = make_edition(StageKind.SUBMISSION)
    now = clock.now()
    edition.stages.exclude(kind=StageKind.ANNOUNCEMENT).delete()
    edition.stages.update(opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=4))
    html = page("home")
    assert "Tahap berikutnya: <strong>Pengumuman</strong>" in html
    assert "dibuka dalam" in html


def test_home_says_when_every_stage_is_over():
    edition = make_edition(StageKind.SUBMISSION)
    now = clock.now()
    edition.stages.exclude(kind=StageKind.ANNOUNCEMENT).delete()
    edition.stages.update(opens_at=now - timedelta(days=4), closes_at=now - timedelta(days=3))
    assert "Seluruh tahap" in page("home")


def test_home_tells_what_each_figure_counts():
    make_history(2023, units_registered=(49, "S"), entries_passed=(124, "S"), finalists=(6, "S"))
    html = page("home")
    for words in (
        "<dd>49</dd><dt>UPP terdaftar",
        "<dd>124</dd><dt>lolos seleksi administrasi",
        "<dd>6</dd><dt>finalis",
    ):
        assert words in html


def test_home_flags_made_up_data():
    make_edition(StageKind.SUBMISSION, is_demo=True)
    assert "data contoh" in page("home")


@pytest.mark.parametrize(("name", "queries"), [("home", 8), ("competitions:history", 7), ("judging:results_index", 4)])
def test_more_years_cost_no_more_queries(name, queries, django_assert_num_queries):
    make_history(2021, finalists=(6, "V"))
    with django_assert_num_queries(queries):
        page(name)
    make_history(2022, finalists=(6, "V"))
    make_history(2023, finalists=(6, "V"))
    with django_assert_num_queries(queries):
        page(name)


def test_rules_flag_what_is_not_confirmed():
    edition = make_edition()
    before = page("competitions:rules")
    committee = make_committee_user()
    confirm_edition_rules(edition, by=committee, source="SK uji")
    for instrument in edition.instruments.all():
        confirm_instrument(instrument, by=committee, source="SK uji")
    assert before.count("flag-unconfirmed") == 6  # limits, checklist, questions, attachments, two instruments
    assert "flag-unconfirmed" not in page("competitions:rules")


def test_rules_list_questions_with_their_limits_and_criteria_with_their_weights():
    make_edition()
    html = page("competitions:rules")
    assert "20 kata" in html
    assert 'data-label="Bobot">55%' in html


def test_rules_show_limits_only_where_the_edition_has_them():
    edition = make_edition()
    assert "Usulan per unit" not in page("competitions:rules")
    Edition.objects.filter(pk=edition.pk).update(unit_limit=3)
    assert "Paling banyak 3 usulan dari satu UPP." in page("competitions:rules")


def test_rules_without_an_edition_show_the_library():
    instrument = Instrument.objects.create(code="kipp-2022", name="KIPP 2022")
    edition = make_history(2023)
    make_instrument(edition, "lain", {"ide": 100})
    html = page("competitions:rules")
    assert instrument.name in html
    assert "LAIN" not in html


def test_history_says_how_sure_a_figure_is():
    make_history(2023, units_registered=(49, "S"), finalists=(6, "V"), winners=(3, "A"))
    html = page("competitions:history")
    assert "Sumber: keterangan penyelenggara." in html
    assert "Sumber: diberitakan." in html
    assert "flag-unconfirmed" in html


def test_history_says_that_a_figure_is_not_published():
    make_history(2024, entries_received=(50, "V"))
    assert page("competitions:history").count("tidak dipublikasikan</span>") == 4


def test_history_without_editions_is_an_empty_state():
    assert "Belum ada edisi yang dicatat" in page("competitions:history")


def test_workplace_of_an_account_without_a_role_says_what_to_do():
    assert "Akun ini belum memiliki peran" in page("workplace", client_of(make_user()))
