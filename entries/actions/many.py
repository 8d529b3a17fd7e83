"""Passing many clear entries in one go: each by an act of its own, so that one refusal stops no other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from competitions.models import Edition
from entries.actions.comparing import NOT_COMPARED, compare_version
from entries.actions.deciding import locked_entry
from entries.actions.screening import ItemDecision, check_unchanged, screen_entry
from entries.clear_cases import human_items, machine_hindrances, repeated_sentence
from entries.decision_permissions import check_can_screen
from entries.models import Entry
from entries.screening_queries import machine_findings
from entries.states import ScreeningOutcome
from kiks import audit
from kiks.exceptions import RuleBrokenError
from kiks.models import User


@dataclass(frozen=True)
class Chosen:
    """An entry as the preview showed it."""

    entry: Entry
    attempt: int
    version: int


@dataclass(frozen=True)
class Passing:
    """What became of one entry; `refusal` says why it did not pass."""

    entry: Entry
    refusal: str = ""


def pass_many(edition: Edition, chosen: Iterable[Chosen], *, by: User, stated: Collection[str]) -> list[Passing]:
    """`stated` are the codes of the items that only a person can decide: the officer says that all entries fulfil them.

    Under the lock of each entry everything is looked at again that the preview looked at.
    """
    missing = [item.label for item in human_items(edition) if item.code not in stated]
    if missing:
        raise RuleBrokenError(f"Nyatakan dahulu butir ini untuk semua usulan: {'; '.join(missing)}.")
    return [_passing(case, by, sorted(stated)) for case in chosen]


def _passing(case: Chosen, by: User, stated: list[str]) -> Passing:
    # Before the lock of the entry: whoever compares waits for nobody who holds one.
    if case.entry.current_version and not compare_version(case.entry.current_version):
        return Passing(case.entry, NOT_COMPARED)
    try:
        _pass(case, by, stated)
    except RuleBrokenError as error:
        return Passing(case.entry, str(error))
    return Passing(case.entry)


def _pass(case: Chosen, by: User, stated: list[str]) -> None:
    with audit.act(by):
        entry = locked_entry(case.entry)
        check_unchanged(entry, case.attempt, case.version)
        check_can_screen(by, entry)
        items, findings = list(entry.edition.checklist.all()), machine_findings(entry)
        hindrances = machine_hindrances([(item, findings[item.code]) for item in items])
        if repeated := repeated_sentence(entry):
            hindrances.append(repeated)
        if hindrances:
            raise RuleBrokenError(*hindrances)
        screen_entry(
            entry,
            by=by,
            outcome=ScreeningOutcome.PASSED,
            items=[ItemDecision(item, True) for item in items],
            expected_attempt=case.attempt,
            expected_version=case.version,
            stated=stated,
        )
