"""The scoring rules a second time, written from the page alone: slow, with fractions, sharing no code."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any


def rounded(number: Fraction, decimals: int) -> str:
    # Enough digits that the division is exact to far below the rounding place for the sizes used in the tests.
    context = Context(prec=200, rounding=ROUND_HALF_UP)
    shifted = number * 10**decimals
    whole = shifted.numerator // shifted.denominator
    half = shifted - whole >= Fraction(1, 2)
    return str(Decimal(whole + half).scaleb(-decimals, context).quantize(Decimal(1).scaleb(-decimals), context=context))


def mean(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


def sheet_score(instrument: dict[str, Any], marks: dict[str, str]) -> Fraction:
    return sum(
        (
            Fraction(criterion["weight"]) * Fraction(marks[criterion["code"]]) / Fraction(criterion["max"])
            for criterion in instrument["criteria"]
        ),
        Fraction(0),
    )


def naive_round(bundle: dict[str, Any]) -> dict[str, Any]:
    places = bundle["decimals"]
    found = {}
    for entry in bundle["entries"]:
        number = entry["number"]
        sheets = [one for one in bundle["sheets"] if one["counted"] and one["entry"] == number]
        by_instrument, by_judge, blend = {}, {}, Fraction(0)
        for instrument in bundle["instruments"]:
            scores = [
                sheet_score(instrument, one["marks"]) for one in sheets if one["instrument"] == instrument["code"]
            ]
            by_instrument[instrument["code"]] = rounded(mean(scores), places)
            blend += Fraction(instrument["share"]) / 100 * mean(scores)
        for judge in {one["judge"] for one in sheets}:
            own = {one["instrument"]: one["marks"] for one in sheets if one["judge"] == judge}
            parts = [Fraction(i["share"]) / 100 * sheet_score(i, own[i["code"]]) for i in bundle["instruments"]]
            by_judge[judge] = rounded(sum(parts, Fraction(0)), places)
        breakers = [rounded(_criterion_mean(bundle, sheets, name), places) for name in bundle["tie_breakers"]]
        figures = {"judges": len(by_judge), "per_instrument": by_instrument, "per_judge": by_judge}
        found[number] = (rounded(blend, places), breakers, figures)
    return naive_places(bundle, found)


def _criterion_mean(bundle: dict[str, Any], sheets: list[dict[str, Any]], name: str) -> Fraction:
    instrument, code = name.split(".")
    (maximum,) = (
        Fraction(criterion["max"])
        for one in bundle["instruments"]
        for criterion in one["criteria"]
        if (one["code"], criterion["code"]) == (instrument, code)
    )
    return mean([100 * Fraction(one["marks"][code]) / maximum for one in sheets if one["instrument"] == instrument])


def naive_final(bundle: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for number in bundle["rounds"][0]["scores"]:
        own = {one["code"]: one["scores"][number] for one in bundle["rounds"]}
        blend = sum(
            (Fraction(one["share"]) / 100 * Fraction(own[one["code"]]) for one in bundle["rounds"]), Fraction(0)
        )
        breakers = [own[code] for code in bundle["tie_breakers"]]
        found[number] = (rounded(blend, bundle["decimals"]), breakers, {"per_round": own})
    return naive_places(bundle, found)


def naive_places(bundle: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Position of an entry = 1 + number of entries before it; ties by comparing every pair."""

    def key(number: str) -> list[Fraction]:
        score, breakers, _ = found[number]
        return [Fraction(score), *map(Fraction, breakers)]

    settled = {
        number: (n, place) for n, tie in enumerate(bundle["settled_ties"]) for place, number in enumerate(tie["order"])
    }

    def before(one: str, other: str) -> bool:
        if key(one) != key(other):
            return key(one) > key(other)
        return one in settled and other in settled and settled[one] < settled[other]

    placings, ties = [], set()
    for number, (score, _, figures) in found.items():
        position = 1 + sum(before(other, number) for other in found)
        group = sorted(other for other in found if not before(other, number) and not before(number, other))
        last = position + len(group) - 1
        cutoff = bundle["cutoff"]
        advances = False if cutoff is None or position > cutoff else True if last <= cutoff else None
        placing = {"entry": number, "score": score, "position": position, "tied": len(group) > 1, "advances": advances}
        placings.append({**placing, **figures})
        if len(group) > 1:
            ties.add((position, tuple(group)))
    placings.sort(key=lambda placing: (placing["position"], placing["entry"]))
    return {"placings": placings, "open_ties": [list(group) for _, group in sorted(ties)]}
