"""Receipts of handed-in sheets and the digest of the locked sheets."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from judging.scoring.exact import canonical
from judging.scoring.shapes import RoundBundle


def canonical_json(value: object) -> str:
    """Keys sorted by code point, no white space, non-ASCII kept."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def receipt(  # noqa: PLR0917 - the seven facts that a receipt binds, in the order of the rules
    edition: str,
    round: str,
    entry: str,
    judge: str,
    instrument: str,
    marks: Mapping[str, str],
    nonce: str,
) -> str:
    """Lower-case hex SHA-256 of a sheet; `judge` is the label, marks are decimal texts in any spelling."""
    facts = {
        "edition": edition,
        "round": round,
        "entry": entry,
        "judge": judge,
        "instrument": instrument,
        "marks": {criterion: canonical(mark) for criterion, mark in marks.items()},
        "nonce": nonce,
    }
    return _sha256(canonical_json(facts))


def locked_digest(rows: Iterable[tuple[str, str, str, str]]) -> str:
    """Hex SHA-256 over (judge, entry, instrument, receipt) of every sheet; receipt "" where none was handed in."""
    lines = []
    for row in rows:
        # Otherwise two different sets of sheets could give the same lines.
        if any("," in value or "\n" in value for value in row):
            raise ValueError(row)
        lines.append(",".join(row) + "\n")
    return _sha256("".join(sorted(lines)))


def wrong_receipts(bundle: RoundBundle) -> tuple[str, ...]:
    """One sentence for every sheet of a published bundle whose receipt does not follow from its marks and nonce."""
    return tuple(
        f"sheets[{index}]: tanda terima {sheet.judge} untuk usulan {sheet.entry}, instrumen {sheet.instrument}, "
        "tidak sesuai dengan nilai dan nonce"
        for index, sheet in enumerate(bundle.sheets)
        if sheet.receipt is not None
        and sheet.nonce is not None
        and sheet.receipt
        != receipt(bundle.edition, bundle.round, sheet.entry, sheet.judge, sheet.instrument, sheet.marks, sheet.nonce)
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
