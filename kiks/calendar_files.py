"""Calendar files (RFC 5545) that calendars of phones and offices read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

PRODUCT = "-//Pemerintah Kota Sukabumi//KIKS//ID"
CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class CalendarEvent:
    """Something that lasts; the same `uid` in a later file replaces it, a higher `sequence` is newer."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    text: str = ""
    sequence: int = 0


def calendar_file(name: str, events: Iterable[CalendarEvent], *, stamp: datetime) -> bytes:
    """The file with all times in UTC; `stamp` is the moment of its making."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(_component(event, stamp))
    return calendar.to_ical()


def _component(event: CalendarEvent, stamp: datetime) -> Event:
    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", _whole_second(stamp))
    component.add("dtstart", _whole_second(event.starts_at))
    component.add("dtend", _whole_second(event.ends_at))
    component.add("summary", event.title)
    if event.text:
        component.add("description", event.text)
    component.add("sequence", event.sequence)
    # A stage of weeks keeps nobody busy all day.
    component.add("transp", "TRANSPARENT")
    return component


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
