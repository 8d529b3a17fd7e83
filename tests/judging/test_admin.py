"""Judging in the admin site: rounds in preparation may change, results are only read, the dashboard tells the state."""

import pytest
from django.urls import reverse

from judging.actions.round import revoke_shares
from judging.models import Judge, Ranking
from tests.factories.editions import make_edition
from tests.factories.judging import make_round, open_desk_round, settling_round
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db


def test_the_dashboard_shows_rounds_progress_and_judges_behind():
    round_ = open_desk_round(entries=2, judges=1)
    html = client_of(round_.opened_by).get(reverse("admin:index")).content.decode()
    assert "<strong>0</strong> dari 2 penilaian diserahkan" in html
    assert "Yang masih harus menyerahkan: J1 (2)." in html


def test_the_dashboard_names_open_ties_and_waiting_records():
    round_ = settling_round({"001": "80", "002": "80"})
    html = client_of(round_.opened_by).get(reverse("admin:index")).content.decode()
    assert "Nilai usulan 001, 002 sama di garis batas" in html


def test_the_dashboard_has_no_panel_without_rounds():
    make_edition()
    html = client_of(make_committee_user()).get(reverse("admin:index")).content.decode()
    assert "Buka ruang kendali" not in html


def test_a_round_changes_in_preparation_only():
    committee, edition = make_committee_user(), make_edition()
    round_ = revoke_shares(make_round(edition, committee), by=committee, reason="Pembagian berubah")
    client = client_of(committee)
    assert 'name="_save"' in client.get(reverse("admin:judging_round_change", args=[round_.pk])).content.decode()
    opened = open_desk_round()
    html = client.get(reverse("admin:judging_round_change", args=[opened.pk])).content.decode()
    assert 'name="_save"' not in html
    assert 'name="round_instruments-0-share"' not in html


def test_rankings_are_only_read():
    round_ = settling_round({"001": "80", "002": "70"})
    client = client_of(round_.opened_by)
    ranking = Ranking.objects.get()
    html = client.get(reverse("admin:judging_ranking_change", args=[ranking.pk])).content.decode()
    assert ranking.bundle_digest in html
    assert 'name="_save"' not in html
    assert client.get(reverse("admin:judging_ranking_add")).status_code == 403
    assert client.post(reverse("admin:judging_ranking_delete", args=[ranking.pk])).status_code == 403


def test_the_list_of_judges_says_who_has_signed():
    round_ = open_desk_round(judges=2)
    html = client_of(round_.opened_by).get(reverse("admin:judging_judge_changelist")).content.decode()
    assert html.count("icon-yes") == Judge.objects.filter(edition=round_.edition).count()


@pytest.mark.parametrize("name", ["officialrecord", "award", "publication"])
def test_official_lists_open(name):
    committee = client_of(make_committee_user())
    assert committee.get(reverse(f"admin:judging_{name}_changelist")).status_code == 200
    assert committee.get(reverse(f"admin:judging_{name}_add")).status_code == 403
