"""Rounds of a copied edition: the same rules, in draft, unconfirmed, pointing at the copies and at nobody."""

import pytest

from competitions.actions import copy_edition
from competitions.models import Edition
from judging.models import Round
from judging.states import RoundStatus
from tests.factories.editions import make_edition
from tests.factories.judging import make_final_round, make_presentation_round, make_round, published_edition
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user()


def copied(source: Edition, officer) -> dict[str, Round]:
    edition = copy_edition(source, by=officer, code="salinan", year=2027, name="Salinan 2027")
    return {round_.code: round_ for round_ in edition.rounds.all()}


@pytest.fixture
def source(officer):
    edition = make_edition()
    stage = edition.stages.get(kind="judging")
    desk = make_round(edition, officer, cutoff=6, minimum_judges=2, judges_per_entry=3, decimals=3, stage=stage)
    make_final_round(desk, make_presentation_round(desk, officer), officer)
    return edition


def test_numbers_go_along_and_confirmations_do_not(source, officer):
    desk = copied(source, officer)["desk"]
    assert (desk.cutoff, desk.minimum_judges, desk.judges_per_entry, desk.decimals) == (6, 2, 3, 3)
    assert (desk.status, desk.shares_confirmed_at, desk.shares_source) == (RoundStatus.DRAFT, None, "")


def test_a_round_of_the_copy_stands_in_the_stage_of_the_copy(source, officer):
    desk = copied(source, officer)["desk"]
    assert (desk.stage.kind, desk.stage.edition) == ("judging", desk.edition)


def test_shares_are_of_the_instruments_of_the_copy(source, officer):
    desk = copied(source, officer)["desk"]
    parts = [(part.instrument.code, part.share, part.instrument.edition) for part in desk.round_instruments.all()]
    assert parts == [("kipp", 60, desk.edition), ("kijb", 40, desk.edition)]
    assert {part.instrument.confirmed_at for part in desk.round_instruments.all()} == {None}


def test_sources_components_and_tie_breakers_point_at_copies(source, officer):
    rounds = copied(source, officer)
    assert rounds["presentation"].source == rounds["desk"]
    components = [(part.source, part.share) for part in rounds["final"].components.all()]
    assert components == [(rounds["desk"], 60), (rounds["presentation"], 40)]
    assert [breaker.source for breaker in rounds["final"].tie_breakers.all()] == [rounds["presentation"]]
    criterion = rounds["desk"].tie_breakers.get().criterion
    assert (criterion.code, criterion.instrument.edition) == ("signifikansi", rounds["desk"].edition)


def test_an_edition_that_was_played_to_the_end_leaves_its_life_behind(officer):
    source = published_edition()
    before = list(Round.objects.filter(edition=source).values())
    rounds = copied(source, officer)
    assert {round_.status for round_ in rounds.values()} == {RoundStatus.DRAFT}
    for round_ in rounds.values():
        acts = [round_.opened_at, round_.opened_by, round_.locked_at, round_.closed_at, round_.shares_confirmed_by]
        assert (acts, round_.locked_digest) == ([None] * 5, "")
        assert not round_.assignments.exists()
        assert not round_.rankings.exists()
        assert not round_.presentations.exists()
    edition = rounds["desk"].edition
    assert not edition.judges.exists()
    assert not edition.entries.exists()
    assert not edition.publications.exists()
    assert list(Round.objects.filter(edition=source).values()) == before


def test_an_edition_without_rounds_is_copied_without(officer):
    assert copied(make_edition(), officer) == {}


def test_more_rounds_cost_no_more_queries(source, officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(120) as few:
        copied(source, officer)
    for number in range(20):
        Round.objects.create(
            edition=source, code=f"lagi-{number}", name="Lagi", kind="desk", source=source.rounds.get(code="desk")
        )
    with django_assert_max_num_queries(len(few)):
        copy_edition(source, by=officer, code="salinan-2", year=2028, name="Salinan 2028")
