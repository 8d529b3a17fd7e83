"""Forms of the register of official papers."""

from django import forms

from judging.models import OfficialRecord
from kiks.forms import BaseForm

LONGEST_REASON = OfficialRecord._meta.get_field("status_reason").max_length


class PaperReasonForm(BaseForm):
    """Why a paper is valid no longer."""

    submit_tone = "danger"

    reason = forms.CharField(
        label="Alasan",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tampil bagi siapa pun yang memeriksa naskah ini. Jangan menyebut data pribadi.",
        error_messages={"required": "Tulis alasannya: alasan itu tampil di halaman pemeriksaan naskah."},
    )

    def __init__(self, *args: object, label: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label = label
