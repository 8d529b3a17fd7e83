"""Forms of units and entries."""

from datetime import date
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from competitions.models import AttachmentRule, Category, Edition, Question, Transformation
from entries.models import Entry
from entries.queries import latest_implementation
from entries.tpb import GOALS
from kiks.formats import day_month_year
from kiks.forms import BaseForm
from kiks.uploads import MEGABYTE, clean_name, read_pdf

# A proposal has about 2,800 words in all; this only keeps one field from filling the database.
LONGEST_TEXT = 60_000
PDF_ONLY = {"accept": "application/pdf"}


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PdfField(forms.FileField):
    """A plain PDF; cleans to (file name, bytes).

    `max_bytes` is given where a rule of the edition says it; a letter has the limit of the site and tells it itself.
    """

    widget = forms.FileInput(attrs=PDF_ONLY)

    def __init__(self, *, max_bytes: int | None = None, **kwargs: object) -> None:
        if max_bytes is None:
            limit = f"Satu berkas PDF, maksimal {settings.LETTER_MAX_BYTES // MEGABYTE} MB."
            kwargs["help_text"] = f"{kwargs.get('help_text', '')} {limit}".strip()
        super().__init__(**{"max_length": 160, "allow_empty_file": False} | kwargs)
        self.max_bytes = max_bytes

    def clean(self, data: UploadedFile | None, initial: object = None) -> tuple[str, bytes] | None:
        upload = super().clean(data, initial)
        if upload is None:
            return None
        return clean_name(upload.name), read_pdf(upload, max_bytes=self.max_bytes)


class IdentityForm(BaseForm):
    """What the innovation is; a draft may leave gaps, only the short name is always there."""

    show_optional = False
    short_name = forms.CharField(label="Nama singkat", max_length=80)
    expansion = forms.CharField(label="Kepanjangan atau penjelasan nama", max_length=250, required=False)
    category = forms.ModelChoiceField(
        label="Kategori",
        queryset=Category.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    transformations = forms.ModelMultipleChoiceField(
        label="Transformasi yang didukung",
        queryset=Transformation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    initiated_on = forms.DateField(label="Mulai digagas", required=False, widget=_day())
    trialled_on = forms.DateField(label="Mulai diuji coba", required=False, widget=_day())
    implemented_on = forms.DateField(label="Mulai diterapkan", required=False, widget=_day())
    is_digital = forms.BooleanField(label="Inovasi ini memakai aplikasi atau layanan digital", required=False)
    tpb = forms.TypedMultipleChoiceField(
        label="Tujuan Pembangunan Berkelanjutan (TPB) yang didukung",
        choices=[(number, f"{number}. {name}") for number, name in GOALS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.CharField(
        label="Tim inovator",
        max_length=2000,
        required=False,
        help_text="Satu orang per baris: nama, NIP bila ada, dan jabatan. Jangan menulis NIK.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    decree_number = forms.CharField(
        label="Nomor SK tim", max_length=120, required=False, help_text="Kosongkan bila tim belum memiliki SK."
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, entry: Entry, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["implemented_on"].help_text = _latest_sentence(entry.edition)
        self.fields["category"].queryset = entry.edition.categories.all()
        self.fields["transformations"].queryset = entry.edition.transformations.all()
        for name in ("category", "transformations"):
            if not self.fields[name].queryset:
                del self.fields[name]
        present = [name for name in ("category", "transformations") if name in self.fields]
        self.helper.layout = Layout(
            Fieldset("Nama", "short_name", "expansion"),
            Fieldset(
                "Waktu", Div("initiated_on", "trialled_on", "implemented_on", css_class="field-row"), "is_digital"
            ),
            Fieldset("Yang didukung", *present, Div("tpb", css_class="choices-columns")),
            Fieldset("Tim", "team", "decree_number"),
            "seen",
        )

    def clean(self) -> dict[str, object]:
        data = super().clean()
        began, trialled, applied = (data.get(name) for name in ("initiated_on", "trialled_on", "implemented_on"))
        if applied and applied > self.today:
            self.add_error(
                "implemented_on", "Tanggal ini belum terjadi. Isi tanggal inovasi benar-benar mulai diterapkan."
            )
        if began and applied and applied < began:
            self.add_error("implemented_on", "Penerapan tidak boleh lebih awal daripada saat inovasi mulai digagas.")
        if began and trialled and trialled < began:
            self.add_error("trialled_on", "Uji coba tidak boleh lebih awal daripada saat inovasi mulai digagas.")
        return data


def _latest_sentence(edition: Edition) -> str:
    day = latest_implementation(edition)
    return f"Paling lambat {day_month_year(day)}." if day else ""


class AnswerForm(BaseForm):
    """One answer; longer than the limit is kept in a draft and only blocks the submission."""

    show_optional = False
    text = forms.CharField(label="Jawaban", required=False, strip=False, max_length=LONGEST_TEXT)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: object, question: Question, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label = "Jawaban Anda"
        attrs = {"rows": 16, "class": "input-prose", "data-autosave-text": ""}
        if question.word_limit is not None:
            attrs["data-word-limit"] = question.word_limit
        text.widget = forms.Textarea(attrs=attrs)
        self.show_optional = not question.is_required

    def clean_text(self) -> str:
        # Browsers send CRLF; the counter and the comparison with what the browser kept want one character.
        return self.cleaned_data["text"].replace("\r\n", "\n")


class RestoreForm(BaseForm):
    """An earlier version to bring back, over the version that the person saw standing."""

    submit_label = "Pakai tulisan ini"
    earlier = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AttachmentForm(BaseForm):
    """One PDF for one rule of the edition, saved at once; a page holds one such form for each rule."""

    kind = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: object, rule: AttachmentRule, replaces: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **{"auto_id": f"id_{rule.code}_%s", "initial": {"kind": rule.code}} | kwargs)
        self.fields["file"] = PdfField(
            label=f"PDF baru untuk {rule.name}" if replaces else f"PDF untuk {rule.name}",
            max_bytes=rule.max_megabytes * MEGABYTE,
            error_messages={"required": "Pilih berkas PDF, lalu unggah."},
        )
        self.submit_label = "Ganti berkas" if replaces else "Unggah"
        self.submit_tone = "outline"


class VideoForm(BaseForm):
    submit_label = "Simpan tautan"
    show_optional = False
    video_url = forms.URLField(
        label="Tautan video",
        max_length=200,
        required=False,
        help_text="Video yang dapat dibuka siapa saja yang memiliki tautannya, misalnya di YouTube.",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class SubmitForm(BaseForm):
    submit_label = "Kirim usulan"
    statement = forms.BooleanField(
        label=(
            "Saya menyatakan bahwa isi usulan ini benar, inovasi ini dijalankan oleh unit kami, "
            "dan lampirannya sesuai dengan dokumen aslinya."
        ),
        error_messages={"required": "Baca dan centang pernyataan kebenaran untuk mengirim usulan."},
    )


class ObjectionForm(BaseForm):
    submit_label = "Kirim sanggahan"
    text = forms.CharField(
        label="Sanggahan",
        max_length=5000,
        help_text="Sebutkan butir yang menurut Anda keliru dan buktinya.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    document = PdfField(label="Bukti (PDF)", required=False)


class SelectionSearchForm(BaseForm):
    """What of the public list of passed entries is shown."""

    submit_label = ""
    show_optional = False

    cari = forms.CharField(
        label="Cari nomor, inovasi, atau unit",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
