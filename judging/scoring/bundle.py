"""Read, check and write the bundle: the one file that carries everything a ranking was computed from."""

import json
from dataclasses import replace
from typing import Any

from judging.scoring.blend import round_figures
from judging.scoring.faults import BundleError, Checker, JsonNumber, RepeatedKeys
from judging.scoring.final import final_figures
from judging.scoring.final_grammar import check_final
from judging.scoring.order import Figures, groups, settlement_faults
from judging.scoring.round_grammar import check_round
from judging.scoring.shapes import (
    FINAL_FORMAT,
    ROUND_FORMAT,
    Bundle,
    Criterion,
    Entry,
    FinalBundle,
    FinalRound,
    Instrument,
    RoundBundle,
    SettledTie,
    Sheet,
    Withdrawal,
    as_plain,
    from_plain,
)

__all__ = [
    "Bundle",
    "BundleError",
    "Criterion",
    "Entry",
    "FinalBundle",
    "FinalRound",
    "Instrument",
    "RoundBundle",
    "SettledTie",
    "Sheet",
    "Withdrawal",
    "check",
    "dump",
    "figures",
    "load",
]

CHECKS = {ROUND_FORMAT: check_round, FINAL_FORMAT: check_final}
# More digits than this are no count of decimals or places, and Python refuses very long ones.
LONGEST_WHOLE = 18


def load(text: str | bytes) -> Bundle:
    """Parse and check a bundle (scoring rules, section 5); raise BundleError with every fault, each on its line."""
    plain = _parsed(text)
    _check_grammar(plain)
    bundle = from_plain(plain)
    _check_settled_ties(bundle)
    return bundle


def check(bundle: Bundle) -> None:
    """Raise BundleError unless `load(dump(bundle))` would accept the bundle."""
    _check_grammar(as_plain(bundle))
    _check_settled_ties(bundle)


def dump(bundle: Bundle) -> str:
    """The bundle as JSON text: the same facts give the same text, one line for each entry, criterion and sheet.

    Entries, sheets, marks, scores, settled ties and withdrawals are sorted; what has an order of its own
    (instruments, criteria, rounds, tie-breakers, a settled order) keeps it.
    """
    return _written(as_plain(_sorted(bundle)), "") + "\n"


def figures(bundle: Bundle) -> dict[str, Figures]:
    """Score and tie-breaker values of every entry of a checked bundle."""
    return {**(round_figures(bundle) if isinstance(bundle, RoundBundle) else final_figures(bundle))}


def _parsed(text: str | bytes) -> Any:
    try:
        readable = text.decode() if isinstance(text, bytes) else text
        plain = json.loads(
            readable,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=JsonNumber,
            parse_constant=JsonNumber,
        )
        # Half of a surrogate pair, plain or as \ud800, can be neither printed nor hashed.
        readable.encode()
        if "\\u" in readable:
            json.dumps(plain, ensure_ascii=False, default=str).encode()
    except UnicodeError:
        raise BundleError(["berkas: bukan teks UTF-8 yang sah"]) from None
    except json.JSONDecodeError as error:
        raise BundleError([f"berkas: bukan JSON yang sah, baris {error.lineno} kolom {error.colno}"]) from None
    except RecursionError:
        raise BundleError(["berkas: bukan JSON yang sah, tanda kurung terlalu dalam"]) from None
    return plain


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else RepeatedKeys(pairs)


def _whole(digits: str) -> int | JsonNumber:
    return int(digits) if len(digits) <= LONGEST_WHOLE else JsonNumber(digits)


def _check_grammar(plain: Any) -> None:
    checker = Checker()
    if checker.is_a(dict, plain, "berkas"):
        wanted = plain.get("format")
        if isinstance(wanted, str) and wanted in CHECKS:
            CHECKS[wanted](checker, plain)
        else:
            checker.add("format", f'harus "{ROUND_FORMAT}" atau "{FINAL_FORMAT}"')
    if checker.faults:
        raise BundleError(checker.faults)


def _check_settled_ties(bundle: Bundle) -> None:
    """Which groups are tied can only be said of a bundle without other faults."""
    if bundle.settled_ties and (faults := settlement_faults(groups(figures(bundle)), bundle.settled_ties)):
        raise BundleError(faults)


def _sorted(bundle: Bundle) -> Bundle:
    settled_ties = tuple(sorted(bundle.settled_ties, key=lambda tie: tie.order))
    withdrawn = tuple(sorted(bundle.withdrawn, key=lambda gone: gone.entry))
    if isinstance(bundle, FinalBundle):
        rounds = tuple(replace(round_, scores=dict(sorted(round_.scores.items()))) for round_ in bundle.rounds)
        return replace(bundle, rounds=rounds, settled_ties=settled_ties, withdrawn=withdrawn)
    return replace(
        bundle,
        entries=tuple(sorted(bundle.entries, key=lambda entry: entry.number)),
        sheets=tuple(
            replace(sheet, marks=dict(sorted(sheet.marks.items())))
            for sheet in sorted(bundle.sheets, key=lambda sheet: (sheet.entry, sheet.judge, sheet.instrument))
        ),
        settled_ties=settled_ties,
        withdrawn=withdrawn,
    )


def _written(value: Any, indent: str) -> str:
    """JSON with a line of its own for every innermost object."""
    deeper = indent + "  "
    if isinstance(value, dict) and (not indent or any(_has_objects(item) for item in value.values())):
        lines = [f"{deeper}{_line(key)}: {_written(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if _has_objects(value):
        return "[\n" + ",\n".join(deeper + _written(item, deeper) for item in value) + f"\n{indent}]"
    return _line(value)


def _has_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
