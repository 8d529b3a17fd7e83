"""The commands of bin/: what they refuse in one sentence, what they run, and that nothing stays behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from judging.demo.calendar import STAGES
from kiks import launcher
from kiks.embedded_postgres import PostgresError
from kiks.launcher import LauncherError
from kiks.management.commands import prepare_demo
from kiks.supervisor import Session

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(launcher, "DATA", tmp_path)
    return tmp_path


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestDemoOptions:
    def test_defaults(self) -> None:
        assert vars(launcher.demo_options([])) == {"port": 8000, "stage": "desk", "fresh": False}

    def test_all_given(self) -> None:
        options = launcher.demo_options(["--port", "8001", "--stage", "desk", "--fresh"])
        assert vars(options) == {"port": 8001, "stage": "desk", "fresh": True}

    def test_stages_are_those_of_the_story(self) -> None:
        assert launcher.STAGES == STAGES
        assert launcher.DEFAULT_STAGE in STAGES

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["--port", "x"], "x is not a port: give a number from 1 to 65535."),
            (["--port", "65536"], "65536 is not a port"),
            (["--stage", "moon"], "argument --stage: invalid choice: 'moon'"),
            (["--fres"], "unrecognized arguments: --fres."),
        ],
    )
    def test_refusals(self, arguments: list[str], sentence: str) -> None:
        with pytest.raises(LauncherError, match=sentence):
            launcher.demo_options(arguments)


class TestPort:
    def test_a_claim_is_seen_until_it_is_given_up(self, data: Path, port: int) -> None:
        assert launcher.running_demos() == []
        claim = launcher.claim_port(port)
        assert launcher.running_demos() == [port]
        os.close(claim)
        assert launcher.running_demos() == []

    def test_two_demos_on_one_port(self, data: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(launcher, "command_line", lambda pid: "python -m kiks.launcher demo")
        claim = launcher.claim_port(port)
        with pytest.raises(LauncherError, match=f"already running at http://localhost:{port}: stop it"):
            launcher.claim_port(port)
        os.close(claim)

    def test_waits_for_the_caretaker_of_a_killed_demo(
        self, data: Path, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        killed = launcher.claim_port(port)
        monkeypatch.setattr(launcher, "command_line", lambda pid: "")
        monkeypatch.setattr(launcher.time, "sleep", lambda seconds: os.close(killed))
        claim = launcher.claim_port(port)
        assert (data / f"demo-{port}.lock").read_text() == str(os.getpid())
        os.close(claim)

    def test_taken_by_somebody_else(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            with pytest.raises(LauncherError, match=f"Port {taken} is in use by another program"):
                launcher.check(["--port", str(taken)])

    def test_forbidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(launcher.socket.socket, "bind", refuse)
        with pytest.raises(LauncherError, match="This user may not open port 80"):
            launcher.check_port(80)


def refuse(*_: object) -> None:
    raise PermissionError


def test_too_little_room(data: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher.shutil, "disk_usage", lambda path: shutil_usage(free=1000))
    with pytest.raises(LauncherError, match="too little room on the disk: .* MB must be free"):
        launcher.check(["--port", str(port)])


def shutil_usage(free: int) -> object:
    return type("Usage", (), {"free": free})


class TestDatabaseUrl:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("postgres://h/n", {"PGHOST": "h", "PGDATABASE": "n"}),
            (
                "postgresql://u:a%40b@h:5433/n?sslmode=require",
                {
                    "PGHOST": "h",
                    "PGPORT": "5433",
                    "PGUSER": "u",
                    "PGPASSWORD": "a@b",
                    "PGDATABASE": "n",
                    "PGSSLMODE": "require",
                },
            ),
            ("postgres:///n?host=/run/postgresql", {"PGHOST": "/run/postgresql", "PGDATABASE": "n"}),
        ],
    )
    def test_read(self, url: str, expected: dict[str, str]) -> None:
        assert launcher.libpq_environment(url) == expected

    @pytest.mark.parametrize(
        "url", ["mysql://h/n", "postgres://h", "nonsense", "postgres://h:port/n", "postgres://[/n"]
    )
    def test_unreadable(self, url: str) -> None:
        with pytest.raises(LauncherError, match="postgres://user:password@host:5432/name"):
            launcher.libpq_environment(url)

    def test_unreachable(self, port: int) -> None:
        with pytest.raises(
            LauncherError, match=f"does not answer as it should: .*port {port} failed: Connection refused"
        ):
            launcher.check_server(f"postgres://127.0.0.1:{port}/n")

    @pytest.mark.parametrize(("number", "refused"), [("140022", True), ("150000", False), ("180004", False)])
    def test_version(self, number: str, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(launcher, "query", lambda sql, connection: number)
        expected = pytest.raises(LauncherError, match="PostgreSQL 14: KIKS needs 15 or newer")
        with expected if refused else contextlib.nullcontext():
            launcher.check_server("postgres://h/n")

    def test_production_has_no_embedded_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KIKS_MODE", "production")
        monkeypatch.delenv("DATABASE_URL", raising=False)
        with pytest.raises(LauncherError, match="production needs a DATABASE_URL"):
            launcher.manage(["check"])


def test_the_secret_key_is_made_once_and_private(data: Path) -> None:
    key = launcher.secret_key()
    assert len(key) > 50
    assert launcher.secret_key() == key
    assert [path.name for path in data.iterdir()] == ["secret_key"]
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (LauncherError("So it is."), "bin/demo: So it is.\n"),
        (PostgresError("No server."), "bin/demo: No server.\n"),
        (OSError(28, "No space left on device", "data"), "bin/demo: No space left on device: data\n"),
    ],
)
def test_a_fault_is_one_sentence(
    fault: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str]) -> int:
        raise fault

    monkeypatch.setitem(launcher.COMMANDS, "demo", fail)
    assert launcher.main("demo") == 1
    assert capsys.readouterr().err == sentence


class FakeSession:
    """Answers commands with prepared exit codes and remembers them."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.commands: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self.signals: list[int] = []

    def run(self, command: list[str], environment: dict[str, str], **options: object) -> int:
        self.commands.append(command)
        self.environments.append(environment)
        return self.codes.pop(0) if self.codes else 0


