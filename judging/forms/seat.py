"""What the committee knows of a judge: at the appointment, and later."""

from typing import Any

from django import forms

from competitions.models import Category, Edition
from entries.forms import PdfField
from entries.models import Agency
from judging.models import Judge
from kiks.forms import BaseForm


class SeatForm(BaseForm):
    """The facts of a seat. Expertise is asked where the edition has categories."""

    submit_label = "Simpan"

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
    profile = forms.CharField(
        label="Riwayat singkat",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Hanya dibaca panitia dan juri itu sendiri.",
    )
    cv = PdfField(label="Riwayat hidup", required=False, help_text="Tidak pernah diumumkan.")
    expertise = forms.ModelMultipleChoiceField(
        Category.objects.none(),
        label="Keahlian",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Usulan dari kategori ini didahulukan untuk juri, selama beban semua juri tetap rata.",
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = edition.categories.all()
        if categories:
            self.fields["expertise"].queryset = categories
        else:
            del self.fields["expertise"]

    def facts(self) -> dict[str, Any]:
        """As the actions take them."""
        found = {name: value for name, value in self.cleaned_data.items() if name not in {"cv", "expertise"}}
        cv = self.cleaned_data.get("cv")
        return found | {"cv": cv[1] if cv else None, "expertise": list(self.cleaned_data.get("expertise", ()))}


class AppointForm(SeatForm):
    """A judge by e-mail; a person without an account gets one, and a mail with the link to a password."""

    submit_label = "Tunjuk juri"

    email = forms.EmailField(label="Email", help_text="Bila belum memiliki akun, akun dibuat dan tautannya dikirim.")
    name = forms.CharField(
        label="Nama lengkap dengan gelar",
        max_length=120,
        help_text="Dipakai bila akun baru dibuat, dan di berita acara.",
    )
    field_order = ["email", "name"]


class EditJudgeForm(SeatForm):
    drops_cv = forms.BooleanField(label="Hapus riwayat hidup yang tersimpan", required=False)

    def __init__(self, *args: Any, judge: Judge, **kwargs: Any) -> None:
        known = ("institution", "agency", "decree_number", "decree_on", "profile")
        initial = {name: getattr(judge, name) for name in known} | {"expertise": judge.expertise.all()}
        super().__init__(*args, edition=judge.edition, initial=initial, **kwargs)
        if judge.cv is None:
            del self.fields["drops_cv"]
