"""The committee reminds judges of what they still owe."""

from collections.abc import Iterable
from dataclasses import dataclass

from judging.actions.round import lock_round
from judging.models import Judge, Round
from judging.permissions import check_can_remind
from judging.queries import REMINDER, REMINDER_QUIET_FOR, judges_behind, reminded_since
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.models import User


@dataclass(frozen=True)
class Reminded:
    """Who got a mail, and who got one in the last 24 hours and is left alone."""

    mailed: tuple[Judge, ...]
    left_alone: tuple[Judge, ...]


def remind_judges(
    round_: Round, *, by: User, judges: Iterable[Judge] | None = None, even_if_recent: bool = False
) -> Reminded:
    """One mail to each judge who is behind (or to those of them that are named), at most one in 24 hours.

    `even_if_recent` is the committee's confirmation that one more mail is meant.
    """
    with audit.act(by):
        # The lock of the round keeps two clicks from mailing twice.
        round_ = lock_round(round_)
        check_can_remind(by, round_)
        wanted = None if judges is None else {judge.pk for judge in judges}
        owed = {judge: left for judge, left in judges_behind(round_) if wanted is None or judge.pk in wanted}
        if not owed:
            raise RuleBrokenError("Juri itu sudah menyerahkan semua lembarnya, jadi tidak ada yang perlu diingatkan.")
        recent = reminded_since([judge.user_id for judge in owed], clock.now() - REMINDER_QUIET_FOR)
        left_alone = tuple(judge for judge in owed if judge.user_id in recent and not even_if_recent)
        mailed = tuple(judge for judge in owed if judge not in left_alone)
        for judge in mailed:
            mail.queue(REMINDER, to=judge.user, round=round_, judge=judge, left=owed[judge])
        if mailed:
            audit.record(
                "round.reminded",
                round_,
                chain=round_.edition.code,
                by=by,
                judges=[judge.label for judge in mailed],
                left_alone=[judge.label for judge in left_alone],
            )
    return Reminded(mailed, left_alone)
