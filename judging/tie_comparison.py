"""A tied group side by side: what is equal and what differs, from the ranking's own bundle."""

from collections.abc import Sequence
from dataclasses import dataclass

from judging.explaining import Explanation, explain
from judging.models import Ranking
from judging.queries import by_seat
from judging.scoring.bundle import load


@dataclass(frozen=True, kw_only=True)
class ComparisonRow:
    """One figure of every entry of the group; `kind` is score, part, tie or judge."""

    kind: str
    name: str
    values: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        return len(set(self.values)) == 1


def compare(ranking: Ranking, numbers: Sequence[str], round_names: dict[str, str]) -> list[ComparisonRow]:
    """The round score, each instrument (or round of a final), each tie-breaker, then each judge."""
    bundle = load(ranking.bundle)
    found = [told for number in numbers if (told := explain(bundle, number, round_names))]
    first = found[0]
    rows = [ComparisonRow(kind="score", name="Nilai", values=tuple(told.placing.score for told in found))]
    for place, part in enumerate(first.parts):
        rows.append(ComparisonRow(kind="part", name=part.name, values=tuple(told.parts[place].shown for told in found)))
    for place, step in enumerate(first.ties):
        rows.append(ComparisonRow(kind="tie", name=step.name, values=tuple(told.ties[place].value for told in found)))
    judges = {label: None for told in found for label, _ in told.judges}
    for label in sorted(judges, key=by_seat):
        rows.append(ComparisonRow(kind="judge", name=label, values=tuple(_of_judge(told, label) for told in found)))
    return rows


def _of_judge(told: Explanation, label: str) -> str:
    """Nothing where this judge did not judge the entry."""
    return dict(told.judges).get(label, "")
