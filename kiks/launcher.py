"""What stands behind bin/demo, test, manage and bench; standard library only: `check` comes before any set-up."""

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from kiks.embedded_postgres import EmbeddedPostgres, PostgresError, command_line, query
from kiks.supervisor import Session

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("KIKS_DATA_DIR") or ROOT / ".data").absolute()
MANAGE = [sys.executable, str(ROOT / "manage.py")]
STAGES = ("registration", "screening", "desk", "final", "published")
DEFAULT_STAGE = "desk"
APPS = ("kiks", "competitions", "entries", "judging")
DEFAULT_PORT = 8000
OLDEST_POSTGRES = 15
FREE_BYTES = 500_000_000
FREE_BYTES_TO_INSTALL = 2_500_000_000
SECONDS_FOR_A_CARETAKER = 20
CHECKS = {
    "Lint": ["ruff", "check"],
    "Format": ["ruff", "format", "--check"],
    "Types": ["mypy"],
    "Import contracts": ["lint-imports"],
    "Missing migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
}
TESTS = {
    "Tests": ["pytest", "-n", "auto", "-m", "not browser"],
    "Tests in the browser": ["pytest", "-n", "auto", "-m", "browser"],
}


class LauncherError(Exception):
    """A sentence for the person at the keyboard."""


@contextlib.contextmanager
def session_with_database(directory: Path, name: str, *held: int) -> Iterator[tuple[Session, str]]:
    """A session and the address of its database: the one of DATABASE_URL, else `name` in the embedded server."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        check_server(given)
        with Session(None, *held) as session:
            yield session, given
        return
    server = EmbeddedPostgres(directory, durable=directory.name != "postgres-test")
    with Session(server, *held) as session:
        server.ensure_database(name)
        yield session, server.database_url(name)


def demo(arguments: list[str]) -> int:
    options = demo_options(arguments)
    lock = claim_port(options.port)
    name = f"kiks_demo_{options.port}"
    code = code_fingerprint()
    prepare = [*MANAGE, "prepare_demo", "--stage", options.stage, "--code", code]
    prepare += ["--fresh"] if options.fresh else []
    with session_with_database(DATA / "postgres", name, lock) as (session, url):
        environment = project_environment(url, "demo", options.port)
        accounts = "" if options.fresh else prepared_accounts(url, options.stage, code)
        if accounts:
            say(accounts)
        elif failed := session.run(prepare, environment, apart=True):
            return failed
        ended = session.run(serve(options.port), environment, apart=True, ready=lambda: has_announced(options.port))
        return 0 if session.signals else ended


def serve(port: int) -> list[str]:
    """The site; WhiteNoise need not warn that nothing was collected: a demo takes its files from where they lie."""
    server = [sys.executable, "-W", "ignore:No directory at", "-m", "granian", "--interface", "wsgi"]
    place = ["--host", "127.0.0.1", "--port", str(port)]
    limits = ["--workers", "1", "--blocking-threads", "8", "--workers-kill-timeout", "3", "--log-level", "error"]
    return [*server, *place, *limits, "kiks.wsgi:application"]


def code_fingerprint() -> str:
    """Changes whenever a demo that was prepared before may need something new, such as a migration."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def prepared_accounts(url: str, stage: str, code: str) -> str:
    """What prepare_demo would print if it would find nothing to do; asked without Django, whose start takes seconds."""
    sql = f"SELECT accounts FROM demo_edition WHERE stage = '{stage}' AND code = '{code}'"  # noqa: S608 - both ours
    with contextlib.suppress(PostgresError):
        return query(sql, libpq_environment(url))
    return ""


def manage(arguments: list[str]) -> int:
    mode = os.environ.get("KIKS_MODE", "demo")
    if mode == "production" and not os.environ.get("DATABASE_URL"):
        raise LauncherError("KIKS_MODE=production needs a DATABASE_URL: the embedded PostgreSQL is for the demo.")
    ports = running_demos()
    port = port_number(os.environ.get("KIKS_PORT") or str(ports[0] if len(ports) == 1 else DEFAULT_PORT))
    with session_with_database(DATA / "postgres", f"kiks_demo_{port}") as (session, url):
        return session.run([*MANAGE, *arguments], project_environment(url, mode, port))


def test(arguments: list[str]) -> int:
    """All checks and tests; arguments are for pytest and replace the two usual runs by one of their own."""
    steps = CHECKS | ({"Tests": ["pytest", *arguments]} if arguments else TESTS)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    began = time.monotonic()
    with session_with_database(DATA / "postgres-test", "kiks") as (session, url):
        environment = {"DATABASE_URL": url, "KIKS_MODE": "test", "PATH": programs}
        for title, command in steps.items():
            say(f"\n== {title}: {' '.join(command).replace(' '.join(MANAGE), 'manage.py')}")
            if code := session.run(command, environment):
                say(f"\n{title}: not in order.")
                return code
    say(f"\nEverything is in order ({time.monotonic() - began:.0f} s).")
    return 0


