"""The scoring rules as pure code: marks to scores, scores to a ranking, bundles that anybody can recompute."""

from judging.scoring.faults import BundleError
from judging.scoring.live import LiveInstrument, LiveTotals, live_totals
from judging.scoring.marks import MarkProblem, canonical_mark, mark_problem
from judging.scoring.ranking import Placing, Result, rank, rank_text
from judging.scoring.receipts import locked_digest, receipt, wrong_receipts

__all__ = [
    "RULES_VERSION",
    "BundleError",
    "LiveInstrument",
    "LiveTotals",
    "MarkProblem",
    "Placing",
    "Result",
    "canonical_mark",
    "live_totals",
    "locked_digest",
    "mark_problem",
    "rank",
    "rank_text",
    "receipt",
    "wrong_receipts",
]

# Stored with every ranking; changes when the same bundle could give another result.
RULES_VERSION = "kiks-rules/1"
