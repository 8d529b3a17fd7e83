"""Editions with their calendar, and what was reported of the earlier ones."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q

from competitions.frozen_rules import fields_stay
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.triggers import append_only, captured, never_deleted


class Edition(models.Model):
    """One year's run of the competition."""

    code = models.SlugField("kode", max_length=40, unique=True)
    year = models.PositiveSmallIntegerField("tahun")
    name = models.CharField("nama", max_length=80)
    theme = models.TextField("tema", blank=True)
    prize = models.CharField("hadiah", max_length=200, blank=True)
    venue = models.CharField("tempat presentasi", max_length=200, blank=True)
    presentation_on = models.DateField("tanggal presentasi", null=True, blank=True)
    is_history = models.BooleanField(
        "riwayat", default=False, help_text="Dilaksanakan sebelum sistem ini ada; hanya dicatat."
    )
    is_demo = models.BooleanField("data contoh", default=False)
    participation_limit = models.PositiveSmallIntegerField(
        "batas keikutsertaan per inovasi", default=2, validators=[MinValueValidator(1)]
    )
    minimum_age_months = models.PositiveSmallIntegerField("umur penerapan minimal (bulan)", default=6)
    unit_limit = models.PositiveSmallIntegerField("batas usulan per UPP", null=True, blank=True)
    agency_limit = models.PositiveSmallIntegerField("batas usulan per perangkat daerah", null=True, blank=True)
    rejection_frees_participation = models.BooleanField("penolakan mengembalikan keikutsertaan", default=False)
    rejection_needs_second = models.BooleanField("penolakan dikonfirmasi orang kedua", default=True)
    objection_days = models.PositiveSmallIntegerField(
        "masa sanggah (hari)",
        default=3,
        help_text="Sejak pengumuman seleksi administrasi; 0 berarti tidak ada sanggahan.",
    )
    copied_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="disalin dari",
    )
    opened_at = act_at("dibuka untuk umum")
    opened_by = act_by("dibuka untuk umum")
    rules_source = models.CharField("sumber aturan", max_length=300, blank=True)
    rules_confirmed_at = act_at("aturan dikonfirmasi")
    rules_confirmed_by = act_by("aturan dikonfirmasi")

    class Meta:
        verbose_name = "edisi"
        verbose_name_plural = "edisi"
        ordering = ["-year", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(participation_limit__gte=1),
                name="competitions_edition_limit_positive",
                violation_error_message="Batas keikutsertaan paling sedikit 1.",
            ),
            paired("rules_confirmed"),
            paired("opened"),
        ]
        triggers = [captured("item.code"), fields_stay(), *never_deleted()]

    def __str__(self) -> str:
        return self.name


class Sureness(models.TextChoices):
    STATED = "S", "keterangan penyelenggara"
    PUBLISHED = "V", "diberitakan"
    SECONDARY = "V2", "sumber kedua"
    ASSUMED = "A", "belum dikonfirmasi"


class ReportedFigure(models.Model):
    """A number about an edition as somebody reported it, with how sure we are."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="figures", verbose_name="edisi")
    key = models.SlugField("angka", max_length=40)
    value = models.PositiveIntegerField("nilai")
    sureness = models.CharField("keandalan", max_length=2, choices=Sureness)
    note = models.CharField("keterangan", max_length=300, blank=True)

    class Meta:
        verbose_name = "angka yang dilaporkan"
        verbose_name_plural = "angka yang dilaporkan"
        ordering = ["edition", "key"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="competitions_reportedfigure_unique"),
            one_of("sureness", Sureness),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class StageKind(models.TextChoices):
    REGISTRATION = "registration", "Pendaftaran UPP"
    SUBMISSION = "submission", "Pengajuan inovasi"
    SCREENING = "screening", "Seleksi administrasi"
    JUDGING = "judging", "Penilaian proposal"
    PRESENTATION = "presentation", "Presentasi dan wawancara"
    ANNOUNCEMENT = "announcement", "Pengumuman"


class Stage(models.Model):
    """A dated window of the calendar, open while `opens_at <= now < closes_at`; no job opens or closes it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="stages", verbose_name="edisi")
    kind = models.CharField("tahap", max_length=20, choices=StageKind)
    opens_at = models.DateTimeField("dibuka")
    closes_at = models.DateTimeField("ditutup")

    class Meta:
        verbose_name = "tahap"
        verbose_name_plural = "tahap"
        ordering = ["edition", "opens_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind"],
                name="competitions_stage_kind_unique",
                violation_error_message="Edisi ini sudah memiliki tahap tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="competitions_stage_closes_after_opening",
                violation_error_message="Waktu penutupan harus setelah waktu pembukaan.",
            ),
            one_of("kind", StageKind),
            # The embedded server has no btree_gist: equality is overlap with a range of one.
            ExclusionConstraint(
                name="competitions_stage_no_overlap",
                expressions=[
                    (
                        Func(F("edition_id"), F("edition_id"), models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            "opens_at",
                            "closes_at",
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                # Units may register while others already submit.
                condition=~Q(kind="registration"),
                # Checked after each statement, not after each row: a whole calendar moves in one.
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="Tahap ini bertumpang tindih dengan tahap lain.",
            ),
        ]
        triggers = [captured("SELECT code FROM competitions_edition WHERE id = item.edition_id")]

    def __str__(self) -> str:
        return self.get_kind_display()


class StageChange(models.Model):
    """A change of the calendar with its reason; everybody may read it."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="changes", verbose_name="tahap")
    old_opens_at = models.DateTimeField("semula dibuka")
    old_closes_at = models.DateTimeField("semula ditutup")
    opens_at = models.DateTimeField("menjadi dibuka")
    closes_at = models.DateTimeField("menjadi ditutup")
    reason = models.CharField("alasan", max_length=500)
    changed_at = models.DateTimeField("diubah pada")
    changed_by = models.ForeignKey("kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="diubah oleh")

    class Meta:
        verbose_name = "perubahan jadwal"
        verbose_name_plural = "perubahan jadwal"
        ordering = ["-changed_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="competitions_stagechange_has_reason")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.stage}: {self.reason}"

    @property
    def verb(self) -> str:
        """What happened to the stage, in one word."""
        if self.opens_at == self.old_opens_at:
            return "diperpanjang" if self.closes_at > self.old_closes_at else "dipersingkat"
        return "dijadwalkan ulang"
