"""Bring the demo's database to what bin/demo was asked for, without touching data that are not the demo's."""

import io
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

OURS = "kiks_demo_"
NO_DEMO = (
    "The database {name} holds data that are not the demo's and stays as it is: "
    "let DATABASE_URL name an empty database, or unset it."
)
RESET = """
    DO $$ DECLARE found name; BEGIN
        PERFORM set_config('lock_timeout', '20s', true);
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user;
        FOR found IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
            EXECUTE format('DROP SCHEMA %I CASCADE', found);
        END LOOP;
        CREATE SCHEMA public;
        GRANT USAGE ON SCHEMA public TO PUBLIC;
    END $$
"""


class Command(BaseCommand):
    help = "Migrate the demo's database and build its made-up edition where it is not there; bin/demo calls this."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", required=True)
        parser.add_argument("--code", default="", help="what bin/demo compares to know that nothing is to be prepared")
        parser.add_argument("--fresh", action="store_true")

    def handle(self, *args: Any, stage: str, code: str, fresh: bool, **options: Any) -> None:
        if settings.KIKS_MODE != "demo":
            raise CommandError("The demo is only built where KIKS_MODE is demo.")
        try:
            self.prepare(stage, code, fresh)
        except (OperationalError, ProgrammingError) as fault:
            raise CommandError(f"The database refuses: {str(fault).splitlines()[0]}") from fault

    def prepare(self, stage: str, code: str, fresh: bool) -> None:
        built = built_stage()
        is_empty = built is None and holds_nothing()
        if built is None and not is_empty and not (fresh and database_name().startswith(OURS)):
            raise CommandError(refusal())
        if not is_empty and (fresh or built != stage):
            self.stdout.write("Throwing the data of the earlier demo away.")
            reset()
            is_empty = True
        if is_empty:
            mark("")
        if not is_migrated():
            call_command("migrate", interactive=False)
        if is_empty:
            self.stdout.write("Building the made-up edition.")
            call_command("play_demo", stage=stage)
        accounts = io.StringIO()
        call_command("demo_accounts", stdout=accounts, no_color=True)
        self.stdout.write(accounts.getvalue())
        mark(stage, code, accounts.getvalue())


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def database_name() -> str:
    return str(connection.settings_dict["NAME"])


def refusal() -> str:
    if database_name().startswith(OURS):
        return "The demo's database holds data that bin/demo did not put there: bin/demo --fresh throws them away."
    return NO_DEMO.format(name=database_name())


def built_stage() -> str | None:
    """Which stage the demo in this database was built to: empty for one that was interrupted, None for no demo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('demo_edition')")
        if cursor.fetchone() == (None,):
            return None
        cursor.execute("SELECT stage FROM demo_edition")
        return str(cursor.fetchone()[0])


def mark(stage: str, code: str = "", accounts: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS demo_edition"
            " (is_it boolean PRIMARY KEY CHECK (is_it), stage text, code text, accounts text)"
        )
        cursor.execute(
            "INSERT INTO demo_edition VALUES (true, %s, %s, %s) ON CONFLICT (is_it)"
            " DO UPDATE SET stage = excluded.stage, code = excluded.code, accounts = excluded.accounts",
            [stage, code, accounts],
        )


def holds_nothing() -> bool:
    """No tables, or our own right after `migrate`: nobody is in them."""
    tables = connection.introspection.table_names()
    users = get_user_model()
    return not tables or (users._meta.db_table in tables and not users.objects.exists())


def reset() -> None:
    with connection.cursor() as cursor:
        cursor.execute(RESET)
    files = Path(default_storage.path(""))
    if files.is_relative_to(settings.DATA_DIR):
        shutil.rmtree(files, ignore_errors=True)
