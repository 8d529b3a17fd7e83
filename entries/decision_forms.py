"""Forms of the decisions that follow a screening: the second person, a reopening, many passed at once."""

from collections.abc import Collection
from typing import Any

from django import forms

from competitions.models import ChecklistItem
from entries.models import Verdict
from kiks.forms import BaseForm

# More than any key has, and less than the database refuses to read.
MAX_DIGITS = 10


class ConfirmRejectionForm(BaseForm):
    """No choice: the button agrees with the proposal."""

    submit_label = "Konfirmasi tidak lolos"
    submit_tone = "danger"

    act = forms.CharField(initial="confirm", widget=forms.HiddenInput)


class TakeBackForm(BaseForm):
    submit_label = "Tarik usul saya"
    submit_tone = "outline"

    act = forms.CharField(initial="take_back", widget=forms.HiddenInput)


class DeclineRejectionForm(BaseForm):
    """Why the second person does not agree; the committee alone reads it."""

    submit_label = "Tidak setuju, kembalikan ke antrean"
    submit_tone = "outline"

    act = forms.CharField(initial="decline", widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Mengapa Anda tidak setuju",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dibaca panitia, tidak dikirim kepada unit.",
        error_messages={"required": "Tulis mengapa Anda tidak setuju, agar petugas berikutnya memahaminya."},
    )


class ReopenForm(BaseForm):
    """Why a decision is taken up again; the form remembers which decision was seen."""

    submit_label = "Buka kembali pemeriksaan"

    expected_attempt = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dibaca panitia dan tercatat di jejak audit. Unit tidak diberi tahu.",
        error_messages={"required": "Tulis alasan pemeriksaan dibuka kembali."},
    )


class TwinVerdictForm(BaseForm):
    """One of the two verdicts, with its reason; nothing is chosen beforehand."""

    submit_label = "Simpan keputusan"

    verdict = forms.ChoiceField(
        label="Keputusan",
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih salah satu keputusan."},
    )
    reason = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Apa yang sama atau berbeda pada isi keduanya. Dibaca panitia dan tercatat di jejak audit.",
        error_messages={"required": "Tulis alasan keputusan ini."},
    )


class UndoVerdictForm(BaseForm):
    submit_label = "Batalkan keputusan"
    submit_tone = "danger"

    reason = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dibaca panitia dan tercatat di jejak audit.",
        error_messages={"required": "Tulis alasan keputusan ini dibatalkan."},
    )


class TwinSearchForm(BaseForm):
    """Any innovation, to be compared with one of the edition by hand."""

    show_optional = False
    submit_label = ""

    q = forms.CharField(label="Nama inovasi atau nomor usulan", max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False


class ChosenForm(BaseForm):
    """Which entries the queue chose: `entry`, once for each."""

    entry = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].choices = [
            (value, value) for value in self.data.getlist("entry") if value.isdecimal() and len(value) < MAX_DIGITS
        ]


class PassManyForm(BaseForm):
    """The entries as the preview showed them, and what the officer states of all of them.

    `case` is entry, attempt and version with points between; one box for each item that only a person can decide.
    Between two parts of the work nothing is asked again: the form carries on what was stated, and what became of the
    entries so far.
    """

    confirmed = forms.CharField(initial="yes", widget=forms.HiddenInput)
    case = forms.MultipleChoiceField(
        widget=forms.MultipleHiddenInput, error_messages={"required": "Tidak ada usulan yang dapat diloloskan."}
    )
    so_far = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, items: Collection[ChecklistItem], cases: Collection[str], so_far: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [(key, key) for key in cases]
        self.fields["case"].initial = list(cases)
        self.items = list(items)
        for item in self.items:
            self.fields[f"item_{item.pk}"] = forms.BooleanField(
                label=f"Terpenuhi pada semua usulan di atas: {item.label}",
                error_messages={"required": f"Nyatakan dahulu butir ini, atau periksa satu per satu: {item.label}."},
            )
        self.submit_label = f"Loloskan {len(cases)} usulan"
        if so_far:
            self._go_on(so_far)

    def _go_on(self, so_far: str) -> None:
        self.fields["so_far"].initial = so_far
        for item in self.items:
            self.fields[f"item_{item.pk}"].widget = forms.HiddenInput()
            self.fields[f"item_{item.pk}"].initial = "on"
        self.submit_label = "Lanjutkan"
        self.helper.attrs["data-onward"] = ""

    @property
    def stated(self) -> list[str]:
        return [item.code for item in self.items if self.cleaned_data[f"item_{item.pk}"]]
