"""The whole made-up story: last year's edition to its publication, this year's to the stage that was asked for."""

from collections.abc import Callable
from dataclasses import replace

from django.db import connection

from competitions.models import Edition
from entries.models import Entry, Innovation, ServiceUnit
from entries.reference import load_reference
from judging.demo.acts import Play, draft, enter, register, remember, screen
from judging.demo.announcing import announce, object_and_decide
from judging.demo.calendar import STAGES, Calendar
from judging.demo.cast import Cast
from judging.demo.choosing import DemoInnovation, Flaw, UnitRef, innovations
from judging.demo.judging import DESK_PROGRESS, decide, finish, judge_round, open_and_declare, seat_panel
from judging.demo.script import DemoScript, load
from judging.demo.setting import make_year
from judging.demo.verdicts import compare, decide_pairs, without_open_pairs
from judging.models import Judge, Round
from kiks import audit, clock

BEFORE_LAST, LAST, THIS = "kiks-2024-contoh", "kiks-2025-contoh", "kiks-2026-contoh"
LAST_YEAR_ENTRIES = 24
LAST_YEAR_JUDGES = 3
# Old enough to have been entered a year ago.
OLD_ENOUGH_MONTHS = 20
SUBMITTED_AT_REGISTRATION = 24
PROPOSALS_WAITING = 2


def play(*, stage: str, say: Callable[[str], None]) -> None:
    """Build the demo in an empty, migrated database. Deterministic but for the day on which it is played."""
    with connection.cursor() as cursor:
        # Nothing here is worth a disk flush of its own: a demo that broke off is built anew.
        cursor.execute("SET synchronous_commit TO off")
    script = load()
    load_reference()
    say("Data rujukan dan riwayat 2021-2024 dimuat")
    cast = Cast(script)
    calendar = Calendar.of(clock.now(), stage)
    kinds = {unit.code: unit for unit in ServiceUnit.objects.all()}
    refs = [UnitRef(code=row.code, kind=kinds[row.code].kind, name=kinds[row.code].name) for row in script.units]
    chosen = innovations(script.seed, refs)
    earlier = play_last_year(script, cast, calendar.a_year_before(), chosen, say)
    play_this_year(script, cast, calendar, chosen, earlier, stage=stage, say=say)


def play_last_year(
    script: DemoScript, cast: Cast, calendar: Calendar, chosen: list[DemoInnovation], say: Callable[[str], None]
) -> dict[int, Innovation]:
    """A smaller edition, complete and published; returns what took part in it, by index of the innovation."""
    row = script.edition(LAST)
    before = script.edition(BEFORE_LAST)
    with audit.act(cast.chair):
        past = Edition.objects.create(
            code=before.code, year=before.year, name=before.name, theme=before.theme, is_history=True, is_demo=True
        )
    with clock.shifted_to(calendar.at(-70)), audit.act(cast.chair):
        edition, rounds = make_year(script, row, calendar, cast.chair)
    stage_play = Play(script=script, edition=edition, calendar=calendar, cast=cast, say=say)
    taking_part = last_years(chosen)
    names = {innovation.unit_code for innovation in taking_part}
    register(stage_play, [unit for unit in script.units if unit.code in names], -58)
    # Two whose videos could not be opened object, one of them with reason.
    objecting = [innovation for innovation in taking_part if not innovation.earlier][:2]
    entered = []
    for innovation in taking_part:
        unit = ServiceUnit.objects.get(code=innovation.unit_code)
        third = any(earlier.edition == BEFORE_LAST for earlier in innovation.earlier)
        again = remember(innovation, past, unit) if third else None
        then = as_it_was(innovation)
        if innovation in objecting:
            then = replace(then, flaw=Flaw.VIDEO_MISSING)
        entered.append((enter(stage_play, then, again=again, day=-10), then))
    say(f"{edition.name}: {len(entered)} usulan terkirim")
    compare(stage_play, 2)
    decide_pairs(stage_play, entered, 2, repeated=True)
    screen(stage_play, entered, 3)
    announce(stage_play)
    object_and_decide(stage_play)
    by_number = {entry.number: innovation for entry, innovation in entered}
    judges = seat_panel(stage_play, [f"J{n + 1}" for n in range(LAST_YEAR_JUDGES)], 9)
    run_rounds(stage_play, rounds, judges, by_number)
    return {innovation.index: entry.innovation for entry, innovation in entered}


def last_years(chosen: list[DemoInnovation]) -> list[DemoInnovation]:
    """Those that were entered a year ago: the planted ones, and as many old ones as fill the edition."""
    planted = [innovation for innovation in chosen if any(row.edition == LAST for row in innovation.earlier)]
    old = [
        innovation
        for innovation in chosen
        if innovation not in planted
        and innovation.implemented_months >= OLD_ENOUGH_MONTHS
        and innovation.flaw == "none"
    ]
    return sorted((planted + old)[:LAST_YEAR_ENTRIES], key=lambda innovation: innovation.index)


