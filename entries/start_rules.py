"""What a unit is told before it begins: each rule of entering with its sentence, met or not; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from entries.eligibility import Facts, Failure, Reason, Rules, failures, long_date, months_before, sentence

MONTHS_OF_A_YEAR = 12
PARTICIPATIONS = "Keikutsertaan"


class Mark(Enum):
    MET = "met"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RuleLine:
    """One rule as it stands for one innovation."""

    title: str
    mark: Mark
    sentence: str


def rule_lines(facts: Facts, rules: Rules) -> tuple[RuleLine, ...]:
    """Participations, age on the closing day, limits of unit and agency; in this order, each whether met or not."""
    broken = {failure.reason: failure for failure in failures(facts, rules)}
    return (
        *_participations(facts, rules, broken.get(Reason.PARTICIPATION_LIMIT)),
        *_age(facts, rules, broken.get(Reason.TOO_YOUNG)),
        _limit("Batas unit", "Unit Anda", facts.unit_entries, rules.max_per_unit, broken.get(Reason.UNIT_LIMIT)),
        _limit(
            "Batas perangkat daerah",
            "Perangkat daerah Anda",
            facts.agency_entries,
            rules.max_per_agency,
            broken.get(Reason.AGENCY_LIMIT),
        ),
    )


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another, counted back from the last as the rule does; 0 where the first is later."""
    months = (last.year - first.year) * MONTHS_OF_A_YEAR + last.month - first.month
    return max(0, months if first <= months_before(last, months) else months - 1)


def in_words(months: int) -> str:
    years, rest = divmod(months, MONTHS_OF_A_YEAR)
    parts = [f"{count} {word}" for count, word in ((years, "tahun"), (rest, "bulan")) if count]
    return " ".join(parts) or "kurang dari 1 bulan"


def _participations(facts: Facts, rules: Rules, failure: Failure | None) -> Iterator[RuleLine]:
    title, used, limit = PARTICIPATIONS, len(facts.participations), rules.max_participations
    if limit is None:
        return
    if failure:
        yield RuleLine(title, Mark.BROKEN, sentence(failure))
    elif used:
        years = ", ".join(map(str, sorted(facts.participations)))
        yield RuleLine(
            title, Mark.MET, f"{used} dari {limit} kali terpakai ({years}). Usulan ini menjadi yang ke-{used + 1}."
        )
    else:
        yield RuleLine(title, Mark.MET, f"0 dari {limit} kali terpakai: inovasi ini belum pernah ikut serta.")


def _age(facts: Facts, rules: Rules, failure: Failure | None) -> Iterator[RuleLine]:
    title = "Umur penerapan"
    if rules.min_age_months is None:
        return
    closing = rules.closes_at.astimezone(rules.time_zone).date()
    if facts.implemented_on is None:
        latest = long_date(months_before(closing, rules.min_age_months))
        yield RuleLine(
            title,
            Mark.UNKNOWN,
            f"Tanggal mulai penerapan belum tercatat. Paling lambat {latest}, {rules.min_age_months} bulan sebelum"
            " pengajuan ditutup. Isi tanggalnya pada bagian Identitas.",
        )
        return
    age = in_words(months_between(facts.implemented_on, closing))
    if failure:
        yield RuleLine(title, Mark.BROKEN, sentence(failure))
    else:
        yield RuleLine(
            title,
            Mark.MET,
            f"{age} pada hari penutupan, {long_date(closing)} (diterapkan sejak {long_date(facts.implemented_on)},"
            f" minimal {rules.min_age_months} bulan).",
        )


def _limit(title: str, who: str, sent: int, limit: int | None, failure: Failure | None) -> RuleLine:
    if failure:
        return RuleLine(title, Mark.BROKEN, sentence(failure))
    if limit is None:
        return RuleLine(title, Mark.MET, f"{who} sudah mengirim {sent} usulan; edisi ini tidak membatasi jumlahnya.")
    return RuleLine(title, Mark.MET, f"{who} sudah mengirim {sent} dari {limit} usulan.")
