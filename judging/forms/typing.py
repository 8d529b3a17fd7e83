"""Typing a sheet from paper: the criteria in the order of the paper, then the comment, then the scan."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms

from entries.forms import PdfField
from judging.forms.autosave import LONGEST_COMMENT, LONGEST_MARK
from judging.models import ScoreSheet
from kiks.forms import BaseForm, KiksFormHelper

type Place = tuple[int, str]

MARK = {"inputmode": "decimal", "autocomplete": "off", "class": "input-mark", "data-mark": ""}


class TypingForm(BaseForm):
    """All open sheets of one judge for one entry; marks are read by the action, which knows the scales."""

    submit_label = "Simpan ketikan"
    show_optional = False
    asks_scan = True
    asks_comments = True

    def __init__(self, *args: Any, sheets: Iterable[ScoreSheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = list(sheets)
        self.places: dict[str, Place] = {}
        for sheet in self.sheets:
            for number, criterion in enumerate(sheet.instrument.criteria.all(), 1):
                name = f"mark_{sheet.pk}_{criterion.pk}"
                self.places[name] = (sheet.pk, criterion.code)
                self.fields[name] = forms.CharField(
                    label=f"{number}. {criterion.name}",
                    max_length=LONGEST_MARK,
                    widget=forms.TextInput(attrs=MARK),
                    error_messages={"required": f"{criterion.name}: tulis angka yang tertera pada kertas."},
                )
            if self.asks_comments:
                self._ask_comment(sheet, f"Catatan {sheet.instrument.name}", "")
        if self.asks_scan:
            self.fields["scan"] = PdfField(
                label="Pindaian lembar (tidak wajib)",
                required=False,
                help_text="Sebelum penilaian ditutup hanya Anda yang dapat membukanya, selama ketikan ini menunggu.",
            )

    def _ask_comment(self, sheet: ScoreSheet, label: str, initial: str) -> None:
        self.fields[f"comment_{sheet.pk}"] = forms.CharField(
            label=label,
            required=False,
            max_length=LONGEST_COMMENT,
            initial=initial,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def helper(self) -> KiksFormHelper:
        helper = KiksFormHelper(self)
        rows: list[object] = [self._sheet(sheet) for sheet in self.sheets]
        helper.layout = Layout(*rows, *(["scan"] if "scan" in self.fields else []))
        helper.cancel_url = self.cancel_url
        return helper

    cancel_url = ""

    def _sheet(self, sheet: ScoreSheet) -> Fieldset:
        names = [name for name, place in self.places.items() if place[0] == sheet.pk]
        comment = f"comment_{sheet.pk}"
        return Fieldset(
            sheet.instrument.name,
            Div(*(Field(name) for name in names), css_class="marks-to-type"),
            *([comment] if comment in self.fields else []),
            css_class="sheet-to-type",
        )

    @property
    def marks(self) -> dict[Place, str]:
        return {place: self.cleaned_data[name] for name, place in self.places.items()}

    @property
    def comments(self) -> dict[int, str]:
        return {
            sheet.pk: self.cleaned_data[f"comment_{sheet.pk}"]
            for sheet in self.sheets
            if f"comment_{sheet.pk}" in self.fields
        }

    @property
    def scan(self) -> bytes | None:
        found = self.cleaned_data.get("scan")
        return found[1] if found else None

    def differs(self, places: Iterable[Place]) -> None:
        """Name the criteria in which the two typings differ, and no mark."""
        names = {
            (sheet.pk, criterion.code): criterion.name
            for sheet in self.sheets
            for criterion in sheet.instrument.criteria.all()
        }
        self.refuse({place: f"{names[place]}: berbeda dari ketikan pertama. Periksa kertasnya." for place in places})

    def refuse(self, faults: Mapping[Place, str]) -> None:
        """Say at each mark what is wrong with it."""
        names = {place: name for name, place in self.places.items()}
        for place, sentence in faults.items():
            self.add_error(names[place], sentence)


class SecondTypingForm(TypingForm):
    """The same marks, typed blind. Comments of the first are asked about once the marks agree."""

    submit_label = "Bandingkan dan serahkan"
    asks_scan = False
    asks_comments = False

    def __init__(self, *args: Any, comments: Mapping[int, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_comments = comments is not None
        for sheet in self.sheets:
            if comments is not None and sheet.pk in comments:
                label = f"Catatan {sheet.instrument.name}: cocokkan dengan kertas"
                self._ask_comment(sheet, label, comments[sheet.pk])


class SearchForm(BaseForm):
    submit_label = ""
    show_optional = False

    cari = forms.CharField(
        label="Nomor usulan, kode lembar, atau hasil pindai QR",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
