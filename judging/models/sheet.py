"""Score sheets and the marks on them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from competitions.models import Criterion, Instrument
from judging.models.panel import Assignment
from judging.states import SHEET_TRANSITIONS, TYPING_TRANSITIONS, SheetStatus, TypingStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument
from kiks.triggers import OfficialTrigger, StatusTrigger, captured, never_deleted

CHAIN_OF_ASSIGNMENT = (
    "SELECT e.code FROM competitions_edition e JOIN judging_round r ON r.edition_id = e.id"
    " JOIN judging_assignment a ON a.round_id = r.id WHERE a.id = item.assignment_id"
)
CHAIN_OF_SHEET = (
    "SELECT e.code FROM competitions_edition e JOIN judging_round r ON r.edition_id = e.id"
    " JOIN judging_assignment a ON a.round_id = r.id JOIN judging_scoresheet s ON s.assignment_id = a.id"
    " WHERE s.id = item.sheet_id"
)


class ScoreSheet(models.Model):
    """One judge, one entry, one instrument (lembar penilaian).

    `receipt` and `nonce` are given when the sheet is handed in; a sheet that is reopened gets new ones, the old ones
    stay in the audit chain.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="sheets", verbose_name="penugasan"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="sheets", verbose_name="instrumen"
    )
    status = models.CharField("status", max_length=12, choices=SheetStatus, default=SheetStatus.OPEN, editable=False)
    comment = models.TextField("catatan", blank=True)
    is_from_paper = models.BooleanField("diketik dari kertas", default=False, editable=False)
    receipt = models.CharField("tanda terima", max_length=64, blank=True, editable=False)
    nonce = models.CharField("angka acak", max_length=32, blank=True, editable=False)
    handed_in_at = act_at("diserahkan")
    handed_in_by = act_by("diserahkan")
    locked_at = act_at("dikunci")
    locked_by = act_by("dikunci")

    class Meta:
        verbose_name = "lembar penilaian"
        verbose_name_plural = "lembar penilaian"
        ordering = ["assignment", "instrument"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "instrument"], name="judging_scoresheet_once"),
            models.CheckConstraint(
                condition=Q(status=SheetStatus.OPEN, receipt="", nonce="", handed_in_at__isnull=True)
                | Q(status=SheetStatus.HANDED_IN, handed_in_at__isnull=False) & ~Q(receipt="") & ~Q(nonce="")
                | Q(status=SheetStatus.LOCKED, locked_at__isnull=False),
                name="judging_scoresheet_receipt_follows_status",
            ),
            one_of("status", SheetStatus),
            paired("handed_in"),
            paired("locked"),
        ]
        triggers = [
            StatusTrigger(SHEET_TRANSITIONS),
            OfficialTrigger(
                name="fixed_when_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.status = 'locked' THEN RAISE EXCEPTION 'A locked sheet never changes.'; END IF;
                    IF OLD.status = 'handed_in' AND NEW.status <> 'open' AND NEW.receipt <> OLD.receipt
                    THEN RAISE EXCEPTION 'The receipt of a sheet that was handed in never changes.'; END IF;
                    RETURN NEW;
                """,
            ),
            OfficialTrigger(
                name="added_before_lock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("round_status", "TEXT")],
                func="""
                    SELECT r.status INTO round_status FROM judging_round r
                        JOIN judging_assignment a ON a.round_id = r.id WHERE a.id = NEW.assignment_id;
                    IF round_status NOT IN ('draft','open') THEN
                        RAISE EXCEPTION 'After the lock nobody can add a sheet.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            captured(CHAIN_OF_ASSIGNMENT, without=["comment", "nonce"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.instrument}"


class Mark(models.Model):
    """What a judge typed for one criterion: from 0 to the criterion's `max_mark`, on its `step`."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="marks", verbose_name="lembar")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks", verbose_name="kriteria")
    value = models.DecimalField("nilai", max_digits=9, decimal_places=4)
    version = models.PositiveIntegerField("versi", default=1)

    class Meta:
        verbose_name = "nilai"
        verbose_name_plural = "nilai"
        ordering = ["sheet", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="judging_mark_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="judging_mark_not_negative"),
        ]
        triggers = [
            OfficialTrigger(
                name="only_on_open_sheet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("item", "RECORD"), ("sheet_status", "TEXT"), ("scale", "RECORD")],
                func="""
                    IF TG_OP = 'DELETE' THEN item := OLD; ELSE item := NEW; END IF;
                    SELECT status INTO sheet_status FROM judging_scoresheet WHERE id = item.sheet_id;
                    IF sheet_status <> 'open' THEN
                        RAISE EXCEPTION 'A mark changes only while its sheet is open.';
                    END IF;
                    SELECT max_mark, step INTO scale FROM competitions_criterion WHERE id = item.criterion_id;
                    IF item.value > scale.max_mark OR mod(item.value, scale.step) <> 0 THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'judging_mark_on_scale',
                            MESSAGE = 'A mark lies on the scale of its criterion.';
                    END IF;
                    RETURN item;
                """,
            ),
            captured(CHAIN_OF_SHEET),
            *never_deleted()[1:],
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class CriterionComment(models.Model):
    """What a judge says about one criterion; it stands on the sheet, and changes only while the sheet is open."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="comments", verbose_name="lembar")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+", verbose_name="kriteria")
    text = models.TextField("catatan", blank=True)
    version = models.PositiveIntegerField("versi", default=1)

    class Meta:
        verbose_name = "catatan kriteria"
        verbose_name_plural = "catatan kriteria"
        ordering = ["sheet", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="judging_criterioncomment_once"),
        ]
        triggers = [
            OfficialTrigger(
                name="only_on_open_sheet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("item", "RECORD")],
                func="""
                    IF TG_OP = 'DELETE' THEN item := OLD; ELSE item := NEW; END IF;
                    IF (SELECT status FROM judging_scoresheet WHERE id = item.sheet_id) <> 'open' THEN
                        RAISE EXCEPTION 'A comment changes only while its sheet is open.';
                    END IF;
                    RETURN item;
                """,
            ),
            *never_deleted()[1:],
        ]

    def __str__(self) -> str:
        return f"{self.criterion}"


