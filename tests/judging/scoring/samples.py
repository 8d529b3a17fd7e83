"""Small valid bundles to break, and random ones to compare implementations on."""

from typing import Any

from hypothesis import strategies as st

KIPP = {
    "code": "kipp",
    "name": "KIPP 2022",
    "share": "60",
    "criteria": [
        {"code": "ide", "name": "Ide Inovatif", "weight": "45", "max": "100"},
        {"code": "dampak", "name": "Signifikansi", "weight": "55", "max": "100", "step": "0.5"},
    ],
}
KIJB = {
    "code": "kijb",
    "name": "KIJB",
    "share": "40",
    "criteria": [{"code": "baru", "name": "Kebaruan", "weight": "100", "max": "10"}],
}


def sheet(judge: str, entry: str, instrument: str, **marks: str) -> dict[str, Any]:
    return {
        "judge": judge,
        "entry": entry,
        "instrument": instrument,
        "counted": True,
        "marks": marks,
        "receipt": "9f86d0",
    }


def round_plain() -> dict[str, Any]:
    """Two entries, one judge; 001 scores 79.18, 002 scores 85.00."""
    return {
        "format": "kiks-round/1",
        "edition": "kiks-2026",
        "round": "desk",
        "category": None,
        "decimals": 2,
        "cutoff": 1,
        "tie_breakers": ["kipp.dampak", "kipp.ide"],
        "instruments": [
            {**KIPP, "criteria": [dict(criterion) for criterion in KIPP["criteria"]]},
            {**KIJB, "criteria": [dict(criterion) for criterion in KIJB["criteria"]]},
        ],
        "entries": [{"number": "001", "title": "Satu"}, {"number": "002", "title": "Dua"}],
        "sheets": [
            sheet("J1", "001", "kipp", ide="80", dampak="77.5"),
            sheet("J1", "001", "kijb", baru="8"),
            sheet("J1", "002", "kipp", ide="85", dampak="85"),
            sheet("J1", "002", "kijb", baru="8.5"),
        ],
        "settled_ties": [],
    }


def final_plain() -> dict[str, Any]:
    """Three finalists; 001 and 002 share 80.00 and are told apart by the presentation."""
    return {
        "format": "kiks-final/1",
        "edition": "kiks-2026",
        "category": None,
        "decimals": 2,
        "cutoff": 3,
        "tie_breakers": ["presentation", "desk"],
        "rounds": [
            {"code": "desk", "share": "60", "scores": {"001": "80.00", "002": "76.00", "003": "70.00"}},
            {"code": "presentation", "share": "40", "scores": {"001": "80.00", "002": "86.00", "003": "70.05"}},
        ],
        "settled_ties": [],
    }


def tied_plain(marks: dict[str, str], **settings: Any) -> dict[str, Any]:
    """One judge, one instrument with one criterion: every entry with its mark."""
    return {
        "format": "kiks-round/1",
        "edition": "kiks-2026",
        "round": "desk",
        "category": None,
        "decimals": 2,
        "cutoff": None,
        "tie_breakers": [],
        "instruments": [{**KIJB, "share": "100"}],
        "entries": [{"number": number, "title": ""} for number in marks],
        "sheets": [sheet("J1", number, "kijb", baru=mark) for number, mark in marks.items()],
        **settings,
    }


def split_hundred(parts: list[int]) -> list[str]:
    """Per cents with one decimal that add up to exactly 100 and lean on the given numbers."""
    units = [1000 * part // max(sum(parts), 1) for part in parts]
    units[0] += 1000 - sum(units)
    return [f"{unit // 10}.{unit % 10}" for unit in units]


@st.composite
def round_plains(draw: st.DrawFn) -> dict[str, Any]:
    """Random valid rounds with few different marks, so that ties are common; uncounted sheets among the others."""
    instruments = []
    for number, share in enumerate(split_hundred(draw(st.lists(st.integers(0, 9), min_size=1, max_size=2)))):
        weights = split_hundred(draw(st.lists(st.integers(0, 9), min_size=1, max_size=3)))
        criteria = [
            {
                "code": f"c{index}",
                "name": "",
                "weight": weight,
                "max": draw(st.sampled_from(["3", "10", "7.5"])),
            }
            | draw(st.sampled_from([{}, {"step": "0.25"}]))
            for index, weight in enumerate(weights)
        ]
        instruments.append({"code": f"i{number}", "name": "", "share": share, "criteria": criteria})
    entries = [f"{number:03}" for number in range(1, draw(st.integers(1, 7)) + 1)]
    names = [f"{one['code']}.{criterion['code']}" for one in instruments for criterion in one["criteria"]]
    return {
        "format": "kiks-round/1",
        "edition": "kiks-2026",
        "round": "desk",
        "category": draw(st.sampled_from([None, "digital"])),
        "decimals": draw(st.integers(0, 3)),
        "cutoff": draw(st.none() | st.integers(0, 8)),
        "tie_breakers": draw(st.lists(st.sampled_from(names), unique=True, max_size=2)),
        "instruments": instruments,
        "entries": [{"number": entry, "title": entry} for entry in draw(st.permutations(entries))],
        "sheets": draw(st.permutations(draw(_sheets(instruments, entries)))),
        "settled_ties": [],
    }


@st.composite
def _sheets(draw: st.DrawFn, instruments: list[dict[str, Any]], entries: list[str]) -> list[dict[str, Any]]:
    marks = st.sampled_from(["0", "1", "1.5", "3", "2.25", "3.00"])
    sheets = []
    for entry in entries:
        judges = [f"J{number}" for number in range(1, draw(st.integers(1, 3)) + 1)]
        for judge in judges:
            counted = judge == "J1" or draw(st.booleans())
            for instrument in instruments:
                given = {
                    criterion["code"]: draw(marks)
                    for criterion in instrument["criteria"]
                    if counted or draw(st.booleans())
                }
                found = sheet(judge, entry, instrument["code"], **given)
                if not counted:
                    found = {**found, "counted": False, "why": draw(st.sampled_from(["recused", "released"]))}
                    del found["receipt"]
                sheets.append(found)
    return sheets


@st.composite
def final_plains(draw: st.DrawFn) -> dict[str, Any]:
    decimals = draw(st.integers(0, 3))
    shares = split_hundred(draw(st.lists(st.integers(0, 9), min_size=1, max_size=3)))
    entries = [f"{number:03}" for number in range(1, draw(st.integers(1, 6)) + 1)]
    values = st.sampled_from(["79", "80", "81"]).map(lambda whole: whole + "." * bool(decimals) + "5" * decimals)
    codes = [f"r{number}" for number in range(len(shares))]
    return {
        "format": "kiks-final/1",
        "edition": "kiks-2026",
        "category": None,
        "decimals": decimals,
        "cutoff": draw(st.none() | st.integers(0, 7)),
        "tie_breakers": draw(st.lists(st.sampled_from(codes), unique=True)),
        "rounds": [
            {"code": code, "share": share, "scores": {entry: draw(values) for entry in draw(st.permutations(entries))}}
            for code, share in zip(codes, shares, strict=True)
        ],
        "settled_ties": [],
    }
