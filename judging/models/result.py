"""Results: frozen rankings with what they were computed from, settled ties, awards."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from competitions.models import Category, Edition
from entries.models import Entry
from judging.models.panel import Judge
from judging.models.round import CHAIN_OF_ROUND, EDITION_CODE, Round, only_while
from judging.states import RANKING_TRANSITIONS, RankingStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import User
from kiks.triggers import OfficialTrigger, StatusTrigger, append_only, captured, never_deleted


class Ranking(models.Model):
    """A result of one round (of one category where they are ranked apart), with the bundle it was computed from.

    `bundle` and `result` are the exact texts; `bundle_digest` is the SHA-256 of the bundle's UTF-8 bytes.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rankings", verbose_name="babak")
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="rankings", verbose_name="kategori"
    )
    version = models.PositiveSmallIntegerField("versi")
    status = models.CharField(
        "status", max_length=12, choices=RankingStatus, default=RankingStatus.PROVISIONAL, editable=False
    )
    rules_version = models.CharField("versi aturan", max_length=40)
    bundle = models.TextField("berkas perhitungan")
    bundle_digest = models.CharField("sidik jari", max_length=64)
    result = models.TextField("hasil")
    reason = models.CharField("alasan versi", max_length=300, blank=True)
    computed_at = models.DateTimeField("dihitung pada")
    computed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="dihitung oleh")
    confirmed_at = act_at("ditetapkan")
    confirmed_by = act_by("ditetapkan")

    class Meta:
        verbose_name = "peringkat"
        verbose_name_plural = "peringkat"
        ordering = ["round", "category", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "category", "version"], nulls_distinct=False, name="judging_ranking_version_unique"
            ),
            models.UniqueConstraint(
                fields=["round", "category"],
                nulls_distinct=False,
                condition=~Q(status=RankingStatus.SUPERSEDED),
                name="judging_ranking_one_stands",
            ),
            one_of("status", RankingStatus),
            paired("confirmed"),
        ]
        triggers = [
            StatusTrigger(RANKING_TRANSITIONS),
            OfficialTrigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.round_id, NEW.category_id, NEW.version, NEW.bundle, NEW.bundle_digest, NEW.result, NEW.rules_version)
                        IS DISTINCT FROM
                        (OLD.round_id, OLD.category_id, OLD.version, OLD.bundle, OLD.bundle_digest, OLD.result, OLD.rules_version)
                    THEN RAISE EXCEPTION 'A ranking never changes; a correction is a new version.'; END IF;
                    RETURN NEW;
                """,  # noqa: E501
            ),
            captured(CHAIN_OF_ROUND, without=["bundle", "result"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.round}, versi {self.version}"

    @property
    def stem(self) -> str:
        """What its files are called: the round, and the category where they are ranked apart."""
        return "-".join(filter(None, [self.round.code, self.category.code if self.category else ""]))


class Placing(models.Model):
    """One entry's place in a ranking. `advances` is empty while a tie straddles the line."""

    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="placings", verbose_name="peringkat")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="placings", verbose_name="usulan")
    position = models.PositiveIntegerField("posisi")
    tied = models.BooleanField("posisi bersama")
    score = models.DecimalField("nilai", max_digits=9, decimal_places=6)
    advances = models.BooleanField("maju", null=True)
    parts = models.JSONField("nilai bagian", default=dict)

    class Meta:
        verbose_name = "posisi"
        verbose_name_plural = "posisi"
        ordering = ["ranking", "position", "entry__number"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "entry"], name="judging_placing_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="judging_placing_score_range"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position}. {self.entry}"


class SettledTie(models.Model):
    """The plenary's order of a complete tied group, by entry number."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="settled_ties", verbose_name="babak")
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="kategori"
    )
    order = ArrayField(models.CharField(max_length=8), verbose_name="urutan")
    decided_in = models.CharField("diputuskan oleh", max_length=120, default="sidang pleno")
    reason = models.CharField("alasan", max_length=500)
    settled_at = models.DateTimeField("diputuskan pada")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="dicatat oleh")

    class Meta:
        verbose_name = "nilai sama yang diputuskan"
        verbose_name_plural = "nilai sama yang diputuskan"
        ordering = ["round", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="judging_settledtie_has_reason"),
            models.CheckConstraint(condition=Q(order__len__gte=2), name="judging_settledtie_of_many"),
        ]
        triggers = [
            only_while(["settling"], sentence="Ties are settled between the lock and the confirmation."),
            captured(CHAIN_OF_ROUND),
            *append_only(),
        ]

    def __str__(self) -> str:
        return " > ".join(self.order)


class LateFinding(models.Model):
    """Found after the result was confirmed: a judge whose sheets for an entry should not have counted, and why.

    Sheets stay as they were locked. Rankings of the round from `version` on are computed without those sheets; the
    earlier versions stay beside them.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="late_findings", verbose_name="babak")
    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="+", verbose_name="juri")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", verbose_name="usulan")
    version = models.PositiveSmallIntegerField("berlaku sejak versi")
    reason = models.CharField("alasan", max_length=500)
    found_at = models.DateTimeField("dicatat pada")
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="dicatat oleh")

    class Meta:
        verbose_name = "temuan setelah penetapan"
        verbose_name_plural = "temuan setelah penetapan"
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "judge", "entry"], name="judging_latefinding_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="judging_latefinding_has_reason"),
            models.CheckConstraint(condition=Q(version__gte=2), name="judging_latefinding_never_the_first_version"),
        ]
        triggers = [
            only_while(["closed"], sentence="Before the confirmation a judge is recused or released instead."),
            captured(CHAIN_OF_ROUND, without=["reason"]),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.judge.label} {self.entry.number}"


class Award(models.Model):
    """A title given to an entry; several may exist per edition."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="awards", verbose_name="edisi")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="awards", verbose_name="usulan")
    position = models.PositiveSmallIntegerField("peringkat", null=True, blank=True)
    title = models.CharField("penghargaan", max_length=160)
    prize = models.CharField("hadiah", max_length=200, blank=True)
    given_at = act_at("diberikan")
    given_by = act_by("diberikan")

    class Meta:
        verbose_name = "penghargaan"
        verbose_name_plural = "penghargaan"
        ordering = ["edition", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "entry", "title"], name="judging_award_once"),
            paired("given"),
        ]
        triggers = [captured(EDITION_CODE), *never_deleted()]

    def __str__(self) -> str:
        return f"{self.title}: {self.entry}"
