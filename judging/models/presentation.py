"""The day of the presentations: order, slots, breaks, the draw of the order, the clock on the screen, who attended."""

import secrets

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from entries.models import Entry
from judging.models.panel import Judge
from judging.models.round import CHAIN_OF_ROUND, Round
from judging.states import ClockPhase, GuestRole
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument
from kiks.triggers import OfficialTrigger, captured, never_deleted

LONGEST_PART = 180


def new_screen_key() -> str:
    """What the address of the big screen ends with: 128 random bits in hex."""
    return secrets.token_hex(16)


class PresentationDay(models.Model):
    """When, where and how long the finalists of one round present, and what the clock on the screen shows.

    Nothing counts seconds: what is left follows from `phase_started_at`, `carried_seconds` (of the phase, before it was
    halted) and the minutes of the phase. `clock_version` grows with every act on the clock.
    """

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="day", verbose_name="babak")
    starts_at = models.DateTimeField("mulai")
    venue = models.CharField("tempat", max_length=200)
    what_to_bring = models.TextField("yang perlu dibawa", blank=True)
    presentation_minutes = models.PositiveSmallIntegerField(
        "menit presentasi", default=7, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PART)]
    )
    interview_minutes = models.PositiveSmallIntegerField(
        "menit wawancara", default=13, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PART)]
    )
    warning_minutes = models.PositiveSmallIntegerField("peringatan, menit sebelum habis", default=2)
    uploads_close_at = models.DateTimeField("bahan diunggah paling lambat", null=True, blank=True)
    screen_key = models.CharField("kunci layar", max_length=32, default=new_screen_key, unique=True, editable=False)
    current = models.ForeignKey(
        "Presentation",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="yang sedang tampil",
    )
    phase = models.CharField("bagian", max_length=12, choices=ClockPhase, default=ClockPhase.WAITING, editable=False)
    carried_seconds = models.PositiveIntegerField("detik yang sudah berjalan", default=0, editable=False)
    clock_version = models.PositiveIntegerField("versi jam", default=0, editable=False)
    phase_started_at = act_at("jam dijalankan")
    phase_started_by = act_by("jam dijalankan")
    set_at = act_at("ditata")
    set_by = act_by("ditata")

    class Meta:
        verbose_name = "hari presentasi"
        verbose_name_plural = "hari presentasi"
        constraints = [
            one_of("phase", ClockPhase),
            models.CheckConstraint(
                condition=Q(presentation_minutes__range=(1, LONGEST_PART), interview_minutes__range=(1, LONGEST_PART)),
                name="judging_presentationday_minutes_range",
            ),
            models.CheckConstraint(
                condition=Q(phase=ClockPhase.WAITING, current__isnull=True)
                | ~Q(phase=ClockPhase.WAITING) & Q(current__isnull=False),
                name="judging_presentationday_phase_of_somebody",
            ),
            paired("phase_started"),
            paired("set"),
        ]
        triggers = [captured(CHAIN_OF_ROUND, without=["screen_key"]), *never_deleted()]

    def __str__(self) -> str:
        return f"{self.round}: hari presentasi"


