"""One sheet under its locks with all that saving on it asks for: one trip to the database, however long it is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple, cast

from django.core.exceptions import PermissionDenied

from judging.bundles import instruments_of, plain
from judging.models import Round, RoundInstrument, ScoreSheet
from judging.scoring import LiveTotals, live_totals
from judging.scoring.shapes import Instrument
from kiks import audit
from kiks.models import User

# Locks are taken in the order of these clauses: round, assignment, sheet, as everywhere. Who changes what a judge may
# do holds the round alone; so whoever waited here sees the newest row of each of the three.
LOCKED = """
    SELECT s.id, s.instrument_id, s.status, s.handed_in_at, s.comment,
        a.id, a.entry_id, a.released_at, a.conflict, j.id, j.user_id, j.pledged_at,
        r.id, r.name, r.status, r.decimals, r.opened_at
    FROM judging_scoresheet s
    JOIN judging_assignment a ON a.id = s.assignment_id
    JOIN judging_judge j ON j.id = a.judge_id
    JOIN judging_round r ON r.id = a.round_id
    WHERE s.id = %s AND j.user_id = %s
    FOR SHARE OF r FOR SHARE OF a FOR UPDATE OF s
"""
# A statement of its own, so that it sees what was committed while the first one waited.
STANDING = """
    SELECT s.id, s.instrument_id, m.id, m.criterion_id, m.value, m.version, EXISTS (
        SELECT FROM judging_recusal x
        WHERE x.round_id = a.round_id AND x.judge_id = a.judge_id AND x.entry_id = a.entry_id)
    FROM judging_assignment a
    JOIN judging_scoresheet s ON s.assignment_id = a.id
    LEFT JOIN judging_mark m ON m.sheet_id = s.id
    WHERE a.id = (SELECT own.assignment_id FROM judging_scoresheet own WHERE own.id = %s)
"""


class Scale(NamedTuple):
    """What a mark of one criterion may be."""

    pk: int
    code: str
    name: str
    max_mark: Decimal
    step: Decimal


@dataclass(frozen=True)
class Rules:
    """The instruments of an opened round, which a trigger keeps from changing."""

    shapes: tuple[Instrument, ...]
    codes: Mapping[int, str]
    scales: Mapping[int, Mapping[str, Scale]]
    criteria: Mapping[int, str]


class Standing(NamedTuple):
    """A mark as it stands."""

    pk: int
    value: Decimal
    version: int


@dataclass(frozen=True)
class LiveSheet:
    """The locked sheet; `marks` are all of the assignment's, by sheet and criterion."""

    sheet: ScoreSheet
    sheets: Mapping[int, int]
    marks: dict[tuple[int, int], Standing]

    @property
    def rules(self) -> Rules:
        """Asked for after the check that the round is open: before it opens its rules may still change."""
        round_ = self.sheet.assignment.round
        return rules_of(round_.pk, round_.opened_at)

    @property
    def scales(self) -> Mapping[str, Scale]:
        return self.rules.scales[self.sheet.instrument_id]

    def standing(self, scale: Scale) -> Standing | None:
        return self.marks.get((self.sheet.pk, scale.pk))

    def with_mark(self, scale: Scale, mark: Standing | None) -> None:
        """Count with the mark that was just written, or without the one that was just taken back."""
        if mark is None:
            self.marks.pop((self.sheet.pk, scale.pk), None)
        else:
            self.marks[self.sheet.pk, scale.pk] = mark

    def totals(self) -> LiveTotals:
        given: dict[str, dict[str, str]] = {self.rules.codes[pk]: {} for pk in self.sheets.values()}
        for (sheet, criterion), mark in self.marks.items():
            given[self.rules.codes[self.sheets[sheet]]][self.rules.criteria[criterion]] = plain(mark.value)
        return live_totals(self.rules.shapes, given, self.sheet.assignment.round.decimals)


@contextmanager
def act_on_sheet(pk: int, by: User) -> Iterator[LiveSheet]:
    """`audit.act` on the own sheet with that key, locked until the act ends; PermissionDenied where there is none."""
    with audit.act_reading(by, (LOCKED, [pk, by.pk]), (STANDING, [pk])) as (locked, standing):
        if not locked:
            raise PermissionDenied
        yield LiveSheet(
            sheet=_sheet(locked[0], is_recused=standing[0][-1]),
            sheets={sheet_id: instrument for sheet_id, instrument, *_ in standing},
            marks={(row[0], row[3]): Standing(row[2], row[4], row[5]) for row in standing if row[2]},
        )


def _sheet(row: tuple, *, is_recused: bool) -> ScoreSheet:
    """The row as the checks of judging.permissions read it; to fill four models takes as long as to ask for them."""
    pk, instrument, status, handed_in, comment, assignment, entry, released, conflict, *rest = row
    judge, user, pledged, round_, name, round_status, decimals, opened = rest
    facts = SimpleNamespace(
        pk=pk,
        instrument_id=instrument,
        status=status,
        handed_in_at=handed_in,
        comment=comment,
        assignment=SimpleNamespace(
            pk=assignment,
            entry_id=entry,
            released_at=released,
            conflict=conflict,
            is_recused=is_recused,
            judge=SimpleNamespace(pk=judge, user_id=user, pledged_at=pledged),
            round=SimpleNamespace(pk=round_, name=name, status=round_status, decimals=decimals, opened_at=opened),
        ),
    )
    return cast(ScoreSheet, facts)


@lru_cache(maxsize=64)
def rules_of(round_id: int, opened_at: datetime | None) -> Rules:
    """Read once for each opening: from then on instruments, criteria and shares of the round are frozen."""
    parts = RoundInstrument.objects.filter(round=round_id).select_related("instrument")
    instruments = [part.instrument for part in parts.prefetch_related("instrument__criteria")]
    criteria = [criterion for instrument in instruments for criterion in instrument.criteria.all()]
    return Rules(
        shapes=instruments_of(Round(pk=round_id)),
        codes={instrument.pk: instrument.code for instrument in instruments},
        scales={
            instrument.pk: {
                each.code: Scale(each.pk, each.code, each.name, each.max_mark, each.step)
                for each in instrument.criteria.all()
            }
            for instrument in instruments
        },
        criteria={criterion.pk: criterion.code for criterion in criteria},
    )
