"""Forms of the judges: pledge, conflicts, marks, hand-in, receipts."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from crispy_forms.layout import Div, Field, Layout
from django import forms

from competitions.models import Criterion
from judging.forms.autosave import LONGEST_COMMENT, LONGEST_MARK
from judging.judge_pages import Line, SheetView
from judging.models import Assignment, ScoreSheet
from kiks.forms import BaseForm, KiksFormHelper

LONGEST_REASON = 300
LONGEST_KEY = 10


class PledgeForm(BaseForm):
    """The signature is the act itself; `digest` is that of the text on the screen."""

    submit_label = "Saya menandatangani"

    digest = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)


class HandInForm(BaseForm):
    submit_label = "Serahkan penilaian"


class HandInRoundForm(BaseForm):
    """The entries that the check page showed as finished: nothing else is handed in."""

    submit_label = "Serahkan semua yang lengkap"

    entries = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def clean_entries(self) -> list[int]:
        sent = self.cleaned_data["entries"].split()
        if not all(key.isascii() and key.isdigit() and len(key) < LONGEST_KEY for key in sent):
            raise forms.ValidationError("Daftar usulan tidak terbaca. Muat ulang halaman.")
        return [int(key) for key in sent]


class RecuseForm(BaseForm):
    """A judge steps back from one entry."""

    submit_label = "Mundur dari usulan ini"
    submit_tone = "danger"

    reason = forms.CharField(
        label="Alasan",
        max_length=LONGEST_REASON,
        help_text="Sebutkan hubungan Anda dengan usulan, unit, atau tim inovatornya. Alasan ini dibaca panitia.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConflictRow(Field):
    """One entry of the conflict question: the box, and the reason that it asks for."""

    template = "judging/judge/conflict_field.html"

    def __init__(self, assignment: Assignment, *, agency: str) -> None:
        super().__init__(f"conflict_{assignment.pk}")
        self.assignment, self.agency = assignment, agency
        self.reason = f"reason_{assignment.pk}"

    def render(self, form: forms.Form, context: object, *args: object, **kwargs: object) -> str:
        # Crispy only asks whether every field was drawn; the row's own template draws the reason.
        form.rendered_fields.add(self.reason)
        extra = {"assignment": self.assignment, "agency": self.agency, "reason": form[self.reason]}
        return super().render(form, context, *args, extra_context=extra, **kwargs)


class ConflictsForm(BaseForm):
    """The conflict question for every entry that the judge was not asked about yet."""

    submit_label = "Simpan pernyataan"
    show_optional = False

    def __init__(self, *args: object, assignments: Iterable[Assignment], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.assignments = list(assignments)
        for assignment in self.assignments:
            entry = assignment.entry
            self.fields[f"conflict_{assignment.pk}"] = forms.BooleanField(
                label=f"{entry.number} {entry.innovation.short_name}",
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.fields[f"reason_{assignment.pk}"] = forms.CharField(
                label=f"Alasan untuk {entry.number} {entry.innovation.short_name}",
                required=False,
                max_length=LONGEST_REASON,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.fields["statement"] = forms.BooleanField(
            label="Saya sudah membaca seluruh daftar. Terhadap usulan yang tidak saya centang, "
            "saya tidak memiliki benturan kepentingan.",
            error_messages={"required": "Centang pernyataan di akhir daftar untuk melanjutkan."},
        )

    @cached_property
    def helper(self) -> KiksFormHelper:
        helper = KiksFormHelper(self)
        helper.layout = Layout(Div(*self._rows(), css_class="conflict-list"), "statement")
        return helper

    def _rows(self) -> Iterator[ConflictRow]:
        """The entries under the names of their agencies."""
        last = ""
        for assignment in self.assignments:
            agency = assignment.entry.innovation.unit.agency.name
            yield ConflictRow(assignment, agency="" if agency == last else agency)
            last = agency

    def clean(self) -> None:
        for assignment in self.assignments:
            reason = f"reason_{assignment.pk}"
            if self.cleaned_data.get(f"conflict_{assignment.pk}") and not self.cleaned_data.get(reason):
                self.add_error(reason, f"Tulis alasan untuk usulan {assignment.entry.number}.")

    def asked(self) -> set[int]:
        """The entries that were on the screen when the statement was made."""
        shown = set(self.data.getlist("shown"))
        return {assignment.entry_id for assignment in self.assignments if str(assignment.pk) in shown}

    def conflicts(self) -> dict[int, str]:
        """Reasons by entry, for the ticked entries."""
        return {
            assignment.entry_id: self.cleaned_data[f"reason_{assignment.pk}"]
            for assignment in self.assignments
            if self.cleaned_data[f"conflict_{assignment.pk}"]
        }


class MarkField(Field):
    """One criterion of a sheet."""

    template = "judging/judge/mark_field.html"

    def __init__(self, line: Line) -> None:
        super().__init__(f"mark-{line.criterion.code}")
        self.line = line

    def render(self, form: forms.Form, context: object, *args: object, **kwargs: object) -> str:
        version, seen = f"version-{self.line.criterion.code}", f"seen-{self.line.criterion.code}"
        form.rendered_fields |= {version, seen}
        extra = {"line": self.line, "version": form[version], "seen": form[seen]}
        return super().render(form, context, *args, extra_context=extra, **kwargs)


class Change(NamedTuple):
    """A mark that differs from the one the form was drawn with; `value` as typed."""

    field: str
    criterion: Criterion
    value: str
    version: int | None
    seen: str | None


class MarksForm(BaseForm):
    """All marks of one sheet, by the criteria of its instrument; what a mark may be is the action's business."""

    # Hidden where the script saves by itself.
    submit_label = "Simpan lembar ini"
    show_optional = False

    def __init__(self, *args: object, view: SheetView, **kwargs: object) -> None:
        super().__init__(*args, prefix=f"lembar-{view.sheet.pk}", **kwargs)
        self.view = view
        for line in view.lines:
            self.fields[f"mark-{line.criterion.code}"] = forms.CharField(
                label=line.criterion.name,
                required=False,
                initial=line.value,
                max_length=LONGEST_MARK,
                help_text=line.scale,
                widget=forms.TextInput(
                    attrs={"class": "form-control input-mark", "inputmode": "decimal", "autocomplete": "off"}
                ),
            )
            self.fields[f"version-{line.criterion.code}"] = forms.IntegerField(
                required=False, initial=line.version, widget=forms.HiddenInput
            )
            self.fields[f"seen-{line.criterion.code}"] = forms.CharField(
                required=False, initial=line.value, widget=forms.HiddenInput
            )
        self.fields["comment"] = forms.CharField(
            label="Catatan Anda untuk lembar ini",
            required=False,
            initial=view.sheet.comment,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        )

    @cached_property
    def helper(self) -> KiksFormHelper:
        helper = KiksFormHelper(self)
        helper.form_class = "sheet-form"
        helper.layout = Layout(
            *[MarkField(line) for line in self.view.lines],
            Field("comment", template="judging/judge/comment_field.html"),
        )
        return helper

    def changes(self) -> Iterator[Change]:
        """The marks that were typed, changed or emptied; one that only another tab changed is none of them."""
        for line in self.view.lines:
            name, seen = f"mark-{line.criterion.code}", f"seen-{line.criterion.code}"
            if name not in self.changed_data or name not in self.cleaned_data:
                continue
            value, was = self.cleaned_data[name], self.cleaned_data.get(seen)
            if self.add_prefix(seen) in self.data and value == was:
                continue
            yield Change(
                name, line.criterion, value, self.cleaned_data.get(f"version-{line.criterion.code}"), was or None
            )


class ReceiptForm(BaseForm):
    """A receipt that somebody holds, to be recomputed from the marks on the sheet."""

    submit_label = "Periksa"

    sheet = forms.ChoiceField(label="Lembar")
    nonce = forms.RegexField(
        "^[0-9a-f]{32}$",
        label="Angka acak",
        help_text="32 angka dan huruf dari surel tanda terima.",
        error_messages={
            "invalid": "Angka acak terdiri atas 32 angka 0–9 dan huruf a–f. Salin utuh dari surel tanda terima."
        },
    )
    receipt = forms.RegexField(
        "^[0-9a-f]{64}$",
        label="Tanda terima",
        help_text="64 angka dan huruf dari surel tanda terima.",
        error_messages={
            "invalid": "Tanda terima terdiri atas 64 angka 0–9 dan huruf a–f. Salin utuh dari surel tanda terima."
        },
    )

    def __init__(self, *args: object, sheets: Iterable[ScoreSheet], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(str(sheet.pk), sheet.instrument.name) for sheet in sheets]
