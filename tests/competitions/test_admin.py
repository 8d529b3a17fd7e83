"""The rulebook in the admin site: who gets in, what locks, and the acts behind the buttons."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from competitions.actions import confirm_edition_rules, confirm_instrument
from competitions.forms.rules import LevelsField
from competitions.models import Edition, StageKind
from competitions.reference import load_history, load_instruments
from kiks.formats import JAKARTA
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LISTS = ["competitions_edition", "competitions_instrument"]


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def committee(officer):
    return client_of(officer)


@pytest.fixture
def edition():
    return make_edition()


def acts(edition: Edition) -> list[str]:
    instrument, stage = edition.instruments.first(), edition.stages.first()
    return [
        reverse("admin:competitions_edition_confirm", args=[edition.pk]),
        reverse("admin:competitions_edition_revoke", args=[edition.pk]),
        reverse("admin:competitions_edition_adopt", args=[edition.pk]),
        reverse("admin:competitions_edition_checklist", args=[edition.pk]),
        reverse("admin:competitions_stage_reschedule", args=[stage.pk]),
        reverse("admin:competitions_instrument_confirm", args=[instrument.pk]),
        reverse("admin:competitions_instrument_revoke", args=[instrument.pk]),
    ]


def test_only_the_committee_gets_in(edition, committee):
    pages = [reverse("admin:index"), *(reverse(f"admin:{name}_changelist") for name in LISTS), *acts(edition)]
    unit_member = client_of(member_of(make_unit()))
    assert {client.get(page).status_code for page in pages for client in (Client(), unit_member)} == {302}
    assert {page: committee.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(
    committee, django_assert_max_num_queries, name
):
    make_edition()
    url = reverse(f"admin:{name}_changelist")
    with django_assert_max_num_queries(30) as one:
        committee.get(url)
    make_edition()
    make_edition()
    with django_assert_max_num_queries(len(one)):
        committee.get(url)


def test_change_pages_are_shown(committee, edition):
    load_instruments()
    load_history()
    library = edition.instruments.model.objects.get(edition=None, code="kijb")
    history = Edition.objects.get(code="kiks-2023")
    for page in [
        reverse("admin:competitions_edition_change", args=[edition.pk]),
        reverse("admin:competitions_edition_change", args=[history.pk]),
        reverse("admin:competitions_edition_add"),
        reverse("admin:competitions_instrument_change", args=[edition.instruments.first().pk]),
        reverse("admin:competitions_instrument_change", args=[library.pk]),
        reverse("admin:competitions_instrument_add"),
    ]:
        assert committee.get(page).status_code == 200, page


def test_confirm_instrument_by_the_button(committee, edition, officer):
    instrument = edition.instruments.get(code="kipp")
    url = reverse("admin:competitions_instrument_confirm", args=[instrument.pk])
    assert (
        "belum dikonfirmasi"
        in committee.get(reverse("admin:competitions_instrument_change", args=[instrument.pk])).text
    )
    assert "Tulis dasar konfirmasinya" in committee.post(url, {"source": ""}).text
    response = committee.post(url, {"source": "Surat 5/2026"}, follow=True)
    instrument.refresh_from_db()
    assert instrument.confirmed_by == officer
    assert "KIPP dikonfirmasi" in response.text
    assert "Cabut konfirmasi" in response.text


def test_a_refused_confirmation_says_why(committee, edition):
    instrument = edition.instruments.get(code="kipp")
    instrument.criteria.first().delete()
    url = reverse("admin:competitions_instrument_confirm", args=[instrument.pk])
    assert "Jumlah bobot 55, seharusnya tepat 100" in committee.post(url, {"source": "Surat"}).text


def test_a_confirmed_instrument_shows_its_criteria_without_fields(committee, edition, officer):
    instrument = confirm_instrument(edition.instruments.get(code="kipp"), by=officer, source="Surat")
    page = committee.get(reverse("admin:competitions_instrument_change", args=[instrument.pk])).text
    assert "Signifikansi" in page
    assert 'name="criteria-0-weight"' not in page


def test_confirmed_rules_are_read_only_until_revoked(committee, edition, officer):
    page = reverse("admin:competitions_edition_change", args=[edition.pk])
    assert 'name="minimum_age_months"' in committee.get(page).text
    confirm_edition_rules(edition, by=officer, source="Pedoman")
    assert 'name="minimum_age_months"' not in committee.get(page).text
    committee.post(reverse("admin:competitions_edition_revoke", args=[edition.pk]), {"reason": "Keliru"})
    assert 'name="minimum_age_months"' in committee.get(page).text


def test_reschedule_by_the_button(committee, edition):
    stage = edition.stages.get(kind=StageKind.ANNOUNCEMENT)
    closes_at = (stage.closes_at + timedelta(days=1)).astimezone(JAKARTA)
    opens_at = (stage.opens_at + timedelta(hours=1)).astimezone(JAKARTA)
    data = {"opens_at": f"{opens_at:%Y-%m-%dT%H:%M}", "closes_at": f"{closes_at:%Y-%m-%dT%H:%M}", "reason": "Libur"}
    response = committee.post(reverse("admin:competitions_stage_reschedule", args=[stage.pk]), data)
    stage.refresh_from_db()
    assert response.status_code == 302
    assert f"{stage.closes_at.astimezone(JAKARTA):%Y-%m-%dT%H:%M}" == data["closes_at"]


def test_a_saved_edition_enters_its_chain_with_the_actor(committee, officer):
    inlines = ["stages", "categories", "transformations", "questions", "attachment_rules", "checklist", "figures"]
    management = {f"{name}-{key}_FORMS": 0 for name in inlines for key in ("TOTAL", "INITIAL")}
    data = {
        "code": "kiks-2027",
        "year": 2027,
        "name": "KIKS 2027",
        "participation_limit": 2,
        "minimum_age_months": 6,
        "objection_days": 3,
    }
    response = committee.post(reverse("admin:competitions_edition_add"), {**data, **management})
    assert response.status_code == 302, response.context["errors"]
    event = AuditEvent.objects.filter(chain="kiks-2027").last()
    assert (event.kind, event.actor_id) == ("reference.added", officer.pk)


def test_adopt_and_checklist_by_the_buttons(committee):
    load_instruments()
    edition = Edition.objects.create(code="kiks-baru", year=2027, name="Baru")
    library = edition.instruments.model.objects.get(edition=None, code="kipp-2022")
    adopt = reverse("admin:competitions_edition_adopt", args=[edition.pk])
    assert committee.post(adopt, {"instrument": library.pk}).status_code == 302
    assert committee.post(reverse("admin:competitions_edition_checklist", args=[edition.pk])).status_code == 302
    assert (edition.instruments.count(), edition.questions.count(), edition.checklist.count()) == (1, 7, 10)


def test_dashboard_names_the_stage_and_what_is_not_confirmed(committee, edition):
    page = committee.get(reverse("admin:index")).text
    assert "Pengajuan inovasi sedang dibuka" in page or "Pendaftaran UPP sedang dibuka" in page
    assert f"Aturan {edition.name}" in page


def test_dashboard_without_an_edition_says_how_to_begin(committee):
    assert "Siapkan edisi baru" in committee.get(reverse("admin:index")).text


def test_levels_are_written_one_a_line():
    field = LevelsField(required=False)
    levels = [{"from": 85, "to": 100, "label": "Sangat baik", "text": "Semua: lengkap."}]
    assert field.prepare_value(levels) == "85–100 Sangat baik: Semua: lengkap."
    assert field.clean("85-100 Sangat baik: Semua: lengkap.\r\n\r\n") == levels
    assert field.clean("") == []
    assert not field.has_changed(levels, "85–100 Sangat baik: Semua: lengkap.")


@pytest.mark.parametrize(("line", "sentence"), [("bagus", "belum benar"), ("9-5 Baik: x", "tidak boleh lebih besar")])
def test_a_level_that_is_not_understood_is_named(line, sentence):
    with pytest.raises(Exception, match=sentence):
        LevelsField().clean(line)


def test_an_instrument_from_no_library_is_added_to_an_edition(committee, edition, officer):
    management = {f"criteria-{key}_FORMS": 0 for key in ("TOTAL", "INITIAL")}
    data = {"edition": edition.pk, "code": "lokal", "name": "Instrumen lokal", "source": "Rapat"}
    assert committee.post(reverse("admin:competitions_instrument_add"), {**data, **management}).status_code == 302
    instrument = edition.instruments.get(code="lokal")
    event = AuditEvent.objects.filter(chain=edition.code).last()
    assert (event.kind, event.target, event.actor_id) == (
        "reference.added",
        f"competitions_instrument:{instrument.pk}",
        officer.pk,
    )
