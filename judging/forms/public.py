"""The form with which anybody checks a paper."""

from django import forms

from kiks.forms import BaseForm


class PaperNumberForm(BaseForm):
    submit_label = "Periksa"

    number = forms.CharField(
        label="Nomor surat",
        max_length=60,
        help_text="Tertulis di bawah judul dan di kaki setiap halaman surat.",
        error_messages={"required": "Isi nomor surat, seperti yang tertulis di bawah judulnya."},
    )

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip().strip("/")
