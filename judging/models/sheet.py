"""Score sheets and the marks on them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from competitions.models import Criterion, Instrument
from judging.models.panel import Assignment
from judging.states import SHEET_TRANSITIONS, SheetStatus
from kiks.constraints import act_at, act_by, one_of, paired
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
