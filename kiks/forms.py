"""The base of every form: crispy layout, error summary, Indonesian messages that say how to go on."""

from functools import cached_property

from crispy_forms.helper import FormHelper
from django import forms

from kiks.sheets.cells import refuse_formula

EMAIL_EXAMPLE = "nama@sukabumikota.go.id"

# Most specific class first: the first row that fits a field decides, the last row fits all.
REQUIRED_SENTENCES: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.BooleanField, "Beri tanda centang untuk melanjutkan: {label}."),
    (forms.FileField, "Unggah {label}."),
    (forms.ChoiceField, "Pilih {label}."),
    (forms.ModelChoiceField, "Pilih {label}."),
    (forms.Field, "Isi {label}."),
)

TOO_LONG = "Panjangnya %(show_value)d karakter, maksimal %(limit_value)d. Pendekkan isian ini."
TOO_SHORT = "Panjangnya %(show_value)d karakter, minimal %(limit_value)d. Lengkapi isian ini."
NOT_A_CHOICE = "Pilihan itu tidak tersedia. Pilih salah satu dari daftar."
MESSAGES: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (forms.EmailField, {"invalid": f"Alamat email belum benar. Contoh: {EMAIL_EXAMPLE}."}),
    (forms.URLField, {"invalid": "Alamat tautan belum benar. Awali dengan https://."}),
    (forms.CharField, {"max_length": TOO_LONG, "min_length": TOO_SHORT}),
    (
        forms.IntegerField,
        {
            "invalid": "Tulis angka, misalnya 12.",
            "min_value": "Angkanya minimal %(limit_value)s. Naikkan angka ini.",
            "max_value": "Angkanya maksimal %(limit_value)s. Turunkan angka ini.",
        },
    ),
    (forms.DecimalField, {"invalid": "Tulis angka, misalnya 87,5."}),
    (forms.DateField, {"invalid": "Tanggal belum benar. Tulis seperti 28/03/2026."}),
    (forms.TimeField, {"invalid": "Jam belum benar. Tulis seperti 13.30."}),
    (forms.DateTimeField, {"invalid": "Tanggal dan jam belum benar. Tulis seperti 28/03/2026 13.30."}),
    (forms.ChoiceField, {"invalid_choice": NOT_A_CHOICE, "invalid_list": NOT_A_CHOICE}),
    (forms.ModelChoiceField, {"invalid_choice": NOT_A_CHOICE, "invalid_list": NOT_A_CHOICE}),
    (
        forms.FileField,
        {
            "invalid": "Berkas tidak terkirim. Pilih berkasnya lagi.",
            "missing": "Berkas tidak terkirim. Pilih berkasnya lagi.",
            "empty": "Berkas itu kosong. Pilih berkas lain.",
            "max_length": "Nama berkas %(length)d karakter, maksimal %(max)d. Ganti namanya dengan yang lebih pendek.",
        },
    ),
)


class KiksFormHelper(FormHelper):
    """What the form templates in `templates/bootstrap5/` read; set `cancel_url` or `submit_tone` on it as needed."""

    error_text_inline = False

    def __init__(self, form: forms.BaseForm | None = None) -> None:
        super().__init__(form)
        self.attrs = {"novalidate": "novalidate"}
        self.submit_label = getattr(form, "submit_label", "")
        self.submit_tone = getattr(form, "submit_tone", "primary")
        self.cancel_url = ""
        self.cancel_label = "Batal"
        self.show_optional = getattr(form, "show_optional", True)


class KiksFormMixin:
    """Set `submit_label` to a verb; an empty one draws no button. Optional fields are marked "(opsional)"."""

    submit_label = "Simpan"
    submit_tone = "primary"
    show_optional = True

    @cached_property
    def helper(self) -> KiksFormHelper:
        # Built when the form is drawn, so that fields a subclass adds or drops after __init__ are the right ones.
        return KiksFormHelper(self)

    def full_clean(self) -> None:
        for name in self.fields:
            _set_messages(self[name])
            if self.show_optional:
                _guard_line(self.fields[name])
        super().full_clean()


class BaseForm(KiksFormMixin, forms.Form):
    pass


class BaseModelForm(KiksFormMixin, forms.ModelForm):
    pass


def _set_messages(bound: forms.BoundField) -> None:
    """Replace Django's messages by ours, but never one that the form's author wrote."""
    field = bound.field
    standard = _standard_messages(type(field))
    wanted = {"required": _required_message(field, bound.label)}
    for field_class, messages in MESSAGES:
        if isinstance(field, field_class):
            wanted |= messages
    for code, message in wanted.items():
        if field.error_messages.get(code) is standard.get(code):
            field.error_messages[code] = message


def _guard_line(field: forms.Field) -> None:
    """A line of text may become a cell of a spreadsheet one day, so it begins like no formula."""
    if isinstance(field, forms.CharField) and isinstance(field.widget, forms.TextInput):
        is_line = field.widget.input_type == "text"
        if is_line and refuse_formula not in field.validators:
            field.validators.append(refuse_formula)


def _standard_messages(field_class: type[forms.Field]) -> dict[str, object]:
    messages: dict[str, object] = {}
    for parent in reversed(field_class.__mro__):
        messages |= getattr(parent, "default_error_messages", {})
    return messages


def _required_message(field: forms.Field, label: str) -> str:
    label = str(label)
    if label.endswith("?"):
        return f"Jawab pertanyaan ini: {label}"
    sentence = next(sentence for field_class, sentence in REQUIRED_SENTENCES if isinstance(field, field_class))
    # Two capitals in a row begin an abbreviation (NIP, UPP), which stays as it is.
    lowered = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return sentence.format(label=lowered.rstrip("."))
