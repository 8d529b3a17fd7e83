"""The base form: messages, error summary and the ties that assistive technology follows."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines

from kiks.forms import BaseForm


class UnitForm(BaseForm):
    submit_label = "Simpan unit"

    name = forms.CharField(label="Nama unit", max_length=10, help_text="Seperti pada surat.")
    nip = forms.CharField(label="NIP", error_messages={"required": "NIP kepala unit belum ada."})
    email = forms.EmailField(label="Email")
    visits = forms.IntegerField(label="Kunjungan", required=False, min_value=1, max_value=9)
    weight = forms.DecimalField(label="Bobot", required=False, localize=True)
    started = forms.DateField(label="Mulai", required=False)
    kind = forms.ChoiceField(label="Kategori", choices=[("a", "A"), ("b", "B")])
    level = forms.ChoiceField(
        label="Tingkat", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="Pilih satu."
    )
    idea = forms.CharField(label="Apa yang baru?", widget=forms.Textarea(attrs={"data-word-limit": 200}))
    letter = forms.FileField(label="Surat penetapan")
    honest = forms.BooleanField(label="Data ini benar")


FULL = {"name": "Loket", "nip": "1", "email": "a@b.id", "kind": "a", "level": "a", "idea": "x", "honest": "on"}


def errors(**changed):
    files = {"letter": SimpleUploadedFile("surat.pdf", b"x")}
    return {name: list(messages) for name, messages in UnitForm(FULL | changed, files).errors.items()}


def draw(form):
    return engines["django"].from_string("{% crispy form %}").render({"form": form})


def test_a_full_form_has_no_errors():
    assert errors(weight="87,5") == {}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Isi nama unit."),
        ("name", "Loket Pelayanan", "Panjangnya 15 karakter, maksimal 10. Pendekkan isian ini."),
        ("nip", "", "NIP kepala unit belum ada."),
        ("email", "salah", "Alamat email belum benar. Contoh: nama@sukabumikota.go.id."),
        ("visits", "satu", "Tulis angka, misalnya 12."),
        ("visits", "0", "Angkanya minimal 1. Naikkan angka ini."),
        ("visits", "10", "Angkanya maksimal 9. Turunkan angka ini."),
        ("weight", "x", "Tulis angka, misalnya 87,5."),
        ("started", "31/02/2026", "Tanggal belum benar. Tulis seperti 28/03/2026."),
        ("kind", "", "Pilih kategori."),
        ("kind", "z", "Pilihan itu tidak tersedia. Pilih salah satu dari daftar."),
        ("idea", "", "Jawab pertanyaan ini: Apa yang baru?"),
        ("honest", "", "Beri tanda centang untuk melanjutkan: data ini benar."),
    ],
)
def test_messages_say_how_to_go_on(field, value, message):
    assert errors(**{field: value}) == {field: [message]}


def test_a_missing_file_is_asked_for_by_name():
    assert UnitForm(FULL).errors["letter"] == ["Unggah surat penetapan."]


def test_an_abbreviation_keeps_its_capitals():
    class Form(BaseForm):
        nip = forms.CharField(label="NIP kepala unit")

    assert Form({}).errors["nip"] == ["Isi NIP kepala unit."]


class Ids(HTMLParser):
    """Collect ids and the references that must point at one."""

    def __init__(self):
        super().__init__()
        self.ids, self.references = set(), set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.add(attrs["id"])
        if tag == "a" and attrs.get("href", "").startswith("#"):
            self.references.add(attrs["href"][1:])
        self.references |= set((attrs.get("aria-describedby") or "").split())
        if tag == "label":
            self.references.add(attrs["for"])


def test_every_label_help_error_and_summary_link_finds_its_element():
    page = Ids()
    page.feed(draw(UnitForm({})))
    assert {"id_name", "id_level_0", "id_name_helptext", "id_name_error", "id_level_helptext"} <= page.references
    assert page.references - page.ids == set()


def test_the_summary_repeats_each_message_and_wants_the_focus():
    html = draw(UnitForm(FULL | {"name": ""}))
    assert 'role="alert" tabindex="-1" data-error-summary' in html
    assert '<a href="#id_name">Isi nama unit.</a>' in html
    assert '<a href="#id_letter">Unggah surat penetapan.</a>' in html


def test_a_form_without_errors_has_no_summary():
    assert "data-error-summary" not in draw(UnitForm())


def test_a_wrong_field_is_marked_invalid():
    html = draw(UnitForm(FULL | {"name": ""}))
    assert re.search(r'<input[^>]*name="name"[^>]*aria-invalid="true"', html)
    assert not re.search(r'<input[^>]*name="nip"[^>]*aria-invalid', html)


def test_optional_fields_are_marked_in_words_and_required_ones_are_not():
    html = draw(UnitForm())
    assert html.count("(opsional)") == 3
    assert "*" not in re.sub(r"<[^>]+>", "", html)


def test_a_search_form_marks_nothing():
    class Search(BaseForm):
        show_optional = False
        submit_label = "Cari"
        words = forms.CharField(required=False)

    assert "(opsional)" not in draw(Search())


def test_the_button_has_the_verb_and_cancel_leads_back():
    form = UnitForm()
    form.helper.cancel_url = "/unit/"
    html = draw(form)
    assert '<button type="submit" class="btn btn-primary">Simpan unit</button>' in html
    assert '<a class="btn btn-quiet" href="/unit/">Batal</a>' in html


def test_a_form_without_verb_draws_no_button():
    class Silent(BaseForm):
        submit_label = ""
        words = forms.CharField()

    assert "<button" not in draw(Silent())


def test_fields_added_late_are_drawn_and_checked():
    form = UnitForm({})
    form.fields["extra"] = forms.CharField(label="Tambahan")
    assert form.errors["extra"] == ["Isi tambahan."]
    assert 'name="extra"' in draw(form)


def test_the_word_counter_stands_under_the_text():
    assert 'data-counter-for="id_idea" data-limit="200"' in draw(UnitForm())


class Line(BaseForm):
    words = forms.CharField(label="Isi")


def test_a_formset_has_one_summary_that_names_the_row():
    formset = forms.formset_factory(Line, extra=0, min_num=2, validate_min=True)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-words": "a", "form-1-words": ""}
    )
    html = engines["django"].from_string("{% crispy formset %}").render({"formset": formset})
    assert html.count("data-error-summary") == 1
    assert '<a href="#id_form-1-words">Baris 2: Isi isi.</a>' in html


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+cmd", "-x", " =1"])
def test_a_line_that_a_spreadsheet_would_run_is_refused(name):
    (sentence,) = errors(name=name)["name"]
    assert sentence.startswith(f"Isian ini diawali tanda {name.strip()[0]} seperti rumus. Hapus tanda itu")


@pytest.mark.parametrize("name", ["+62 266 1", "- daftar", "-", "A = B"])
def test_other_lines_are_no_formulas(name):
    assert "name" not in errors(name=name)


def test_several_lines_and_what_is_searched_for_may_begin_as_they_like():
    class Search(BaseForm):
        show_optional = False
        q = forms.CharField()

    assert "idea" not in errors(idea="=1+1")
    assert Search({"q": "=1+1"}).is_valid()
