"""Database constraints that several models share."""

from django.db import models


def paired(act: str) -> models.CheckConstraint:
    """`<act>_at` and `<act>_by` are both known or both empty."""
    both = models.Q(**{f"{act}_at__isnull": False, f"{act}_by__isnull": False})
    neither = models.Q(**{f"{act}_at__isnull": True, f"{act}_by__isnull": True})
    return models.CheckConstraint(
        condition=both | neither,
        name=f"%(app_label)s_%(class)s_{act}_paired",
        violation_error_message="Waktu dan pelaku harus terisi bersama.",
    )


def act_at(label: str) -> models.DateTimeField:
    """The moment of an act, empty until it happens."""
    return models.DateTimeField(f"{label} pada", null=True, blank=True, editable=False)


def act_by(label: str) -> models.ForeignKey:
    """The user who performed the act; kept as long as the act is."""
    return models.ForeignKey(
        "kiks.User",
        verbose_name=f"{label} oleh",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )


def one_of(field: str, choices: type[models.TextChoices], *, or_blank: bool = False) -> models.CheckConstraint:
    """`field` holds one of the values of `choices`, also for whoever writes SQL by hand."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [*choices.values, *([""] if or_blank else [])]}),
        name=f"%(app_label)s_%(class)s_{field}_known",
        violation_error_message="Nilai ini tidak dikenal.",
    )
