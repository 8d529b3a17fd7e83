"""Forms of a finalist's own page; each carries the version that the person saw."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from entries.forms import PdfField
from entries.video_links import read_link
from judging.finalists import LARGEST_SLIDES, Preparation
from judging.models import Presentation
from kiks.forms import BaseForm
from kiks.uploads import MEGABYTE

NO_LINK = "Tulis alamat web lengkap, misalnya https://youtu.be/contoh."


class _OfVersion(BaseForm):
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    act = forms.CharField(widget=forms.HiddenInput)
    name = ""

    def __init__(self, *args: Any, presentation: Presentation, **kwargs: Any) -> None:
        initial = {"seen": presentation.version, "act": self.name, **self.stored(presentation)}
        super().__init__(*args, **{"auto_id": f"id_{self.name}_%s", "initial": initial} | kwargs)

    def stored(self, presentation: Presentation) -> dict[str, Any]:
        return {}


class ConfirmForm(_OfVersion):
    submit_label = "Konfirmasi hadir"
    name = "confirm"


class UndoForm(_OfVersion):
    submit_label = "Batalkan konfirmasi"
    submit_tone = "outline"
    name = "undo"


class PreparationForm(_OfVersion):
    submit_label = "Simpan"
    name = "save"
    presenter = forms.CharField(
        label="Nama penyaji", max_length=160, error_messages={"required": "Tulis nama penyaji."}
    )
    presenter_position = forms.CharField(label="Jabatan penyaji", max_length=160, required=False)
    head_attends = forms.TypedChoiceField(
        label="Apakah kepala perangkat daerah hadir?",
        choices=[("ya", "Ya, hadir"), ("tidak", "Tidak hadir")],
        coerce=lambda value: value == "ya",
        widget=forms.RadioSelect,
        help_text="Kehadirannya dapat menjadi bagian dari penilaian.",
        error_messages={"required": "Pilih apakah kepala perangkat daerah hadir."},
    )
    video_url = forms.URLField(
        label="Tautan video",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Video yang dapat dibuka siapa saja yang memiliki tautannya, misalnya di YouTube.",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={"invalid": NO_LINK},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Div("presenter", "presenter_position", css_class="field-row"), "head_attends", "video_url", "seen", "act"
        )

    def stored(self, presentation: Presentation) -> dict[str, Any]:
        head = {True: "ya", False: "tidak"}.get(presentation.head_attends, "")
        return {
            "presenter": presentation.presenter,
            "presenter_position": presentation.presenter_position,
            "head_attends": head,
            "video_url": presentation.video_url,
        }

    def clean_video_url(self) -> str:
        url = self.cleaned_data["video_url"]
        if url and not read_link(url).is_link:
            raise forms.ValidationError(NO_LINK)
        return url

    def preparation(self) -> Preparation:
        names = ("presenter", "presenter_position", "head_attends", "video_url")
        return Preparation(**{name: self.cleaned_data[name] for name in names})


class SlidesForm(_OfVersion):
    name = "slides"
    submit_tone = "outline"

    def __init__(self, *args: Any, presentation: Presentation, **kwargs: Any) -> None:
        super().__init__(*args, presentation=presentation, **kwargs)
        self.fields["file"] = PdfField(
            label="PDF baru" if presentation.slides_id else "Bahan presentasi (PDF)",
            help_text=f"Satu berkas PDF, maksimal {LARGEST_SLIDES // MEGABYTE} MB, tanpa kata sandi.",
            max_bytes=LARGEST_SLIDES,
            error_messages={"required": "Pilih berkas PDF, lalu unggah."},
        )
        self.submit_label = "Ganti berkas" if presentation.slides_id else "Unggah"
