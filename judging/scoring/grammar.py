"""What both formats of a bundle have in common: settings, tie-breakers, settled ties, withdrawals, shares."""

from collections.abc import Collection, Sequence
from typing import Any

from judging.scoring.exact import total
from judging.scoring.faults import Checker, member, quoted

SETTINGS = frozenset({"format", "edition", "category", "decimals", "cutoff", "tie_breakers"})
OPTIONAL = frozenset({"settled_ties", "withdrawn"})
SETTLED_TIE = frozenset({"order", "by", "reason"})
WITHDRAWAL = frozenset({"entry", "why"})
MOST_DECIMALS = 20
MOST_PLACES = 10**9


def check_settings(checker: Checker, bundle: dict[str, Any]) -> int | None:
    """Check edition, category, decimals and cutoff; return the decimals."""
    checker.code(bundle, "edition", "")
    if bundle.get("category") is not None:
        checker.text(bundle, "category", "")
    decimals = checker.whole(bundle, "decimals", "", MOST_DECIMALS)
    if bundle.get("cutoff") is not None:
        checker.whole(bundle, "cutoff", "", MOST_PLACES)
    return decimals


def check_hundred(checker: Checker, numbers: Sequence[str | None], place: str, what: str) -> None:
    valid = [number for number in numbers if number is not None]
    # An unreadable number is a fault of its own; what the others add up to says nothing then.
    if len(valid) == len(numbers) and (found := total(valid)) != "100":
        checker.add(place, f"{what} berjumlah {found}, seharusnya tepat 100")


def check_tie_breakers(checker: Checker, bundle: dict[str, Any], known: Collection[str], what: str) -> None:
    seen: set[str] = set()
    for index, value in enumerate(checker.items(bundle, "tie_breakers", "")):
        place = f"tie_breakers[{index}]"
        if not checker.is_a(str, value, place):
            continue
        if value not in known:
            checker.add(place, f"{quoted(value)} bukan {what} yang dikenal")
        elif value in seen:
            checker.add(place, f"{quoted(value)} sudah disebut")
        seen.add(value)


def check_settled_ties(checker: Checker, bundle: dict[str, Any], entries: Collection[str]) -> None:
    seen: dict[str, int] = {}
    for index, value in enumerate(checker.items(bundle, "settled_ties", "")):
        place = f"settled_ties[{index}]"
        tie = checker.mapping(value, place, SETTLED_TIE)
        checker.text(tie, "by", place)
        checker.text(tie, "reason", place)
        for rank, number in enumerate(checker.items(tie, "order", place)):
            here = f"{place}.order[{rank}]"
            if not checker.is_a(str, number, here):
                continue
            if number not in entries:
                checker.add(here, f"usulan {quoted(number)} tidak ada dalam berkas")
            elif number in seen:
                checker.add(here, f"usulan {quoted(number)} sudah disebut pada settled_ties[{seen[number]}]")
            seen[number] = index


def check_withdrawn(checker: Checker, bundle: dict[str, Any], entries: Collection[str]) -> None:
    seen: set[str] = set()
    for index, value in enumerate(checker.items(bundle, "withdrawn", "")):
        place = f"withdrawn[{index}]"
        withdrawal = checker.mapping(value, place, WITHDRAWAL)
        checker.text(withdrawal, "why", place)
        number = checker.code(withdrawal, "entry", place)
        if checker.is_new(number, seen, member(place, "entry")):
            seen.add(number)
            if number in entries:
                checker.add(member(place, "entry"), f"usulan {quoted(number)} ditarik, tetapi masih ikut dinilai")
