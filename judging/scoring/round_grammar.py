"""The grammar of `kiks-round/1`: every fault of a round's bundle, in the order of the file."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from judging.scoring.exact import is_decimal
from judging.scoring.faults import Checker, kind, member, not_decimal, quoted
from judging.scoring.grammar import (
    OPTIONAL,
    SETTINGS,
    check_hundred,
    check_settings,
    check_settled_ties,
    check_tie_breakers,
    check_withdrawn,
)
from judging.scoring.marks import MarkProblem, mark_problem

ROUND = SETTINGS | {"round", "instruments", "entries", "sheets"}
INSTRUMENT = frozenset({"code", "name", "share", "criteria"})
CRITERION = frozenset({"code", "name", "weight", "max"})
ENTRY = frozenset({"number", "title"})
SHEET = frozenset({"judge", "entry", "instrument", "counted", "marks"})
SHEET_OPTIONAL = frozenset({"why", "receipt", "nonce"})
ORDINARY = (SHEET | {"receipt"}, SHEET | {"receipt", "nonce"})
REASONS = ("recused", "released")


class MarkRule:
    """What one criterion allows; remembers what it accepted, since few different marks are given again and again."""

    def __init__(self, maximum: str | None, step: str | None) -> None:
        self.maximum = maximum
        self.step = step
        self.accepted: set[str] = set()

    def fault(self, mark: object) -> str | None:
        if not isinstance(mark, str):
            return f"harus teks, bukan {kind(mark)}"
        if not is_decimal(mark):
            return not_decimal(mark)
        problem = None if self.maximum is None else mark_problem(mark, self.maximum, self.step)
        if problem is MarkProblem.ABOVE_MAX:
            return f"nilai {mark} melebihi maksimum {self.maximum}"
        if problem is MarkProblem.OFF_STEP:
            return f"nilai {mark} bukan kelipatan {self.step}"
        self.accepted.add(mark)
        return None


class RoundCheck:
    """One pass over a round's bundle; what is learnt from the earlier parts checks the later ones."""

    def __init__(self, checker: Checker, bundle: Any) -> None:
        self.checker = checker
        self.bundle = checker.mapping(bundle, "", ROUND, OPTIONAL)
        self.rules: dict[str, dict[str, MarkRule]] = {}
        self.entries: dict[str, int] = {}
        self.judges: set[str] = set()
        self.sheets: dict[tuple[str, str, str], int] = {}
        self.counted: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        # A sheet of which we cannot say whose it is would otherwise be reported as missing too.
        self.every_sheet_identified = True

    def run(self) -> None:
        check_settings(self.checker, self.bundle)
        self.checker.code(self.bundle, "round", "")
        self._check_instruments()
        tie_breakers = {f"{instrument}.{criterion}" for instrument, rules in self.rules.items() for criterion in rules}
        check_tie_breakers(self.checker, self.bundle, tie_breakers, "kriteria (instrumen.kriteria)")
        self._check_entries()
        for index, sheet in enumerate(self.checker.items(self.bundle, "sheets", "")):
            self._check_sheet(sheet, index)
        if self.every_sheet_identified and isinstance(self.bundle.get("sheets"), list):
            self._check_complete()
        check_settled_ties(self.checker, self.bundle, self.entries)
        check_withdrawn(self.checker, self.bundle, self.entries)

    def _check_instruments(self) -> None:
        shares = []
        for index, value in enumerate(self.checker.items(self.bundle, "instruments", "")):
            place = f"instruments[{index}]"
            instrument = self.checker.mapping(value, place, INSTRUMENT)
            self.checker.text(instrument, "name", place)
            shares.append(self.checker.decimal(instrument, "share", place))
            rules = self._check_criteria(instrument, place)
            code = self._undotted_code(instrument, place)
            if self.checker.is_new(code, self.rules, member(place, "code")):
                self.rules[code] = rules
        if isinstance(self.bundle.get("instruments"), list):
            check_hundred(self.checker, shares, "instruments", "porsi (share) instrumen")

    def _check_criteria(self, instrument: dict[str, Any], instrument_place: str) -> dict[str, MarkRule]:
        rules: dict[str, MarkRule] = {}
        weights = []
        for index, value in enumerate(self.checker.items(instrument, "criteria", instrument_place)):
            place = f"{instrument_place}.criteria[{index}]"
            criterion = self.checker.mapping(value, place, CRITERION, frozenset({"step"}))
            self.checker.text(criterion, "name", place)
            weights.append(self.checker.decimal(criterion, "weight", place))
            rule = MarkRule(self._positive(criterion, "max", place), self._positive(criterion, "step", place))
            code = self._undotted_code(criterion, place)
            if self.checker.is_new(code, rules, member(place, "code")):
                rules[code] = rule
        if isinstance(instrument.get("criteria"), list):
            check_hundred(self.checker, weights, member(instrument_place, "criteria"), "bobot kriteria")
        return rules

    def _undotted_code(self, owner: dict[str, Any], place: str) -> str | None:
        code = self.checker.code(owner, "code", place)
        if code is not None and "." in code:
            self.checker.add(member(place, "code"), f"{quoted(code)} tidak boleh memuat titik")
            return None
        return code

    def _positive(self, owner: dict[str, Any], key: str, place: str) -> str | None:
        number = self.checker.decimal(owner, key, place)
        if number is not None and not Fraction(number):
            self.checker.add(member(place, key), "harus lebih besar dari 0")
            return None
        return number

    def _check_entries(self) -> None:
        values = self.checker.items(self.bundle, "entries", "")
        if self.bundle.get("entries") == []:
            self.checker.add("entries", "belum ada usulan")
        for index, value in enumerate(values):
            place = f"entries[{index}]"
            entry = self.checker.mapping(value, place, ENTRY)
            self.checker.text(entry, "title", place)
            number = self.checker.code(entry, "number", place)
            if self.checker.is_new(number, self.entries, member(place, "number")):
                self.entries[number] = index

    def _check_sheet(self, sheet: Any, index: int) -> None:
        if not self._is_sound(sheet) and not self._read_sheet(sheet, f"sheets[{index}]"):
            self.every_sheet_identified = False
            return
        judge, entry, instrument = sheet["judge"], sheet["entry"], sheet["instrument"]
        first = self.sheets.setdefault((judge, entry, instrument), index)
        if first != index:
            self.checker.add(
                f"sheets[{index}]",
                f"lembar kedua {judge} untuk usulan {quoted(entry)}, instrumen {quoted(instrument)}; "
                f"yang pertama pada sheets[{first}]",
            )
        if sheet["counted"]:
            self.counted[entry][judge].add(instrument)

    def _is_sound(self, sheet: Any) -> bool:
        """The quick test that nearly every sheet passes; what fails it is read the long way, to say why."""
        if type(sheet) is not dict or sheet.keys() not in ORDINARY or sheet["counted"] is not True:
            return False
        try:
            rules = self.rules[sheet["instrument"]]
            known = sheet["judge"] in self.judges and sheet["entry"] in self.entries
            marks = sheet["marks"]
            complete = type(marks) is dict and marks.keys() == rules.keys()
            signed = sheet["receipt"] != "" and type(sheet["receipt"]) is type(sheet.get("nonce", "")) is str
            return known and complete and signed and all(marks[code] in rule.accepted for code, rule in rules.items())
        except (KeyError, TypeError):
            return False

    def _read_sheet(self, value: Any, place: str) -> bool:
        """Report every fault of a sheet; whether it is clear whose sheet it is and whether it counts."""
        checker = self.checker
        sheet = checker.mapping(value, place, SHEET, SHEET_OPTIONAL)
        judge = checker.code(sheet, "judge", place)
        if judge is not None:
            self.judges.add(judge)
        entry = checker.text(sheet, "entry", place)
        if entry is not None and entry not in self.entries:
            checker.add(member(place, "entry"), f"usulan {quoted(entry)} tidak ada dalam berkas")
        instrument = checker.text(sheet, "instrument", place)
        if instrument is not None and instrument not in self.rules:
            checker.add(member(place, "instrument"), f"instrumen {quoted(instrument)} tidak ada dalam berkas")
        counted = self._check_counted(sheet, place)
        if "marks" in sheet:
            self._check_marks(sheet["marks"], f"{place}.marks", instrument, counted)
        return judge is not None and entry is not None and instrument is not None and counted is not None

    def _check_counted(self, sheet: dict[str, Any], place: str) -> bool | None:
        """Check what depends on whether the sheet counts; return that."""
        checker = self.checker
        why = checker.text(sheet, "why", place)
        receipt = checker.text(sheet, "receipt", place)
        checker.text(sheet, "nonce", place)
        if "counted" not in sheet or not checker.is_a(bool, sheet["counted"], place, "counted"):
            return None
        if sheet["counted"]:
            if "why" in sheet:
                checker.add(member(place, "why"), "lembar yang dihitung tidak boleh memuat alasan (why)")
            if "receipt" not in sheet or receipt == "":
                checker.add(member(place, "receipt"), "lembar yang dihitung wajib memuat tanda terima (receipt)")
            return True
        if "why" not in sheet:
            checker.add(member(place, "why"), "lembar yang tidak dihitung wajib memuat alasan (why)")
        elif why is not None and why not in REASONS:
            checker.add(member(place, "why"), f'{quoted(why)} bukan alasan yang dikenal ("recused", "released")')
        return False

    def _check_marks(self, value: Any, place: str, instrument: str | None, counted: bool | None) -> None:
        marks = self.checker.free_mapping(value, place)
        rules = self.rules.get(instrument or "")
        if rules is None or not isinstance(value, dict):
            return
        for criterion, mark in marks.items():
            if criterion not in rules:
                self.checker.add(member(place, criterion), f"kriteria tidak dikenal pada instrumen {instrument}")
            elif (fault := rules[criterion].fault(mark)) is not None:
                self.checker.add(member(place, criterion), fault)
        if counted:
            for criterion in [code for code in rules if code not in marks]:
                self.checker.add(member(place, criterion), "nilai belum ada")

    def _check_complete(self) -> None:
        for entry, index in self.entries.items():
            judges = self.counted.get(entry)
            if not judges:
                self.checker.add(f"entries[{index}]", f"usulan {entry} belum memiliki lembar yang dihitung")
                continue
            for judge, given in sorted(judges.items()):
                for instrument in [code for code in self.rules if code not in given]:
                    self.checker.add(
                        f"entries[{index}]",
                        f"lembar {judge} untuk usulan {entry}, instrumen {instrument}, belum ada atau tidak dihitung",
                    )


def check_round(checker: Checker, bundle: Any) -> None:
    RoundCheck(checker, bundle).run()
