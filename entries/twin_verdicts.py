"""What stands between two innovations and what a verdict would change, for the comparison page and the list."""

from entries.identities import Settled, own_group, plan, standing_verdicts
from entries.models import Innovation, TwinVerdict, Verdict
from kiks.exceptions import WrongStateError
from kiks.formats import indonesian_datetime


def standing_between(innovation: Innovation, other: Innovation) -> TwinVerdict | None:
    """The verdict that decides on the pair: on themselves, or on others that are one with them."""
    one, two = own_group(innovation), own_group(other)
    if other.pk in one:
        return _direct(innovation, other) or standing_verdicts(one, Verdict.SAME).last()
    between = [
        verdict
        for verdict in standing_verdicts(one | two, Verdict.DIFFERENT).select_related(*SHOWN)
        if (verdict.innovation_id in one) != (verdict.other_id in one)
    ]
    return next(iter(between), None)


SHOWN = ("innovation__unit__agency", "other__unit__agency", "decided_by", "undone_by")


def _direct(innovation: Innovation, other: Innovation) -> TwinVerdict | None:
    pair = {innovation.pk, other.pk}
    found = standing_verdicts(pair, Verdict.SAME).select_related(*SHOWN)
    return found.first()


def check_not_decided(innovation: Innovation, other: Innovation) -> None:
    if verdict := standing_between(innovation, other):
        raise WrongStateError(
            f"Sudah diputuskan {verdict.decided_by} {indonesian_datetime(verdict.decided_at)}:"  # type: ignore[arg-type]
            f" {verdict.innovation.short_name} dan {verdict.other.short_name} adalah"
            f" {verdict.get_verdict_display().lower()}. Batalkan dahulu keputusan itu."
        )


def if_same(innovation: Innovation, other: Innovation) -> Settled:
    """What would come of it if the two were the same; nothing is written."""
    everyone = own_group(innovation, other)
    standing = list(standing_verdicts(everyone, Verdict.SAME))
    pairs = [(row.innovation_id, row.other_id) for row in standing]
    (settled,) = plan(everyone, [*pairs, (innovation.pk, other.pk)], standing)
    return settled
