"""The form of a correction: whose sheets for which entries should not have counted, and why."""

import re
from typing import Any

from django import forms

from entries.models import Entry
from judging.bundles import findings_until
from judging.models import Judge, Round
from judging.queries import counting
from kiks.forms import BaseForm


class JudgeField(forms.ModelChoiceField):
    def label_from_instance(self, judge: Judge) -> str:
        return f"{judge.label} {judge.user.name}"


class CorrectionForm(BaseForm):
    """Seen first, then confirmed: the second button stands under the preview."""

    submit_label = "Lihat akibatnya"

    judge = JudgeField(Judge.objects.none(), label="Juri", empty_label="Pilih juri")
    numbers = forms.CharField(
        label="Nomor usulan",
        max_length=200,
        help_text="Usulan yang tidak seharusnya dinilai juri itu. Pisahkan dengan koma, misalnya 004, 017.",
    )
    reason = forms.CharField(
        label="Alasan perbaikan",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Diterbitkan di samping peringkat yang baru, jadi jangan menulis data pribadi.",
        error_messages={"required": "Tulis alasan perbaikan peringkat."},
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_
        judges = Judge.objects.filter(assignments__round=round_).select_related("user").distinct()
        self.fields["judge"].queryset = judges.order_by("label")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Every number is an entry whose sheets of this judge count until now."""
        cleaned = super().clean()
        judge, sent = cleaned.get("judge"), cleaned.get("numbers")
        if judge is None or sent is None:
            return cleaned
        wanted = list(dict.fromkeys(filter(None, re.split(r"[,;\s]+", sent))))
        rows = counting(self.round.assignments.filter(judge=judge)).select_related("entry__innovation")
        gone = findings_until(self.round, None)
        known = {row.entry.number: row.entry for row in rows if (judge.label, row.entry.number) not in gone}
        if unknown := [number for number in wanted if number not in known]:
            self.add_error(
                "numbers", f"Tidak ada penilaian {judge.label} yang dihitung untuk usulan {', '.join(unknown)}."
            )
        cleaned["entries"] = [known[number] for number in wanted if number in known]
        return cleaned

    @property
    def entries(self) -> list[Entry]:
        return self.cleaned_data["entries"]