def bench(arguments: list[str]) -> int:
    """The measured ratios, over a server that keeps its promises: what is committed is on the disk."""
    if arguments:
        raise LauncherError(f"It takes no arguments: {' '.join(arguments)}.")
    DATA.mkdir(parents=True, exist_ok=True)
    with session_with_database(DATA / "postgres", "kiks") as (session, url):
        environment = project_environment(url, "demo", DEFAULT_PORT) | {"DJANGO_SETTINGS_MODULE": "kiks.settings"}
        return session.run([sys.executable, "-m", "tests.bench"], environment)


def check(arguments: list[str]) -> int:
    """What can be known to be wrong with a demo before the long work begins."""
    options = demo_options(arguments)
    os.close(claim_port(options.port))
    needed = FREE_BYTES if (ROOT / ".venv").exists() else FREE_BYTES_TO_INSTALL
    if shutil.disk_usage(ROOT).free < needed or shutil.disk_usage(DATA).free < FREE_BYTES:
        raise LauncherError(f"There is too little room on the disk: {needed // 1_000_000} MB must be free.")
    return 0


def demo_options(arguments: list[str]) -> argparse.Namespace:
    parser = OptionParser(prog="bin/demo", description="Start KIKS with its made-up edition.", allow_abbrev=False)
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, metavar="N", help="of the address")
    parser.add_argument("--stage", choices=STAGES, default=DEFAULT_STAGE, help="where this year's edition is today")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and build it again")
    return parser.parse_args(arguments)


class OptionParser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise LauncherError(f"{message}.")


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LauncherError(f"{text} is not a port: give a number from 1 to 65535.")
    return int(text)


def claim_port(port: int) -> int:
    """The descriptor that keeps other demos off this port; waits for the caretaker of one that was killed."""
    DATA.mkdir(parents=True, exist_ok=True)
    lock = os.open(DATA / f"demo-{port}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + SECONDS_FOR_A_CARETAKER
    while not is_locked_by_us(lock):
        owner = os.pread(lock, 20, 0).decode()
        if time.monotonic() > deadline or (owner.isdecimal() and "kiks.launcher" in command_line(int(owner))):
            raise LauncherError(
                f"A demo is already running at http://localhost:{port}: stop it, or choose bin/demo --port N."
            )
        time.sleep(0.1)
    check_port(port)
    os.truncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LauncherError(f"This user may not open port {port}: choose bin/demo --port N above 1023.") from None
        except OSError:
            raise LauncherError(f"Port {port} is in use by another program: choose bin/demo --port N.") from None
    with contextlib.suppress(OSError), socket.create_connection(("::1", port), timeout=1):
        raise LauncherError(f"Port {port} is in use by another program on ::1: choose bin/demo --port N.")


def running_demos() -> list[int]:
    ports = []
    for path in DATA.glob("demo-*.lock"):
        with path.open() as lock:
            if not is_locked_by_us(lock.fileno()):
                ports.append(int(path.stem.removeprefix("demo-")))
    return ports


def is_locked_by_us(descriptor: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def has_announced(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", "/")
        connection.getresponse()
        say(f"\nKIKS is running at http://localhost:{port} (Ctrl-C stops it).")
        return True
    return False


def check_server(url: str) -> None:
    """Refuse a DATABASE_URL that cannot work, in one sentence."""
    try:
        version = int(query("SHOW server_version_num", libpq_environment(url))) // 10_000
    except PostgresError as fault:
        raise LauncherError(f"The server of DATABASE_URL does not answer as it should: {fault}") from None
    if version < OLDEST_POSTGRES:
        raise LauncherError(f"DATABASE_URL leads to PostgreSQL {version}: KIKS needs {OLDEST_POSTGRES} or newer.")


def libpq_environment(url: str) -> dict[str, str]:
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        raise LauncherError(
            "DATABASE_URL cannot be read: it must be postgres://user:password@host:5432/name."
        ) from None
    name = parts.path.removeprefix("/")
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise LauncherError("DATABASE_URL must be postgres://user:password@host:5432/name.")
    values = {
        "HOST": parts.hostname,
        "PORT": port,
        "USER": parts.username,
        "PASSWORD": parts.password,
        "DATABASE": name,
    }
    values |= {key.upper(): value for key, value in parse_qsl(parts.query)}
    return {f"PG{key}": unquote(value) for key, value in values.items() if value}


def project_environment(url: str, mode: str, port: int) -> dict[str, str]:
    environment = {"DATABASE_URL": url, "KIKS_MODE": mode, "KIKS_PORT": str(port)}
    if mode == "demo":
        environment["KIKS_SECRET_KEY"] = os.environ.get("KIKS_SECRET_KEY") or secret_key()
        environment["KIKS_FILES_DIR"] = str(DATA / "files" / f"kiks_demo_{port}")
    return environment


def secret_key() -> str:
    """Made once; the link lets only one of two commands that start at once make it."""
    path = DATA / "secret_key"
    if not path.exists():
        draft = path.with_name(f"secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


COMMANDS = {"demo": demo, "test": test, "manage": manage, "bench": bench, "check": check}


def main(name: str, *arguments: str) -> int:
    try:
        return COMMANDS[name](list(arguments))
    except (LauncherError, PostgresError) as fault:
        message = str(fault)
    except OSError as fault:
        message = f"{fault.strerror}: {fault.filename}"
    sys.stderr.write(f"bin/{'demo' if name == 'check' else name}: {message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
