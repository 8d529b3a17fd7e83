"""Forms of the committee's desk: the decision on a unit, the screening of an entry, the decision on an objection."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from competitions.models import ChecklistItem, Edition
from entries.models import Agency
from entries.screening_queries import NOTHING_KNOWN, Finding
from entries.states import ScreeningOutcome
from entries.task_queries import sections_of_items
from kiks.forms import BaseForm

MOMENT = "%Y-%m-%dT%H:%M"
YES, NO = "yes", "no"
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


class QueueFilterForm(BaseForm):
    """What of the queue is shown."""

    submit_label = ""
    show_optional = False

    category = forms.ModelChoiceField(None, label="Kategori", required=False, empty_label="Semua kategori")
    agency = forms.ModelChoiceField(None, label="Perangkat daerah", required=False, empty_label="Semua")
    attempt = forms.ChoiceField(
        label="Pemeriksaan",
        required=False,
        choices=[("", "Semua"), ("first", "Pertama"), ("again", "Setelah perbaikan")],
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.fields["category"].queryset = edition.categories.all()
        self.fields["agency"].queryset = Agency.objects.filter(units__innovations__entries__edition=edition).distinct()


class ScreeningForm(BaseForm):
    """The checklist, decided in advance where the machine knows, and the outcome by the button that was pressed.

    `expected_*` remember what the officer saw; the action refuses to decide on anything else.
    """

    submit_label = ""
    show_optional = False

    outcome = forms.ChoiceField(choices=ScreeningOutcome.choices, widget=forms.HiddenInput)
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
        self.items, self.content = items, content
        doubted = [item for item in items if findings[item.code].passed is False]
        self.fields["sections"].choices = list(titles.items())
        self.fields["sections"].initial = sorted(sections_of_items(doubted, content))
        for item in items:
            self._add_item(item, findings[item.code])
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "expected_attempt",
            "expected_version",
            *(
                Div(f"item_{item.pk}", f"reason_{item.pk}", css_class=self._style(findings[item.code]))
                for item in items
            ),
            "correction_due_at",
            "sections",
            "reason",
        )

    @staticmethod
    def _style(finding: Finding) -> str:
        """The reason shows where it may be needed: where the item failed, by the machine or the officer."""
        return "check-item is-doubted" if finding.passed is False else "check-item"

    def _add_item(self, item: ChecklistItem, finding: Finding) -> None:
        known = finding != NOTHING_KNOWN
        self.fields[f"item_{item.pk}"] = forms.ChoiceField(
            label=item.label,
            choices=[(YES, "Terpenuhi"), (NO, "Tidak terpenuhi")],
            widget=forms.RadioSelect,
            initial=(YES if finding.passed else NO) if known else None,
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
    def decisions(self) -> list[tuple[ChecklistItem, bool, str]]:
        """Item, whether it passed, and why."""
        return [
            (item, self.cleaned_data[f"item_{item.pk}"] == YES, self.cleaned_data[f"reason_{item.pk}"])
            for item in self.items
        ]

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
