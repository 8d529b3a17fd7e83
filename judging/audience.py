"""Whom of the judges and finalists a change of the calendar affects."""

from django.db.models import QuerySet

from competitions.models import Stage, StageKind
from entries.audience import members_of
from entries.models import ServiceUnit
from kiks.models import User


def audience_of_stage(stage: Stage) -> QuerySet[User]:
    judges = User.objects.filter(is_active=True, judgeships__edition=stage.edition_id).distinct()
    if stage.kind == StageKind.JUDGING:
        return judges
    if stage.kind == StageKind.PRESENTATION:
        finalists = ServiceUnit.objects.filter(innovations__entries__presentations__round__edition=stage.edition_id)
        return judges | members_of(finalists)
    return User.objects.none()
