"""The grammar of `kiks-final/1`: every fault of a final's bundle, in the order of the file."""

from typing import Any

from judging.scoring.exact import is_decimal, places, scaled
from judging.scoring.faults import Checker, kind, member, not_decimal
from judging.scoring.grammar import (
    OPTIONAL,
    SETTINGS,
    check_hundred,
    check_settings,
    check_settled_ties,
    check_tie_breakers,
    check_withdrawn,
)

FINAL = SETTINGS | {"rounds"}
ROUND = frozenset({"code", "share", "scores"})


def check_final(checker: Checker, value: Any) -> None:
    bundle = checker.mapping(value, "", FINAL, OPTIONAL)
    decimals = check_settings(checker, bundle)
    codes: set[str] = set()
    shares = []
    scores: dict[str, dict[str, Any]] = {}
    for index, item in enumerate(checker.items(bundle, "rounds", "")):
        place = f"rounds[{index}]"
        round_ = checker.mapping(item, place, ROUND)
        shares.append(checker.decimal(round_, "share", place))
        code = checker.code(round_, "code", place)
        if checker.is_new(code, codes, member(place, "code")):
            codes.add(code)
        if "scores" in round_:
            here = member(place, "scores")
            scores[here] = _check_scores(checker, round_["scores"], here, decimals)
    if isinstance(bundle.get("rounds"), list):
        check_hundred(checker, shares, "rounds", "porsi (share) babak")
    check_tie_breakers(checker, bundle, codes, "babak")
    entries = sorted({entry for found in scores.values() for entry in found})
    _check_same_entries(checker, scores, entries)
    check_settled_ties(checker, bundle, entries)
    check_withdrawn(checker, bundle, entries)


def _check_scores(checker: Checker, value: Any, place: str, decimals: int | None) -> dict[str, Any]:
    scores = checker.free_mapping(value, place)
    for entry, score in scores.items():
        if checker.is_code(entry, place, entry) and (fault := _score_fault(score, decimals)) is not None:
            checker.add(member(place, entry), fault)
    return scores


def _score_fault(score: object, decimals: int | None) -> str | None:
    if not isinstance(score, str):
        return f"harus teks, bukan {kind(score)}"
    if not is_decimal(score):
        return not_decimal(score)
    if decimals is not None and places(score) != decimals:
        return f"nilai {score} harus memuat tepat {decimals} angka desimal"
    if scaled(score, places(score)) > 100 * 10 ** places(score):
        return f"nilai {score} melebihi 100"
    return None


def _check_same_entries(checker: Checker, scores: dict[str, dict[str, Any]], entries: list[str]) -> None:
    if scores and not entries:
        checker.add("rounds", "belum ada usulan")
    for place, found in scores.items():
        for entry in [entry for entry in entries if entry not in found]:
            checker.add(member(place, entry), "nilai belum ada, padahal usulan ini ada pada babak lain")
