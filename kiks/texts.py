"""Canonical texts and their digests."""

import hashlib
import json


def to_json(value: object) -> str:
    """Canonical JSON: keys sorted, no white space, non-ASCII kept; the same facts give the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(text: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
