"""Forms of the control room: the committee's steps in the life of a round."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms

from entries.models import Agency, Entry
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


class TieForm(BaseForm):
    """The plenary's order of one tied group: a place for every entry, each place once, and the reason."""

    submit_label = "Catat keputusan sidang pleno"

    def __init__(self, *args: Any, entries: Sequence[Entry], position: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        places = [(str(place), f"Posisi {place}") for place in range(position, position + len(entries))]
        for entry in entries:
            self.fields[self.field_of(entry)] = forms.ChoiceField(
                label=f"{entry.number} {entry.innovation.short_name}",
                help_text=entry.innovation.unit.full_name,
                choices=[("", "Pilih posisi"), *places],
                error_messages={"required": f"Pilih posisi untuk usulan {entry.number}."},
            )
        self.fields["reason"] = forms.CharField(
            label="Alasan keputusan",
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Tertulis di berita acara dan diterbitkan bersama hasil.",
            error_messages={"required": "Tulis alasan keputusan sidang pleno."},
        )

    @staticmethod
    def field_of(entry: Entry) -> str:
        return f"place_{entry.number}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        places = [cleaned[name] for entry in self.entries if (name := self.field_of(entry)) in cleaned]
        if len(places) == len(self.entries) and len(set(places)) < len(places):
            self.add_error(
                None, "Dua usulan tidak dapat menempati posisi yang sama. Beri setiap usulan posisi sendiri."
            )
        return cleaned

    @property
    def order(self) -> list[str]:
        """Entry numbers, best first."""
        return [
            entry.number
            for entry in sorted(self.entries, key=lambda entry: int(self.cleaned_data[self.field_of(entry)]))
        ]


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


class AppointForm(BaseForm):
    """A judge by e-mail; a person without an account gets one, and a mail with the link to a password."""

    submit_label = "Tunjuk juri"

    email = forms.EmailField(label="Email", help_text="Bila belum memiliki akun, akun dibuat dan tautannya dikirim.")
    name = forms.CharField(
        label="Nama lengkap dengan gelar",
        max_length=120,
        help_text="Dipakai bila akun baru dibuat, dan di berita acara.",
    )
    institution = forms.CharField(label="Lembaga", max_length=160)
    agency = forms.ModelChoiceField(
        Agency.objects.all(),
        label="Perangkat daerah asal",
        required=False,
        empty_label="Bukan dari perangkat daerah",
        help_text="Juri tidak pernah menilai usulan dari perangkat daerahnya sendiri.",
    )
    decree_number = forms.CharField(label="Nomor SK dewan juri", max_length=120, required=False)
    decree_on = forms.DateField(
        label="Tanggal SK", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
