"""The announcement of the screening, and who of the committee screens which agencies."""

import pgtrigger
from django.db import models
from django.db.models import Q

from competitions.models import Edition
from entries.models.innovation import EDITION_CODE
from entries.models.unit import Agency
from kiks.constraints import act_at, act_by, paired
from kiks.models import StoredDocument
from kiks.triggers import OfficialTrigger, captured, never_deleted


class ScreeningAnnouncement(models.Model):
    """The numbered paper that says who passed; nobody sees it before `visible_from`.

    From its issue on nothing is decided anew except by an objection; until its moment it may be cancelled. A later
    version, with a reason, says what objections changed; the earlier ones stay.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="screening_announcements", verbose_name="edisi"
    )
    version = models.PositiveSmallIntegerField("versi")
    number = models.CharField("nomor", max_length=60, unique=True)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name="berkas")
    # The canonical JSON of what the paper says; the public page is drawn from it, so that both say the same for good.
    content = models.TextField("isi")
    data_digest = models.CharField("sidik jari isi", max_length=64)
    received = models.PositiveIntegerField("usulan diterima")
    passed = models.PositiveIntegerField("lolos")
    failed = models.PositiveIntegerField("tidak lolos")
    reason = models.CharField("alasan versi baru", max_length=500, blank=True)
    visible_from = models.DateTimeField("terbit pada")
    objections_until = models.DateTimeField("masa sanggah sampai", null=True, blank=True)
    issued_at = act_at("dibuat")
    issued_by = act_by("dibuat")
    cancelled_at = act_at("dibatalkan")
    cancelled_by = act_by("dibatalkan")
    cancel_reason = models.CharField("alasan pembatalan", max_length=500, blank=True)

    class Meta:
        verbose_name = "pengumuman seleksi administrasi"
        verbose_name_plural = "pengumuman seleksi administrasi"
        ordering = ["edition", "version"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "version"], name="entries_screeningannouncement_version_unique"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason=""),
                name="entries_screeningannouncement_cancel_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="entries_screeningannouncement_new_version_has_reason"
            ),
            paired("issued"),
            paired("cancelled"),
        ]
        triggers = [
            OfficialTrigger(
                name="only_cancelled",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.cancelled_at IS NOT NULL
                       OR to_jsonb(NEW) - ARRAY['cancelled_at', 'cancelled_by_id', 'cancel_reason']
                          IS DISTINCT FROM to_jsonb(OLD) - ARRAY['cancelled_at', 'cancelled_by_id', 'cancel_reason']
                    THEN RAISE EXCEPTION 'An announcement is cancelled or followed by another version, never changed.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # Who passed is secret until the moment, in the trail as well.
            captured(EDITION_CODE, without=["content"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return self.number


class ScreeningShare(models.Model):
    """Whose pile the entries of an agency belong to in one edition; it guides and forbids nothing."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="screening_shares", verbose_name="edisi"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="perangkat daerah")
    officer = models.ForeignKey("kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="petugas")
    shared_at = act_at("dibagi")
    shared_by = act_by("dibagi")

    class Meta:
        verbose_name = "pembagian pemeriksaan"
        verbose_name_plural = "pembagian pemeriksaan"
        ordering = ["edition", "agency"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "agency"], name="entries_screeningshare_once"),
            paired("shared"),
        ]
        triggers = [captured(EDITION_CODE)]

    def __str__(self) -> str:
        return f"{self.agency}: {self.officer}"
