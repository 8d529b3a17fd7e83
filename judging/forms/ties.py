"""The plenary's order of a tied group."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms

from entries.models import Entry
from kiks.forms import BaseForm, KiksFormHelper

UP, DOWN = "naik", "turun"


class PlaceRow(Field):
    """One entry: its place as a number, and two buttons that move it."""

    template = "admin/judging/place_field.html"

    def __init__(self, name: str, entry: Entry) -> None:
        super().__init__(name)
        self.entry = entry

    def render(self, form: forms.Form, context: object, *args: object, **kwargs: object) -> str:
        return super().render(
            form, context, *args, extra_context={"entry": self.entry, "up": UP, "down": DOWN}, **kwargs
        )


class TieForm(BaseForm):
    """The plenary's order of one tied group: a place for every entry, each place once, and the reason."""

    submit_label = "Catat keputusan sidang pleno"

    def __init__(self, *args: Any, entries: Sequence[Entry], position: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries, self.position = entries, position
        places = [(str(place), f"Posisi {place}") for place in range(position, position + len(entries))]
        for entry in entries:
            self.fields[self.field_of(entry)] = forms.ChoiceField(
                label=f"{entry.number} {entry.innovation.short_name}",
                help_text=entry.innovation.unit.full_name,
                choices=[("", "Pilih posisi"), *places],
                error_messages={"required": f"Pilih posisi untuk usulan {entry.number}."},
            )
        self.fields["reason"] = forms.CharField(
            label="Alasan keputusan",
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Tertulis di berita acara dan diterbitkan bersama hasil.",
            error_messages={"required": "Tulis alasan keputusan sidang pleno."},
        )

    @cached_property
    def helper(self) -> KiksFormHelper:
        helper = KiksFormHelper(self)
        helper.layout = Layout(*[PlaceRow(self.field_of(entry), entry) for entry in self.entries], "reason")
        return helper

    @staticmethod
    def field_of(entry: Entry) -> str:
        return f"place_{entry.number}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        places = [cleaned[name] for entry in self.entries if (name := self.field_of(entry)) in cleaned]
        if len(places) == len(self.entries) and len(set(places)) < len(places):
            self.add_error(
                None, "Dua usulan tidak dapat menempati posisi yang sama. Beri setiap usulan posisi sendiri."
            )
        return cleaned

    @property
    def order(self) -> list[str]:
        """Entry numbers, best first."""
        return [
            entry.number
            for entry in sorted(self.entries, key=lambda entry: int(self.cleaned_data[self.field_of(entry)]))
        ]


def moved(data: Any, entries: Sequence[Entry], position: int) -> dict[str, Any] | None:
    """What the form shows after a press on up or down; None where neither was pressed.

    The entries stand in the order of their chosen places; those without one follow as they were.
    """
    pressed = next(((way, data[way]) for way in (UP, DOWN) if way in data), None)
    if pressed is None:
        return None

    def chosen(entry: Entry) -> int:
        place = data.get(TieForm.field_of(entry), "")
        return int(place) if place.isascii() and place.isdigit() and len(place) < 5 else position + len(entries)

    order = [entry.number for entry in sorted(entries, key=chosen)]
    way, number = pressed
    if number in order:
        here = order.index(number)
        there = here - 1 if way == UP else here + 1
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
    places = {f"place_{number}": str(place) for place, number in enumerate(order, position)}
    return {**places, "reason": data.get("reason", "")}
