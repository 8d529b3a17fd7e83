"""Invitation of judges: the account, if there is none, the seat, and the mails, in one act."""

from typing import Any

from competitions.models import Edition
from judging.actions.panel import appoint_judge
from judging.models import Judge
from kiks import audit, mail
from kiks.access import check_is_committee
from kiks.invitations import invite, person_of
from kiks.models import User


def invite_judge(*, by: User, edition: Edition, email: str, name: str, **appointment: Any) -> tuple[Judge, bool]:
    """Seat the person with this address; returns the judge and whether an invitation to the account went out.

    Who has a usable account is told to log in; everybody else gets the personal link in a mail of its own.
    """
    check_is_committee(by)
    with audit.act(by):
        user = person_of(email=email, name=name)
        judge = appoint_judge(by=by, edition=edition, user=user, **appointment)
        invitation = invite(user, by=by, purpose=f"juri {edition.name}")
        mail.queue(
            "round_judge_appointed.txt",
            to=user,
            judge=judge,
            is_new_account=invitation is not None,
        )
    return judge, invitation is not None
