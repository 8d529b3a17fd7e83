"""Acts on an edition as a whole: copied from another year, its rules confirmed, opened to the public."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from competitions.actions.wording import REASON_MISSING, SOURCE_MISSING
from competitions.calendar_rules import years_later
from competitions.checklist import STANDARD_CHECKLIST
from competitions.models import (
    ChecklistItem,
    Criterion,
    Edition,
    Question,
)
from competitions.permissions import (
    check_can_add_checklist,
    check_can_confirm_edition_rules,
    check_can_copy_edition,
    check_can_open_edition,
    check_can_revoke_edition_rules,
)
from competitions.queries import committee_users
from competitions.readiness import obstacles_of
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.wording import required

# What a new year keeps of the old one. The theme is a thing of its year, so it starts empty.
EDITION_FIELDS = (
    "prize",
    "venue",
    "is_demo",
    "participation_limit",
    "minimum_age_months",
    "unit_limit",
    "agency_limit",
    "rejection_frees_participation",
    "rejection_needs_second",
    "objection_days",
)


@dataclass
class Copies:
    """What became of each copied row: by model, from the old primary key to the new row."""

    rows: dict[type[models.Model], dict[int, Any]] = field(default_factory=dict)

    def of(self, row: models.Model) -> Any:
        return self.rows[type(row)][row.pk]

    def make(self, rows: models.QuerySet, **changes: Any) -> dict[int, Any]:
        """Copy rows with one statement; `changes` are values, or functions of the old row."""
        originals = list(rows)
        model = rows.model
        copies = [_copy_of(row, {name: _value(row, value) for name, value in changes.items()}) for row in originals]
        created = model._default_manager.bulk_create(copies)
        made = {old.pk: new for old, new in zip(originals, created, strict=True)}
        self.rows.setdefault(model, {}).update(made)
        return made


def _value(row: models.Model, value: Any) -> Any:
    return value(row) if callable(value) else value


def _copy_of(row: models.Model, changes: dict[str, Any]) -> models.Model:
    kept = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key}
    for name in changes:
        kept.pop(row._meta.get_field(name).attname, None)
    return type(row)(**kept, **changes)


def copy_edition(
    source: Edition, *, by: User, code: str, year: int, name: str, shift: timedelta | None = None
) -> Edition:
    """A new year with the rulebook of an earlier one: dates shifted by whole days, nothing confirmed, nothing opened.

    Rooms to the right copy what they add to an edition: `KIKS_EDITION_COPIERS`. People are never copied.
    """
    with audit.act(by):
        source = Edition.objects.select_for_update().get(pk=source.pk)
        check_can_copy_edition(by, source)
        code, name = required(code, "Tulis kode edisi baru."), required(name, "Tulis nama edisi baru.")
        if Edition.objects.filter(code=code).exists():
            raise RuleBrokenError(f"Kode {code} sudah dipakai edisi lain. Pilih kode yang berbeda.")
        shift = years_later(year - source.year) if shift is None else shift
        edition = Edition.objects.create(
            code=code,
            year=year,
            name=name,
            copied_from=source,
            presentation_on=source.presentation_on + shift if source.presentation_on else None,
            **{field: getattr(source, field) for field in EDITION_FIELDS},
        )
        copies = _copy_rulebook(source, edition, shift)
        for path in settings.KIKS_EDITION_COPIERS:
            import_string(path)(source, edition, copies)
        audit.record("edition.copied", edition, chain=edition.code, by=by, source=source.code, shifted_days=shift.days)
    return edition


def _copy_rulebook(source: Edition, edition: Edition, shift: timedelta) -> Copies:
    copies = Copies()
    copies.make(
        source.stages.all(),
        edition=edition,
        opens_at=lambda stage: stage.opens_at + shift,
        closes_at=lambda stage: stage.closes_at + shift,
    )
    for rows in (
        source.categories,
        source.transformations,
        source.questions,
        source.attachment_rules,
        source.checklist,
    ):
        copies.make(rows.all(), edition=edition)
    copies.make(source.instruments.all(), edition=edition, confirmed_source="", confirmed_at=None, confirmed_by=None)
    criteria = Criterion.objects.filter(instrument__edition=source)
    copies.make(criteria.select_related("instrument"), instrument=lambda row: copies.of(row.instrument))
    _copy_readings(criteria, copies)
    return copies


def _copy_readings(criteria: models.QuerySet[Criterion], copies: Copies) -> None:
    """Which questions each criterion judges."""
    reading = Criterion.questions.through
    reading.objects.bulk_create(
        reading(
            criterion_id=copies.rows[Criterion][old.criterion_id].pk,
            question_id=copies.rows[Question][old.question_id].pk,
        )
        for old in reading.objects.filter(criterion__in=criteria).order_by("pk")
    )


def open_edition(edition: Edition, *, by: User) -> Edition:
    """Make an edition public and the running one; refused while anything blocks it, naming all of it."""
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_open_edition(by, edition)
        if blocking := [obstacle.sentence for obstacle in obstacles_of(edition) if obstacle.is_blocking]:
            raise RuleBrokenError(*blocking)
        edition.opened_at, edition.opened_by = clock.now(), by
        edition.save(update_fields=["opened_at", "opened_by"])
        audit.record("edition.opened", edition, chain=edition.code, by=by)
        for member in committee_users():
            mail.queue(
                "edition_opened.txt",
                to=member,
                edition=edition,
                opened_by=by,
                stages=list(edition.stages.order_by("opens_at")),
            )
    return edition


def confirm_edition_rules(edition: Edition, *, by: User, source: str) -> Edition:
    """The bureau stands for age, limits and other rules of the edition."""
    source = required(source, SOURCE_MISSING)
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_confirm_edition_rules(by, edition)
        edition.rules_source, edition.rules_confirmed_at, edition.rules_confirmed_by = source, clock.now(), by
        edition.save(update_fields=["rules_source", "rules_confirmed_at", "rules_confirmed_by"])
        audit.record("edition.rules_confirmed", edition, chain=edition.code, by=by, source=source)
    return edition


def revoke_edition_rules(edition: Edition, *, by: User, reason: str) -> Edition:
    """Open the rules of the edition for changes again."""
    reason = required(reason, REASON_MISSING)
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_revoke_edition_rules(by, edition)
        edition.rules_source, edition.rules_confirmed_at, edition.rules_confirmed_by = "", None, None
        edition.save(update_fields=["rules_source", "rules_confirmed_at", "rules_confirmed_by"])
        audit.record("edition.rules_revoked", edition, chain=edition.code, by=by, reason=reason)
    return edition


def add_standard_checklist(edition: Edition, *, by: User) -> list[ChecklistItem]:
    """Give an edition without a checklist the usual one; the committee may change it afterwards."""
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_add_checklist(by, edition)
        items = [
            ChecklistItem(edition=edition, position=position, **item._asdict())
            for position, item in enumerate(STANDARD_CHECKLIST, start=1)
        ]
        ChecklistItem.objects.bulk_create(items)
        audit.record("checklist.added", edition, chain=edition.code, by=by, items=len(items))
    return items
