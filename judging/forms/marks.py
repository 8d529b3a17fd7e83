"""All that a judge fills in on one sheet, as a form for browsers without the script."""

from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from crispy_forms.layout import Field, Layout
from django import forms

from judging.forms.autosave import LONGEST_COMMENT, LONGEST_MARK
from judging.forms.writing import TellsStale
from judging.judge_pages import Line, SheetView
from judging.own_writing import tidy
from kiks.forms import BaseForm, KiksFormHelper


class Kind(Enum):
    MARK = "mark"
    REMARK = "remark"  # the comment on one criterion
    COMMENT = "comment"  # that on the whole sheet


class Place(NamedTuple):
    """One field with the hidden ones that say what stood in it when the page was drawn."""

    kind: Kind
    criterion: str
    field: str
    seen: str
    version: str | None


class Change(NamedTuple):
    """What differs from what the form was drawn with; `value` as typed."""

    place: Place
    value: str
    version: int | None
    seen: str | None


def mark_place(code: str) -> Place:
    return Place(Kind.MARK, code, f"mark-{code}", f"seen-{code}", f"version-{code}")


def remark_place(code: str) -> Place:
    return Place(Kind.REMARK, code, f"remark-{code}", f"remark-seen-{code}", f"remark-version-{code}")


COMMENT_PLACE = Place(Kind.COMMENT, "", "comment", "comment-seen", None)


class MarkField(Field):
    """One criterion of a sheet: its mark, and the comment that stands folded under it."""

    template = "judging/judge/mark_field.html"

    def __init__(self, line: Line) -> None:
        super().__init__(mark_place(line.criterion.code).field)
        self.line = line

    def render(self, form: forms.Form, context: object, *args: object, **kwargs: object) -> str:
        mark, remark = mark_place(self.line.criterion.code), remark_place(self.line.criterion.code)
        extra = {
            "line": self.line,
            "version": form[mark.version],
            "seen": form[mark.seen],
            "remark": form[remark.field],
            "remark_version": form[remark.version],
            "remark_seen": form[remark.seen],
        }
        form.rendered_fields |= {mark.version, mark.seen, remark.field, remark.version, remark.seen}
        return super().render(form, context, *args, extra_context=extra, **kwargs)


class CommentField(Field):
    """The comment on the whole sheet."""

    template = "judging/judge/comment_field.html"

    def render(self, form: forms.Form, context: object, *args: object, **kwargs: object) -> str:
        form.rendered_fields.add(COMMENT_PLACE.seen)
        return super().render(form, context, *args, extra_context={"seen": form[COMMENT_PLACE.seen]}, **kwargs)


class MarksForm(TellsStale, BaseForm):
    """Marks and comments of one sheet, by the criteria of its instrument; what they may be is the actions' business."""

    # Hidden where the script saves by itself.
    submit_label = "Simpan lembar ini"
    show_optional = False

    def __init__(self, *args: object, view: SheetView, **kwargs: object) -> None:
        super().__init__(*args, prefix=f"lembar-{view.sheet.pk}", **kwargs)
        self.view = view
        self.places: list[Place] = []
        for line in view.lines:
            self._add_mark(line)
            self._add_text(
                remark_place(line.criterion.code), line.remark, line.remark_version, f"Catatan: {line.criterion.name}"
            )
        self._add_text(COMMENT_PLACE, view.sheet.comment, None, "Catatan Anda untuk lembar ini")

    def _add_mark(self, line: Line) -> None:
        place = mark_place(line.criterion.code)
        self.fields[place.field] = forms.CharField(
            label=line.criterion.name,
            required=False,
            initial=line.value,
            max_length=LONGEST_MARK,
            help_text=line.scale,
            widget=forms.TextInput(
                attrs={"class": "form-control input-mark", "inputmode": "decimal", "autocomplete": "off"}
            ),
        )
        self._add_hidden(place, line.value, line.version)

    def _add_text(self, place: Place, text: str, version: int | None, label: str) -> None:
        self.fields[place.field] = forms.CharField(
            label=label,
            required=False,
            initial=text,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "autocomplete": "off"}),
        )
        self._add_hidden(place, text, version)

    def _add_hidden(self, place: Place, value: str, version: int | None) -> None:
        self.places.append(place)
        self.fields[place.seen] = forms.CharField(
            required=False, initial=value, strip=False, widget=forms.HiddenInput(attrs={"data-seen": ""})
        )
        if place.version:
            self.fields[place.version] = forms.IntegerField(
                required=False, initial=version, widget=forms.HiddenInput(attrs={"data-version": ""})
            )

    @cached_property
    def helper(self) -> KiksFormHelper:
        helper = KiksFormHelper(self)
        helper.form_class = "sheet-form"
        helper.layout = Layout(*[MarkField(line) for line in self.view.lines], CommentField(COMMENT_PLACE.field))
        return helper

    def changes(self) -> Iterator[Change]:
        """What was typed, changed or emptied; what only another tab changed is none of it."""
        for place in self.places:
            if place.field not in self.changed_data or place.field not in self.cleaned_data:
                continue
            value = self.cleaned_data[place.field]
            was = self.cleaned_data.get(place.seen) if self.add_prefix(place.seen) in self.data else None
            if was is None or tidy(value) != tidy(was):
                yield Change(place, value, self.cleaned_data.get(place.version or ""), was)
