"""Forms of the rulebook's own pages in the admin site: rows that are typed over until somebody stands for them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import slugify

from competitions.calendar_rules import Window, faults
from competitions.checklist import MachineRule
from competitions.models import (
    AttachmentRule,
    Category,
    ChecklistItem,
    Criterion,
    Edition,
    Instrument,
    Question,
    Stage,
    StageKind,
    Transformation,
)
from competitions.queries import windows_of
from kiks.forms import BaseModelForm

CODE_TAKEN = "Kode ini sudah dipakai baris lain. Beri kode yang berbeda."
CODE_HELP = "Kosongkan agar dibuat dari namanya."
FIRST_YEAR, LAST_YEAR = 2021, 2100
LEVEL = re.compile(r"\s*(\d+)\s*[-–]\s*(\d+)\s+([^:]+?)\s*:\s*(.+?)\s*")


class EditionForm(BaseModelForm):
    """What an edition is called and which limits it sets."""

    class Meta:
        model = Edition
        fields = "__all__"
        error_messages = {"code": {"unique": "Kode ini sudah dipakai edisi lain. Pilih kode yang berbeda."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit_limit", "agency_limit"):
            self._at_least(name, 1, "Batasnya paling sedikit 1. Kosongkan bila tidak dibatasi.")
        self._at_least("participation_limit", 1, "Batas keikutsertaan paling sedikit 1.")
        self._at_least("minimum_age_months", 0, "Umur dalam bulan tidak boleh kurang dari 0.")
        self._at_least("year", FIRST_YEAR, f"Tahunnya {FIRST_YEAR} sampai {LAST_YEAR}.")

    def _at_least(self, name: str, least: int, sentence: str) -> None:
        if name in self.fields:
            old = self.fields[name]
            self.fields[name] = forms.IntegerField(
                min_value=least,
                max_value=LAST_YEAR,
                required=old.required,
                label=old.label,
                help_text=old.help_text,
                initial=old.initial,
                error_messages={"min_value": sentence, "max_value": f"Angkanya paling besar {LAST_YEAR}."},
            )


class StageForm(BaseModelForm):
    """A window of a calendar that nobody has seen yet; whether the windows fit together is the formset's question."""

    class Meta:
        model = Stage
        fields = ["kind", "opens_at", "closes_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "kind" in self.fields:
            self.fields["kind"].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "Waktu penutupan harus setelah waktu pembukaan. Ubah salah satunya.")
        return data

    def validate_constraints(self) -> None:
        """Compared with the other rows of the same form, not with what stands in the database before it is saved."""


class StageFormSet(forms.BaseInlineFormSet):
    """The calendar of one edition, judged as a whole."""

    def clean(self) -> None:
        if any(self.errors):
            return
        kept = [form for form in self.forms if form not in self.deleted_forms]
        windows = [window for form in kept if (window := self._window(form))]
        kinds = [window.kind for window in windows]
        if twice := sorted({str(StageKind(kind).label) for kind in kinds if kinds.count(kind) > 1}):
            raise forms.ValidationError(f"Tahap ini tertulis dua kali: {', '.join(twice)}. Hapus salah satu barisnya.")
        if found := faults(windows):
            raise forms.ValidationError(found)

    def validate_unique(self) -> None:
        """`clean` says it with our sentence."""

    @staticmethod
    def _window(form: forms.ModelForm) -> Window | None:
        if form.has_changed():
            data = form.cleaned_data
            kind = StageKind(data["kind"])
            return Window(kind, str(kind.label), data["opens_at"], data["closes_at"])
        return windows_of([form.instance])[0] if form.instance.pk else None


