"""Build a throw-away database, serve it, measure, print, and leave with 1 where a ratio exceeds its target."""

import http.client
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from kiks import clock
from kiks.launcher import say, serve
from tests.bench import drawing, heavy, marking, resembling, saving
from tests.bench.measuring import Row
from tests.factories.editions import make_edition
from tests.factories.people import make_committee_user

NAME = "kiks_bench"
SECONDS_TO_START = 60


def main() -> int:
    # Passwords are made for many people here and typed by none.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setup_test_environment()
    with tempfile.TemporaryDirectory() as folder, throw_away_database():
        settings.STORAGES["default"]["OPTIONS"]["location"] = folder
        say(facts_of_the_machine())
        rows = []
        with server(folder) as port:
            for row in measured(port):
                rows.append(row)
                say(line(row))
    missed = [row for row in rows if row.is_missed]
    for row in missed:
        say(f"MISSED  {row.name}: {row.ratio:.2f}, and {row.target:g} is the most")
    return 1 if missed else 0


def measured(port: int) -> Iterator[Row]:
    say(HEADING)
    edition, committee = make_edition(), make_committee_user()
    yield from saving.over_http(edition, port)
    yield from saving.the_action(edition)
    yield from marking.over_http(port)
    yield from marking.the_action()
    yield from heavy.submitting()
    yield from heavy.importing(committee)
    yield from heavy.ranking()
    yield from heavy.long_table()
    yield from resembling.comparing()
    yield from drawing.certificates()


HEADING = f"{'':<46} {'ms':>9}   {'floor':<30} {'ms':>9}   {'ratio':>6} {'most':>5}"


def line(row: Row) -> str:
    most = f"{row.target:g}" if row.target is not None else "-"
    times = f"{row.name:<46} {row.ms:>9.2f}   {row.floor:<30} {row.floor_ms:>9.2f}"
    return f"{times}   {row.ratio:>6.2f} {most:>5}  {row.note}".rstrip()


def facts_of_the_machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
        )
        version, fsync, commit = cursor.fetchone()
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{clock.now():%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load {load}; {platform.machine()},"
        f" Python {platform.python_version()}, PostgreSQL {version.split()[0]},"
        f" fsync {fsync}, synchronous_commit {commit}"
    )


@contextmanager
def throw_away_database() -> Iterator[None]:
    """A database of its own on the server, migrated and dropped again."""
    connection.settings_dict["TEST"]["NAME"] = NAME
    created = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=[])
    try:
        yield
    finally:
        connections.close_all()
        teardown_databases(created, verbosity=0)


@contextmanager
def server(folder: str) -> Iterator[int]:
    """The site as bin/demo serves it, over the throw-away database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{NAME}").geturl()
    environment = os.environ | {"DATABASE_URL": url, "KIKS_FILES_DIR": folder}
    # Its log would fill the screen: the floor is a request that is refused, and that is a warning.
    with (Path(folder) / "server.log").open("wb") as log:
        process = subprocess.Popen(serve(port), env=environment, cwd=Path(__file__).parents[2], stderr=log)
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            visitor = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            visitor.request("GET", "/", headers={"Host": "localhost"})
            visitor.getresponse()
            visitor.close()
            return
        time.sleep(0.1)
    raise RuntimeError("The server does not answer.")


if __name__ == "__main__":
    sys.exit(main())
