"""Acts on the calendar of an edition that is open to the public."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from competitions.calendar_rules import faults
from competitions.models import Edition, Stage, StageChange
from competitions.permissions import check_can_reschedule_stage
from competitions.queries import windows_of
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.wording import required


def reschedule_stage(stage: Stage, *, by: User, opens_at: datetime, closes_at: datetime, reason: str) -> Stage:
    """Move a window of the public calendar: everybody reads the reason, and who is affected gets a mail."""
    reason = required(reason, "Tulis alasan perubahan jadwal; alasan ini tampil di halaman publik.")
    with audit.act(by):
        Edition.objects.select_for_update().get(pk=stage.edition_id)
        stage = Stage.objects.select_for_update(of=["self"]).select_related("edition").get(pk=stage.pk)
        check_can_reschedule_stage(by, stage)
        now = clock.now()
        _check_new_window(stage, opens_at, closes_at, now)
        change = StageChange.objects.create(
            stage=stage,
            old_opens_at=stage.opens_at,
            old_closes_at=stage.closes_at,
            opens_at=opens_at,
            closes_at=closes_at,
            reason=reason,
            changed_at=now,
            changed_by=by,
        )
        stage.opens_at, stage.closes_at = opens_at, closes_at
        _check_calendar(stage)
        stage.save(update_fields=["opens_at", "closes_at"])
        audit.record(
            "stage.rescheduled",
            stage,
            chain=stage.edition.code,
            by=by,
            old=[change.old_opens_at.isoformat(), change.old_closes_at.isoformat()],
            new=[opens_at.isoformat(), closes_at.isoformat()],
            reason=reason,
        )
        _tell(stage, change)
    return stage


def audience_of(stage: Stage) -> list[User]:
    """Everybody whom a change of this stage affects, each once; rooms to the right know them."""
    users = {user.pk: user for path in settings.KIKS_STAGE_AUDIENCE for user in import_string(path)(stage)}
    return sorted(users.values(), key=lambda user: user.pk)


def _check_new_window(stage: Stage, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if (opens_at, closes_at) == (stage.opens_at, stage.closes_at):
        raise RuleBrokenError("Jadwal ini sama dengan jadwal sekarang. Ubah salah satu waktunya.")
    if opens_at != stage.opens_at and min(opens_at, stage.opens_at) <= now:
        raise RuleBrokenError("Waktu pembukaan hanya dapat diubah sebelum tahap dibuka, ke waktu yang akan datang.")
    if closes_at != stage.closes_at and closes_at <= now:
        raise RuleBrokenError("Waktu penutupan yang baru harus setelah saat ini.")


def _check_calendar(stage: Stage) -> None:
    windows = windows_of([each for each in stage.edition.stages.all() if each.pk != stage.pk] + [stage])
    if found := faults(windows):
        raise RuleBrokenError(*found)
    try:
        stage.validate_constraints()
    except ValidationError as error:
        raise RuleBrokenError(*error.messages) from error


def _tell(stage: Stage, change: StageChange) -> None:
    for user in audience_of(stage):
        mail.queue("stage_rescheduled.txt", to=user, stage=stage, change=change)