@pytest.fixture
def session(data: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    fake = FakeSession()

    @contextlib.contextmanager
    def with_database(directory: Path, name: str, *held: int) -> Iterator[tuple[FakeSession, str]]:
        yield fake, f"postgres://{directory.name}/{name}"
        for descriptor in held:
            os.close(descriptor)

    monkeypatch.setattr(launcher, "session_with_database", with_database)
    monkeypatch.setattr(launcher, "prepared_accounts", lambda url, stage, code: "")
    return fake


class TestTest:
    def test_all_steps_in_their_order(self, session: FakeSession) -> None:
        assert launcher.test([]) == 0
        assert [command[0] for command in session.commands[:4]] == ["ruff", "ruff", "mypy", "lint-imports"]
        assert session.commands[4][-3:] == ["makemigrations", "--check", "--dry-run"]
        marks = ("not browser", "browser")
        assert session.commands[5:] == [["pytest", "-n", "auto", "-m", mark] for mark in marks]
        assert session.environments[0]["DATABASE_URL"] == "postgres://postgres-test/kiks"

    def test_arguments_are_for_pytest(self, session: FakeSession) -> None:
        assert launcher.test(["-k", "x"]) == 0
        assert session.commands[5:] == [["pytest", "-k", "x"]]

    def test_the_first_failure_ends_it(self, session: FakeSession, capsys: pytest.CaptureFixture[str]) -> None:
        session.codes = [0, 7]
        assert launcher.test([]) == 7
        assert len(session.commands) == 2
        assert capsys.readouterr().out.endswith("Format: not in order.\n")


class TestBench:
    def test_it_measures_on_a_server_that_keeps_its_promises(self, session: FakeSession) -> None:
        assert launcher.bench([]) == 0
        assert session.commands == [[sys.executable, "-m", "tests.bench"]]
        assert session.environments[0]["DATABASE_URL"] == "postgres://postgres/kiks"
        assert session.environments[0]["KIKS_MODE"] == "demo"

    def test_a_missed_target_is_its_exit_code(self, session: FakeSession) -> None:
        session.codes = [1]
        assert launcher.bench([]) == 1

    def test_it_takes_no_arguments(self) -> None:
        with pytest.raises(LauncherError, match="It takes no arguments: --quick"):
            launcher.bench(["--quick"])


class TestManage:
    @pytest.mark.parametrize(
        ("chosen", "running", "expected"),
        [(None, [], 8000), (None, [8005], 8005), (None, [8005, 8006], 8000), ("8006", [8005], 8006)],
    )
    def test_which_demo(
        self,
        chosen: str | None,
        running: list[int],
        expected: int,
        session: FakeSession,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("KIKS_MODE", "demo")
        monkeypatch.setenv("KIKS_PORT", chosen or "")
        monkeypatch.setattr(launcher, "running_demos", lambda: running)
        assert launcher.manage(["demo_code", "judge"]) == 0
        assert session.commands[0][-2:] == ["demo_code", "judge"]
        assert session.environments[0]["DATABASE_URL"] == f"postgres://postgres/kiks_demo_{expected}"
        assert session.environments[0]["KIKS_PORT"] == str(expected)


class TestDemo:
    def test_prepares_then_serves(self, session: FakeSession, port: int) -> None:
        assert launcher.demo(["--port", str(port), "--stage", "desk", "--fresh"]) == 0
        prepared, served = session.commands
        assert prepared[-6:-2] == ["prepare_demo", "--stage", "desk", "--code"]
        assert prepared[-1] == "--fresh"
        assert served[-1] == "kiks.wsgi:application"
        assert session.environments[1]["KIKS_MODE"] == "demo"

    @pytest.mark.parametrize(("arguments", "prepares"), [([], False), (["--fresh"], True)])
    def test_prepares_nothing_that_is_there(
        self, arguments: list[str], prepares: bool, session: FakeSession, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(launcher, "prepared_accounts", lambda url, stage, code: "Accounts")
        assert launcher.demo(["--port", str(port), *arguments]) == 0
        assert len(session.commands) == 1 + prepares
        assert session.commands[-1][-1] == "kiks.wsgi:application"

    def test_every_change_of_code_is_seen(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(launcher, "ROOT", tmp_path)
        (tmp_path / "kiks").mkdir()
        (tmp_path / "uv.lock").touch()
        seen = {launcher.code_fingerprint()}
        (tmp_path / "kiks" / "a.py").write_text("1")
        seen.add(launcher.code_fingerprint())
        (tmp_path / "kiks" / "a.py").write_text("2")
        seen.add(launcher.code_fingerprint())
        (tmp_path / "uv.lock").write_text("3")
        assert len(seen | {launcher.code_fingerprint()}) == 4

    def test_a_database_without_a_demo_has_no_accounts(self, port: int) -> None:
        assert launcher.prepared_accounts(f"postgres://127.0.0.1:{port}/n", "desk", "x") == ""

    def test_serves_nothing_that_could_not_be_prepared(self, session: FakeSession, port: int) -> None:
        session.codes = [1]
        assert launcher.demo(["--port", str(port)]) == 1
        assert len(session.commands) == 1


NOTHING, UNFINISHED = "nothing", ""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, settings) -> list[str]:
    """What prepare_demo did, in order; the database is a fake, the migrations are all there."""
    settings.KIKS_MODE = "demo"
    done: list[str] = []
    monkeypatch.setattr(prepare_demo, "reset", lambda: done.append("reset"))
    monkeypatch.setattr(prepare_demo, "mark", lambda stage, *rest: done.append(f"mark {stage}"))
    monkeypatch.setattr(prepare_demo, "call_command", lambda name, **options: done.append(name))
    monkeypatch.setattr(prepare_demo, "is_migrated", lambda: True)
    return done


BUILT = ["mark ", "play_demo", "demo_accounts", "mark desk"]


class TestPrepareDemo:
    @pytest.mark.parametrize(
        ("state", "fresh", "expected"),
        [
            (NOTHING, False, BUILT),
            (NOTHING, True, BUILT),
            (UNFINISHED, False, ["reset", *BUILT]),
            ("final", False, ["reset", *BUILT]),
            ("desk", False, ["demo_accounts", "mark desk"]),
            ("desk", True, ["reset", *BUILT]),
        ],
    )
    def test_steps(
        self,
        state: str,
        fresh: bool,
        expected: list[str],
        steps: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(prepare_demo, "built_stage", lambda: None if state == NOTHING else state)
        monkeypatch.setattr(prepare_demo, "holds_nothing", lambda: state == NOTHING)
        prepare_demo.Command().handle(stage="desk", code="", fresh=fresh)
        assert steps == expected

    @pytest.mark.parametrize(
        ("name", "fresh", "sentence"),
        [
            ("bureau", False, "The database bureau holds data that are not the demo's and stays as it is"),
            ("bureau", True, "The database bureau holds data that are not the demo's and stays as it is"),
            ("kiks_demo_8000", False, "bin/demo --fresh throws them away"),
        ],
    )
    def test_other_data_stay(
        self, name: str, fresh: bool, sentence: str, steps: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(prepare_demo, "built_stage", lambda: None)
        monkeypatch.setattr(prepare_demo, "holds_nothing", lambda: False)
        monkeypatch.setattr(prepare_demo, "database_name", lambda: name)
        with pytest.raises(CommandError, match=sentence):
            prepare_demo.Command().handle(stage="desk", code="", fresh=fresh)
        assert steps == []

    def test_a_database_that_fails_is_one_sentence(self, steps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> None:
            raise OperationalError("no room\nDETAIL: none")

        monkeypatch.setattr(prepare_demo, "built_stage", fail)
        with pytest.raises(CommandError, match=r"^The database refuses: no room$"):
            prepare_demo.Command().handle(stage="desk", code="", fresh=False)

    def test_only_in_a_demo(self, steps: list[str], settings) -> None:
        settings.KIKS_MODE = "production"
        with pytest.raises(CommandError, match="only built where KIKS_MODE is demo"):
            prepare_demo.Command().handle(stage="desk", code="", fresh=True)

    @pytest.mark.django_db
    def test_the_mark_is_remembered(self) -> None:
        assert prepare_demo.built_stage() is None
        prepare_demo.mark("")
        assert prepare_demo.built_stage() == ""
        prepare_demo.mark("desk", "code", "Accounts")
        assert prepare_demo.built_stage() == "desk"

    @pytest.mark.django_db
    def test_migrated_but_empty_holds_nothing(self, django_user_model) -> None:
        assert prepare_demo.holds_nothing()
        django_user_model.objects.create(email="somebody@example.org")
        assert not prepare_demo.holds_nothing()


class TestSession:
    def test_passes_the_exit_code_on(self) -> None:
        with restored_signals(), Session(None) as session:
            assert session.run([sys.executable, "-c", "raise SystemExit(3)"], {}) == 3
            assert session.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], {}) == 137

    def test_passes_a_signal_on_and_starts_nothing_more(self) -> None:
        stopping = "import os, signal; os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
        with restored_signals(), Session(None) as session:
            assert session.run([sys.executable, "-c", stopping], {}, apart=True) == 128 + signal.SIGTERM
            assert session.run(["never started"], {}) == 128 + signal.SIGTERM

    @pytest.mark.long
    def test_a_killed_run_leaves_nothing_behind(self) -> None:
        child = "import sys, time; print('ready', flush=True); time.sleep(600)"
        run = f"""
import sys
from kiks.supervisor import Session
with Session(None) as session:
    session.run([sys.executable, "-c", {child!r}], {{}}, apart=True)
"""
        with subprocess.Popen([sys.executable, "-c", run], cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
            assert killed.stdout.readline() == "ready\n"
            killed.kill()
            assert killed.stdout.read() == ""  # ends only when the last process that holds the pipe has ended


@contextlib.contextmanager
def restored_signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


class TestScripts:
    @pytest.mark.parametrize("name", ["bin/bootstrap", "bin/demo", "bin/test", "bin/manage", "bin/bench", ".ci/run"])
    def test_bash_can_read_them(self, name: str) -> None:
        assert subprocess.run(["bash", "-n", str(ROOT / name)], check=False).returncode == 0

    @pytest.mark.long
    def test_a_bad_option_is_known_before_the_work_begins(self, tmp_path: Path) -> None:
        done = subprocess.run(
            ["bash", str(ROOT / "bin/demo"), "--port", "high"],
            cwd=tmp_path,
            env=os.environ | {"KIKS_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "bin/demo: high is not a port: give a number from 1 to 65535.\n"
        assert list(tmp_path.iterdir()) == []
