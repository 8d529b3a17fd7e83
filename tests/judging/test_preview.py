"""The previews of score sheet and form: drawn by the real parts, from what is saved and from what is typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import Criterion, Instrument, StageKind
from entries.models import Entry, Innovation
from judging.models import Mark, ScoreSheet
from kiks.models import AuditEvent
from tests.factories.editions import make_edition, make_instrument
from tests.factories.judging import make_round
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def edition():
    return make_edition(StageKind.SUBMISSION)


def sheet_address(instrument: Instrument) -> str:
    return reverse("admin:judging_preview_instrument", args=[instrument.pk])


def test_the_sheet_shows_criteria_weights_and_that_it_is_a_preview(client, edition):
    page = client.get(sheet_address(edition.instruments.get(code="kipp"))).text
    assert "<strong>Pratinjau</strong>" in page
    assert "bobot 45%" in page
    assert "instrumen belum dikonfirmasi" in page


def test_tried_marks_are_added_up_by_the_rules_and_kept_nowhere(client, edition):
    kipp = edition.instruments.get(code="kipp")
    address, name = sheet_address(kipp), f"lembar-{kipp.pk}-mark"
    assert "36,00" in client.get(address, {f"{name}-ide": "80"}).text
    page = client.get(address, {f"{name}-ide": "80", f"{name}-signifikansi": "70"}).text
    assert "Nilai gabungan <strong>74,50</strong>" in page
    assert not ScoreSheet.objects.exists()
    assert not Mark.objects.exists()


def test_a_mark_that_a_judge_could_not_give_is_refused_with_the_same_sentence(client, edition):
    kipp = edition.instruments.get(code="kipp")
    page = client.get(sheet_address(kipp), {f"lembar-{kipp.pk}-mark-ide": "120"}).text
    assert "Ide: 120 melebihi nilai tertinggi 100." in page
    assert "Nilai gabungan <strong>" not in page


def test_a_round_shows_its_sheets_with_their_shares(client, edition, officer):
    round_ = make_round(edition, officer)
    page = client.get(reverse("admin:judging_preview_round", args=[round_.pk])).text
    assert "60% dari nilai" in page
    assert "40% dari nilai" in page
    assert client.get(reverse("admin:judging_preview_edition", args=[edition.pk])).text.count("% dari nilai") == 2


def test_an_edition_without_a_round_has_no_sheet_to_show(client, edition):
    assert client.get(reverse("admin:judging_preview_edition", args=[edition.pk])).status_code == 404


def test_weights_that_do_not_add_up_are_named(client, edition):
    wrong = make_instrument(edition, "salah", {"satu": 60, "dua": 39})
    assert "Jumlah bobot SALAH 99, harus 100." in client.get(sheet_address(wrong)).text


def test_the_form_shows_what_a_unit_will_see(client, edition):
    edition.questions.filter(code="ringkasan").update(prompt="Ceritakan dalam satu alinea.")
    page = client.get(reverse("admin:entries_preview", args=[edition.pk])).text
    for words in (
        "Ceritakan dalam satu alinea.",
        'data-limit="20"',
        "SK atau surat pernyataan inovator",
        "Umur penerapan",
    ):
        assert words in page
    assert f"Aturan {edition.name} belum dikonfirmasi" in page
    assert 'type="submit"' not in page[page.index("<main") : page.index("</main>")]
    assert not Entry.objects.exists()
    assert not Innovation.objects.exists()


def test_a_form_without_stage_and_questions_says_what_to_do(client, edition):
    bare = make_edition()
    bare.stages.all().delete()
    bare.questions.all().delete()
    page = client.get(reverse("admin:entries_preview", args=[bare.pk])).text
    assert "Tahap pengajuan belum dijadwalkan" in page
    assert "belum memiliki pertanyaan" in page


def typed(instrument: Instrument, **changes: str) -> dict[str, str]:
    """The instrument's page as a browser would send it, with changed criteria."""
    data = {"name": instrument.name, "source": "", "criteria-TOTAL_FORMS": "2", "criteria-INITIAL_FORMS": "2"}
    for place, criterion in enumerate(instrument.criteria.order_by("position")):
        row = f"criteria-{place}"
        data |= {
            f"{row}-id": criterion.pk,
            f"{row}-instrument": instrument.pk,
            f"{row}-position": criterion.position,
            f"{row}-code": criterion.code,
            f"{row}-name": criterion.name,
            f"{row}-weight": f"{criterion.weight}",
            f"{row}-max_mark": "100",
            f"{row}-step": "1",
            f"{row}-guidance": "",
            f"{row}-levels": "",
        }
    return data | changes


def test_what_is_typed_can_be_seen_before_it_is_saved(client, edition):
    kipp = edition.instruments.get(code="kipp")
    change = reverse("admin:competitions_instrument_change", args=[kipp.pk])
    assert 'name="_preview" value="0"' in client.get(change).text
    before = AuditEvent.objects.count()
    sent = typed(kipp, **{"criteria-0-name": "Gagasan", "criteria-0-weight": "44", "_preview": "0"})
    page = client.post(change, sent).text
    assert "Gagasan" in page
    assert "Dari isian yang belum disimpan." in page
    assert "Jumlah bobot KIPP 99, harus 100." in page
    assert Criterion.objects.get(instrument=kipp, code="ide").name == "Ide"
    assert AuditEvent.objects.count() == before


def test_a_typed_fault_is_told_instead_of_drawn(client, edition):
    kipp = edition.instruments.get(code="kipp")
    change = reverse("admin:competitions_instrument_change", args=[kipp.pk])
    page = client.post(change, typed(kipp, **{"criteria-0-name": "", "_preview": "0"})).text
    assert "Ada yang perlu diperbaiki" in page
    assert "Pratinjau</strong>" not in page


def test_the_links_stand_on_the_pages_of_edition_instrument_and_round(client, edition, officer):
    round_ = make_round(edition, officer)
    kipp = edition.instruments.get(code="kipp")
    page = client.get(reverse("admin:competitions_edition_change", args=[edition.pk])).text
    assert reverse("admin:entries_preview", args=[edition.pk]) in page
    assert reverse("admin:judging_preview_edition", args=[edition.pk]) in page
    assert sheet_address(kipp) in client.get(reverse("admin:competitions_instrument_change", args=[kipp.pk])).text
    page = client.get(reverse("admin:judging_round_change", args=[round_.pk])).text
    assert reverse("admin:judging_preview_round", args=[round_.pk]) in page


def test_previews_cost_the_same_for_two_and_for_many_criteria(client, edition):
    counts = []
    for number in (2, 20):
        instrument = make_instrument(edition, f"i{number}", {f"k{place}": 5 for place in range(number)})
        client.get(sheet_address(instrument))
        with CaptureQueriesContext(connection) as queries:
            client.get(sheet_address(instrument))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_parts_of_a_hundred_are_marked_for_the_script_that_adds_them_up(client, edition, officer):
    round_ = make_round(edition, officer)
    revoke = {"reason": "Bobot keliru."}
    client.post(reverse("admin:judging_revoke_shares", args=[round_.pk]), revoke)
    make_instrument(edition, "baru", {"satu": 100})
    page = client.get(
        reverse("admin:competitions_instrument_change", args=[edition.instruments.get(code="baru").pk])
    ).text
    assert page.count("data-part-of-hundred") == 2  # one row, and the empty one that new rows are made from
    assert 'data-sum-of="criteria"' in page
    assert "data-part-of-hundred" in client.get(reverse("admin:judging_round_change", args=[round_.pk])).text
