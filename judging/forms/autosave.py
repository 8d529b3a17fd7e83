"""What the script of the scoring screen sends: JSON, checked key by key; nothing but what a judge types is taken."""

import json
from typing import NamedTuple

from kiks.exceptions import RuleBrokenError

LONGEST_MARK = 20
LONGEST_COMMENT = 5000


class UnknownKeysError(RuleBrokenError):
    """The browser sent what only the server decides, such as a weight or a total."""

    def __init__(self, keys: set[str]) -> None:
        super().__init__("Isian ini memuat hal yang tidak diterima dari peramban. Muat ulang halaman, lalu isi lagi.")
        self.reason = f"unknown keys: {', '.join(sorted(keys))[:200]!r}"


class SentMark(NamedTuple):
    criterion: str
    value: str
    version: int | None
    seen: str | None


def sent_mark(body: bytes) -> SentMark | None:
    """A mark, None for what no script of ours sends; UnknownKeysError for more than a mark."""
    sent = _object(body, known={"criterion", "value", "version", "seen"})
    if sent is None:
        return None
    criterion, value, version, seen = (sent.get(key) for key in ("criterion", "value", "version", "seen"))
    if not (isinstance(criterion, str) and isinstance(value, str) and len(value) <= LONGEST_MARK):
        return None
    if not isinstance(seen, str | None) or not _is_version(version):
        return None
    return SentMark(criterion, value, version, seen)


class SentComment(NamedTuple):
    comment: str
    seen: str | None


class SentRemark(NamedTuple):
    criterion: str
    text: str
    version: int | None


class SentNote(NamedTuple):
    text: str
    version: int | None


def sent_comment(body: bytes) -> SentComment | None:
    sent = _object(body, known={"comment", "seen"})
    if sent is None:
        return None
    comment, seen = sent.get("comment"), sent.get("seen")
    if not isinstance(comment, str) or len(comment) > LONGEST_COMMENT or not isinstance(seen, str | None):
        return None
    return SentComment(comment, seen)


def sent_remark(body: bytes) -> SentRemark | None:
    """A comment on one criterion; how long it may be is the action's business, which says so."""
    sent = _object(body, known={"criterion", "text", "version"})
    note = _note(sent)
    if note is None or not isinstance(sent.get("criterion"), str):
        return None
    return SentRemark(sent["criterion"], *note)


def sent_note(body: bytes) -> SentNote | None:
    return _note(_object(body, known={"text", "version"}))


def _note(sent: dict | None) -> SentNote | None:
    if sent is None or not isinstance(sent.get("text"), str) or not _is_version(sent.get("version")):
        return None
    return SentNote(sent["text"], sent.get("version"))


def _is_version(version: object) -> bool:
    return version is None or (type(version) is int and version >= 0)


def _object(body: bytes, *, known: set[str]) -> dict | None:
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    if not isinstance(sent, dict):
        return None
    if unknown := sent.keys() - known:
        raise UnknownKeysError(unknown)
    return sent
