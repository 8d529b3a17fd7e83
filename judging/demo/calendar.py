"""When things happen in the made-up edition: days count from the close of submissions."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")
STAGES = ("registration", "screening", "desk", "final", "published")
# The day of the edition that is today when the demo stops at a stage.
TODAY = {"registration": -20, "screening": 4, "desk": 18, "final": 29, "published": 33}


@dataclass(frozen=True)
class Calendar:
    """`closes_on` is the date whose end is the close of submissions (day 0)."""

    closes_on: date

    @classmethod
    def of(cls, now: datetime, stage: str) -> "Calendar":
        return cls(now.astimezone(WIB).date() - timedelta(days=TODAY[stage]))

    def a_year_before(self) -> "Calendar":
        return Calendar(self.closes_on - timedelta(days=364))

    def boundary(self, day: int) -> datetime:
        """Four in the afternoon of the day: stages open and close there, since nobody reads midnight alike."""
        return datetime.combine(self.closes_on + timedelta(days=day), time(16), WIB)

    def at(self, day: int, minutes: int = 0) -> datetime:
        """A moment in office hours of a day; `minutes` after nine in the morning."""
        return datetime.combine(self.closes_on + timedelta(days=day), time(9), WIB) + timedelta(minutes=minutes)

    def months_before(self, months: int) -> date:
        """A date that many months before the close, on a day that every month has."""
        years, month = divmod(self.closes_on.year * 12 + self.closes_on.month - 1 - months, 12)
        return date(years, month + 1, 5)
