"""What an edition asks and checks: categories, questions, attachments, the checklist of the screening."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from competitions.frozen_rules import rows_stay
from competitions.models.edition import Edition


class Category(models.Model):
    """A category of an edition; each is ranked by itself where `Edition` ranks by category."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="categories", verbose_name="edisi")
    code = models.SlugField("kode", max_length=60)
    name = models.CharField("nama", max_length=200)
    position = models.PositiveSmallIntegerField("urutan", default=1)
    is_ranked_apart = models.BooleanField("diperingkat tersendiri", default=False)

    class Meta:
        verbose_name = "kategori"
        verbose_name_plural = "kategori"
        ordering = ["edition", "position"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="competitions_category_code_unique")]
        triggers = [rows_stay()]

    def __str__(self) -> str:
        return self.name


class Transformation(models.Model):
    """One of the transformations that the theme of an edition names."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="transformations", verbose_name="edisi")
    code = models.SlugField("kode", max_length=60)
    name = models.CharField("nama", max_length=200)

    class Meta:
        verbose_name = "transformasi"
        verbose_name_plural = "transformasi"
        ordering = ["edition", "name"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="competitions_transformation_code_unique")
        ]
        triggers = [rows_stay()]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """One field of an edition's proposal form."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="questions", verbose_name="edisi")
    code = models.SlugField("kode", max_length=60)
    title = models.CharField("judul", max_length=120)
    prompt = models.TextField("petunjuk", blank=True)
    word_limit = models.PositiveSmallIntegerField(
        "batas kata", null=True, blank=True, validators=[MinValueValidator(1)], help_text="Kosong: tidak dibatasi."
    )
    is_required = models.BooleanField("wajib", default=True)
    position = models.PositiveSmallIntegerField("urutan", default=1)

    class Meta:
        verbose_name = "pertanyaan formulir"
        verbose_name_plural = "pertanyaan formulir"
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="competitions_question_code_unique"),
            models.CheckConstraint(condition=Q(word_limit__gte=1), name="competitions_question_word_limit_positive"),
        ]
        triggers = [rows_stay()]

    def __str__(self) -> str:
        return self.title


class AttachmentRule(models.Model):
    """One kind of PDF that an edition asks for or allows; attachments name it by its code."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="attachment_rules", verbose_name="edisi"
    )
    code = models.SlugField("kode", max_length=60)
    name = models.CharField("nama", max_length=120)
    help_text = models.CharField("petunjuk", max_length=300, blank=True)
    is_required = models.BooleanField("wajib", default=False)
    max_files = models.PositiveSmallIntegerField(
        "jumlah berkas terbanyak", default=1, validators=[MinValueValidator(1)]
    )
    max_megabytes = models.PositiveSmallIntegerField(
        "ukuran terbesar (MB)", default=2, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    position = models.PositiveSmallIntegerField("urutan", default=1)

    class Meta:
        verbose_name = "aturan lampiran"
        verbose_name_plural = "aturan lampiran"
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="competitions_attachmentrule_code_unique"),
            models.CheckConstraint(
                condition=Q(max_files__gte=1, max_megabytes__gte=1, max_megabytes__lte=10),
                name="competitions_attachmentrule_limits",
                violation_error_message="Paling sedikit 1 berkas, dan ukuran 1 sampai 10 MB.",
            ),
        ]
        triggers = [rows_stay()]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One item that administrative screening checks; `machine_rule` names a fact the machine can establish."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="checklist", verbose_name="edisi")
    code = models.SlugField("kode", max_length=60)
    label = models.CharField("butir", max_length=200)
    failure_sentence = models.CharField("kalimat bila tidak terpenuhi", max_length=300)
    machine_rule = models.SlugField("aturan mesin", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("urutan", default=1)

    class Meta:
        verbose_name = "butir seleksi"
        verbose_name_plural = "butir seleksi"
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="competitions_checklistitem_code_unique")
        ]
        triggers = [rows_stay()]

    def __str__(self) -> str:
        return self.label
