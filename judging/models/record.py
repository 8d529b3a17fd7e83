"""Official records: numbered papers, stored once and never rendered again."""

from typing import Self

from django.db import models
from django.db.models import Q

from competitions.models import Edition
from entries.models import Entry
from judging.models.panel import Judge
from judging.models.result import Ranking
from judging.models.round import EDITION_CODE, Round
from judging.states import RECORD_TRANSITIONS, STANDING_RECORDS, RecordKind, RecordStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument, User
from kiks.triggers import StatusTrigger, append_only, captured, never_deleted


class OfficialRecord(models.Model):
    """A numbered paper. `data_digest` = SHA-256 of the canonical JSON of what the paper says; the file has its own.

    A paper of a result has its `ranking`, one of the day its `round`; `subject` tells apart papers of one kind (to whom
    a letter goes). `editable` is the same text for a word processor. The file of a berita acara carries the bundle with
    every mark inside; `signing_copy` is the same paper without it, for judges, who see no marks of others before the
    publication. What was signed elsewhere comes back as `signed_document` with `signature_report`, what an examination
    found in it.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="records", verbose_name="edisi")
    kind = models.CharField("jenis", max_length=20, choices=RecordKind)
    number = models.CharField("nomor", max_length=60, unique=True)
    ranking = models.ForeignKey(
        Ranking, null=True, blank=True, on_delete=models.PROTECT, related_name="records", verbose_name="peringkat"
    )
    round = models.ForeignKey(
        Round, null=True, blank=True, on_delete=models.PROTECT, related_name="papers", verbose_name="babak"
    )
    subject = models.CharField("perihal", max_length=120, blank=True)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name="berkas")
    editable = models.ForeignKey(
        StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="naskah DOCX"
    )
    signing_copy = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="salinan untuk ditandatangani",
    )
    signed_document = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="naskah bertanda tangan",
    )
    signature_report = models.JSONField("hasil pemeriksaan tanda tangan", default=dict, blank=True, editable=False)
    signed_at = act_at("naskah bertanda tangan diunggah")
    signed_by = act_by("naskah bertanda tangan diunggah")
    replaced_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="replaces",
        verbose_name="diganti oleh",
    )
    data_digest = models.CharField("sidik jari isi", max_length=64)
    status = models.CharField(
        "status", max_length=12, choices=RecordStatus, default=RecordStatus.ISSUED, editable=False
    )
    status_reason = models.CharField("alasan", max_length=300, blank=True)
    issued_at = models.DateTimeField("diterbitkan pada")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="diterbitkan oleh")

    class Meta:
        verbose_name = "naskah resmi"
        verbose_name_plural = "naskah resmi"
        ordering = ["edition", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "ranking", "round", "subject"],
                nulls_distinct=False,
                condition=Q(status__in=list(STANDING_RECORDS)),
                name="judging_officialrecord_one_stands",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[RecordKind.SHORTLIST, RecordKind.WINNERS, RecordKind.RECAP])
                | Q(ranking__isnull=False),
                name="judging_officialrecord_result_has_ranking",
            ),
            models.CheckConstraint(
                condition=~Q(status=RecordStatus.SIGNED) | Q(signed_document__isnull=False),
                name="judging_officialrecord_signed_has_document",
            ),
            paired("signed"),
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
