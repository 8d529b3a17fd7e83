"""What was confirmed stays, whoever changes the rows."""

import pytest
from django.db import DatabaseError, transaction

from competitions.actions import confirm_edition_rules, revoke_edition_rules
from competitions.frozen_rules import RULE_FIELDS
from tests.factories.editions import make_edition
from tests.factories.people import make_committee_user

pytestmark = pytest.mark.django_db

ROWS = ["categories", "questions", "attachment_rules", "checklist", "transformations"]


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def edition(officer):
    edition = make_edition()
    edition.transformations.create(code="digital", name="Transformasi digital")
    return confirm_edition_rules(edition, by=officer, source="Pedoman")


def refused(act):
    with pytest.raises(DatabaseError, match="rules of this edition are confirmed"), transaction.atomic():
        act()
    return True


@pytest.mark.parametrize("rows", ROWS)
def test_rows_of_confirmed_rules_are_not_changed_deleted_or_added(edition, rows):
    row = getattr(edition, rows).first()
    row.code = "lain"
    assert refused(row.save)
    assert refused(row.delete)
    row.pk = None
    assert refused(lambda: row.save(force_insert=True))


@pytest.mark.parametrize("rows", ROWS)
def test_rows_of_another_edition_do_not_slip_in(edition, rows):
    row = getattr(make_edition(), rows).first() or make_edition().transformations.create(code="lain", name="Lain")
    row.edition, row.code = edition, "lain"
    assert refused(row.save)


@pytest.mark.parametrize("field", RULE_FIELDS)
def test_rules_that_are_fields_stay_too(edition, field):
    setattr(edition, field, not edition.rejection_frees_participation if field.startswith("rejection") else 7)
    assert refused(edition.save)


def test_what_is_no_rule_may_change(edition):
    edition.theme = "Tema lain"
    edition.save()
    stage = edition.stages.get(kind="announcement")
    stage.closes_at = stage.closes_at.replace(microsecond=1)
    stage.save()


def test_taking_the_confirmation_back_opens_the_rules(edition, officer):
    edition = revoke_edition_rules(edition, by=officer, reason="Keliru")
    edition.unit_limit = 3
    edition.save()
    for rows in ROWS:
        getattr(edition, rows).first().save()
