"""Invitation of judges: the account, if there is none, the seat, and the mail, in one act."""

from typing import Any

from competitions.models import Edition
from judging.actions.panel import appoint_judge
from judging.models import Judge
from kiks import audit, mail
from kiks.access import check_is_committee
from kiks.models import User


def invite_judge(*, by: User, edition: Edition, email: str, name: str, **appointment: Any) -> tuple[Judge, bool]:
    """Seat the person with this address; returns the judge and whether the account is new.

    A new account has no password: its owner makes one by the page for a new password.
    """
    check_is_committee(by)
    with audit.act(by):
        user = User.objects.filter(email=email.lower()).first()
        is_new = user is None
        if user is None:
            user = User.objects.create_user(email, name=name)
        judge = appoint_judge(by=by, edition=edition, user=user, **appointment)
        mail.queue(
            "round_judge_appointed.txt",
            to=user,
            subject=f"Penunjukan Anda sebagai juri {edition.name}",
            judge=judge,
            is_new_account=is_new,
        )
    return judge, is_new
