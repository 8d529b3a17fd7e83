"""The committee asks units to submit the drafts that they left lying."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from competitions.models import Edition, StageKind
from competitions.queries import stage_of
from entries.draft_queries import QUIET_FOR, REMINDER, Draft, drafts_of, reminded_since
from entries.models import Entry
from entries.permissions import check_can_remind_drafts
from kiks import audit, clock, mail
from kiks.audit import target_of
from kiks.exceptions import RuleBrokenError
from kiks.models import User


@dataclass(frozen=True)
class Reminded:
    """Who got a mail, and who got one in the last 24 hours and is left alone."""

    mailed: tuple[User, ...]
    left_alone: tuple[User, ...]


def remind_drafts(edition: Edition, *, by: User, entries: Iterable[Entry] | None = None) -> Reminded:
    """One mail to every member of a unit with drafts, with what each of them lacks; all drafts where none are named."""
    with audit.act(by):
        # Two clicks at once must not mail twice: the edition's row is the lock.
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        now = clock.now()
        check_can_remind_drafts(by, edition, now)
        drafts = _chosen(edition, entries)
        of_person: dict[User, list[Draft]] = defaultdict(list)
        for draft in drafts:
            for member in draft.members:
                of_person[member.user].append(draft)
        if not of_person:
            raise RuleBrokenError("Tidak ada draf yang dapat diingatkan. Muat ulang daftar draf.")
        recent = reminded_since([user.pk for user in of_person], now - QUIET_FOR)
        mailed = tuple(user for user in of_person if user.pk not in recent)
        left_alone = tuple(user for user in of_person if user.pk in recent)
        closes_at = stage_of(edition, StageKind.SUBMISSION).closes_at
        for user in mailed:
            mail.queue(REMINDER, to=user, edition=edition, drafts=of_person[user], closes_at=closes_at)
        audit.record(
            "edition.drafts_reminded",
            edition,
            chain=edition.code,
            by=by,
            drafts=[target_of(draft.entry) for draft in drafts],
            people=[user.pk for user in mailed],
            left_alone=[user.pk for user in left_alone],
            count=len(mailed),
        )
    return Reminded(mailed, left_alone)


def _chosen(edition: Edition, entries: Iterable[Entry] | None) -> list[Draft]:
    drafts = drafts_of(edition, clock.now())
    if entries is None:
        return drafts
    wanted = {entry.pk for entry in entries}
    return [draft for draft in drafts if draft.entry.pk in wanted]
