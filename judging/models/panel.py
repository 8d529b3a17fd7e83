"""The panel: judges, which entry each of them judges, and recusals."""

from django.db import models
from django.db.models import Q

from competitions.models import Category, Edition
from entries.models import Agency, Entry
from judging.models.round import CHAIN_OF_ROUND, EDITION_CODE, Round, only_while
from judging.states import ConflictAnswer, RecusalSource
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument, User
from kiks.triggers import captured, never_deleted

BEFORE_LOCK = ["draft", "open"]


class Judge(models.Model):
    """A person's seat on one edition's panel; `label` (J1, J2 ...) is the name in bundles, fixed at appointment."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="judges", verbose_name="edisi")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="judgeships", verbose_name="pengguna")
    label = models.CharField("label", max_length=6)
    institution = models.CharField("lembaga", max_length=160)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="perangkat daerah asal"
    )
    decree_number = models.CharField("nomor SK", max_length=120, blank=True)
    decree_on = models.DateField("tanggal SK", null=True, blank=True)
    profile = models.TextField("riwayat singkat", blank=True)
    cv = models.ForeignKey(
        StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="riwayat hidup"
    )
    expertise = models.ManyToManyField(
        Category, blank=True, related_name="+", verbose_name="keahlian", help_text="Kategori yang didahulukan."
    )
    appointed_at = act_at("ditunjuk")
    appointed_by = act_by("ditunjuk")
    pledged_at = act_at("pakta integritas ditandatangani")
    pledged_by = act_by("pakta integritas ditandatangani")
    pledge_paper = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="naskah pakta integritas",
    )
    pledge_digest = models.CharField("sidik jari pakta integritas", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "juri"
        verbose_name_plural = "juri"
        ordering = ["edition", "label"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "user"], name="judging_judge_once"),
            models.UniqueConstraint(fields=["edition", "label"], name="judging_judge_label_unique"),
            paired("appointed"),
            paired("pledged"),
        ]
        triggers = [captured(EDITION_CODE, without=["profile"]), *never_deleted()]

    def __str__(self) -> str:
        return f"{self.label} {self.user}"


class AssignmentDraw(models.Model):
    """One run of the assignment: with its seed anybody repeats it; what is undone stays on record."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="draws", verbose_name="babak")
    seed = models.CharField("benih undian", max_length=80)
    per_entry = models.PositiveSmallIntegerField("juri per usulan", null=True, blank=True)
    added = models.PositiveIntegerField("penugasan baru")
    drawn_at = act_at("diundi")
    drawn_by = act_by("diundi")
    undone_at = act_at("dibatalkan")
    undone_by = act_by("dibatalkan")

    class Meta:
        verbose_name = "undian penugasan"
        verbose_name_plural = "undian penugasan"
        ordering = ["round", "id"]
        constraints = [paired("drawn"), paired("undone")]
        triggers = [
            only_while(BEFORE_LOCK, sentence="After the lock nobody can change who judges what."),
            captured(CHAIN_OF_ROUND),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.seed}"


class Assignment(models.Model):
    """Judge x entry x round. A released assignment does not count and does not vanish."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments", verbose_name="babak")
    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="assignments", verbose_name="juri")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments", verbose_name="usulan")
    draw = models.ForeignKey(
        AssignmentDraw,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name="undian",
    )
    reading_position = models.PositiveIntegerField("urutan baca", default=0)
    conflict = models.CharField(
        "benturan kepentingan", max_length=12, choices=ConflictAnswer, default=ConflictAnswer.NOT_ASKED, editable=False
    )
    released_at = act_at("dilepas")
    released_by = act_by("dilepas")
    release_reason = models.CharField("alasan dilepas", max_length=300, blank=True)

    class Meta:
        verbose_name = "penugasan juri"
        verbose_name_plural = "penugasan juri"
        ordering = ["round", "judge", "reading_position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "judge", "entry"], name="judging_assignment_once"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(release_reason=""),
                name="judging_assignment_release_has_reason",
                violation_error_message="Tulis alasan pelepasan.",
            ),
            one_of("conflict", ConflictAnswer),
            paired("released"),
        ]
        triggers = [
            only_while(BEFORE_LOCK, sentence="After the lock nobody can change who judges what."),
            captured(CHAIN_OF_ROUND, without=["release_reason"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.judge.label} {self.entry.number}"


class Recusal(models.Model):
    """A judge steps back from an entry because of a conflict of interest."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="recusals", verbose_name="babak")
    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="recusals", verbose_name="juri")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="recusals", verbose_name="usulan")
    reason = models.CharField("alasan", max_length=500)
    source = models.CharField("asal", max_length=12, choices=RecusalSource)
    declared_at = models.DateTimeField("dinyatakan pada")
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="dinyatakan oleh")

    class Meta:
        verbose_name = "pengunduran diri karena benturan kepentingan"
        verbose_name_plural = "pengunduran diri karena benturan kepentingan"
        ordering = ["round", "judge", "entry"]
        constraints = [
            models.UniqueConstraint(fields=["round", "judge", "entry"], name="judging_recusal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="judging_recusal_has_reason"),
            one_of("source", RecusalSource),
        ]
        triggers = [
            only_while(BEFORE_LOCK, sentence="After the lock nobody can change who counts."),
            captured(CHAIN_OF_ROUND, without=["reason"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.judge.label} {self.entry.number}"
