"""Official records: numbered papers, stored once and never rendered again."""

from typing import Self

from django.db import models
from django.db.models import Q

from competitions.models import Edition
from entries.models import Entry
from judging.models.panel import Judge
from judging.models.result import Ranking
from judging.models.round import EDITION_CODE
from judging.states import RECORD_TRANSITIONS, RecordKind, RecordStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument, User
from kiks.triggers import StatusTrigger, append_only, captured, never_deleted


class OfficialRecord(models.Model):
    """A berita acara or rekap nilai. `data_digest` = SHA-256 of the canonical JSON of what the paper says.

    The file of a berita acara carries the bundle with every mark inside. `signing_copy` is the same paper without it,
    for judges, who see no marks of others before the publication.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="records", verbose_name="edisi")
    kind = models.CharField("jenis", max_length=20, choices=RecordKind)
    number = models.CharField("nomor", max_length=60, unique=True)
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="records", verbose_name="peringkat")
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name="berkas")
    signing_copy = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="salinan untuk ditandatangani",
    )
    data_digest = models.CharField("sidik jari isi", max_length=64)
    status = models.CharField(
        "status", max_length=12, choices=RecordStatus, default=RecordStatus.ISSUED, editable=False
    )
    status_reason = models.CharField("alasan", max_length=300, blank=True)
    issued_at = models.DateTimeField("diterbitkan pada")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="diterbitkan oleh")

    class Meta:
        verbose_name = "berita acara"
        verbose_name_plural = "berita acara"
        ordering = ["edition", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ranking", "kind"],
                condition=Q(status__in=[RecordStatus.ISSUED, RecordStatus.SIGNED]),
                name="judging_officialrecord_one_stands",
            ),
            one_of("kind", RecordKind),
            one_of("status", RecordStatus),
        ]
        triggers = [StatusTrigger(RECORD_TRANSITIONS), captured(EDITION_CODE), *never_deleted()]

    def __str__(self) -> str:
        return self.number


class Signatory(models.Model):
    """A person whose signature an official record has a place for."""

    record = models.ForeignKey(
        OfficialRecord, on_delete=models.PROTECT, related_name="signatories", verbose_name="berita acara"
    )
    name = models.CharField("nama", max_length=160)
    role = models.CharField("kedudukan", max_length=120)
    position = models.PositiveSmallIntegerField("urutan")

    class Meta:
        verbose_name = "penanda tangan"
        verbose_name_plural = "penanda tangan"
        ordering = ["record", "position"]
        constraints = [models.UniqueConstraint(fields=["record", "position"], name="judging_signatory_position_unique")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def of_edition(self, edition: Edition) -> Self:
        return self.filter(Q(entry__edition=edition) | Q(judge__edition=edition))


class Certificate(models.Model):
    """A piagam for an entry or for a judge; the file is made with all others, or when it is first asked for."""

    entry = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates", verbose_name="usulan"
    )
    judge = models.ForeignKey(
        Judge, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates", verbose_name="juri"
    )
    number = models.CharField("nomor", max_length=60, unique=True)
    title = models.CharField("sebagai", max_length=160)
    document = models.ForeignKey(
        StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="berkas"
    )
    issued_at = act_at("diterbitkan")
    issued_by = act_by("diterbitkan")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "piagam"
        verbose_name_plural = "piagam"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "title"], name="judging_certificate_once"),
            models.UniqueConstraint(fields=["judge"], name="judging_certificate_once_for_judge"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, judge__isnull=True) | Q(entry__isnull=True, judge__isnull=False),
                name="judging_certificate_honours_one",
            ),
            paired("issued"),
        ]
        triggers = never_deleted()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def edition(self) -> Edition:
        return (self.entry or self.judge).edition


class CertificateRun(models.Model):
    """One order to draw all certificates of an edition that are still missing, and to bind all into a print file.

    It is done when the print file is there.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="certificate_runs", verbose_name="edisi"
    )
    requested_at = act_at("diminta")
    requested_by = act_by("diminta")
    bound = models.PositiveIntegerField("jumlah piagam", default=0)
    print_file = models.ForeignKey(
        StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="berkas cetak"
    )

    class Meta:
        verbose_name = "pembuatan piagam"
        verbose_name_plural = "pembuatan piagam"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(print_file__isnull=True), name="judging_certificaterun_one_at_work"
            ),
            paired("requested"),
        ]
        triggers = never_deleted()

    def __str__(self) -> str:
        return f"Pembuatan piagam {self.edition}"