def as_it_was(innovation: DemoInnovation) -> DemoInnovation:
    """The innovation a year ago: younger, and under the name that it bore then."""
    former = next((row for row in innovation.earlier if row.edition == LAST), None)
    return replace(
        innovation,
        short_name=former.short_name if former else innovation.short_name,
        expansion=former.expansion if former else innovation.expansion,
        implemented_months=innovation.implemented_months - 12,
        trialled_months=innovation.trialled_months - 12,
        initiated_months=innovation.initiated_months - 12,
        flaw=Flaw.NONE,
    )


def run_rounds(
    stage_play: Play, rounds: dict[str, Round], judges: list[Judge], innovations_by_number: dict[str, DemoInnovation]
) -> None:
    """Desk, presentation, final, publication."""
    open_and_declare(stage_play, rounds["desk"], judges, 11)
    judge_round(stage_play, rounds["desk"], innovations_by_number, day=15, share={})
    decide(stage_play, rounds["desk"], day=26)
    open_and_declare(stage_play, rounds["presentation"], judges, 28)
    judge_round(stage_play, rounds["presentation"], innovations_by_number, day=29, share={})
    decide(stage_play, rounds["presentation"], day=30)
    finish(stage_play, rounds["final"], day=31)


def play_this_year(  # noqa: PLR0913 - what the whole story hands on
    script: DemoScript,
    cast: Cast,
    calendar: Calendar,
    chosen: list[DemoInnovation],
    earlier: dict[int, Innovation],
    *,
    stage: str,
    say: Callable[[str], None],
) -> None:
    """This year's edition, up to `stage`."""
    row = script.edition(THIS)
    with clock.shifted_to(calendar.at(-70)), audit.act(cast.chair):
        edition, rounds = make_year(script, row, calendar, cast.chair)
    stage_play = Play(script=script, edition=edition, calendar=calendar, cast=cast, say=say)
    register(stage_play, script.units, -58)
    entered = submit_all(
        stage_play, chosen, earlier, only=SUBMITTED_AT_REGISTRATION if stage == "registration" else None
    )
    if reached(stage, "screening"):
        compare(stage_play, 0)
    if reached(stage, "desk"):
        decide_pairs(stage_play, entered, 0, repeated=True)
        screen(stage_play, entered, 1)
        announce(stage_play)
        by_number = {entry.number: innovation for entry, innovation in entered}
        judges = seat_panel(stage_play, sorted(cast.judges), 9)
        play_judging(stage_play, rounds, judges, by_number, stage)
    elif reached(stage, "screening"):
        # The planted copies and the renamed innovation are left to whoever tries the desk.
        decide_pairs(stage_play, entered, 0, repeated=False)
        begun = without_open_pairs(stage_play, entered[: len(entered) // 2])
        screen(stage_play, begun, 1, waiting=PROPOSALS_WAITING)


def reached(stage: str, wanted: str) -> bool:
    return STAGES.index(stage) >= STAGES.index(wanted)


def submit_all(
    stage_play: Play, chosen: list[DemoInnovation], earlier: dict[int, Innovation], *, only: int | None
) -> list[tuple[Entry, DemoInnovation]]:
    """Every unit submits; while submission is still open only some have, and some are writing."""
    entered = []
    for order, innovation in enumerate(chosen[:only]):
        # A renamed third participation is a new innovation to the machine: finding it is the officers' work.
        again = None if innovation.flaw == Flaw.THIRD_PARTICIPATION else earlier.get(innovation.index)
        day = -40 + order % 15 if only else -12 + order * 12 // len(chosen)
        entered.append((enter(stage_play, innovation, again=again, day=day), innovation))
        if len(entered) % 20 == 0:
            stage_play.say(f"{len(entered)} usulan terkirim")
    if only:
        for innovation in chosen[only : only * 2]:
            draft(stage_play, innovation, earlier.get(innovation.index), -22)
    stage_play.say(f"{stage_play.edition.name}: {len(entered)} usulan terkirim")
    return entered


def play_judging(
    stage_play: Play, rounds: dict[str, Round], judges: list[Judge], by_number: dict[str, DemoInnovation], stage: str
) -> None:
    """The desk round half way, or all of it and the presentations half way, or everything."""
    if reached(stage, "published"):
        run_rounds(stage_play, rounds, judges, by_number)
        return
    open_and_declare(stage_play, rounds["desk"], judges, 11)
    whole = reached(stage, "final")
    judge_round(stage_play, rounds["desk"], by_number, day=15, share={} if whole else DESK_PROGRESS)
    if whole:
        decide(stage_play, rounds["desk"], day=26)
        open_and_declare(stage_play, rounds["presentation"], judges, 28)
        judge_round(stage_play, rounds["presentation"], by_number, day=29, share={"J1": 0, "J2": 50, "J3": 50})
