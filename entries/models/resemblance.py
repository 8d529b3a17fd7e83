"""What the machine found to be alike: stored so that a page only reads it; a person decides."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from entries.models.entry import EntryVersion
from entries.models.innovation import Innovation


class Fingerprint(models.Model):
    """A small part of the text of a version, as numbers that the database finds again.

    `is_compared` once everything that was there to compare has been compared with it; computed anew from the version
    at any time, so nothing official hangs on it.
    """

    version = models.OneToOneField(
        EntryVersion, on_delete=models.PROTECT, primary_key=True, related_name="fingerprint", verbose_name="versi"
    )
    hashes = ArrayField(models.IntegerField(), verbose_name="sidik isi")
    is_compared = models.BooleanField("sudah dibandingkan", default=False)

    class Meta:
        verbose_name = "sidik isi usulan"
        verbose_name_plural = "sidik isi usulan"
        indexes = [GinIndex(fields=["hashes"], name="entries_fingerprint_hashes")]

    def __str__(self) -> str:
        return f"{self.version}"


class Resemblance(models.Model):
    """An innovation that the one of this version resembles by its name, its text or both.

    It counts while the version is the one that counts, and `other_version` too where the text was found alike.
    """

    version = models.ForeignKey(
        EntryVersion, on_delete=models.PROTECT, related_name="resemblances", verbose_name="versi"
    )
    other = models.ForeignKey(
        Innovation, on_delete=models.PROTECT, related_name="resembled_by", verbose_name="inovasi lain"
    )
    other_version = models.ForeignKey(
        EntryVersion, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="versi lain"
    )
    name_score = models.DecimalField("kemiripan nama", max_digits=4, decimal_places=1, default=0)
    text_share = models.DecimalField("bagian teks yang sama", max_digits=4, decimal_places=1, default=0)

    class Meta:
        verbose_name = "kemiripan"
        verbose_name_plural = "kemiripan"
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "other"], name="entries_resemblance_once"),
            models.CheckConstraint(
                condition=Q(text_share=0, other_version__isnull=True)
                | Q(text_share__gt=0, other_version__isnull=False),
                name="entries_resemblance_text_of_a_version",
            ),
            models.CheckConstraint(condition=Q(name_score__gt=0) | Q(text_share__gt=0), name="entries_resemblance_why"),
        ]

    def __str__(self) -> str:
        return f"{self.version} / {self.other.short_name}"
