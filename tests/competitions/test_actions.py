"""Confirming, adopting and rescheduling: what is accepted, what is refused, and what the chain says."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.actions import (
    add_standard_checklist,
    adopt_instrument,
    confirm_edition_rules,
    confirm_instrument,
    reschedule_stage,
    revoke_confirmation,
    revoke_edition_rules,
)
from competitions.models import Edition, StageKind
from competitions.reference import load_instruments
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.editions import make_edition, make_instrument
from tests.factories.judging import open_desk_round
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def edition():
    return make_edition()


def last_event(edition: Edition) -> tuple[str, dict]:
    event = AuditEvent.objects.filter(chain=edition.code).last()
    return event.kind, json.loads(event.body)["data"]


def test_confirm_instrument_keeps_who_when_and_on_what(edition, officer):
    instrument = confirm_instrument(edition.instruments.get(code="kipp"), by=officer, source=" Surat 5/2026 ")
    instrument.refresh_from_db()
    assert (instrument.confirmed_by, instrument.confirmed_source) == (officer, "Surat 5/2026")
    assert last_event(edition) == ("instrument.confirmed", {"source": "Surat 5/2026"})


@pytest.mark.parametrize(("weights", "total"), [({"a": 45, "b": 54}, "99"), ({"a": 100.5}, "100,5"), ({}, "0")])
def test_confirm_instrument_refuses_weights_that_do_not_add_up(edition, officer, weights, total):
    instrument = make_instrument(edition, "uji", {"a": 0})
    instrument.criteria.all().delete()
    for code, weight in weights.items():
        if weight > 100:
            instrument.criteria.create(code="sisa", name="Sisa", weight="0.5", position=2)
        instrument.criteria.create(code=code, name=code, weight=min(weight, 100))
    with pytest.raises(RuleBrokenError, match=f"Jumlah bobot {total}, seharusnya tepat 100"):
        confirm_instrument(instrument, by=officer, source="Surat")


def test_confirm_instrument_asks_for_a_source(edition, officer):
    with pytest.raises(RuleBrokenError, match="Tulis dasar konfirmasinya"):
        confirm_instrument(edition.instruments.first(), by=officer, source="  ")


def test_confirm_instrument_is_for_the_committee(edition):
    with pytest.raises(PermissionDenied):
        confirm_instrument(edition.instruments.first(), by=make_user(), source="Surat")


def test_confirm_instrument_happens_once(edition, officer):
    instrument = edition.instruments.get(code="kipp")
    confirm_instrument(instrument, by=officer, source="Surat")
    with pytest.raises(RuleBrokenError, match="sudah dikonfirmasi"):
        confirm_instrument(instrument, by=officer, source="Surat lain")


def test_confirm_instrument_refuses_the_library(officer):
    load_instruments()
    library = make_edition().instruments.model.objects.get(edition=None, code="kijb")
    with pytest.raises(RuleBrokenError, match="pustaka tidak dikonfirmasi"):
        confirm_instrument(library, by=officer, source="Surat")


def test_revoke_confirmation_opens_the_instrument_again(edition, officer):
    instrument = confirm_instrument(edition.instruments.get(code="kipp"), by=officer, source="Surat")
    instrument = revoke_confirmation(instrument, by=officer, reason="Bobot keliru")
    assert (instrument.confirmed_at, instrument.confirmed_by, instrument.confirmed_source) == (None, None, "")
    assert last_event(edition) == ("instrument.confirmation_revoked", {"reason": "Bobot keliru"})


def test_revoke_confirmation_refuses_what_is_not_confirmed(edition, officer):
    with pytest.raises(RuleBrokenError, match="belum dikonfirmasi"):
        revoke_confirmation(edition.instruments.first(), by=officer, reason="Alasan")


def test_revoke_confirmation_refuses_an_instrument_in_use(officer):
    instrument = open_desk_round().edition.instruments.get(code="kipp")
    with pytest.raises(RuleBrokenError, match="babak yang sudah dibuka"):
        revoke_confirmation(instrument, by=officer, reason="Alasan")


def test_edition_rules_are_confirmed_once_and_can_be_opened_again(edition, officer):
    edition = confirm_edition_rules(edition, by=officer, source="Pedoman 2026")
    assert (edition.rules_confirmed_by, edition.rules_source) == (officer, "Pedoman 2026")
    with pytest.raises(RuleBrokenError, match="sudah dikonfirmasi"):
        confirm_edition_rules(edition, by=officer, source="Pedoman 2026")
    edition = revoke_edition_rules(edition, by=officer, reason="Umur keliru")
    assert edition.rules_confirmed_at is None
    assert last_event(edition)[0] == "edition.rules_revoked"
    with pytest.raises(RuleBrokenError, match="belum dikonfirmasi"):
        revoke_edition_rules(edition, by=officer, reason="Umur keliru")


def test_rules_of_history_are_not_confirmed(officer):
    history = Edition.objects.create(code="kiks-lama", year=2020, name="Lama", is_history=True)
    with pytest.raises(RuleBrokenError, match="riwayat"):
        confirm_edition_rules(history, by=officer, source="Pedoman")


def test_adopt_instrument_brings_criteria_questions_and_their_links(officer):
    load_instruments()
    edition = Edition.objects.create(code="kiks-baru", year=2027, name="Baru")
    instrument = adopt_instrument(edition, "kipp-2022", by=officer)
    assert sum(instrument.criteria.values_list("weight", flat=True)) == 100
    assert edition.questions.count() == 7
    criterion = instrument.criteria.get(code="ide-inovatif")
    assert (criterion.questions.get().word_limit, len(criterion.levels)) == (600, 4)
    assert instrument.confirmed_at is None
    assert last_event(edition) == ("instrument.adopted", {"code": "kipp-2022"})


def test_adopt_instrument_links_the_questions_that_another_brought(officer):
    load_instruments()
    edition = Edition.objects.create(code="kiks-baru", year=2027, name="Baru")
    adopt_instrument(edition, "kipp-2022", by=officer)
    kijb = adopt_instrument(edition, "kijb", by=officer)
    assert edition.questions.count() == 7
    linked = kijb.criteria.get(code="bermanfaat").questions.values_list("code", flat=True)
    assert set(linked) == {"signifikansi", "kontribusi-tpb"}


def test_adopt_instrument_refuses_twice_unknown_and_history(officer):
    load_instruments()
    edition = Edition.objects.create(code="kiks-baru", year=2027, name="Baru")
    adopt_instrument(edition, "kijb", by=officer)
    with pytest.raises(RuleBrokenError, match="sudah memakai"):
        adopt_instrument(edition, "kijb", by=officer)
    with pytest.raises(RuleBrokenError, match="tidak ada di pustaka"):
        adopt_instrument(edition, "tak-dikenal", by=officer)
    history = Edition.objects.create(code="kiks-lama", year=2020, name="Lama", is_history=True)
    with pytest.raises(RuleBrokenError, match="riwayat"):
        adopt_instrument(history, "kijb", by=officer)


def test_adopt_instrument_brings_no_question_into_confirmed_rules(officer):
    load_instruments()
    edition = confirm_edition_rules(make_edition(), by=officer, source="Pedoman")
    with pytest.raises(RuleBrokenError, match="Cabut konfirmasi aturan, pakai instrumennya"):
        adopt_instrument(edition, "kipp-2022", by=officer)
    assert edition.questions.count() == 2
    assert adopt_instrument(edition, "presentation", by=officer).criteria.exists()


def test_standard_checklist_does_not_enter_confirmed_rules(officer):
    edition = Edition.objects.create(code="kiks-baru", year=2027, name="Baru")
    edition = confirm_edition_rules(edition, by=officer, source="Pedoman")
    with pytest.raises(RuleBrokenError, match="Cabut konfirmasinya sebelum mengubah aturan"):
        add_standard_checklist(edition, by=officer)


def test_standard_checklist_comes_once(officer):
    edition = Edition.objects.create(code="kiks-baru", year=2027, name="Baru")
    add_standard_checklist(edition, by=officer)
    assert edition.checklist.exclude(machine_rule="").count() == 7
    with pytest.raises(RuleBrokenError, match="sudah memiliki"):
        add_standard_checklist(edition, by=officer)


def test_reschedule_extends_an_open_stage_and_keeps_the_reason(edition, officer):
    stage = edition.stages.get(kind=StageKind.REGISTRATION)
    closes_at = stage.closes_at + timedelta(days=2)
    moved = reschedule_stage(
        stage, by=officer, opens_at=stage.opens_at, closes_at=closes_at, reason="Portal terlalu ramai"
    )
    assert moved.closes_at == closes_at
    kind, data = last_event(edition)
    assert (kind, data["reason"], data["new"][1]) == (
        "stage.rescheduled",
        "Portal terlalu ramai",
        closes_at.isoformat(),
    )


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        (timedelta(hours=1), timedelta(0), "sebelum tahap dibuka"),
        (timedelta(0), timedelta(days=-6), "harus setelah saat ini"),
        (timedelta(0), timedelta(days=3), "bertumpang tindih"),
    ],
)
def test_reschedule_refuses_what_cannot_be(edition, officer, opens, closes, sentence):
    stage = edition.stages.get(kind=StageKind.SUBMISSION)
    with pytest.raises(RuleBrokenError, match=sentence):
        reschedule_stage(
            stage, by=officer, opens_at=stage.opens_at + opens, closes_at=stage.closes_at + closes, reason="Alasan"
        )


def test_reschedule_refuses_a_window_that_ends_before_it_begins(edition, officer):
    stage = edition.stages.get(kind=StageKind.JUDGING)
    with pytest.raises(RuleBrokenError, match="setelah waktu pembukaan"):
        reschedule_stage(
            stage,
            by=officer,
            opens_at=clock.now() + timedelta(days=90),
            closes_at=clock.now() + timedelta(days=80),
            reason="Alasan",
        )


def test_reschedule_asks_for_a_reason_and_a_seat(edition, officer):
    stage = edition.stages.get(kind=StageKind.JUDGING)
    window = {"opens_at": stage.opens_at, "closes_at": stage.closes_at}
    with pytest.raises(RuleBrokenError, match="Tulis alasan"):
        reschedule_stage(stage, by=officer, reason="", **window)
    with pytest.raises(PermissionDenied):
        reschedule_stage(stage, by=make_user(), reason="Alasan", **window)


def test_the_calendar_of_history_stays(officer):
    history = make_edition(is_history=True)
    stage = history.stages.get(kind=StageKind.JUDGING)
    with pytest.raises(RuleBrokenError, match="edisi riwayat tidak dapat diubah"):
        reschedule_stage(stage, by=officer, opens_at=stage.opens_at, closes_at=stage.closes_at, reason="Alasan")
