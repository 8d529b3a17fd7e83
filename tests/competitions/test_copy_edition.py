"""A new year from an earlier one: what goes along, what does not, and the page that proposes it."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from competitions.actions import confirm_edition_rules, confirm_instrument, copy_edition, revoke_edition_rules
from competitions.forms.acts import counted_on
from competitions.models import Criterion, Edition, Stage, StageKind
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.formats import local_date
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def source(officer):
    edition = make_edition(
        code="kiks-2026", name="KIKS 2026", prize="TV", venue="Balai Kota", unit_limit=3, is_demo=True,
        presentation_on=clock.now().date(),
    )  # fmt: skip
    criterion = Criterion.objects.get(instrument__edition=edition, code="signifikansi")
    criterion.questions.set([edition.questions.get(code="dampak")])
    edition.transformations.create(code="digital", name="Digital")
    for instrument in edition.instruments.all():
        confirm_instrument(instrument, by=officer, source="SK 1/2026")
    return confirm_edition_rules(edition, by=officer, source="SK 1/2026")


def copied(source: Edition, officer, **wanted) -> Edition:
    return copy_edition(source, by=officer, **{"code": "kiks-2027", "year": 2027, "name": "KIKS 2027"} | wanted)


def test_the_copy_has_the_same_rulebook(source, officer):
    edition = copied(source, officer)
    assert edition.copied_from == source
    for part, field in {
        "categories": "code",
        "transformations": "name",
        "questions": "word_limit",
        "attachment_rules": "max_files",
        "checklist": "machine_rule",
        "instruments": "name",
    }.items():
        values = [list(getattr(each, part).values_list("code", field)) for each in (source, edition)]
        assert values[0] == values[1], part
        assert values[0] != [], part
    weights = [
        list(Criterion.objects.filter(instrument__edition=each).values_list("instrument__code", "code", "weight"))
        for each in (source, edition)
    ]
    assert weights[0] == weights[1]
    assert (edition.unit_limit, edition.prize, edition.venue) == (3, "TV", "Balai Kota")


def test_a_criterion_of_the_copy_reads_the_questions_of_the_copy(source, officer):
    edition = copied(source, officer)
    criterion = Criterion.objects.get(instrument__edition=edition, code="signifikansi")
    assert [(question.code, question.edition) for question in criterion.questions.all()] == [("dampak", edition)]


def test_nothing_is_confirmed_nothing_is_open_and_the_theme_is_empty(source, officer):
    edition = copied(source, officer)
    edition.refresh_from_db()
    assert (edition.opened_at, edition.rules_confirmed_at, edition.rules_source, edition.theme) == (None, None, "", "")
    assert set(edition.instruments.values_list("confirmed_at", "confirmed_by", "confirmed_source")) == {
        (None, None, "")
    }


def test_made_up_data_stay_made_up(source, officer):
    assert copied(source, officer).is_demo


def test_every_date_moves_by_the_same_whole_weeks(source, officer):
    edition = copied(source, officer)
    windows = [
        list(each.stages.order_by("kind").values_list("kind", "opens_at", "closes_at")) for each in (source, edition)
    ]
    year = timedelta(days=364)
    assert [(kind, opens + year, closes + year) for kind, opens, closes in windows[0]] == windows[1]
    assert edition.presentation_on == source.presentation_on + year


def test_the_dates_move_as_far_as_somebody_says(source, officer):
    edition = copied(source, officer, shift=timedelta(days=30))
    old, new = (each.stages.get(kind=StageKind.JUDGING) for each in (source, edition))
    assert new.opens_at - old.opens_at == timedelta(days=30)


def test_the_source_stays_as_it_was(source, officer):
    before = list(source.stages.values()), list(source.questions.values()), source.instruments.count()
    copied(source, officer)
    source.refresh_from_db()
    assert (list(source.stages.values()), list(source.questions.values()), source.instruments.count()) == before
    assert source.rules_confirmed_at is not None


def test_the_copy_enters_its_own_chain(source, officer):
    edition = copied(source, officer)
    event = AuditEvent.objects.filter(chain=edition.code).last()
    assert (event.kind, event.actor_id) == ("edition.copied", officer.pk)
    assert json.loads(event.body)["data"] == {"source": "kiks-2026", "shifted_days": 364}


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [({"code": "kiks-2026"}, "sudah dipakai edisi lain"), ({"code": " "}, "Tulis kode"), ({"name": ""}, "Tulis nama")],
)
def test_what_a_copy_cannot_be_called(source, officer, wanted, sentence):
    with pytest.raises(RuleBrokenError, match=sentence):
        copied(source, officer, **wanted)
    assert Edition.objects.count() == 1


def test_only_the_committee_copies_and_never_from_history(source, officer):
    with pytest.raises(PermissionDenied):
        copied(source, make_user())
    history = Edition.objects.create(code="kiks-2020", year=2020, name="KIKS 2020", is_history=True)
    with pytest.raises(RuleBrokenError, match="hanya dicatat"):
        copied(history, officer)


def test_a_longer_rulebook_costs_no_more_queries(source, officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as small:
        copied(source, officer)
    source = revoke_edition_rules(source, by=officer, reason="Pertanyaan ditambah")
    for number in range(20):
        source.questions.create(code=f"lagi-{number}", title=f"Lagi {number}", word_limit=10)
    with django_assert_max_num_queries(len(small)):
        copied(source, officer, code="kiks-2028")


@pytest.mark.parametrize(
    ("name", "next_name"), [("KIKS-4", "KIKS-5"), ("KIKS 9 Kota", "KIKS 10 Kota"), ("KIKS", "KIKS")]
)
def test_the_number_in_a_name_is_counted_on(name, next_name):
    assert counted_on(name) == next_name


class TestPage:
    """The page in the admin site, from the list to the readiness of the copy."""

    @pytest.fixture
    def client(self, officer):
        return client_of(officer)

    def url(self, source: Edition) -> str:
        return reverse("admin:competitions_edition_copy", args=[source.pk])

    def proposed(self, source: Edition) -> dict[str, str]:
        day = local_date(source.stages.earliest("opens_at").opens_at) + timedelta(days=364)
        return {
            "year": "2027",
            "name": "KIKS 2027",
            "code": "kiks-2027",
            "first_day": day.isoformat(),
            "seen_day": day.isoformat(),
        }

    def test_the_list_leads_to_the_newest_edition(self, client, source):
        Edition.objects.create(code="kiks-2030", year=2030, name="Riwayat", is_history=True)
        listed = client.get(reverse("admin:competitions_edition_changelist")).text
        assert "Salin dari edisi sebelumnya" in listed
        response = client.get(reverse("admin:competitions_edition_copy_latest"))
        assert response.url == self.url(source)

    def test_without_any_edition_the_first_one_is_added(self, client):
        response = client.get(reverse("admin:competitions_edition_copy_latest"))
        assert response.url == reverse("admin:competitions_edition_add")

    def test_the_next_year_stands_proposed_with_its_calendar(self, client, source):
        html = client.get(self.url(source)).text
        for value in self.proposed(source).values():
            assert f'value="{value}"' in html
        assert "Jadwal edisi baru" in html
        assert html.count("dahulu ") == 12

    def test_one_click_makes_the_copy_and_shows_what_it_lacks(self, client, source):
        response = client.post(self.url(source), self.proposed(source), follow=True)
        edition = Edition.objects.get(code="kiks-2027")
        assert response.redirect_chain == [(reverse("admin:competitions_edition_readiness", args=[edition.pk]), 302)]
        assert "KIKS 2027 disalin dari KIKS 2026" in response.text

    def test_another_first_day_is_shown_before_anything_is_made(self, client, source):
        data = self.proposed(source) | {"first_day": "2027-02-01"}
        html = client.post(self.url(source), data).text
        assert "Periksa jadwal yang baru" in html
        assert "Senin, 1 Februari 2027" in html
        assert Edition.objects.count() == 1
        client.post(self.url(source), data | {"seen_day": "2027-02-01"})
        first = Stage.objects.filter(edition__code="kiks-2027").earliest("opens_at")
        assert local_date(first.opens_at).isoformat() == "2027-02-01"

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"code": "kiks-2026"}, "Kode ini sudah dipakai edisi lain"),
            ({"code": "kiks 2027!"}, "Kode hanya berisi huruf"),
            ({"year": "20277"}, "maksimal 2100"),
            ({"first_day": "32/13/2027"}, "Tanggal belum benar"),
            ({"name": ""}, "Isi nama edisi"),
        ],
    )
    def test_bad_input_says_how_to_go_on_and_changes_nothing(self, client, source, wrong, sentence):
        html = client.post(self.url(source), self.proposed(source) | wrong).text
        assert sentence in html
        assert Edition.objects.count() == 1

    def test_an_edition_without_a_calendar_is_copied_without_dates(self, client):
        bare = Edition.objects.create(code="kosong", year=2026, name="Kosong 2026")
        assert "Tahap pertama dibuka" not in client.get(self.url(bare)).text
        data = {"year": "2027", "name": "Kosong 2027", "code": "kosong-2027", "seen_day": ""}
        client.post(self.url(bare), data)
        assert Edition.objects.get(code="kosong-2027").stages.count() == 0

    def test_history_offers_other_sources_instead_of_a_form(self, client, source):
        history = Edition.objects.create(code="kiks-2020", year=2020, name="KIKS 2020", is_history=True)
        html = client.get(self.url(history)).text
        assert "Pilih sumber lain" in html
        assert self.url(source) in html
        assert "<form" not in html.split('class="act"')[1]
        assert "hanya dicatat" in client.post(self.url(history), self.proposed(source) | {"first_day": ""}).text
