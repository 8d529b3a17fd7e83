"""An innovation's bid in one edition: the working text, and the versions that were submitted."""

import pgtrigger
from django.db import models
from django.db.models import Q

from competitions.models import Category, Edition, Question, Transformation
from entries.models.innovation import EDITION_CODE, Innovation
from entries.states import ENTRY_TRANSITIONS, EntryStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument
from kiks.triggers import OfficialTrigger, StatusTrigger, append_only, captured, never_deleted

# Working fields that the unit edits before it submits; what counts is frozen in EntryVersion.
WORKING_FIELDS = [
    "category_id",
    "video_url",
    "team",
    "decree_number",
    "tpb",
    "statement_accepted",
    "edited_at",
    "edited_by_id",
    "unsent_identity",
]


class Entry(models.Model):
    """An innovation's bid in one edition (usulan). `number` is given at the first submission and never changes."""

    innovation = models.ForeignKey(Innovation, on_delete=models.PROTECT, related_name="entries", verbose_name="inovasi")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="entries", verbose_name="edisi")
    number = models.CharField("nomor", max_length=8, blank=True, editable=False)
    status = models.CharField("status", max_length=20, choices=EntryStatus, default=EntryStatus.DRAFT, editable=False)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="entries", verbose_name="kategori"
    )
    transformations = models.ManyToManyField(Transformation, blank=True, verbose_name="transformasi yang didukung")
    tpb = models.JSONField("TPB yang didukung", default=list, blank=True)
    team = models.TextField("tim inovator", blank=True)
    decree_number = models.CharField("nomor SK tim", max_length=120, blank=True)
    video_url = models.URLField("tautan video", blank=True)
    statement_accepted = models.BooleanField("pernyataan kebenaran", default=False)
    current_version = models.OneToOneField(
        "EntryVersion",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="versi yang berlaku",
    )
    edited_at = act_at("diubah")
    edited_by = act_by("diubah")
    # While a revision is open the unit writes again; the version that was submitted goes on to count.
    revision_opened_at = act_at("perubahan dibuka")
    revision_opened_by = act_by("perubahan dibuka")
    # Names and dates of the innovation as written since the last submission: lists and papers read the innovation.
    unsent_identity = models.JSONField("identitas yang belum dikirim", null=True, blank=True, editable=False)
    submitted_at = act_at("dikirim")
    submitted_by = act_by("dikirim")
    withdrawn_at = act_at("ditarik")
    withdrawn_by = act_by("ditarik")
    unit_name = models.CharField("nama unit waktu itu", max_length=330, blank=True, editable=False)
    is_demo = models.BooleanField("data contoh", default=False, editable=False)

    class Meta:
        verbose_name = "usulan"
        verbose_name_plural = "usulan"
        ordering = ["edition", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "edition"],
                name="entries_entry_once_per_edition",
                violation_error_message="Inovasi ini sudah memiliki usulan pada edisi tersebut.",
            ),
            models.UniqueConstraint(
                fields=["edition", "number"], condition=~Q(number=""), name="entries_entry_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(status=EntryStatus.DRAFT)
                | Q(submitted_at__isnull=False, current_version__isnull=False) & ~Q(number=""),
                name="entries_entry_submitted_is_complete",
            ),
            one_of("status", EntryStatus),
            paired("edited"),
            paired("revision_opened"),
            paired("submitted"),
            paired("withdrawn"),
        ]
        triggers = [
            StatusTrigger(ENTRY_TRANSITIONS),
            OfficialTrigger(
                name="number_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.number <> '' AND NEW.number <> OLD.number THEN
                        RAISE EXCEPTION 'The number of an entry never changes.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            OfficialTrigger(
                name="announced",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.status <> OLD.status AND NEW.status IN ('submitted', 'returned', 'passed', 'rejected')
                       AND EXISTS (SELECT FROM entries_screeningannouncement
                                   WHERE edition_id = NEW.edition_id AND cancelled_at IS NULL)
                       AND NOT (OLD.status = 'rejected' AND NEW.status = 'passed' AND EXISTS (
                                SELECT FROM entries_objection WHERE entry_id = NEW.id AND status = 'granted'))
                    THEN RAISE EXCEPTION 'The screening is announced: only a granted objection changes its outcome.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            captured(EDITION_CODE, without=WORKING_FIELDS),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.innovation}".strip()

    @property
    def is_being_revised(self) -> bool:
        """Whether the unit writes a revision beside the version that counts."""
        return self.status == EntryStatus.SUBMITTED and self.revision_opened_at is not None

    @property
    def unit_then(self) -> str:
        """The unit under the name that it bore in the edition, also where it was renamed or merged since."""
        return self.unit_name or self.innovation.unit.full_name


class Answer(models.Model):
    """What the unit wrote for one question; `version` counts the saves, so that no tab overwrites another."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="answers", verbose_name="usulan")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers", verbose_name="pertanyaan")
    text = models.TextField("jawaban", blank=True)
    version = models.PositiveIntegerField("versi", default=0)
    edited_at = act_at("diubah")
    edited_by = act_by("diubah")

    class Meta:
        verbose_name = "jawaban"
        verbose_name_plural = "jawaban"
        ordering = ["entry", "question__position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "question"], name="entries_answer_once"),
            paired("edited"),
        ]

    def __str__(self) -> str:
        return f"{self.question}"


class EarlierAnswer(models.Model):
    """What stood in an answer before it was written over; `entries.history` says when it is kept."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="earlier", verbose_name="jawaban")
    version = models.PositiveIntegerField("versi")
    text = models.TextField("jawaban", blank=True)
    written_at = models.DateTimeField("ditulis pada")
    written_by = models.ForeignKey("kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="ditulis oleh")

    class Meta:
        verbose_name = "jawaban terdahulu"
        verbose_name_plural = "jawaban terdahulu"
        ordering = ["answer", "-version"]
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="entries_earlieranswer_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.answer}, versi {self.version}"


class Attachment(models.Model):
    """A PDF that supports an entry; removing it marks it, the file stays with the versions that used it."""

    title: str  # what its rule is called; `entries.queries.with_titles` sets it
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="attachments", verbose_name="usulan")
    kind = models.SlugField("jenis", max_length=60, help_text="Kode aturan lampiran pada edisinya.", db_index=False)
    name = models.CharField("nama berkas", max_length=160)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name="berkas")
    uploaded_at = act_at("diunggah")
    uploaded_by = act_by("diunggah")
    removed_at = act_at("dihapus")
    removed_by = act_by("dihapus")

    class Meta:
        verbose_name = "lampiran"
        verbose_name_plural = "lampiran"
        ordering = ["entry", "kind", "id"]
        constraints = [paired("uploaded"), paired("removed")]

    def __str__(self) -> str:
        return self.name


class EntryVersion(models.Model):
    """What was submitted, frozen: judges and screening read this, never the working text.

    `content` is the canonical JSON text, `digest` its SHA-256; both stand on the receipt.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="versions", verbose_name="usulan")
    ordinal = models.PositiveSmallIntegerField("versi ke-")
    content = models.TextField("isi")
    digest = models.CharField("sidik jari", max_length=64)
    frozen_at = models.DateTimeField("dibekukan pada")
    frozen_by = models.ForeignKey(
        "kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="dibekukan oleh"
    )

    class Meta:
        verbose_name = "versi usulan"
        verbose_name_plural = "versi usulan"
        ordering = ["entry", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["entry", "ordinal"], name="entries_entryversion_ordinal_unique")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.entry}, versi {self.ordinal}"