class RuleForm(BaseModelForm):
    """A row of the rulebook; its code is made of its name unless somebody writes one."""

    named_by = "name"

    class Meta:
        error_messages = {NON_FIELD_ERRORS: {"unique_together": CODE_TAKEN}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = CODE_HELP

    def clean_code(self) -> str:
        name = self.data.get(self.add_prefix(self.named_by), "")
        return self.cleaned_data["code"] or slugify(name)[:60].strip("-")


class RuleFormSet(forms.BaseInlineFormSet):
    """Rows that are told apart by their code."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            code = getattr(form, "cleaned_data", {}).get("code")
            if not code or form in self.deleted_forms:
                continue
            if code in seen and form.has_changed():
                form.add_error("code", CODE_TAKEN)
            seen.add(code)

    def validate_unique(self) -> None:
        """`clean` says it with our sentence."""


class CategoryForm(RuleForm):
    class Meta(RuleForm.Meta):
        model = Category
        fields = ["position", "code", "name", "is_ranked_apart"]


class TransformationForm(RuleForm):
    class Meta(RuleForm.Meta):
        model = Transformation
        fields = ["code", "name"]


class QuestionForm(RuleForm):
    named_by = "title"

    class Meta(RuleForm.Meta):
        model = Question
        fields = ["position", "code", "title", "word_limit", "is_required", "prompt"]


class AttachmentRuleForm(RuleForm):
    class Meta(RuleForm.Meta):
        model = AttachmentRule
        fields = ["position", "code", "name", "help_text", "is_required", "max_files", "max_megabytes"]


class ChecklistItemForm(RuleForm):
    named_by = "label"

    machine_rule = forms.ChoiceField(
        label="Aturan mesin",
        required=False,
        choices=[("", "Diputuskan petugas"), *MachineRule.choices],
        help_text="Fakta yang ditemukan sistem; petugas tetap dapat memutuskan lain dengan alasan.",
    )

    class Meta(RuleForm.Meta):
        model = ChecklistItem
        fields = ["position", "code", "label", "failure_sentence", "machine_rule"]


class LevelsField(forms.CharField):
    """Levels of a criterion, one a line: "85–100 Sangat baik: Menjawab seluruh yang diminta."."""

    widget = forms.Textarea

    def prepare_value(self, value: object) -> object:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{row['from']}–{row['to']} {row.get('label', '')}: {row['text']}" for row in value)

    def to_python(self, value: object) -> list[dict[str, Any]]:
        return [self._level(line) for line in super().to_python(value).splitlines() if line.strip()]

    def has_changed(self, initial: object, data: object) -> bool:
        return (self.prepare_value(initial) or "") != (data or "").replace("\r\n", "\n").strip()

    @staticmethod
    def _level(line: str) -> dict[str, Any]:
        match = LEVEL.fullmatch(line)
        if match is None:
            raise forms.ValidationError(f"Baris “{line.strip()[:40]}” belum benar. Contoh: 85–100 Sangat baik: Uraian.")
        low, high, label, text = match.groups()
        if int(low) > int(high):
            raise forms.ValidationError(f"Baris “{line.strip()[:40]}”: angka pertama tidak boleh lebih besar.")
        return {"from": int(low), "to": int(high), "label": label, "text": text}


class PlainDecimalField(forms.DecimalField):
    """Accepts 12,5 and 12.5, and shows 12.500 as 12,5."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"localize": True} | kwargs)

    def prepare_value(self, value: Any) -> Any:
        return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


def percentage(label: str) -> PlainDecimalField:
    """A part of a hundred; the page shows the sum while it is typed."""
    return PlainDecimalField(
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-part-of-hundred": ""}),
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=3,
        error_messages={
            "min_value": "Bobot paling kecil 0. Tulis angka antara 0 dan 100.",
            "max_value": "Bobot paling besar 100. Tulis angka antara 0 dan 100.",
        },
    )


class CriterionForm(RuleForm):
    """A row of the instrument's page in the admin site."""

    weight = percentage("Bobot (%)")
    max_mark = PlainDecimalField(label="Nilai tertinggi", max_digits=7, decimal_places=2, initial=100)
    step = PlainDecimalField(
        label="Kelipatan nilai",
        max_digits=7,
        decimal_places=2,
        initial=1,
        help_text="Nilai yang boleh diberikan, misalnya 1 untuk bilangan bulat atau 0,5.",
    )
    levels = LevelsField(
        label="Tingkat nilai", required=False, widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    )

    class Meta(RuleForm.Meta):
        model = Criterion
        fields = ["position", "code", "name", "weight", "max_mark", "step", "guidance", "levels", "questions"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        max_mark, step = data.get("max_mark"), data.get("step")
        if max_mark is not None and max_mark <= 0:
            self.add_error("max_mark", "Nilai tertinggi harus lebih dari 0, misalnya 100.")
        if step is not None and step <= 0:
            self.add_error("step", "Kelipatan nilai harus lebih dari 0, misalnya 1 atau 0,5.")
        elif max_mark and step and max_mark > 0 and max_mark % step:
            self.add_error("step", "Nilai tertinggi harus kelipatan dari angka ini, misalnya 1 atau 0,5.")
        return data


class InstrumentForm(BaseModelForm):
    """An instrument that comes from no library; later only its name and source change."""

    class Meta:
        model = Instrument
        fields = ["edition", "code", "name", "source"]
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": "Edisi itu sudah memiliki instrumen dengan kode ini. Ganti kodenya."}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "edition" in self.fields:
            self.fields["edition"].required = True
            self.fields["edition"].queryset = Edition.objects.filter(is_history=False)
