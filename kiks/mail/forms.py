"""The form in which the committee words a mail."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms

from kiks.forms import BaseForm
from kiks.mail.wording import MAX_SUBJECT, MailKind, Wording, clean, problems


class WordingForm(BaseForm):
    """Subject and body with placeholders; `known` is what its writer saw when the page was drawn."""

    submit_label = ""

    subject = forms.CharField(label="Perihal", max_length=MAX_SUBJECT)
    body = forms.CharField(
        label="Isi surat",
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text="Sapaan dan salam penutup ditambahkan sendiri.",
        max_length=10_000,
    )
    known = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: MailKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.helper.form_tag = False
        self.helper.layout = Layout("subject", Field("body", css_class="wording"), "known")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for sentence in problems(self.kind, self.wording):
                self.add_error("body" if "Isi surat" in sentence else None, sentence)
        return cleaned

    @property
    def wording(self) -> Wording:
        return Wording(clean(self.cleaned_data["subject"]), clean(self.cleaned_data["body"]))


class ResetForm(BaseForm):
    """No field: the button is the decision."""

    submit_label = "Kembalikan ke bawaan"
    submit_tone = "danger"


class TestMailForm(BaseForm):
    """No field: the button sends."""

    submit_label = "Kirim surat uji coba ke saya"
