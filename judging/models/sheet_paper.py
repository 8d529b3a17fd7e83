"""The paper of a judge's sheets for one entry (lembar penilaian): what it says is fixed when they are handed in."""

import pgtrigger
from django.db import models
from django.db.models import Q

from judging.models.panel import Assignment
from judging.states import SHEET_PAPER_TRANSITIONS, SheetPaperStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument
from kiks.texts import file_name
from kiks.triggers import OfficialTrigger, StatusTrigger, never_deleted


class SheetPaper(models.Model):
    """One version of the paper; a sheet that is reopened and handed in again makes the next one beside it.

    `facts` is the canonical JSON of what the paper says, written with the receipts, and `data_digest` its SHA-256; the
    file is laid out from it when it is first asked for. Its nonces keep the digest from telling a mark to who guesses.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="papers", verbose_name="penugasan"
    )
    version = models.PositiveSmallIntegerField("versi")
    number = models.CharField("nomor", max_length=100, unique=True)
    facts = models.TextField("isi")
    data_digest = models.CharField("sidik jari isi", max_length=64, unique=True)
    document = models.ForeignKey(
        StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="berkas"
    )
    status = models.CharField(
        "status", max_length=12, choices=SheetPaperStatus, default=SheetPaperStatus.ISSUED, editable=False
    )
    issued_at = act_at("disusun")
    issued_by = act_by("disusun")
    replaced_at = act_at("diganti")
    replaced_by = act_by("diganti")

    class Meta:
        verbose_name = "surat lembar penilaian"
        verbose_name_plural = "surat lembar penilaian"
        ordering = ["assignment", "version"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "version"], name="judging_sheetpaper_version_once"),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(status="issued"), name="judging_sheetpaper_one_stands"
            ),
            one_of("status", SheetPaperStatus),
            paired("issued"),
            paired("replaced"),
        ]
        triggers = [
            StatusTrigger(SHEET_PAPER_TRANSITIONS),
            OfficialTrigger(
                name="says_what_it_said",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=[("free", "TEXT[]")],
                func="""
                    free := ARRAY['document_id','status','replaced_at','replaced_by_id'];
                    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free
                        OR OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id
                    THEN RAISE EXCEPTION 'What a paper says never changes.'; END IF;
                    RETURN NEW;
                """,
            ),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def file_name(self) -> str:
        return file_name(self.number)
