"""Canonical texts, their digests, and what the files of papers are called."""

import hashlib
import json


def to_json(value: object) -> str:
    """Canonical JSON: keys sorted, no white space, non-ASCII kept; the same facts give the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(text: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_name(number: str, ending: str = "pdf") -> str:
    """What the file of a paper with this number is called."""
    return f"{number.replace('/', '-')}.{ending}"
