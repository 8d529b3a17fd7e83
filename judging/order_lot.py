"""The order of the finalists by lot: committed first, drawn after, repeatable by anyone; pure."""

import hashlib
from collections.abc import Iterable


def commitment_of(seed: str) -> str:
    """SHA-256 of the seed's UTF-8 bytes in lower-case hex: published before the draw, with the list of entries."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn_order(seed: str, called: str, entries: Iterable[str]) -> list[str]:
    """The entry numbers sorted by SHA-256 of "seed:called:number"; the order they come in does not matter.

    `called` is what the hall adds after the commitment, so that whoever made the seed cannot have chosen the order.
    """
    return sorted(entries, key=lambda number: hashlib.sha256(f"{seed}:{called}:{number}".encode()).hexdigest())
