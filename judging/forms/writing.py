"""The judge's note for nobody else, and how a text is told that another tab changed it."""

from crispy_forms.layout import Field, Layout
from django import forms

from judging.forms.autosave import LONGEST_COMMENT
from judging.models import PrivateNote
from kiks.forms import BaseForm, KiksFormHelper

# After a conflict the next click is the choice: the form then knows what stands.
TAKE_OVER = "Simpan sekali lagi untuk memakai isian di sini."


class TellsStale:
    """A form whose fields another tab may have changed meanwhile."""

    def show_stale(self, field: str, sentence: str, current: dict, *, seen: str | None, version: str | None) -> None:
        """Both stand on the page; `seen` and `version` are the hidden fields that say what stood there."""
        self.data = self.data.copy()
        for name, value in ((seen, current["value"]), (version, current["version"] or "")):
            if name:
                self.data[self.add_prefix(name)] = value
        self.add_error(field, f"{sentence} Yang tersimpan sekarang: {current['value'] or 'kosong'}. {TAKE_OVER}")


class NoteField(Field):
    template = "judging/judge/note_field.html"

    def render(self, form: forms.Form, context: object, *args: object, **kwargs: object) -> str:
        form.rendered_fields.add("version")
        return super().render(form, context, *args, extra_context={"version": form["version"]}, **kwargs)


class NoteForm(TellsStale, BaseForm):
    # Hidden where the script saves by itself.
    submit_label = "Simpan catatan pribadi"
    show_optional = False

    text = forms.CharField(
        label="Isi catatan pribadi",
        required=False,
        max_length=LONGEST_COMMENT,
        help_text="Hanya Anda yang membaca catatan ini, juga setelah penilaian ditutup. Panitia, juri lain, dan unit"
        " tidak melihatnya, dan catatan ini tidak ikut dicetak.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "autocomplete": "off"}),
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-version": ""}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, prefix="catatan-pribadi", **kwargs)
        self.helper = KiksFormHelper(self)
        self.helper.form_class = "note-form"
        self.helper.layout = Layout(NoteField("text"))

    @classmethod
    def of(cls, note: PrivateNote | None) -> "NoteForm":
        return cls(initial={"text": note.text, "version": note.version} if note else None)
