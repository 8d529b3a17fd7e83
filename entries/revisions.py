"""What differs between two texts of an entry, section by section of its task list."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from entries.models import Entry, EntryVersion
from entries.permissions import open_sections
from entries.queries import frozen_content, working_content
from entries.states import ScreeningOutcome
from entries.tpb import GOALS
from kiks.formats import day_month_year
from kiks.word_diff import Segment, compared

IDENTITY, ATTACHMENTS, VIDEO = "identity", "attachments", "video"
DATE_LABELS = {
    "initiated_on": "Mulai digagas",
    "trialled_on": "Mulai diuji coba",
    "implemented_on": "Mulai diterapkan",
}
type Content = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One field, both states in one; an answer has no label of its own."""

    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class SectionChange:
    """A section that differs; `text` is what stands there now, to be copied."""

    key: str
    title: str
    rows: tuple[Row, ...]
    text: str


def section_changes(before: Content, after: Content) -> list[SectionChange]:
    """Only what the unit writes itself: the number, or a unit that was renamed meanwhile, is no change of its own."""
    found = [
        _of_fields(IDENTITY, "Identitas", _identity(before), _identity(after)),
        *_of_answers(before["answers"], after["answers"]),
        _of_files(before["attachments"], after["attachments"]),
        _of_fields(VIDEO, "Video", {"": before["video_url"]}, {"": after["video_url"]}),
    ]
    return [change for change in found if change is not None]


def unsent_changes(entry: Entry) -> list[SectionChange]:
    """What stands in the working text and not in the version that was submitted last."""
    if entry.current_version is None:
        return []
    return section_changes(frozen_content(entry.current_version), working_content(entry))


def returned_version(entry: Entry) -> EntryVersion | None:
    """The version that was last returned, if the unit has submitted another one since."""
    last = entry.screenings.order_by("-attempt").first()
    if last is None or last.outcome != ScreeningOutcome.RETURNED:
        return None
    returned = entry.versions.filter(frozen_at__lte=last.screened_at).order_by("-ordinal").first()
    return returned if returned and returned.pk != entry.current_version_id else None


def changes_between(before: EntryVersion, after: EntryVersion) -> list[SectionChange]:
    return section_changes(frozen_content(before), frozen_content(after))


def _identity(content: Content) -> dict[str, str]:
    days = {
        label: day_month_year(date.fromisoformat(content["dates"][name])) if content["dates"][name] else ""
        for name, label in DATE_LABELS.items()
    }
    return {
        "Nama singkat": content["short_name"],
        "Kepanjangan": content["expansion"],
        "Kategori": content["category"],
        "Transformasi yang didukung": ", ".join(content.get("transformations", [])),
        **days,
        "Memakai layanan digital": "Ya" if content["is_digital"] else "Tidak",
        "TPB yang didukung": "\n".join(f"{number}. {GOALS[number]}" for number in content["tpb"]),
        "Tim inovator": content["team"],
        "Nomor SK tim": content["decree_number"],
    }


def _of_fields(key: str, title: str, before: dict[str, str], after: dict[str, str]) -> SectionChange | None:
    differing = [label for label in after if before[label] != after[label]]
    if not differing:
        return None
    rows = tuple(Row(label, tuple(compared(before[label], after[label]))) for label in differing)
    text = "\n".join(f"{label}: {after[label]}" if label else after[label] for label in differing)
    return SectionChange(key, title, rows, text)


def _of_answers(before: list[Content], after: list[Content]) -> Iterator[SectionChange | None]:
    old = {answer["code"]: answer["text"] for answer in before}
    for answer in after:
        texts = {"": old.get(answer["code"], "")}, {"": answer["text"]}
        yield _of_fields(answer["code"], answer["title"], *texts)


def _of_files(before: list[Content], after: list[Content]) -> SectionChange | None:
    old, new = ({_mark(file): file for file in files} for files in (before, after))
    rows = [
        *(_file_row("removed", file) for mark, file in old.items() if mark not in new),
        *(_file_row("added", file) for mark, file in new.items() if mark not in old),
    ]
    text = "\n".join(file["name"] for file in new.values())
    return SectionChange(ATTACHMENTS, "Lampiran", tuple(rows), text) if rows else None


def _mark(file: Content) -> tuple[str, str, str]:
    return file["kind"], file["name"], file["sha256"]


def _file_row(kind: str, file: Content) -> Row:
    return Row(file.get("title", file["kind"]), (Segment(kind, file["name"]),))


def section_titles(entry: Entry) -> dict[str, str]:
    """Key and title of everything that the unit writes, in the order of its task list."""
    questions = {question.code: question.title for question in entry.edition.questions.all()}
    return {IDENTITY: "Identitas", **questions, ATTACHMENTS: "Lampiran", VIDEO: "Video"}


def titles_of_sections(entry: Entry, keys: Collection[str]) -> str:
    return ", ".join(title for key, title in section_titles(entry).items() if key in keys)


def opened_titles(entry: Entry) -> str:
    """What a return left open, in words; empty where that is everything."""
    return titles_of_sections(entry, open_sections(entry) or ())
