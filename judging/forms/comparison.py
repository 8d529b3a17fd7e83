"""Which two of the own entries are compared."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from judging.models import Assignment
from kiks.forms import BaseForm, KiksFormHelper

NOT_OWN = "Pilih usulan dari daftar usulan Anda pada babak ini."
SAME = "Pilih dua usulan yang berbeda."


class ComparisonForm(BaseForm):
    """By the numbers of the entries, so that the address says what is compared."""

    submit_label = "Bandingkan"

    usulan = forms.ChoiceField(label="Usulan", error_messages={"required": NOT_OWN, "invalid_choice": NOT_OWN})
    dengan = forms.ChoiceField(
        label="Dibandingkan dengan", error_messages={"required": NOT_OWN, "invalid_choice": NOT_OWN}
    )

    def __init__(self, *args: Any, assignments: Iterable[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_number = {assignment.entry.number: assignment for assignment in assignments}
        choices = [
            (number, f"{number} {assignment.entry.innovation.short_name}")
            for number, assignment in sorted(self.by_number.items())
        ]
        for field in self.fields.values():
            field.choices = [("", "Pilih usulan"), *choices]

    @cached_property
    def helper(self) -> KiksFormHelper:
        helper = KiksFormHelper(self)
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.layout = Layout(Div("usulan", "dengan", css_class="columns compare-choice"))
        return helper

    def clean(self) -> dict[str, Any]:
        sent = super().clean()
        if sent.get("usulan") and sent.get("usulan") == sent.get("dengan"):
            self.add_error("dengan", SAME)
        return sent

    @property
    def chosen(self) -> list[Assignment]:
        return [self.by_number[self.cleaned_data[name]] for name in ("usulan", "dengan")]
