"""Reference data come from the files, by code and key, and a second load changes nothing."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from competitions.models import Edition, Instrument
from entries.models import Agency, District, Innovation, ServiceUnit, Village
from entries.reference import load_reference
from entries.states import UnitStatus
from kiks.audit_check import differing_rows
from kiks.models import AuditEvent, ChainHead

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def counts():
    return load_reference()


def test_everything_of_the_files_is_there(counts):
    assert counts["kecamatan"] == District.objects.count() == 7
    assert Village.objects.count() == 33
    assert counts["perangkat daerah"] == Agency.objects.count()
    assert counts["unit"] == ServiceUnit.objects.count()
    assert set(ServiceUnit.objects.values_list("status", flat=True)) == {UnitStatus.KNOWN}
    assert counts["edisi riwayat"] == Edition.objects.filter(is_history=True).count() == 4


def test_weights_are_exact(counts):
    kipp = Instrument.objects.get(edition=None, code="kipp-2022")
    assert dict(kipp.criteria.values_list("code", "weight"))["signifikansi"] == Decimal("25.000")
    assert [instrument.confirmed_at for instrument in Instrument.objects.all()] == [None] * counts["instrumen"]


def test_the_same_innovation_took_part_twice(counts):
    paman = Innovation.objects.get(key="keluarga-si-paman")
    assert list(paman.participations.values_list("edition__year", "ordinal", "reported_stage")) == [
        (2023, 1, "finalist"),
        (2024, 2, "finalist"),
    ]


def test_winners_keep_their_place_and_figures_their_sureness(counts):
    winner = Innovation.objects.get(key="simtrac-19").participations.get()
    assert (winner.reported_stage, winner.reported_position) == ("winner", 1)
    figure = Edition.objects.get(code="kiks-2023").figures.get(key="entries_passed")
    assert (figure.value, figure.sureness) == (124, "S")


def test_other_spellings_are_kept(counts):
    assert ServiceUnit.objects.get(other_names__name="Puskesmas Gedong Panjang").code == "puskesmas-gedongpanjang"


def test_a_second_load_changes_nothing(counts):
    before = list(ChainHead.objects.order_by("chain").values_list("chain", "sequence", "hash"))
    assert load_reference() == counts
    assert list(ChainHead.objects.order_by("chain").values_list("chain", "sequence", "hash")) == before


def test_a_changed_name_is_brought_back_and_recorded(counts):
    ServiceUnit.objects.filter(code="puskesmas-baros").update(name="Lain")
    load_reference()
    assert ServiceUnit.objects.get(code="puskesmas-baros").name == "Puskesmas Baros"
    assert AuditEvent.objects.filter(chain="kiks").last().kind == "reference.loaded"
    assert list(differing_rows([])) == []


def test_the_command_says_what_there_is():
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert "7 kecamatan\n" in out.getvalue()
    assert "4 edisi riwayat\n" in out.getvalue()
