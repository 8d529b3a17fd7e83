"""Administrative screening: a person decides, item by item, with reasons."""

from django.db import models
from django.db.models import Q

from competitions.models import ChecklistItem
from entries.models.entry import Entry, EntryVersion
from entries.states import (
    OBJECTION_TRANSITIONS,
    PROPOSAL_TRANSITIONS,
    ObjectionStatus,
    ProposalStatus,
    ScreeningOutcome,
)
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument
from kiks.triggers import StatusTrigger, append_only, captured, never_deleted

CHAIN_OF_ENTRY = (
    "SELECT e.code FROM competitions_edition e JOIN entries_entry n ON n.edition_id = e.id WHERE n.id = item.entry_id"
)


class Screening(models.Model):
    """One attempt at screening an entry, with its outcome; never changed afterwards."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="screenings", verbose_name="usulan")
    attempt = models.PositiveSmallIntegerField("percobaan ke-")
    outcome = models.CharField("hasil", max_length=20, choices=ScreeningOutcome)
    reason = models.TextField("alasan", blank=True)
    correction_due_at = models.DateTimeField("batas perbaikan", null=True, blank=True)
    # Keys of the task list that a return opens; an empty list, as before this field was there, opens all.
    sections = models.JSONField("bagian yang dibuka", default=list, blank=True)
    screened_at = models.DateTimeField("diperiksa pada")
    screened_by = models.ForeignKey(
        "kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="diperiksa oleh"
    )
    # The second person, where the edition wants one for a rejection.
    confirmed_at = act_at("dikonfirmasi")
    confirmed_by = act_by("dikonfirmasi")

    class Meta:
        verbose_name = "seleksi administrasi"
        verbose_name_plural = "seleksi administrasi"
        ordering = ["entry", "attempt"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "attempt"], name="entries_screening_attempt_unique"),
            one_of("outcome", ScreeningOutcome),
            models.CheckConstraint(
                condition=Q(outcome=ScreeningOutcome.PASSED) | ~Q(reason=""),
                name="entries_screening_refusal_has_reason",
                violation_error_message="Tulis alasan, agar unit tahu apa yang kurang.",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ScreeningOutcome.RETURNED, correction_due_at__isnull=False)
                | ~Q(outcome=ScreeningOutcome.RETURNED) & Q(correction_due_at__isnull=True),
                name="entries_screening_return_has_deadline",
                violation_error_message="Tentukan batas waktu perbaikan.",
            ),
            paired("confirmed"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("screened_by")),
                name="entries_screening_confirmed_by_another",
            ),
        ]
        triggers = [captured(CHAIN_OF_ENTRY, without=["reason"]), *append_only()]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_outcome_display()}"


class ScreeningReopening(models.Model):
    """Why a decision was taken up again before the announcement; the screening itself stays as it was."""

    screening = models.OneToOneField(
        Screening, on_delete=models.PROTECT, related_name="reopening", verbose_name="seleksi"
    )
    reason = models.TextField("alasan")
    reopened_at = models.DateTimeField("dibuka kembali pada")
    reopened_by = models.ForeignKey(
        "kiks.User", on_delete=models.PROTECT, related_name="+", verbose_name="dibuka kembali oleh"
    )

    class Meta:
        verbose_name = "pembukaan kembali seleksi"
        verbose_name_plural = "pembukaan kembali seleksi"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="entries_screeningreopening_has_reason")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.screening}: dibuka kembali"


class ProposedRejection(models.Model):
    """A rejection that one officer proposes and another confirms; `items` hold {code, passed, is_machine, reason}."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="proposals", verbose_name="usulan")
    version = models.ForeignKey(EntryVersion, on_delete=models.PROTECT, related_name="+", verbose_name="versi")
    attempt = models.PositiveSmallIntegerField("percobaan ke-")
    items = models.JSONField("butir", default=list)
    reason = models.TextField("alasan")
    status = models.CharField(
        "status", max_length=20, choices=ProposalStatus, default=ProposalStatus.PROPOSED, editable=False
    )
    decision_reason = models.TextField("catatan orang kedua", blank=True)
    proposed_at = act_at("diusulkan")
    proposed_by = act_by("diusulkan")
    decided_at = act_at("diputuskan")
    decided_by = act_by("diputuskan")

    class Meta:
        verbose_name = "usul penolakan"
        verbose_name_plural = "usul penolakan"
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(status="proposed"), name="entries_proposedrejection_one_waits"
            ),
            one_of("status", ProposalStatus),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.DECLINED) | ~Q(decision_reason=""),
                name="entries_proposedrejection_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.CONFIRMED) | ~Q(decided_by=models.F("proposed_by")),
                name="entries_proposedrejection_confirmed_by_another",
            ),
            paired("proposed"),
            paired("decided"),
        ]
        triggers = [
            StatusTrigger(PROPOSAL_TRANSITIONS),
            captured(CHAIN_OF_ENTRY, without=["items", "reason", "decision_reason"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: usul tidak lolos"


class ScreeningItem(models.Model):
    """One item of the checklist in one screening; `is_machine` when the machine decided and nobody overruled it."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="items", verbose_name="seleksi")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+", verbose_name="butir")
    passed = models.BooleanField("terpenuhi")
    is_machine = models.BooleanField("diputuskan sistem", default=False)
    reason = models.TextField("alasan", blank=True)

    class Meta:
        verbose_name = "butir pemeriksaan"
        verbose_name_plural = "butir pemeriksaan"
        ordering = ["screening", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["screening", "item"], name="entries_screeningitem_once"),
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(reason=""),
                name="entries_screeningitem_failure_has_reason",
                violation_error_message="Butir yang tidak terpenuhi memerlukan alasan.",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.item}"


class Objection(models.Model):
    """A unit's one objection (sanggahan) against the rejection of its entry."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="objection", verbose_name="usulan")
    text = models.TextField("sanggahan")
    document = models.ForeignKey(
        StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="bukti"
    )
    status = models.CharField(
        "status", max_length=20, choices=ObjectionStatus, default=ObjectionStatus.RAISED, editable=False
    )
    reason = models.TextField("alasan keputusan", blank=True)
    raised_at = act_at("diajukan")
    raised_by = act_by("diajukan")
    decided_at = act_at("diputuskan")
    decided_by = act_by("diputuskan")

    class Meta:
        verbose_name = "sanggahan"
        verbose_name_plural = "sanggahan"
        constraints = [
            one_of("status", ObjectionStatus),
            models.CheckConstraint(
                condition=Q(status=ObjectionStatus.RAISED, decided_at__isnull=True)
                | Q(decided_at__isnull=False) & ~Q(reason=""),
                name="entries_objection_decision_has_reason",
            ),
            paired("raised"),
            paired("decided"),
        ]
        triggers = [
            StatusTrigger(OBJECTION_TRANSITIONS),
            captured(CHAIN_OF_ENTRY, without=["text", "reason"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"Sanggahan {self.entry}"
