"""What every test may ask for."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from tests.factories.pdf import tiny_pdf


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(tmp_path_factory: pytest.TempPathFactory, settings) -> None:
    folder = tmp_path_factory.getbasetemp() / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        },
    }


@pytest.fixture(autouse=True)
def _papers_are_quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a paper says is tested by its facts; only tests marked `draws` lay it out, which takes a second each."""
    if not request.node.get_closest_marker("draws") and not request.node.get_closest_marker("browser"):
        monkeypatch.setattr(
            "kiks.papers.render_pdf", lambda template, context, **inside: tiny_pdf(f"{template} {context} {inside}")
        )
        monkeypatch.setattr(
            "kiks.papers.render_sheets",
            lambda template, contexts: [tiny_pdf(f"{template} {context}") for context in contexts],
        )


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Always create the test database: the stock fixture does not where only `committed_db` asks for one."""
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=keep)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(created, verbosity=0)


def _server_connection() -> psycopg.Connection:
    """A connection to the server, not to the test database: a database in use cannot be copied."""
    params = {key: value for key, value in connection.get_connection_params().items() if key in PARAMETERS}
    return psycopg.connect(**{**params, "dbname": "postgres"}, autocommit=True)


PARAMETERS = ("host", "port", "user", "password")


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the test database in which transactions really commit, for threads, tampering and the browser.

    Official tables refuse TRUNCATE, so nothing is flushed afterwards: the copy is dropped. Gives its name.
    """
    original = connection.settings_dict["NAME"]
    copy = f"{original}_copy"
    with django_db_blocker.unblock():
        connections.close_all()
        with _server_connection() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = copy
        try:
            yield copy
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = original
            with _server_connection() as server:
                server.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
