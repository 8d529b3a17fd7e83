"""Failed logins as django-axes counts them, and how the committee lifts a lock."""

from datetime import timedelta

from axes.utils import reset
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Max, QuerySet, Sum, When, Window
from django.utils import timezone

from kiks import audit
from kiks.access import check_is_committee
from kiks.exceptions import WrongStateError
from kiks.models import LoginAttempt, User

LIMIT = settings.AXES_FAILURE_LIMIT
COOL_OFF = timedelta(hours=settings.AXES_COOLOFF_TIME)


def with_locks(attempts: QuerySet[LoginAttempt]) -> QuerySet[LoginAttempt]:
    """With `failures` of the same address from the same place that still count, and `latest` of them.

    django-axes reads the machine's clock, so this does too: a shifted clock lifts no lock.
    """
    together = [F("username"), F("ip_address")]
    counts = Case(
        When(attempt_time__gt=timezone.now() - COOL_OFF, then="failures_since_start"),
        default=0,
        output_field=models.IntegerField(),
    )
    return attempts.annotate(
        failures=Window(Sum(counts), partition_by=together), latest=Window(Max("attempt_time"), partition_by=together)
    )


def is_locked(address: str) -> bool:
    """Whether the address is locked from anywhere."""
    return with_locks(LoginAttempt.objects.filter(username=address)).filter(failures__gte=LIMIT).exists()


def unlock_attempt(attempt: LoginAttempt, *, by: User) -> None:
    """Forget the failures of an address, from wherever they came."""
    user = User.objects.filter(email=attempt.username).first()
    _unlock(attempt.username or "", user or attempt, by)


def unlock_person(user: User, *, by: User) -> None:
    _unlock(user.email, user, by)


def _unlock(address: str, target: models.Model, by: User) -> None:
    with audit.act(by):
        check_is_committee(by)
        if not LoginAttempt.objects.filter(username=address).exists():
            raise WrongStateError("Tidak ada percobaan masuk yang gagal untuk alamat ini. Tidak ada yang perlu dibuka.")
        audit.record("user.unlocked", target, chain=audit.HOUSE_CHAIN, by=by)
        reset(username=address)
