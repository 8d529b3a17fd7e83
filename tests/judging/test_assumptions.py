"""No screen and no paper shows a number that nobody stands for without saying so and leading to who must confirm it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from competitions.actions import confirm_edition_rules
from competitions.models import Edition, ReportedFigure, Sureness
from entries.documents import receipt_of
from entries.models import Entry
from entries.states import EntryStatus
from judging.actions.round import confirm_shares
from judging.models import Round
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]
FLAG = 'class="flag flag-unconfirmed" href="'
TO_THE_BUREAU = f'{FLAG}{"/aturan/#konfirmasi"}"'


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def entry():
    """A submitted entry of an open edition whose rules, instruments and shares nobody has confirmed."""
    entry = entry_at(EntryStatus.SUBMITTED)
    edition = entry.edition
    round_ = Round.objects.create(edition=edition, code="desk", name="Penilaian proposal", kind="desk", cutoff=6)
    for instrument in edition.instruments.all():
        round_.round_instruments.create(instrument=instrument, share=50)
    return entry


@pytest.fixture
def draft(entry):
    return entry_at(EntryStatus.DRAFT, edition=entry.edition)


def unit_pages(entry: Entry) -> dict[str, list]:
    question = entry.edition.questions.first()
    return {
        "entries:start": [entry.innovation.unit.pk],
        "entries:detail": [entry.pk],
        "entries:answer": [entry.pk, question.code],
        "entries:attachments": [entry.pk],
        "entries:submit": [entry.pk],
    }


@pytest.mark.parametrize(
    "name", ["entries:start", "entries:detail", "entries:answer", "entries:attachments", "entries:submit"]
)
def test_the_pages_on_which_a_unit_writes(draft, officer, name):
    client = client_of(member_of(draft.innovation.unit))
    url = reverse(name, args=unit_pages(draft)[name])
    assert TO_THE_BUREAU in client.get(url).text
    confirm_edition_rules(draft.edition, by=officer, source="SK 1")
    assert FLAG not in client.get(url).text


def test_what_a_unit_has_sent(entry, officer):
    client = client_of(member_of(entry.innovation.unit))
    url = reverse("entries:detail", args=[entry.pk])
    assert TO_THE_BUREAU in client.get(url).text
    assert receipt_of(entry.current_version).limits_unconfirmed
    confirm_edition_rules(entry.edition, by=officer, source="SK 1")
    entry.refresh_from_db()
    assert FLAG not in client.get(url).text
    assert not receipt_of(Entry.objects.get(pk=entry.pk).current_version).limits_unconfirmed


def test_the_public_rules_flag_each_part_and_name_who_confirms(entry):
    html = Client().get(reverse("competitions:rules")).text
    parts = html.split("<h2 ")
    for anchor in ("syarat", "seleksi", "isi", "lampiran", "instrumen", "babak"):
        [part] = [part for part in parts if part.startswith(f'id="{anchor}"')]
        assert TO_THE_BUREAU in part, anchor
    [last] = [part for part in parts if part.startswith('id="konfirmasi"')]
    names = [f"Aturan {entry.edition.name}", "Instrumen KIJB", "Instrumen KIPP", "Bobot babak Penilaian proposal"]
    assert [name for name in names if name not in last] == []
    assert "Bagian Organisasi, Sekretariat Daerah Kota Sukabumi" in last


@pytest.mark.parametrize("name", ["home", "competitions:history", "judging:results"])
def test_a_reported_figure_that_is_assumed(name):
    edition = Edition.objects.create(code="kiks-2023", year=2023, name="KIKS 2023", is_history=True)
    figure = ReportedFigure.objects.create(edition=edition, key="finalists", value=6, sureness=Sureness.ASSUMED)
    url = reverse(name, args=[edition.code] if name == "judging:results" else [])
    assert TO_THE_BUREAU in Client().get(url).text
    ReportedFigure.objects.filter(pk=figure.pk).update(sureness=Sureness.STATED)
    assert FLAG not in Client().get(url).text


def committee_pages(entry: Entry) -> dict[str, Callable[[], tuple[str, str]]]:
    """Each page with the address at which its number is confirmed."""
    edition = entry.edition
    round_, kipp = edition.rounds.get(), edition.instruments.get(code="kipp")
    confirm = {
        "rules": reverse("admin:competitions_edition_confirm", args=[edition.pk]),
        "instrument": reverse("admin:competitions_instrument_confirm", args=[kipp.pk]),
        "shares": reverse("admin:judging_confirm_shares", args=[round_.pk]),
        "public": f"{reverse('competitions:rules')}#konfirmasi",
    }
    return {
        "edition": (reverse("admin:competitions_edition_change", args=[edition.pk]), confirm["rules"]),
        "instrument": (reverse("admin:competitions_instrument_change", args=[kipp.pk]), confirm["instrument"]),
        "round": (reverse("admin:judging_round_change", args=[round_.pk]), confirm["shares"]),
        "room, shares": (reverse("admin:judging_room", args=[round_.pk]), confirm["shares"]),
        "room, instrument": (reverse("admin:judging_room", args=[round_.pk]), confirm["instrument"]),
        "screening": (reverse("admin:entries_entry_screen", args=[entry.pk]), confirm["public"]),
    }


@pytest.mark.parametrize("name", ["edition", "instrument", "round", "room, shares", "room, instrument", "screening"])
def test_the_pages_of_the_committee_lead_to_the_act(entry, officer, name):
    url, act = committee_pages(entry)[name]
    assert f'{FLAG}{act}"' in client_of(officer).get(url).text


def test_the_preview_of_a_score_sheet_flags_instrument_and_share(entry, officer):
    round_ = entry.edition.rounds.get()
    html = client_of(officer).get(reverse("admin:judging_preview_round", args=[round_.pk])).text
    assert html.count("instrumen belum dikonfirmasi") == 2
    assert html.count("bobot babak belum dikonfirmasi") == 2
    confirm_shares(round_, by=officer, source="SK 1")
    html = client_of(officer).get(reverse("admin:judging_preview_round", args=[round_.pk])).text
    assert "bobot babak belum dikonfirmasi" not in html


def test_the_lists_of_the_committee_say_it_too(entry, officer):
    client = client_of(officer)
    assert "belum dikonfirmasi" in client.get(reverse("admin:competitions_edition_changelist")).text
    for name in ("competitions_instrument", "judging_round"):
        assert "belum dikonfirmasi" in client.get(reverse(f"admin:{name}_changelist")).text


def test_a_confirmed_edition_shows_no_flag_in_public(officer):
    edition = make_edition()
    for instrument in edition.instruments.all():
        instrument.delete()
    confirm_edition_rules(edition, by=officer, source="SK 1")
    html = Client().get(reverse("competitions:rules")).text
    assert FLAG not in html
    assert f"Aturan, instrumen, dan bobot {edition.name} sudah dikonfirmasi" in html
