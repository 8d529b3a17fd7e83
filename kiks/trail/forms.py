"""The filter above the audit trail."""

from typing import Any

from django import forms

from kiks.forms import BaseForm
from kiks.trail.queries import ACTS, ALL, BY_SYSTEM, ROWS, chains_known, kinds_known, people_who_acted
from kiks.trail.words import kind_in_words

HOUSE = {"kiks": "Umum: unit, akun, surat"}


class TrailFilterForm(BaseForm):
    """What of the trail is shown. The names of the fields stand in the address, so they are Indonesian."""

    submit_label = ""
    show_optional = False

    q = forms.CharField(
        label="Cari",
        required=False,
        widget=forms.SearchInput,
        help_text="Nomor atau nama usulan, nama unit, nama orang",
    )
    orang = forms.ChoiceField(label="Pelaku", required=False)
    jenis = forms.ChoiceField(label="Jenis kejadian", required=False)
    dari = forms.DateField(label="Dari", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sampai = forms.DateField(label="Sampai", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    rantai = forms.ChoiceField(label="Rantai", required=False)
    isi = forms.ChoiceField(
        label="Isi jejak",
        required=False,
        choices=[(ACTS, "Tindakan resmi"), (ROWS, "Perubahan baris"), (ALL, "Semuanya")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.form_method = "get"
        people = [(str(pk), name) for pk, name in people_who_acted().values_list("pk", "name")]
        self.fields["orang"].choices = [("", "Semua orang"), (BY_SYSTEM, "Sistem"), *people]
        kinds = sorted((kind_in_words(kind).capitalize(), kind) for kind in kinds_known())
        self.fields["jenis"].choices = [("", "Semua"), *((kind, words) for words, kind in kinds)]
        self.fields["rantai"].choices = [("", "Semua"), *((chain, HOUSE.get(chain, chain)) for chain in chains_known())]
