"""The form with which anybody checks a paper."""

import re

from django import forms

from kiks.forms import BaseForm


def digest_in(text: str) -> str:
    """The digest of a receipt as it is stored, or nothing; whoever copies it may bring spaces and capitals along."""
    found = re.sub(r"\s", "", text).lower()
    return found if re.fullmatch(r"[0-9a-f]{64}", found) else ""


class PaperNumberForm(BaseForm):
    submit_label = "Periksa"

    number = forms.CharField(
        label="Nomor surat atau sidik jari",
        max_length=100,
        help_text=(
            "Nomor surat tertulis di bawah judul dan di kaki setiap halaman. Untuk tanda terima usulan dan lembar"
            " penilaian, masukkan seluruh sidik jari isinya (64 huruf dan angka)."
        ),
        error_messages={"required": "Isi nomor surat atau sidik jari, seperti yang tertulis di surat Anda."},
    )

    def clean_number(self) -> str:
        number = self.cleaned_data["number"].strip().strip("/")
        return digest_in(number) or number
