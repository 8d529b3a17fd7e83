"""What the scoring screen shows a judge about the own sheets while they are being filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from judging.scoring.blend import Scale
from judging.scoring.exact import half_up, printed
from judging.scoring.shapes import Instrument


@dataclass(frozen=True, kw_only=True)
class LiveInstrument:
    """`so_far` adds weight x mark / max of the marks given; `score` is that number once none is missing, else None."""

    so_far: str
    score: str | None
    given: int
    required: int


@dataclass(frozen=True, kw_only=True)
class LiveTotals:
    """`blended` is the judge's own blended figure once every sheet is complete, else None."""

    instruments: Mapping[str, LiveInstrument]
    blended: str | None


def live_totals(
    instruments: Sequence[Instrument], marks: Mapping[str, Mapping[str, str]], decimals: int = 2
) -> LiveTotals:
    """Totals of one judge's sheets for one entry, for display only.

    `marks` maps instrument codes to marks by criterion code (decimal texts that the criterion allows); what is not
    marked yet is left out. Scores are texts with `decimals` places, rounded half up. A code that no instrument
    has is a KeyError.
    """
    scale = Scale.of(instruments, (mark for given in marks.values() for mark in given.values()))
    points = {code: scale.points(code, given) for code, given in marks.items()}
    live = {}
    for instrument in instruments:
        given = len(marks.get(instrument.code, ()))
        required = len(instrument.criteria)
        so_far = printed(half_up(points.get(instrument.code, 0), scale.unit, decimals), decimals)
        live[instrument.code] = LiveInstrument(
            so_far=so_far, score=so_far if given == required else None, given=given, required=required
        )
    if any(sheet.score is None for sheet in live.values()):
        return LiveTotals(instruments=live, blended=None)
    blended = sum(scale.shares[code] * number for code, number in points.items())
    return LiveTotals(
        instruments=live, blended=printed(half_up(blended, scale.unit * scale.share_unit, decimals), decimals)
    )
