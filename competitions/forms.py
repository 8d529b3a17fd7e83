"""Forms of the committee about the rulebook and the calendar."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet

from competitions.models import Criterion, Edition, Instrument, Stage
from competitions.queries import library_instruments
from kiks.forms import BaseForm

LEVEL = re.compile(r"\s*(\d+)\s*[-–]\s*(\d+)\s+([^:]+?)\s*:\s*(.+?)\s*")
MOMENT = "%Y-%m-%dT%H:%M"


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


class CriterionForm(forms.ModelForm):
    """A row of the instrument's page in the admin site."""

    levels = LevelsField(
        label="Tingkat nilai", required=False, widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    )

    class Meta:
        model = Criterion
        fields = ["position", "code", "name", "weight", "max_mark", "step", "guidance", "levels", "questions"]


class InstrumentForm(forms.ModelForm):
    """An instrument that comes from no library; later only its name and source change."""

    class Meta:
        model = Instrument
        fields = ["edition", "code", "name", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "edition" in self.fields:
            self.fields["edition"].required = True
            self.fields["edition"].queryset = Edition.objects.filter(is_history=False)


class SourceForm(BaseForm):
    """The paper on which a confirmation stands."""

    source = forms.CharField(
        label="Dasar konfirmasi",
        max_length=300,
        help_text="Misalnya nomor dan tanggal surat, atau nama pedoman dan halamannya.",
        error_messages={"required": "Tulis dasar konfirmasinya, misalnya nomor surat atau nama pedoman."},
    )

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label = label


class RevokeForm(BaseForm):
    submit_label = "Cabut konfirmasi"
    submit_tone = "danger"

    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tercatat di jejak audit dan tidak dapat diubah.",
    )


class ChecklistForm(BaseForm):
    """No field: the button is the decision."""

    submit_label = "Tambahkan daftar butir"


class AdoptForm(BaseForm):
    submit_label = "Pakai instrumen ini"

    instrument = forms.ModelChoiceField(Instrument.objects.none(), label="Instrumen")

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].queryset = self._free(edition)

    @staticmethod
    def _free(edition: Edition) -> QuerySet[Instrument]:
        return library_instruments().exclude(code__in=edition.instruments.values("code"))


class RescheduleForm(BaseForm):
    """The new window of a stage, with the reason."""

    submit_label = "Ubah jadwal"

    opens_at = forms.DateTimeField(label="Dibuka (WIB)")
    closes_at = forms.DateTimeField(
        label="Ditutup (WIB)", help_text="Tahap masih terbuka sampai tepat sebelum waktu ini."
    )
    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tercatat di jejak audit dan tidak dapat diubah.",
    )

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        kwargs["initial"] = {"opens_at": stage.opens_at, "closes_at": stage.closes_at}
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            attrs = {"type": "datetime-local", "class": "input-moment"}
            self.fields[name].widget = forms.DateTimeInput(attrs=attrs, format=MOMENT)
