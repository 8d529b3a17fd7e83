"""The form in which a judge pastes what the mail said."""

from django import forms

from kiks.forms import BaseForm


class PastedForm(BaseForm):
    submit_label = "Periksa tanda terima"

    receipt = forms.RegexField(
        "^[0-9a-f]{64}$",
        label="Tanda terima",
        help_text="64 angka dan huruf dari surel tanda terima.",
        error_messages={
            "invalid": "Tanda terima terdiri atas 64 angka 0–9 dan huruf a–f. Salin utuh dari surel tanda terima."
        },
    )
    nonce = forms.RegexField(
        "^[0-9a-f]{32}$",
        label="Angka acak",
        help_text="32 angka dan huruf dari surel yang sama.",
        error_messages={
            "invalid": "Angka acak terdiri atas 32 angka 0–9 dan huruf a–f. Salin utuh dari surel tanda terima."
        },
    )
