"""Forms of the assignment: confirm what was previewed, give an entry to one more judge, move it to another."""

from collections.abc import Sequence
from typing import Any

from django import forms

from entries.models import Entry
from judging.forms.control_room import ReasonForm, StepForm
from judging.models import Judge


class ConfirmDrawForm(StepForm):
    """The digest names the plan that stood on the screen."""

    digest = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)
    evens_out = forms.BooleanField(widget=forms.HiddenInput, required=False)


class JudgeField(forms.ModelChoiceField):
    def __init__(self, judges: Sequence[Judge]) -> None:
        super().__init__(
            Judge.objects.filter(pk__in=[judge.pk for judge in judges]).select_related("user"),
            label="Juri",
            empty_label="Pilih juri",
            help_text="Juri yang sudah menilai usulan ini, memiliki benturan kepentingan, atau berasal dari perangkat"
            " daerahnya tidak ditawarkan.",
            error_messages={"required": "Pilih juri.", "invalid_choice": "Pilih juri yang ditawarkan."},
        )

    def label_from_instance(self, obj: Judge) -> str:
        return f"{obj.label} {obj.user.name}, {obj.institution}"


class GiveForm(StepForm):
    def __init__(self, *args: Any, judges: Sequence[Judge], **kwargs: Any) -> None:
        super().__init__(*args, label="Tugaskan juri", **kwargs)
        self.fields["judge"] = JudgeField(judges)


class MoveForm(ReasonForm):
    def __init__(self, *args: Any, judges: Sequence[Judge], entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, label="Pindahkan penugasan", tone="danger", **kwargs)
        self.fields = {"judge": JudgeField(judges), **self.fields}
