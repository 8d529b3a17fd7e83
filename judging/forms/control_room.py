"""Forms of the control room: the committee's steps in the life of a round."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from kiks import clock
from kiks.forms import BaseForm

# A minute typed just now is past by the time the form arrives.
SLACK = timedelta(minutes=5)


class StepForm(BaseForm):
    """No field: the button is the decision. `label` is its verb, `tone` "danger" where the step has no way back."""

    def __init__(self, *args: Any, label: str, tone: str = "primary", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label, self.submit_tone = label, tone


class SourceForm(StepForm):
    source = forms.CharField(
        label="Dasar konfirmasi",
        max_length=300,
        help_text="Misalnya nomor dan tanggal keputusan atau berita acara rapat.",
        error_messages={"required": "Tulis dasar penetapan bobot, misalnya nomor dan tanggal keputusan."},
    )


class ReasonForm(StepForm):
    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tercatat di jejak audit dan tidak dapat diubah.",
    )


class PublishForm(BaseForm):
    """When the result becomes visible to everybody; a correction needs its reason."""

    submit_label = "Terbitkan hasil"
    submit_tone = "danger"

    visible_from = forms.DateTimeField(
        label="Terbit mulai (WIB)",
        help_text="Sebelum saat itu hasil tidak terlihat oleh siapa pun selain panitia.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-moment"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label="Alasan perbaikan",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hasil sudah pernah diterbitkan. Tulis alasan perbaikan untuk versi baru."},
    )

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["reason"]

    def clean_visible_from(self) -> datetime:
        moment = self.cleaned_data["visible_from"]
        if moment < clock.now() - SLACK:
            raise forms.ValidationError("Waktu itu sudah lewat. Pilih waktu mulai dari sekarang.")
        return moment
