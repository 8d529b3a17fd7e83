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
    if seen is not None and not isinstance(seen, str):
        return None
    if version is not None and (type(version) is not int or version < 0):
        return None
    return SentMark(criterion, value, version, seen)


def sent_comment(body: bytes) -> str | None:
    sent = _object(body, known={"comment"})
    comment = sent.get("comment") if sent else None
    return comment if isinstance(comment, str) and len(comment) <= LONGEST_COMMENT else None


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
