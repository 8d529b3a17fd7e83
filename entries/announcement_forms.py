"""Forms of the announcement of the screening: its moment, the confirmation, and the cancelling."""

from typing import Any

from django import forms

from kiks.forms import BaseForm

MOMENT = "%Y-%m-%dT%H:%M"


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-moment"}, format=MOMENT)


class MomentForm(BaseForm):
    """From when everybody is to see the outcome; empty means at once. It only recounts the preview."""

    submit_label = ""
    show_optional = False

    terbit = forms.DateTimeField(label="Terbit (WIB), kosongkan bila segera", required=False, widget=moment_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class AnnounceForm(BaseForm):
    """The decision. `expected` is the digest of the outcome that was looked through."""

    submit_label = "Umumkan hasil seleksi"

    terbit = forms.DateTimeField(
        label="Terbit (WIB)",
        required=False,
        widget=moment_input(),
        help_text="Kosongkan agar terbit segera. Sampai saat itu hasilnya hanya dilihat panitia.",
    )
    reason = forms.CharField(
        label="Alasan versi baru",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tercetak di pengumuman, misalnya: sanggahan diterima.",
        error_messages={"required": "Pengumuman untuk edisi ini sudah pernah dibuat. Tulis alasan versi baru."},
    )
    expected = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]


class CancelForm(BaseForm):
    """Why an announcement that nobody has seen yet is taken back."""

    submit_label = "Batalkan pengumuman"
    submit_tone = "danger"

    reason = forms.CharField(
        label="Alasan",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Tulis alasan pembatalan."},
    )
