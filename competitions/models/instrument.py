"""Instruments and their criteria."""

from django.db import models
from django.db.models import Q

from competitions.models.edition import Edition
from competitions.models.form import Question
from kiks.constraints import act_at, act_by, paired
from kiks.triggers import captured

IN_HUNDRED = Q(**{"weight__gte": 0, "weight__lte": 100})


class Instrument(models.Model):
    """A judging instrument: of an edition, or of the library where `edition` is empty."""

    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="instruments", verbose_name="edisi"
    )
    code = models.SlugField("kode", max_length=40)
    name = models.CharField("nama", max_length=120)
    source = models.CharField("sumber", max_length=300, blank=True)
    confirmed_source = models.CharField("dasar konfirmasi", max_length=300, blank=True)
    confirmed_at = act_at("dikonfirmasi")
    confirmed_by = act_by("dikonfirmasi")

    class Meta:
        verbose_name = "instrumen penilaian"
        verbose_name_plural = "instrumen penilaian"
        ordering = ["edition", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"], nulls_distinct=False, name="competitions_instrument_code_unique"
            ),
            paired("confirmed"),
        ]
        triggers = [
            captured("COALESCE((SELECT code FROM competitions_edition WHERE id = item.edition_id), 'kiks')"),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One criterion of an instrument. `weight` in per cent; the weights of one instrument add up to exactly 100."""

    instrument = models.ForeignKey(
        Instrument, on_delete=models.CASCADE, related_name="criteria", verbose_name="instrumen"
    )
    code = models.SlugField("kode", max_length=60)
    name = models.CharField("nama", max_length=120)
    guidance = models.TextField("yang dinilai", blank=True)
    levels = models.JSONField(
        "tingkat nilai", default=list, blank=True, help_text='Daftar {"from": 85, "to": 100, "text": "…"}.'
    )
    weight = models.DecimalField("bobot (%)", max_digits=6, decimal_places=3)
    max_mark = models.DecimalField("nilai tertinggi", max_digits=7, decimal_places=2, default=100)
    step = models.DecimalField("kelipatan nilai", max_digits=7, decimal_places=2, default=1)
    position = models.PositiveSmallIntegerField("urutan", default=1)
    questions = models.ManyToManyField(
        Question, blank=True, related_name="criteria", verbose_name="pertanyaan yang dinilai"
    )

    class Meta:
        verbose_name = "kriteria"
        verbose_name_plural = "kriteria"
        ordering = ["instrument", "position"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "code"], name="competitions_criterion_code_unique"),
            models.CheckConstraint(
                condition=IN_HUNDRED,
                name="competitions_criterion_weight_range",
                violation_error_message="Bobot antara 0 dan 100.",
            ),
            models.CheckConstraint(
                condition=Q(max_mark__gt=0, step__gt=0),
                name="competitions_criterion_scale_positive",
                violation_error_message="Nilai tertinggi dan kelipatan harus lebih dari 0.",
            ),
        ]
        triggers = [
            captured(
                "COALESCE((SELECT e.code FROM competitions_instrument i JOIN competitions_edition e ON e.id = i.edition_id"  # noqa: E501
                " WHERE i.id = item.instrument_id), 'kiks')"
            ),
        ]

    def __str__(self) -> str:
        return self.name
