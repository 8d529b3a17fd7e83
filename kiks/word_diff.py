"""Two texts in one, word by word."""

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

# Each word with the space behind it: spaces of their own would match everywhere and take quadratic time.
WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# Beyond about a thousand words on each side, words that stand everywhere no longer anchor the comparison.
LONG = 1_000_000


class Segment(NamedTuple):
    """A piece of a compared text; `kind` is same, removed or added."""

    kind: str
    text: str


def compared(before: str, after: str) -> Iterator[Segment]:
    """Both texts in one, word by word."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    is_long = len(old) * len(new) > LONG
    keys = [word.strip() for word in old], [word.strip() for word in new]
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, *keys, autojunk=is_long).get_opcodes():
        if tag == "equal":
            yield Segment("same", "".join(old[i1:i2]))
            continue
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        if removed and added:
            yield Segment("removed", removed.rstrip())
            yield Segment("added", added.rstrip())
            yield Segment("same", removed[len(removed.rstrip()) :])
        else:
            yield Segment("removed", removed) if removed else Segment("added", added)