class PrivateNote(models.Model):
    """What a judge writes for nobody else, also after the round; never on a paper, never in a bundle."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="private_note", verbose_name="penugasan"
    )
    text = models.TextField("catatan pribadi", blank=True)
    version = models.PositiveIntegerField("versi", default=1)

    class Meta:
        verbose_name = "catatan pribadi juri"
        verbose_name_plural = "catatan pribadi juri"

    def __str__(self) -> str:
        return f"{self.assignment}"


class PaperTyping(models.Model):
    """A sheet that was filled in on paper: one person types it, a second one types or compares it and confirms.

    `marks` hold what was typed, by criterion code, in canonical form; they never enter the audit chain before the sheet
    does.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="typings", verbose_name="lembar")
    marks = models.JSONField("nilai yang diketik")
    comment = models.TextField("catatan", blank=True)
    scan = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="pindaian",
    )
    status = models.CharField("status", max_length=12, choices=TypingStatus, default=TypingStatus.TYPED, editable=False)
    reason = models.TextField("alasan", blank=True)
    typed_at = act_at("diketik")
    typed_by = act_by("diketik")
    checked_at = act_at("diperiksa")
    checked_by = act_by("diperiksa")

    class Meta:
        verbose_name = "lembar yang diketik"
        verbose_name_plural = "lembar yang diketik"
        ordering = ["-typed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(status="typed"), name="judging_papertyping_one_waits"
            ),
            models.CheckConstraint(
                condition=~Q(status=TypingStatus.CONFIRMED) | ~Q(checked_by=models.F("typed_by")),
                name="judging_papertyping_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status=TypingStatus.REFUSED) | ~Q(reason=""), name="judging_papertyping_refusal_has_reason"
            ),
            one_of("status", TypingStatus),
            paired("typed"),
            paired("checked"),
        ]
        triggers = [
            StatusTrigger(TYPING_TRANSITIONS),
            captured(CHAIN_OF_SHEET, without=["marks", "comment", "reason"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: diketik"
