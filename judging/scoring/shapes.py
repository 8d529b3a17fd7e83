"""The frozen shapes of a bundle, and their translation to and from plain JSON data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROUND_FORMAT = "kiks-round/1"
FINAL_FORMAT = "kiks-final/1"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    code: str
    name: str
    weight: str
    max: str
    step: str | None = None


@dataclass(frozen=True, kw_only=True)
class Instrument:
    code: str
    name: str
    share: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    number: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    judge: str
    entry: str
    instrument: str
    counted: bool
    marks: Mapping[str, str]
    why: str | None = None
    receipt: str | None = None
    nonce: str | None = None


@dataclass(frozen=True, kw_only=True)
class SettledTie:
    order: tuple[str, ...]
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    entry: str
    why: str


@dataclass(frozen=True, kw_only=True)
class RoundBundle:
    """Everything that the ranking of one round (and category) is computed from; decimals are texts."""

    edition: str
    round: str
    category: str | None = None
    decimals: int = 2
    cutoff: int | None = None
    tie_breakers: tuple[str, ...] = ()
    instruments: tuple[Instrument, ...]
    entries: tuple[Entry, ...]
    sheets: tuple[Sheet, ...]
    settled_ties: tuple[SettledTie, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FinalRound:
    code: str
    share: str
    scores: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FinalBundle:
    """Everything that the final ranking is computed from; `scores` map entry numbers to rounded round scores."""

    edition: str
    category: str | None = None
    decimals: int = 2
    cutoff: int | None = None
    tie_breakers: tuple[str, ...] = ()
    rounds: tuple[FinalRound, ...]
    settled_ties: tuple[SettledTie, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()


type Bundle = RoundBundle | FinalBundle


def as_plain(bundle: Bundle) -> dict[str, Any]:
    """The bundle as JSON data."""
    if isinstance(bundle, RoundBundle):
        plain = {"format": ROUND_FORMAT, "edition": bundle.edition, "round": bundle.round} | _settings(bundle)
        plain["instruments"] = [_plain_instrument(instrument) for instrument in bundle.instruments]
        plain["entries"] = [{"number": entry.number, "title": entry.title} for entry in bundle.entries]
        plain["sheets"] = [_plain_sheet(sheet) for sheet in bundle.sheets]
    else:
        plain = {"format": FINAL_FORMAT, "edition": bundle.edition} | _settings(bundle)
        plain["rounds"] = [
            {"code": round_.code, "share": round_.share, "scores": dict(round_.scores)} for round_ in bundle.rounds
        ]
    plain["settled_ties"] = [
        {"order": list(tie.order), "by": tie.by, "reason": tie.reason} for tie in bundle.settled_ties
    ]
    if bundle.withdrawn:
        plain["withdrawn"] = [{"entry": gone.entry, "why": gone.why} for gone in bundle.withdrawn]
    return plain


def _settings(bundle: Bundle) -> dict[str, Any]:
    return {
        "category": bundle.category,
        "decimals": bundle.decimals,
        "cutoff": bundle.cutoff,
        "tie_breakers": list(bundle.tie_breakers),
    }


def _plain_instrument(instrument: Instrument) -> dict[str, Any]:
    criteria = [
        {"code": criterion.code, "name": criterion.name, "weight": criterion.weight, "max": criterion.max}
        | _present(step=criterion.step)
        for criterion in instrument.criteria
    ]
    return {"code": instrument.code, "name": instrument.name, "share": instrument.share, "criteria": criteria}


def _plain_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "judge": sheet.judge,
        "entry": sheet.entry,
        "instrument": sheet.instrument,
        "counted": sheet.counted,
        "marks": dict(sheet.marks),
    } | _present(why=sheet.why, receipt=sheet.receipt, nonce=sheet.nonce)


def _present(**optional: str | None) -> dict[str, str]:
    return {key: value for key, value in optional.items() if value is not None}


def from_plain(plain: Mapping[str, Any]) -> Bundle:
    """The bundle of JSON data in which the grammar found no fault."""
    settings = {
        "edition": plain["edition"],
        "category": plain["category"],
        "decimals": plain["decimals"],
        "cutoff": plain["cutoff"],
        "tie_breakers": tuple(plain["tie_breakers"]),
        "settled_ties": tuple(
            SettledTie(order=tuple(tie["order"]), by=tie["by"], reason=tie["reason"])
            for tie in plain.get("settled_ties", ())
        ),
        "withdrawn": tuple(Withdrawal(**gone) for gone in plain.get("withdrawn", ())),
    }
    if plain["format"] == FINAL_FORMAT:
        return FinalBundle(rounds=tuple(FinalRound(**round_) for round_ in plain["rounds"]), **settings)
    return RoundBundle(
        round=plain["round"],
        instruments=tuple(
            Instrument(**instrument | {"criteria": tuple(Criterion(**row) for row in instrument["criteria"])})
            for instrument in plain["instruments"]
        ),
        entries=tuple(Entry(**entry) for entry in plain["entries"]),
        sheets=tuple(Sheet(**sheet) for sheet in plain["sheets"]),
        **settings,
    )
