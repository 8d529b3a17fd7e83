"""What everybody may read of the screening of an edition, once its announcement is out."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404

from competitions.models import Edition
from entries.announcements import latest_visible, visible
from entries.models import ScreeningAnnouncement


@dataclass(frozen=True)
class Group:
    """The passed entries of one category, in the order of their numbers."""

    name: str
    entries: tuple[dict[str, str], ...]


def versions_or_404(code: str, now: datetime) -> list[ScreeningAnnouncement]:
    """All visible versions, the newest first; before its moment an edition answers as one that does not exist."""
    edition = Edition.objects.filter(code=code).first()
    versions = list(visible(edition, now).select_related("edition", "document")) if edition else []
    if not versions:
        raise Http404
    return versions


def chosen_or_404(versions: list[ScreeningAnnouncement], version: int) -> ScreeningAnnouncement:
    found = [announcement for announcement in versions if announcement.version == version]
    if not found:
        raise Http404
    return found[0]


def facts_of(announcement: ScreeningAnnouncement) -> dict[str, Any]:
    """What the paper says, as it was frozen."""
    return json.loads(announcement.content)


def groups_of(facts: dict[str, Any], wanted: str = "") -> list[Group]:
    """By category, in the order of the edition; `wanted` keeps what has these words in number, name or unit."""
    words = wanted.lower().split()
    found = [entry for entry in facts["entries"] if all(word in _text(entry) for word in words)]
    names = list(dict.fromkeys([*facts["categories"], *(entry["category"] for entry in found)]))
    groups = [Group(name, tuple(entry for entry in found if entry["category"] == name)) for name in names]
    return [group for group in groups if group.entries]


def _text(entry: dict[str, str]) -> str:
    return f"{entry['number']} {entry['innovation']} {entry['unit']} {entry['category']}".lower()


def home(edition: Edition | None, now: datetime) -> dict[str, Any]:
    """For the home page: the newest announcement of the edition that runs."""
    found = latest_visible([edition], now) if edition else {}
    return {"screening_news": found[edition.pk]} if edition and edition.pk in found else {}


@dataclass(frozen=True)
class AnnouncedPaper:
    """What the verification page says of an announcement; `replaced_by` is the number of a later version."""

    announcement: ScreeningAnnouncement
    replaced_by: str


def paper_of(number: str, now: datetime) -> AnnouncedPaper | None:
    """The announcement of that number, once it is out; one that waits or was cancelled was never made."""
    found = (
        ScreeningAnnouncement.objects.filter(number=number, cancelled_at__isnull=True, visible_from__lte=now)
        .select_related("edition", "document")
        .defer("content")
        .first()
    )
    if found is None:
        return None
    newest = visible(found.edition, now).values_list("number", flat=True).first()
    return AnnouncedPaper(found, "" if newest == number else newest or "")
