"""The calendar: which edition is the current one, what is open, what closes next."""

from datetime import timedelta

import pytest

from competitions.actions import confirm_edition_rules, confirm_instrument
from competitions.models import Edition, Stage, StageKind
from competitions.permissions import check_stage_open
from competitions.queries import (
    current_edition,
    editions_with_history,
    is_open,
    next_deadline,
    open_stages,
    stage_of,
    stage_timeline,
    unconfirmed_rules,
    weight_total,
)
from kiks.exceptions import RuleBrokenError
from tests.factories.editions import make_edition, make_instrument
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_current_edition_is_the_newest_that_has_a_calendar():
    older, newer = make_edition(year=2025), make_edition(year=2026)
    Edition.objects.create(code="tanpa-tahap", year=2028, name="Tanpa tahap")
    Edition.objects.create(code="riwayat", year=2029, name="Riwayat", is_history=True)
    assert current_edition() == newer
    assert list(editions_with_history().values_list("year", flat=True)) == [2029, 2026, 2025]
    assert older in editions_with_history()


def test_without_an_edition_there_is_none():
    assert current_edition() is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(-SECOND, False), (timedelta(0), True), (timedelta(days=10) - SECOND, True), (timedelta(days=10), False)],
)
def test_the_opening_moment_belongs_to_the_stage_and_the_closing_moment_does_not(moment, expected):
    stage = stage_of(make_edition(), StageKind.SUBMISSION)
    assert is_open(stage, stage.opens_at + moment) is expected


def test_check_stage_open_says_when():
    edition = make_edition()
    stage = stage_of(edition, StageKind.SUBMISSION)
    check_stage_open(edition, StageKind.SUBMISSION, stage.opens_at)
    with pytest.raises(RuleBrokenError, match="Pengajuan inovasi baru dibuka"):
        check_stage_open(edition, StageKind.SUBMISSION, stage.opens_at - SECOND)
    with pytest.raises(RuleBrokenError, match="Pengajuan inovasi sudah ditutup"):
        check_stage_open(edition, StageKind.SUBMISSION, stage.closes_at)
    Stage.objects.filter(pk=stage.pk).delete()
    with pytest.raises(RuleBrokenError, match="belum dijadwalkan"):
        check_stage_open(edition, StageKind.SUBMISSION, stage.opens_at)


def test_timeline_says_past_current_and_future():
    edition = make_edition(StageKind.JUDGING)
    now = stage_of(edition, StageKind.JUDGING).opens_at
    states = {stage["kind"]: stage["state"] for stage in stage_timeline(edition, now)}
    assert states == {
        "registration": "past",
        "submission": "past",
        "screening": "past",
        "judging": "current",
        "presentation": "future",
        "announcement": "future",
    }


def test_next_deadline_is_the_open_stage_that_closes_first():
    edition = make_edition()
    submission = stage_of(edition, StageKind.SUBMISSION)
    Stage.objects.filter(edition=edition, kind=StageKind.REGISTRATION).update(closes_at=submission.closes_at - SECOND)
    assert [stage.kind for stage in open_stages(edition, submission.opens_at)] == ["registration", "submission"]
    stage, closes_at = next_deadline(edition, submission.opens_at)
    assert (stage.kind, closes_at) == ("registration", submission.closes_at - SECOND)
    assert next_deadline(edition, submission.opens_at + timedelta(days=3000)) is None


def test_weights_are_added_exactly():
    instrument = make_instrument(make_edition(), "uji", {"a": "33.333", "b": "33.333", "c": "33.334"})
    assert weight_total(instrument) == 100


def test_unconfirmed_rules_are_named_until_they_are_confirmed():
    edition, officer = make_edition(), make_committee_user()
    assert list(unconfirmed_rules(edition)) == [f"Aturan {edition.name}", "Instrumen KIJB", "Instrumen KIPP"]
    edition = confirm_edition_rules(edition, by=officer, source="Pedoman")
    for instrument in edition.instruments.all():
        confirm_instrument(instrument, by=officer, source="Pedoman")
    assert list(unconfirmed_rules(edition)) == []
