"""Exact decimals: the grammar of decimal texts, half-up rounding and printing; never a float."""

import re
from collections.abc import Iterable, Mapping

DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# Longer texts carry no information a competition could use, and would only make the arithmetic slow.
LONGEST = 100


def is_decimal(text: str) -> bool:
    return len(text) <= LONGEST and DECIMAL.fullmatch(text) is not None


def canonical(text: str) -> str:
    """The one spelling of a decimal text: no trailing zeros, no trailing point."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def places(text: str) -> int:
    """How many digits stand after the point."""
    return len(text.partition(".")[2])


def most_places(texts: Iterable[str]) -> int:
    return max(map(places, texts), default=0)


def scaled(text: str, digits: int) -> int:
    """The decimal in units of 10**-digits; `digits` is at least its own number of places."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(digits, "0"))


def printed(units: int, decimals: int) -> str:
    """A number of units of 10**-decimals, with exactly that many places and a point."""
    if decimals == 0:
        return str(units)
    digits = str(units).zfill(decimals + 1)
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def half_up(numerator: int, denominator: int, decimals: int) -> int:
    """numerator / denominator (neither negative), rounded half up, in units of 10**-decimals."""
    unit: int = 10**decimals
    return (2 * numerator * unit + denominator) // (2 * denominator)


def printed_all(units: Mapping[str, int], decimals: int) -> dict[str, str]:
    return {code: printed(number, decimals) for code, number in units.items()}


def total(texts: Iterable[str]) -> str:
    """The exact sum, in canonical spelling."""
    texts = tuple(texts)
    digits = most_places(texts)
    return canonical(printed(sum(scaled(text, digits) for text in texts), digits))


def parts_of_hundred(shares: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """Shares in per cent as whole numbers over one common denominator: share / 100 == parts[code] / whole."""
    digits = most_places(shares.values())
    return {code: scaled(share, digits) for code, share in shares.items()}, 100 * 10**digits
