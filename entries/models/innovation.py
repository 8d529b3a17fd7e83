"""Innovations live across editions; a participation uses up one of the few that an innovation has."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from competitions.models import Edition
from entries.models.unit import ServiceUnit
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.triggers import OfficialTrigger, append_only, captured, never_deleted

EDITION_CODE = "SELECT code FROM competitions_edition WHERE id = item.edition_id"


class Innovation(models.Model):
    """The thing in the world, whatever it is called in one year."""

    unit = models.ForeignKey(ServiceUnit, on_delete=models.PROTECT, related_name="innovations", verbose_name="unit")
    key = models.SlugField("kunci", max_length=80, null=True, blank=True, unique=True, editable=False)
    short_name = models.CharField("nama singkat", max_length=80)
    expansion = models.CharField("kepanjangan", max_length=250, blank=True)
    initiated_on = models.DateField("mulai digagas", null=True, blank=True)
    trialled_on = models.DateField("mulai diuji coba", null=True, blank=True)
    implemented_on = models.DateField("mulai diterapkan", null=True, blank=True)
    is_digital = models.BooleanField("digital", default=False)
    is_demo = models.BooleanField("data contoh", default=False, editable=False)
    # The same thing under an earlier name: the identity whose participations count. Never more than one step long.
    same_as = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="renamed",
        verbose_name="sama dengan",
    )

    class Meta:
        verbose_name = "inovasi"
        verbose_name_plural = "inovasi"
        ordering = ["short_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(implemented_on__isnull=True)
                | Q(initiated_on__isnull=True)
                | Q(implemented_on__gte=F("initiated_on")),
                name="entries_innovation_dates_in_order",
                violation_error_message="Tanggal penerapan tidak boleh lebih awal daripada tanggal mulai digagas.",
            ),
            models.CheckConstraint(
                condition=Q(same_as__isnull=True) | ~Q(same_as=F("id")), name="entries_innovation_not_same_as_itself"
            ),
        ]
        triggers = never_deleted()

    def __str__(self) -> str:
        return f"{self.short_name} - {self.expansion}" if self.expansion else self.short_name

    @property
    def identity(self) -> "Innovation":
        """The innovation whose participations count: itself, unless it was found to be an earlier one renamed."""
        return self.same_as or self


class StageReached(models.TextChoices):
    ENTERED = "entered", "Peserta"
    PASSED = "passed", "Lolos seleksi administrasi"
    FINALIST = "finalist", "Finalis"
    WINNER = "winner", "Pemenang"


class Participation(models.Model):
    """One of an innovation's participations; `ordinal` runs from 1 to the edition's limit.

    Held by the database: (innovation, ordinal) is unique, and a trigger refuses an ordinal beyond the limit of the
    edition. Imported history beyond the limit is kept, `is_imported` flags it.
    """

    innovation = models.ForeignKey(
        Innovation, on_delete=models.PROTECT, related_name="participations", verbose_name="inovasi"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="participations", verbose_name="edisi")
    ordinal = models.PositiveSmallIntegerField("keikutsertaan ke-")
    is_imported = models.BooleanField("dari riwayat", default=False)
    reported_stage = models.CharField("tahap menurut laporan", max_length=20, choices=StageReached, blank=True)
    reported_position = models.PositiveSmallIntegerField("peringkat menurut laporan", null=True, blank=True)
    reported_category = models.CharField("kategori menurut laporan", max_length=120, blank=True)
    unit_name = models.CharField("nama unit waktu itu", max_length=330, blank=True, editable=False)
    # Under which name it was recorded, where the innovation was later found to be the same as an earlier one.
    recorded_for = models.ForeignKey(
        Innovation,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="tercatat untuk",
    )

    class Meta:
        verbose_name = "keikutsertaan"
        verbose_name_plural = "keikutsertaan"
        ordering = ["innovation", "ordinal"]
        constraints = [
            # Looked at when a statement ends, so that one statement may renumber all that an innovation has.
            models.UniqueConstraint(
                fields=["innovation", "ordinal"],
                name="entries_participation_ordinal_unique",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.UniqueConstraint(fields=["innovation", "edition"], name="entries_participation_once_per_edition"),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="entries_participation_ordinal_positive"),
            models.CheckConstraint(
                condition=Q(is_imported=True) | Q(reported_stage="", reported_position__isnull=True),
                name="entries_participation_reported_only_if_imported",
            ),
            one_of("reported_stage", StageReached, or_blank=True),
        ]
        triggers = [
            OfficialTrigger(
                name="within_limit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("allowed", "INTEGER")],
                func="""
                    SELECT participation_limit INTO allowed FROM competitions_edition WHERE id = NEW.edition_id;
                    IF NOT NEW.is_imported AND NEW.ordinal > allowed THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'entries_participation_within_limit',
                            MESSAGE = 'An innovation may not take part more often than the limit of the edition.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            captured(EDITION_CODE),
        ]

    def __str__(self) -> str:
        return f"{self.owner} ({self.edition}, ke-{self.ordinal})"

    @property
    def owner(self) -> Innovation:
        """The innovation as which it took part, under the name of then."""
        return self.recorded_for or self.innovation

    @property
    def unit_then(self) -> str:
        """The unit under the name that it bore in the edition, also where it was renamed or merged since."""
        return self.unit_name or self.owner.unit.full_name


