"""The clock of the presentations: what is left of a part, from facts that survive a reload; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Tone(Enum):
    """How the clock is shown; each has a word beside its colour."""

    STILL = "still"
    RUNNING = "running"
    WARNING = "warning"
    OVERTIME = "overtime"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One part (presentation or interview); all lengths in seconds.

    `started_at` is None while the clock is halted; `carried` is what ran before it was started the last time.
    """

    started_at: datetime | None
    carried: int
    length: int
    warning: int

    def elapsed(self, now: datetime) -> int:
        """Whole seconds that the part has run; a clock that was started in the future has not."""
        running = max(0, int((now - self.started_at).total_seconds())) if self.started_at else 0
        return self.carried + running

    def remaining(self, now: datetime) -> int:
        """Seconds left; negative in overtime."""
        return self.length - self.elapsed(now)

    def tone(self, now: datetime) -> Tone:
        if self.remaining(now) <= 0:
            return Tone.OVERTIME
        if self.started_at is None:
            return Tone.STILL
        return Tone.WARNING if self.remaining(now) <= self.warning else Tone.RUNNING


def shown(seconds: int) -> str:
    """ "6:05" for what is left, "+0:42" for what is over."""
    sign, rest = ("+", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{rest // 60}:{rest % 60:02d}"
