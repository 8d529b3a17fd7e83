"""Publications: one act that shows a result to everybody, at a set moment."""

from django.db import models
from django.db.models import Q

from competitions.models import Edition
from judging.models.result import Ranking
from judging.models.round import EDITION_CODE
from kiks.models import StoredDocument, User
from kiks.triggers import append_only, captured


class Publication(models.Model):
    """A published result. Before `visible_from` nobody but the committee learns that it exists.

    A correction is a new version with a reason; the old one stays.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="publications", verbose_name="edisi")
    version = models.PositiveSmallIntegerField("versi")
    reason = models.CharField("alasan versi", max_length=300, blank=True)
    visible_from = models.DateTimeField("terbit mulai")
    rankings = models.ManyToManyField(Ranking, related_name="publications", verbose_name="peringkat")
    published_at = models.DateTimeField("diterbitkan pada")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="diterbitkan oleh")

    class Meta:
        verbose_name = "penerbitan hasil"
        verbose_name_plural = "penerbitan hasil"
        ordering = ["edition", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "version"], name="judging_publication_version_unique"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="judging_publication_correction_has_reason"
            ),
        ]
        triggers = [captured(EDITION_CODE), *append_only()]

    def __str__(self) -> str:
        return f"{self.edition}, versi {self.version}"


class PublishedFile(models.Model):
    """One finished file of a publication, e.g. the bundle of a round with its nonces."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="files", verbose_name="penerbitan"
    )
    name = models.CharField("nama berkas", max_length=120)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name="berkas")

    class Meta:
        verbose_name = "berkas terbitan"
        verbose_name_plural = "berkas terbitan"
        ordering = ["publication", "name"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "name"], name="judging_publishedfile_name_unique")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name