class TwinStatement(models.TextChoices):
    SAME = "same", "Memang inovasi yang sama"
    DIFFERENT = "different", "Inovasi yang berbeda"


class LikelyTwin(models.Model):
    """An earlier innovation that a new one resembles, and what its unit says of that; kept for the screening."""

    innovation = models.ForeignKey(Innovation, on_delete=models.PROTECT, related_name="twins", verbose_name="inovasi")
    earlier = models.ForeignKey(
        Innovation, on_delete=models.PROTECT, related_name="later_twins", verbose_name="inovasi terdahulu"
    )
    score = models.DecimalField("kemiripan", max_digits=4, decimal_places=1)
    stated = models.CharField("keterangan unit", max_length=20, choices=TwinStatement)
    stated_at = models.DateTimeField("dinyatakan pada")
    stated_by = models.ForeignKey(
        "kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="dinyatakan oleh"
    )

    class Meta:
        verbose_name = "inovasi mirip"
        verbose_name_plural = "inovasi mirip"
        ordering = ["innovation", "-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["innovation", "earlier"], name="entries_likelytwin_once"),
            models.CheckConstraint(condition=~Q(innovation=F("earlier")), name="entries_likelytwin_not_itself"),
            one_of("stated", TwinStatement),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.innovation.short_name} / {self.earlier.short_name}"


class Verdict(models.TextChoices):
    SAME = "same", "Inovasi yang sama"
    DIFFERENT = "different", "Inovasi yang berbeda"


class TwinVerdict(models.Model):
    """What the committee decided about two innovations that look alike; an undone verdict stays and no longer counts.

    `lost` holds the participations that a merger took away, as they were, so that it can be undone.
    """

    innovation = models.ForeignKey(
        Innovation, on_delete=models.PROTECT, related_name="verdicts", verbose_name="inovasi"
    )
    other = models.ForeignKey(
        Innovation, on_delete=models.PROTECT, related_name="verdicts_as_other", verbose_name="inovasi lain"
    )
    verdict = models.CharField("keputusan", max_length=20, choices=Verdict)
    reason = models.TextField("alasan")
    lost = models.JSONField("keikutsertaan yang gugur", default=list, blank=True)
    decided_at = act_at("diputuskan")
    decided_by = act_by("diputuskan")
    undone_at = act_at("dibatalkan")
    undone_by = act_by("dibatalkan")
    undo_reason = models.TextField("alasan pembatalan", blank=True)

    class Meta:
        verbose_name = "keputusan inovasi mirip"
        verbose_name_plural = "keputusan inovasi mirip"
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                Least("innovation", "other"),
                Greatest("innovation", "other"),
                condition=Q(undone_at__isnull=True),
                name="entries_twinverdict_one_stands",
            ),
            models.CheckConstraint(condition=~Q(innovation=F("other")), name="entries_twinverdict_not_itself"),
            models.CheckConstraint(condition=~Q(reason=""), name="entries_twinverdict_has_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undo_reason=""), name="entries_twinverdict_undo_has_reason"
            ),
            one_of("verdict", Verdict),
            paired("decided"),
            paired("undone"),
        ]
        triggers = [captured("'kiks'", without=["reason", "undo_reason"]), *never_deleted()]

    def __str__(self) -> str:
        return f"{self.innovation.short_name} / {self.other.short_name}: {self.get_verdict_display()}"
