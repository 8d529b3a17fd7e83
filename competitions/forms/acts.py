"""Forms of the acts of the committee on the rulebook and the calendar."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from competitions.calendar_rules import years_later
from competitions.forms.rules import FIRST_YEAR, LAST_YEAR
from competitions.models import Edition, Instrument, Stage
from competitions.queries import library_instruments
from kiks.formats import local_date
from kiks.forms import BaseForm

MOMENT = "%Y-%m-%dT%H:%M"


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
        help_text="Tampil di halaman publik dan pada surat pemberitahuan, dan tidak dapat diubah.",
    )

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        kwargs["initial"] = {"opens_at": stage.opens_at, "closes_at": stage.closes_at}
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            attrs = {"type": "datetime-local", "class": "input-moment"}
            self.fields[name].widget = forms.DateTimeInput(attrs=attrs, format=MOMENT)


class OpenForm(BaseForm):
    """No field: the button is the decision."""

    submit_label = "Buka edisi"


class CopyForm(BaseForm):
    """A new edition from an earlier one; whoever changes the first day sees the new calendar before it is made."""

    submit_label = "Salin edisi"

    year = forms.IntegerField(
        label="Tahun",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    name = forms.CharField(label="Nama edisi", max_length=80)
    code = forms.SlugField(
        label="Kode",
        max_length=40,
        help_text="Dipakai pada alamat halaman dan nama berkas; tidak dapat diubah lagi.",
        error_messages={"invalid": "Kode hanya berisi huruf, angka, dan tanda hubung, misalnya kiks-2027."},
    )
    first_day = forms.DateField(
        label="Tahap pertama dibuka",
        help_text="Semua tahap bergeser sama jauh; jamnya tetap.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    seen_day = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, source: Edition, stages: list[Stage], **kwargs: Any) -> None:
        self.stages = stages
        day = self._proposed_day(source)
        proposed = {**proposal(source), "first_day": day, "seen_day": day.isoformat() if day else ""}
        super().__init__(*args, initial=proposed, **kwargs)
        if day is None:
            del self.fields["first_day"]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if Edition.objects.filter(code=code).exists():
            raise forms.ValidationError("Kode ini sudah dipakai edisi lain. Pilih kode yang berbeda.")
        return code

    @property
    def opening(self) -> date | None:
        return local_date(self.stages[0].opens_at) if self.stages else None

    @property
    def first(self) -> date | None:
        """The first day as it is asked for now, the proposed one until somebody writes another."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data.get("first_day")
        return self.initial["first_day"]

    @property
    def shift(self) -> timedelta | None:
        return self.first - self.opening if self.first and self.opening else None

    @property
    def is_seen(self) -> bool:
        """Whether the calendar that will be made is the one that was shown."""
        return self.first is None or self.cleaned_data["seen_day"] == self.first.isoformat()

    def show_again(self) -> None:
        """Draw the form with the calendar of the day that was typed."""
        self.data = self.data.copy()
        self.data["seen_day"] = self.first.isoformat() if self.first else ""

    def _proposed_day(self, source: Edition) -> date | None:
        return self.opening + years_later(1) if self.opening else None


def proposal(source: Edition) -> dict[str, Any]:
    """Year, name and code of the edition after `source`: its year or its running number is counted on."""
    old, new = str(source.year), str(source.year + 1)
    code = source.code.replace(old, new) if old in source.code else f"{source.code}-{new}"
    name = source.name.replace(old, new) if old in source.name else counted_on(source.name)
    return {"year": source.year + 1, "name": name, "code": code}


def counted_on(name: str) -> str:
    """ "KIKS-4" -> "KIKS-5"; a name without a number stays."""
    return re.sub(r"\d+(?!.*\d)", lambda found: str(int(found[0]) + 1), name)
