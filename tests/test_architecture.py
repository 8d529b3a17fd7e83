"""The house rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

ROOT = Path(__file__).resolve().parent.parent
APPS = ["kiks", "competitions", "entries", "judging"]
MODULE_LIMIT, FUNCTION_LIMIT, TEMPLATE_LIMIT = 400, 40, 150
# Moments that are no acts: nobody performs a calendar, and the database stamps itself.
NO_ACTOR = {
    "opens_at", "closes_at", "starts_at", "correction_due_at", "created_at", "queued_at", "recorded_at", "sent_at",
    "old_opens_at", "old_closes_at", "expires_at", "next_attempt_at",
    "uploads_close_at", "told_starts_at",
    "accepted_at",  # only the invited person can accept
}  # fmt: skip


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_stay_readable_in_one_sitting():
    too_long = {shown(path) for path in sources() if len(path.read_text().splitlines()) > MODULE_LIMIT}
    assert too_long - {"kiks/settings.py"} == set()


def test_functions_stay_short():
    too_long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > FUNCTION_LIMIT
    ]
    assert too_long == []


def test_templates_stay_short():
    templates = (ROOT / "templates").rglob("*.html")
    assert [shown(path) for path in templates if len(path.read_text().splitlines()) > TEMPLATE_LIMIT] == []


def test_every_module_says_what_it_is():
    silent = [
        shown(path)
        for path in sources()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_status_is_assigned_in_actions_only():
    assignment = re.compile(r"(?<!OLD)(?<!NEW)\.status\s*=[^=]")
    found = {shown(path) for path in sources() if assignment.search(path.read_text()) and "actions" not in path.parts}
    assert found == set()


@pytest.mark.parametrize("forbidden", ["@receiver", "mark_safe(", "csrf_exempt", "from django.utils.translation"])
def test_habits_that_this_house_does_not_have(forbidden):
    assert [shown(path) for path in sources() if forbidden in path.read_text()] == []


def test_templates_carry_nothing_that_the_content_policy_refuses():
    script = r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"
    refused = re.compile(rf"<style|\sstyle=|\son[a-z]+=\"|{script}|\|safe\b|autoescape off")
    found = [shown(path) for path in (ROOT / "templates").rglob("*.html") if refused.search(path.read_text())]
    assert found == []


def own_models() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def test_every_act_has_its_actor():
    alone = []
    for model in own_models():
        names = {field.name for field in model._meta.get_fields()}
        acts = {name for name in names if name.endswith("_at")} - NO_ACTOR
        alone += [f"{model.__name__}.{act}" for act in acts if f"{act.removesuffix('_at')}_by" not in names]
    assert [name for name in alone if name != "AuditEvent.at"] == []


def test_nullable_acts_are_paired_by_a_constraint():
    unpaired = []
    for model in own_models():
        constraints = {constraint.name for constraint in model._meta.constraints}
        for field in model._meta.get_fields():
            if field.name.endswith("_at") and field.name not in NO_ACTOR and getattr(field, "null", False):
                act = field.name.removesuffix("_at")
                if not any(name.endswith(f"_{act}_paired") for name in constraints):
                    unpaired.append(f"{model.__name__}.{field.name}")
    assert unpaired == []


def test_status_fields_have_their_table_in_the_database():
    without = [
        model.__name__
        for model in own_models()
        if any(field.name == "status" for field in model._meta.get_fields())
        and not any(trigger.name == "status_steps" for trigger in model._meta.original_attrs.get("triggers", []))
    ]
    assert without == []


@pytest.mark.django_db
def test_official_triggers_fire_whatever_the_session_says():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal")
        triggers = dict(cursor.fetchall())
    assert len(triggers) > 60
    assert {name for name, enabled in triggers.items() if enabled != "A"} == set()