class Presentation(models.Model):
    """A finalist's slot in the presentation round: its place in the order, and what the finalist sends in for it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="presentations", verbose_name="babak")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="presentations", verbose_name="usulan")
    position = models.PositiveSmallIntegerField("urutan tampil")
    starts_at = models.DateTimeField("mulai", null=True, blank=True)
    told_starts_at = models.DateTimeField("mulai yang diberitahukan", null=True, blank=True, editable=False)
    presenter = models.CharField("penyaji", max_length=160, blank=True)
    presenter_position = models.CharField("jabatan penyaji", max_length=160, blank=True)
    head_attends = models.BooleanField("kepala perangkat daerah hadir", null=True, blank=True)
    slides = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="bahan presentasi",
    )
    video_url = models.URLField("tautan video", max_length=300, blank=True)
    version = models.PositiveIntegerField("versi", default=1, editable=False)
    confirmed_at = act_at("kehadiran dikonfirmasi")
    confirmed_by = act_by("kehadiran dikonfirmasi")
    began_at = act_at("dimulai")
    began_by = act_by("dimulai")
    ended_at = act_at("diakhiri")
    ended_by = act_by("diakhiri")

    class Meta:
        verbose_name = "presentasi"
        verbose_name_plural = "presentasi"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "entry"], name="judging_presentation_once"),
            models.UniqueConstraint(
                fields=["round", "position"],
                name="judging_presentation_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            *[paired(act) for act in ("confirmed", "began", "ended")],
        ]
        triggers = [captured(CHAIN_OF_ROUND)]

    def __str__(self) -> str:
        return f"{self.position}. {self.entry}"


class Break(models.Model):
    """A pause after the presentation at `after` (0: before the first one)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="breaks", verbose_name="babak")
    after = models.PositiveSmallIntegerField("setelah urutan")
    title = models.CharField("nama jeda", max_length=80, default="Jeda")
    minutes = models.PositiveSmallIntegerField(
        "menit", validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PART)]
    )

    class Meta:
        verbose_name = "jeda"
        verbose_name_plural = "jeda"
        ordering = ["round", "after"]
        constraints = [
            models.UniqueConstraint(fields=["round", "after"], name="judging_break_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, LONGEST_PART)), name="judging_break_minutes_range"),
        ]
        triggers = [captured(CHAIN_OF_ROUND)]

    def __str__(self) -> str:
        return f"{self.title}, {self.minutes} menit"


class OrderDraw(models.Model):
    """The order of the finalists by lot, committed before it is drawn.

    `commitment` = SHA-256 of the seed, published with the list of `entries` first; `seed` is told by the draw, to
    which the hall may add a word (`called`). Order = the list sorted by SHA-256 of "seed:called:number".
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="order_draws", verbose_name="babak")
    commitment = models.CharField("sidik jari benih", max_length=64)
    seed = models.CharField("benih", max_length=64, editable=False)
    called = models.CharField("kata dari hadirin", max_length=80, blank=True)
    entries = ArrayField(models.CharField(max_length=8), verbose_name="daftar usulan")
    order = ArrayField(models.CharField(max_length=8), verbose_name="urutan", default=list, blank=True)
    committed_at = act_at("diumumkan")
    committed_by = act_by("diumumkan")
    drawn_at = act_at("diundi")
    drawn_by = act_by("diundi")
    cancelled_at = act_at("dibatalkan")
    cancelled_by = act_by("dibatalkan")
    cancel_reason = models.CharField("alasan dibatalkan", max_length=300, blank=True)

    class Meta:
        verbose_name = "undian urutan tampil"
        verbose_name_plural = "undian urutan tampil"
        ordering = ["round", "id"]
        constraints = [
            *[paired(act) for act in ("committed", "drawn", "cancelled")],
            models.UniqueConstraint(
                fields=["round"], condition=Q(cancelled_at__isnull=True), name="judging_orderdraw_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason=""),
                name="judging_orderdraw_cancel_has_reason",
            ),
        ]
        triggers = [
            OfficialTrigger(
                name="committed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.round_id, NEW.commitment, NEW.seed, NEW.entries, NEW.committed_at)
                        IS DISTINCT FROM (OLD.round_id, OLD.commitment, OLD.seed, OLD.entries, OLD.committed_at)
                        OR OLD.drawn_at IS NOT NULL AND (NEW.called, NEW."order", NEW.drawn_at)
                        IS DISTINCT FROM (OLD.called, OLD."order", OLD.drawn_at)
                    THEN RAISE EXCEPTION 'A commitment stands, and a lot is drawn once.'; END IF;
                    RETURN NEW;
                """,
            ),
            captured(CHAIN_OF_ROUND, without=["seed"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.round}: undian urutan"


class Guest(models.Model):
    """A person expected at the presentations, and whether they came."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="guests", verbose_name="babak")
    role = models.CharField("hadir sebagai", max_length=12, choices=GuestRole)
    name = models.CharField("nama", max_length=160)
    office = models.CharField("jabatan atau lembaga", max_length=200, blank=True)
    judge = models.ForeignKey(
        Judge, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="juri"
    )
    presentation = models.ForeignKey(
        Presentation, null=True, blank=True, on_delete=models.PROTECT, related_name="guests", verbose_name="finalis"
    )
    position = models.PositiveSmallIntegerField("urutan", default=1)
    attended_at = act_at("hadir dicatat")
    attended_by = act_by("hadir dicatat")
    removed_at = act_at("dihapus dari daftar")
    removed_by = act_by("dihapus dari daftar")

    class Meta:
        verbose_name = "undangan hari presentasi"
        verbose_name_plural = "undangan hari presentasi"
        ordering = ["round", "position", "id"]
        constraints = [
            one_of("role", GuestRole),
            models.CheckConstraint(condition=~Q(name=""), name="judging_guest_has_name"),
            paired("attended"),
            paired("removed"),
        ]
        triggers = [captured(CHAIN_OF_ROUND), *never_deleted()]

    def __str__(self) -> str:
        return self.name
