"""Forms of the judges: pledge, conflicts, hand-in, receipts."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from crispy_forms.layout import Div, Field, Layout
from django import forms

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
