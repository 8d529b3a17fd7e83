"""Runs commands with the database there and a clean end, whatever happens to them or to us.

Every session has a caretaker, a second process that outlives even `kill -9`. It learns through a pipe which command is
at work; when the pipe closes it ends what is left of that command and gives up the database server. Standard library
only.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Self

from kiks.embedded_postgres import EmbeddedPostgres

SECONDS_TO_END = 6


class Session:
    """Runs commands with the database there, one after the other, and leaves nothing running behind them."""

    def __init__(self, server: EmbeddedPostgres | None, *held: int) -> None:
        self.server = server
        self.held = held
        self.target = 0
        self.signals: list[int] = []

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._forward)
        users = self.server.join() if self.server else -1
        kept = [fd for fd in (users, *self.held) if fd >= 0]
        place = [str(self.server.directory), str(users)] if self.server else []
        self.caretaker = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "kiks.supervisor", *place],
            stdin=subprocess.PIPE,
            pass_fds=kept,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        )
        for fd in kept:
            os.close(fd)
        return self

    def __exit__(self, *_: object) -> None:
        self._tell(0)
        self.caretaker.communicate()

    def run(
        self,
        command: list[str],
        environment: Mapping[str, str],
        *,
        apart: bool = False,
        ready: Callable[[], bool] = lambda: True,
    ) -> int:
        """Run to the end and return the exit code; `apart` keeps the terminal's keyboard and Ctrl-C from it.

        `ready` is asked until it answers yes or the command ends; what it does when it is ready is its own affair.
        """
        if self.signals:
            return 128 + self.signals[0]
        apart = apart or not owns_terminal()
        child = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL if apart and owns_terminal() else None,
            env={**os.environ, **environment},
            process_group=0 if apart else None,
        )
        self._tell(-child.pid if apart else child.pid)
        while child.poll() is None and not ready():
            time.sleep(0.1)
        code = child.wait()
        if apart:
            end(-child.pid, signal.SIGKILL)  # whoever it left behind
        self._tell(0)
        if self.signals:
            return 128 + self.signals[0]
        return code if code >= 0 else 128 - code

    def _tell(self, target: int) -> None:
        self.target = target
        if self.caretaker.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.caretaker.stdin.write(b"%d\n" % target)
                self.caretaker.stdin.flush()

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        """Pass a signal on; the second one is meant. Ctrl-C reaches a command of the terminal's group by itself."""
        self.signals.append(number)
        if self.target == 0 or (self.target > 0 and number == signal.SIGINT and owns_terminal()):
            return
        end(self.target, signal.SIGTERM if len(self.signals) == 1 else signal.SIGKILL)


def caretaker(directory: str = "", users: str = "") -> None:
    """Wait for the pipe to close, then end the command still at work and leave the server."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    target = 0
    for line in sys.stdin:
        target = int(line)
    deadline = time.monotonic() + SECONDS_TO_END
    while target and end(target, signal.SIGTERM) and time.monotonic() < deadline:
        time.sleep(0.1)
    if target:
        end(target, signal.SIGKILL)
    if directory:
        EmbeddedPostgres(Path(directory)).leave(int(users))


def owns_terminal() -> bool:
    """Whether the keyboard, and with it Ctrl-C, goes to the group of processes this one is in."""
    with contextlib.suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False


def end(target: int, number: int) -> bool:
    """Send a signal to a process, or to a group where the number is negative; False where there is none."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(target, number)
        return True
    return False


if __name__ == "__main__":
    caretaker(*sys.argv[1:])
