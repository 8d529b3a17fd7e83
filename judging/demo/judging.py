"""What judges and committee of the made-up edition do, from assignment to publication."""

from competitions.models import Edition
from judging.actions.assignment import assign_judges
from judging.actions.panel import appoint_judge, declare_conflicts, sign_pledge
from judging.actions.publication import publish_edition
from judging.actions.record import issue_record
from judging.actions.result import confirm_round, settle_tie
from judging.actions.round import close_round, compute_provisional, open_round
from judging.actions.sheet import hand_in_assignment, save_marks
from judging.demo.acts import Play
from judging.demo.choosing import DemoInnovation
from judging.demo.marking import marks
from judging.models import Assignment, Judge, Round
from judging.queries import counting, standing_rankings
from judging.scoring import rank
from judging.scoring.bundle import load
from kiks import clock

# How much of the desk round each judge has done when the demo stops in the middle of it, in per cent.
DESK_PROGRESS = {"J1": 20, "J2": 45, "J3": 60, "J4": 10, "J5": 100}
CONFLICT = "Pernah membimbing tim inovator ini (data contoh)."


def seat_panel(play: Play, labels: list[str], day: int) -> list[Judge]:
    """Appoint the judges; each signs the pakta integritas."""
    judges = []
    rows = {row.label: row for row in play.script.judges}
    for label in labels:
        with clock.shifted_to(play.calendar.at(day)):
            judge = appoint_judge(
                by=play.cast.chair,
                edition=play.edition,
                user=play.cast.judges[label],
                institution=rows[label].institution,
                decree_number="188/contoh/juri",
                decree_on=play.calendar.at(day).date(),
            )
        with clock.shifted_to(play.calendar.at(day, 90)):
            judges.append(sign_pledge(judge, by=judge.user))
    play.say(f"{len(judges)} juri ditunjuk")
    return judges


def open_and_declare(play: Play, round_: Round, judges: list[Judge], day: int) -> None:
    """Assign, open, and let every judge answer the conflict question; J2 steps back from one entry of the desk."""
    with clock.shifted_to(play.calendar.at(day, 10)):
        assign_judges(round_, by=play.cast.chair)
        open_round(round_, by=play.cast.chair)
    for order, judge in enumerate(judges):
        conflicts = {}
        if judge.label == "J2" and round_.code == "desk":
            conflicts = {round_.assignments.filter(judge=judge).order_by("entry__number").first().entry_id: CONFLICT}
        with clock.shifted_to(play.calendar.at(day, 60 + order)):
            declare_conflicts(judge, round_, by=judge.user, conflicts=conflicts)


def judge_round(
    play: Play, round_: Round, innovations: dict[str, DemoInnovation], *, day: int, share: dict[str, int]
) -> None:
    """Every judge marks and hands in that share of the own assignments, in the own reading order."""
    assignments = counting(round_.assignments.select_related("judge__user", "entry", "round")).order_by(
        "judge__label", "reading_position"
    )
    by_judge: dict[str, list[Assignment]] = {}
    for assignment in assignments.prefetch_related("sheets__instrument__criteria"):
        by_judge.setdefault(assignment.judge.label, []).append(assignment)
    for label, own in by_judge.items():
        done = own[: len(own) * share.get(label, 100) // 100]
        with clock.shifted_to(play.calendar.at(day, 30)):
            for assignment in done:
                mark_entry(play, assignment, innovations[assignment.entry.number].quality)
                hand_in_assignment(assignment, by=assignment.judge.user)
        play.say(f"{round_.name}: {label} menyerahkan {len(done)} dari {len(own)} usulan")


def mark_entry(play: Play, assignment: Assignment, quality: int) -> None:
    """All sheets of one entry, as this judge sees it."""
    for sheet in assignment.sheets.all():
        values = {
            criterion.code: str(
                marks(
                    f"{play.script.seed}/{play.edition.code}",
                    assignment.judge.label,
                    assignment.entry.number,
                    sheet.instrument.code,
                    criterion.code,
                    quality,
                )
            )
            for criterion in sheet.instrument.criteria.all()
        }
        sheet.assignment = assignment
        save_marks(sheet, by=assignment.judge.user, values=values)


def decide(play: Play, round_: Round, *, day: int) -> None:
    """Lock, compute, settle what is tied, confirm, and make the record."""
    chair = play.cast.chair
    with clock.shifted_to(play.calendar.at(day, 200)):
        close_round(round_, by=chair)
    with clock.shifted_to(play.calendar.at(day, 230)):
        compute_provisional(round_, by=chair)
        for ranking in standing_rankings(round_):
            for tie in rank(load(ranking.bundle)).open_ties:
                reason = "Sidang pleno menilai bukti dampaknya lebih kuat (data contoh)."
                settle_tie(round_, by=chair, category=ranking.category, order=list(tie), reason=reason)
    with clock.shifted_to(play.calendar.at(day, 260)):
        confirm_round(round_, by=chair)
        if round_.kind != "presentation":
            for ranking in standing_rankings(round_):
                issue_record(ranking, by=chair)
    play.say(f"{round_.name}: ditetapkan")


def finish(play: Play, final: Round, *, day: int) -> None:
    """The final from its rounds, the awards, and the publication."""
    with clock.shifted_to(play.calendar.at(day, 100)):
        open_round(final, by=play.cast.chair)
    decide(play, final, day=day)
    publish(play.edition, play, day)


def publish(edition: Edition, play: Play, day: int) -> None:
    moment = play.calendar.at(day, 300)
    with clock.shifted_to(moment):
        publish_edition(edition, by=play.cast.chair, visible_from=moment)
    play.say(f"Hasil {edition.name} terbit")
