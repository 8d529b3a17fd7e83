"""Forms of the committee's desk: the decision on a unit, the screening of an entry, the decision on an objection."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import HTML, Div, Layout
from django import forms

from competitions.checklist import MachineRule
from competitions.models import ChecklistItem
from entries.screening_queries import NOTHING_KNOWN, Finding
from entries.states import ScreeningOutcome
from entries.task_queries import sections_of_items
from kiks.forms import BaseForm

MOMENT = "%Y-%m-%dT%H:%M"
YES, NO = "yes", "no"
# The outcome of the button for clear cases: passed, and what is left open is fulfilled.
REST_IS_FULFILLED = "rest_is_fulfilled"
# Where on the page stands what an item is about: by its machine rule, else by its code on the usual checklist.
IDENTITY, FILES, ANSWERS = "isi-identitas", "isi-lampiran", "isi-jawaban"
SUBJECTS = {
    MachineRule.AGE: IDENTITY,
    MachineRule.PARTICIPATION: IDENTITY,
    MachineRule.DECREE: IDENTITY,
    MachineRule.PAPERS: FILES,
    MachineRule.VIDEO: FILES,
    MachineRule.WORDS: ANSWERS,
    "judul": IDENTITY,
    "isi-layak": ANSWERS,
    "data-pribadi": FILES,
}
REASON_HELP = "Dikirim kepada unit. Tulis apa yang harus diperbaiki, bukan hanya apa yang salah."


class VerifyForm(BaseForm):
    """No field: the button is the decision."""

    submit_label = "Verifikasi unit"


class RemindForm(BaseForm):
    """No field: the button sends the reminders."""

    submit_label = "Kirim pengingat"


class VerifyManyForm(BaseForm):
    """The chosen units once more, in the names that the list of the admin site reads; the button is the decision."""

    action = forms.CharField(initial="verify_selected", widget=forms.HiddenInput)
    confirmed = forms.CharField(initial="yes", widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["_selected_action"] = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput)
        self.submit_label = f"Verifikasi {count} unit"


class UnitReasonForm(BaseForm):
    """Why a registration goes back or is refused."""

    reason = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=REASON_HELP,
        error_messages={"required": "Tulis alasan, agar unit tahu apa yang harus diperbaiki."},
    )

    def __init__(self, *args: Any, label: str, tone: str = "primary", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label, self.submit_tone = label, tone


class OverdueForm(BaseForm):
    """No field: the button is the decision."""

    submit_label = "Nyatakan tidak lolos"
    submit_tone = "danger"


class ScreeningForm(BaseForm):
    """The checklist, decided in advance where the machine knows, and the outcome by the button that was pressed.

    `expected_*` remember what the officer saw; the action refuses to decide on anything else.
    """

    submit_label = ""
    show_optional = False

    outcome = forms.ChoiceField(
        choices=[*ScreeningOutcome.choices, (REST_IS_FULFILLED, "Lolos")], widget=forms.HiddenInput
    )
    expected_attempt = forms.IntegerField(widget=forms.HiddenInput)
    expected_version = forms.IntegerField(widget=forms.HiddenInput)
    correction_due_at = forms.DateTimeField(
        label="Batas perbaikan (WIB), bila dikembalikan",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-moment"}, format=MOMENT),
    )
    sections = forms.MultipleChoiceField(
        label="Bagian yang dibuka, bila dikembalikan",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Bagian dari butir yang tidak terpenuhi selalu dibuka; tambahkan yang lain bila perlu. Bagian lain"
        " hanya dapat dibaca unit. Bila tidak ada satu pun, semua bagian dibuka.",
    )
    reason = forms.CharField(
        label="Catatan untuk unit, bila perlu",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bila kosong, alasan setiap butir yang tidak terpenuhi dikirim apa adanya.",
    )

    def __init__(
        self,
        *args: Any,
        items: list[ChecklistItem],
        findings: Mapping[str, Finding],
        titles: Mapping[str, str],
        content: dict[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.content, self.findings = items, content, findings
        doubted = [item for item in items if findings[item.code].passed is False]
        self.fields["sections"].choices = list(titles.items())
        self.fields["sections"].initial = sorted(sections_of_items(doubted, content))
        for item in items:
            self._add_item(item, findings[item.code])
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "expected_attempt",
            "expected_version",
            *(self._drawn(item) for item in items),
            "correction_due_at",
            "sections",
            "reason",
        )

    def _drawn(self, item: ChecklistItem) -> Div:
        """The reason shows where it may be needed: where the item failed, by the machine or the officer."""
        finding = self.findings[item.code]
        style = "is-doubted" if finding.passed is False else "is-found" if finding.passed else ""
        subject = self._subject(item)
        jump = [HTML(f'<p class="check-jump"><a href="#{subject}" data-jump>Lihat isinya</a></p>')] if subject else []
        return Div(
            f"item_{item.pk}",
            f"reason_{item.pk}",
            *jump,
            css_class=f"check-item {style}".strip(),
            data_item="",
            data_failure=finding.reason or item.failure_sentence,
            tabindex="-1",
            role="group",
            aria_label=item.label,
        )

    def _subject(self, item: ChecklistItem) -> str:
        """The anchor; an item about lengths leads to the first answer that breaks its limit."""
        if item.machine_rule == MachineRule.WORDS and (wrong := sections_of_items([item], self.content)):
            codes = [answer["code"] for answer in self.content["answers"]]
            return f"jawaban-{min(wrong, key=codes.index)}"
        return SUBJECTS.get(item.machine_rule or item.code, "")

    def _add_item(self, item: ChecklistItem, finding: Finding) -> None:
        known = finding != NOTHING_KNOWN
        self.fields[f"item_{item.pk}"] = forms.ChoiceField(
            label=item.label,
            choices=[(YES, "Terpenuhi"), (NO, "Tidak terpenuhi")],
            widget=forms.RadioSelect,
            initial=(YES if finding.passed else NO) if known else None,
            # One button passes a clear case: what the officer left open is fulfilled then.
            required=self.data.get("outcome") != REST_IS_FULFILLED,
            help_text=f"Sistem: {finding.facts}" if known else "",
            error_messages={"required": f"Putuskan butir ini: {item.label}."},
        )
        self.fields[f"reason_{item.pk}"] = forms.CharField(
            label="Alasan",
            required=False,
            max_length=500,
            initial=finding.reason if known and not finding.passed else "",
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def is_clear(self) -> bool:
        """Whether the machine doubts nothing, so that the officer's look alone is missing."""
        return all(finding.passed is not False for finding in self.findings.values())

    def clean_outcome(self) -> str:
        outcome = self.cleaned_data["outcome"]
        return ScreeningOutcome.PASSED if outcome == REST_IS_FULFILLED else outcome

    @property
    def decisions(self) -> list[tuple[ChecklistItem, bool, str]]:
        """Item, whether it passed, and why."""
        return [self._decision(item) for item in self.items]

    def _decision(self, item: ChecklistItem) -> tuple[ChecklistItem, bool, str]:
        passed = self.cleaned_data.get(f"item_{item.pk}") != NO
        reason = self.cleaned_data.get(f"reason_{item.pk}", "")
        # What the machine says against an item is no reason for passing it nevertheless.
        is_machines = passed and reason.strip() == self.findings[item.code].reason.strip()
        return item, passed, "" if is_machines else reason

    def typed(self) -> list[tuple[str, str, str]]:
        """What the officer had written, by label and verdict, to be shown where it could not be saved."""
        rows = [
            (item.label, "terpenuhi" if passed else "tidak terpenuhi", reason)
            for item, passed, reason in self.decisions
            if reason or not passed
        ]
        note = self.cleaned_data.get("reason")
        return [*rows, ("Catatan untuk unit", "", note)] if note else rows

    @property
    def sections_to_open(self) -> set[str]:
        """What was ticked, and where the items that failed are mended."""
        failed = [item for item, passed, _ in self.decisions if not passed]
        return set(self.cleaned_data["sections"]) | sections_of_items(failed, self.content)


class ObjectionForm(BaseForm):
    """The committee's answer to an objection."""

    submit_label = "Simpan keputusan"

    granted = forms.ChoiceField(
        label="Keputusan",
        choices=[(YES, "Terima: usulan lolos seleksi administrasi"), (NO, "Tidak terima: keputusan seleksi tetap")],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih keputusan."},
    )
    reason = forms.CharField(
        label="Alasan",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Dikirim kepada unit bersama keputusan.",
        error_messages={"required": "Tulis alasan keputusan, agar unit memahaminya."},
    )
