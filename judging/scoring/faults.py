"""How faults of a bundle are collected and worded: one line each, with the place in front."""

import json
import re
from collections import Counter
from collections.abc import Collection
from typing import Any, TypeGuard, cast

from judging.scoring.exact import LONGEST, is_decimal

PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
# White space and commas would make tie-breakers and the lines of the digest ambiguous.
CODE = re.compile(r"[^\s,]+")
KINDS = {bool: "true/false", int: "bilangan bulat", str: "teks", list: "daftar", dict: "objek"}


class BundleError(ValueError):
    """A bundle that breaks the rules; `faults` has one Indonesian line for each fault."""

    def __init__(self, faults: Collection[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class RepeatedKeys(dict[str, Any]):
    """A JSON object in which some keys were written more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]


class JsonNumber:
    """A JSON number that is no small whole number (or NaN, Infinity); no bundle has a place for one."""

    def __init__(self, text: str) -> None:
        self.text = text[:LONGEST]


def quoted(text: str) -> str:
    """The text for a line of its own: in quotes, control characters escaped, cut when long."""
    shown = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    return json.dumps(shown, ensure_ascii=not shown.isprintable())


def member(place: str, key: str) -> str:
    if not PLAIN_KEY.fullmatch(key):
        return f"{place}[{quoted(key)}]"
    return f"{place}.{key}" if place else key


def kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, JsonNumber):
        return f"angka {value.text}"
    if isinstance(value, RepeatedKeys):
        return "objek"
    return KINDS.get(type(value), type(value).__name__)


class Checker:
    """Reads plain data and collects faults; a method returns None (or nothing to loop over) where it reported one."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def add(self, place: str, sentence: str) -> None:
        self.faults.append(f"{place}: {sentence}")

    def is_a(self, wanted: type, value: object, place: str, key: str = "") -> bool:
        if type(value) is wanted or (wanted is dict and isinstance(value, RepeatedKeys)):
            return True
        self.add(member(place, key) if key else place, f"harus {KINDS[wanted]}, bukan {kind(value)}")
        return False

    def free_mapping(self, value: Any, place: str) -> dict[str, Any]:
        """The object at a place, whatever its keys are."""
        if not self.is_a(dict, value, place):
            return {}
        if isinstance(value, RepeatedKeys):
            for key in value.repeated:
                self.add(member(place, key), "kunci ditulis lebih dari satu kali")
        return cast(dict[str, Any], value)

    def mapping(
        self, value: Any, place: str, required: frozenset[str], optional: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The object at a place, without its unknown keys."""
        found = self.free_mapping(value, place)
        if not isinstance(value, dict) or found.keys() == required:
            return found
        if not required <= found.keys():
            for key in sorted(required - found.keys()):
                self.add(member(place, key), "kunci wajib belum ada")
        if found.keys() <= required | optional:
            return found
        for key in sorted(found.keys() - required - optional):
            self.add(member(place, key), "kunci tidak dikenal")
        return {key: found[key] for key in found if key in required or key in optional}

    def items(self, owner: dict[str, Any], key: str, place: str) -> list[Any]:
        if key in owner and self.is_a(list, owner[key], place, key):
            return cast(list[Any], owner[key])
        return []

    def text(self, owner: dict[str, Any], key: str, place: str) -> str | None:
        """Free text."""
        value = owner.get(key)
        if isinstance(value, str):
            return value
        if key in owner:
            self.is_a(str, value, place, key)
        return None

    def code(self, owner: dict[str, Any], key: str, place: str) -> str | None:
        text = self.text(owner, key, place)
        return text if text is not None and self.is_code(text, place, key) else None

    def is_code(self, text: str, place: str, key: str) -> bool:
        if CODE.fullmatch(text):
            return True
        self.add(
            member(place, key),
            f"{quoted(text)} bukan kode yang sah; kode tidak boleh kosong atau memuat spasi atau koma",
        )
        return False

    def is_new(self, code: str | None, known: Collection[str], place: str) -> TypeGuard[str]:
        if code is not None and code in known:
            self.add(place, f"{quoted(code)} sudah dipakai")
            return False
        return code is not None

    def decimal(self, owner: dict[str, Any], key: str, place: str) -> str | None:
        text = self.text(owner, key, place)
        if text is None or is_decimal(text):
            return text
        self.add(member(place, key), not_decimal(text))
        return None

    def whole(self, owner: dict[str, Any], key: str, place: str, most: int) -> int | None:
        if key not in owner or not self.is_a(int, owner[key], place, key):
            return None
        value = int(owner[key])
        if not 0 <= value <= most:
            self.add(member(place, key), f"{value} di luar batas 0 sampai {most}")
            return None
        return value


def not_decimal(text: str) -> str:
    return f'{quoted(text)} bukan desimal yang sah; tulis seperti "77.5", tanpa tanda, pangkat atau koma'
