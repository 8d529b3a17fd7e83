"""Rounds: what is judged, on which instruments, in which shares."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from competitions.models import Criterion, Edition, Instrument, Stage
from judging.states import ROUND_TRANSITIONS, RoundKind, RoundStatus
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.triggers import OfficialTrigger, StatusTrigger, captured, never_deleted

EDITION_CODE = "SELECT code FROM competitions_edition WHERE id = item.edition_id"
CHAIN_OF_ROUND = (
    "SELECT e.code FROM competitions_edition e JOIN judging_round r ON r.edition_id = e.id WHERE r.id = item.round_id"
)


def only_while(statuses: list[str], *, sentence: str) -> OfficialTrigger:
    """Rows that belong to a round change only while the round has one of `statuses`; nor do they leave for another."""
    listed = ",".join(f"'{status}'" for status in statuses)
    return OfficialTrigger(
        name="only_while",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("item", "RECORD"), ("round_status", "TEXT")],
        func=f"""
            IF TG_OP = 'DELETE' THEN item := OLD; ELSE item := NEW; END IF;
            SELECT status INTO round_status FROM judging_round WHERE id = item.round_id;
            IF round_status NOT IN ({listed}) THEN RAISE EXCEPTION '{sentence}'; END IF;
            IF TG_OP = 'UPDATE' AND NEW.round_id <> OLD.round_id THEN
                RAISE EXCEPTION 'A row of a round never moves to another.';
            END IF;
            RETURN item;
        """,  # noqa: S608 - statuses and sentence are constants of this module
    )


class Round(models.Model):
    """One judged pass. A round of kind FINAL has no sheets: its ranking comes from the other rounds."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rounds", verbose_name="edisi")
    code = models.SlugField("kode", max_length=40)
    name = models.CharField("nama", max_length=120)
    kind = models.CharField("jenis", max_length=20, choices=RoundKind)
    stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds", verbose_name="tahap"
    )
    source = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="peserta dari babak"
    )
    cutoff = models.PositiveSmallIntegerField("jumlah yang maju", null=True, blank=True)
    decimals = models.PositiveSmallIntegerField("angka desimal", default=2, validators=[MaxValueValidator(6)])
    minimum_judges = models.PositiveSmallIntegerField(
        "juri minimal per usulan", default=1, validators=[MinValueValidator(1)]
    )
    judges_per_entry = models.PositiveSmallIntegerField(
        "juri per usulan", null=True, blank=True, help_text="Kosong: semua juri."
    )
    status = models.CharField("status", max_length=20, choices=RoundStatus, default=RoundStatus.DRAFT, editable=False)
    shares_source = models.CharField("dasar bobot babak", max_length=300, blank=True)
    shares_confirmed_at = act_at("bobot dikonfirmasi")
    shares_confirmed_by = act_by("bobot dikonfirmasi")
    opened_at = act_at("dibuka")
    opened_by = act_by("dibuka")
    locked_at = act_at("dikunci")
    locked_by = act_by("dikunci")
    locked_digest = models.CharField("sidik jari lembar terkunci", max_length=64, blank=True, editable=False)
    closed_at = act_at("ditetapkan")
    closed_by = act_by("ditetapkan")

    class Meta:
        verbose_name = "babak"
        verbose_name_plural = "babak"
        ordering = ["edition", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="judging_round_code_unique"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="judging_round_decimals_range"),
            models.CheckConstraint(condition=Q(minimum_judges__gte=1), name="judging_round_minimum_judges_positive"),
            models.CheckConstraint(
                condition=Q(cutoff__isnull=True) | Q(cutoff__gte=1),
                name="judging_round_cutoff_positive",
                violation_error_message="Jumlah yang maju paling sedikit 1.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[RoundStatus.DRAFT, RoundStatus.OPEN], locked_at__isnull=True)
                | Q(status__in=[RoundStatus.SETTLING, RoundStatus.CLOSED], locked_at__isnull=False)
                & ~Q(locked_digest=""),
                name="judging_round_locked_has_digest",
            ),
            one_of("kind", RoundKind),
            one_of("status", RoundStatus),
            *[paired(act) for act in ("shares_confirmed", "opened", "locked", "closed")],
        ]
        triggers = [
            StatusTrigger(ROUND_TRANSITIONS),
            OfficialTrigger(
                name="frozen_when_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.status <> 'draft' AND (
                        (NEW.edition_id, NEW.code, NEW.kind, NEW.cutoff, NEW.decimals, NEW.minimum_judges, NEW.source_id)
                        IS DISTINCT FROM
                        (OLD.edition_id, OLD.code, OLD.kind, OLD.cutoff, OLD.decimals, OLD.minimum_judges, OLD.source_id)
                        OR OLD.locked_digest <> '' AND NEW.locked_digest <> OLD.locked_digest)
                    THEN RAISE EXCEPTION 'The rules of an opened round are frozen.'; END IF;
                    RETURN NEW;
                """,  # noqa: E501
            ),
            captured(EDITION_CODE),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return self.name


class RoundInstrument(models.Model):
    """An instrument of a round and its `share` of the blend, in per cent; the shares of a round add up to 100."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="round_instruments", verbose_name="babak")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="round_instruments", verbose_name="instrumen"
    )
    share = models.DecimalField("bobot dalam babak (%)", max_digits=6, decimal_places=3)
    position = models.PositiveSmallIntegerField("urutan", default=1)

    class Meta:
        verbose_name = "bobot instrumen"
        verbose_name_plural = "bobot instrumen"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "instrument"], name="judging_roundinstrument_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="judging_roundinstrument_share_range"
            ),
        ]
        triggers = [
            only_while(["draft"], sentence="The shares of an opened round are frozen."),
            captured(CHAIN_OF_ROUND),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.share}%"


class RoundComponent(models.Model):
    """A round that enters a FINAL, and its `share` of the final score, in per cent."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="components", verbose_name="nilai akhir")
    source = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", verbose_name="babak")
    share = models.DecimalField("bobot (%)", max_digits=6, decimal_places=3)
    position = models.PositiveSmallIntegerField("urutan", default=1)

    class Meta:
        verbose_name = "bobot babak"
        verbose_name_plural = "bobot babak"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "source"], name="judging_roundcomponent_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="judging_roundcomponent_share_range"
            ),
        ]
        triggers = [
            only_while(["draft"], sentence="The shares of an opened round are frozen."),
            captured(CHAIN_OF_ROUND),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.share}%"


class TieBreaker(models.Model):
    """What separates equal scores, in order: a criterion, or in a FINAL one of its rounds."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="tie_breakers", verbose_name="babak")
    position = models.PositiveSmallIntegerField("urutan")
    criterion = models.ForeignKey(
        Criterion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="kriteria"
    )
    source = models.ForeignKey(
        Round, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="babak asal"
    )

    class Meta:
        verbose_name = "pemisah nilai sama"
        verbose_name_plural = "pemisah nilai sama"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="judging_tiebreaker_position_unique"),
            models.CheckConstraint(
                condition=Q(criterion__isnull=False) ^ Q(source__isnull=False),
                name="judging_tiebreaker_of_one",
                violation_error_message="Pilih satu: kriteria atau babak.",
            ),
        ]
        triggers = [
            only_while(["draft"], sentence="The tie-breakers of an opened round are frozen."),
            captured(CHAIN_OF_ROUND),
        ]

    def __str__(self) -> str:
        return str(self.criterion or self.source)
