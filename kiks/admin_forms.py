"""What the admin's own forms are made of: native dates, Indonesian choices, a search box for crispy to draw."""

from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.forms import Field, ModelChoiceField, TypedChoiceField
from django.http import HttpRequest

from kiks.forms import BaseForm, BaseModelForm

# Parts of one whole: static/js/admin.js shows their sum while they are typed.
PARTS_OF_A_HUNDRED = ("weight", "share")
PERMISSIONS = ("has_view_permission", "has_add_permission", "has_change_permission", "has_delete_permission")
IN_WIB = "Waktu Indonesia Barat (WIB)."


class PlainWidgets:
    """Native date inputs, empty choices in Indonesian, no row of icons that open pop-ups; for admins and inlines."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Field | None:
        if isinstance(db_field, models.DateField):
            # Whatever the field says, without the split widget of the admin and its script.
            return _moment(db_field) if isinstance(db_field, models.DateTimeField) else _day(db_field)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if isinstance(field, ModelChoiceField) and field.empty_label is not None:
            field.empty_label = "Pilih" if field.required else "Tidak ada"
        elif isinstance(field, TypedChoiceField):
            field.choices = [(value, label if value else "Pilih") for value, label in field.choices]
        if db_field.name in PARTS_OF_A_HUNDRED:
            field.widget.attrs["data-part-of-hundred"] = ""
        return field


def _day(db_field: models.Field) -> Field | None:
    return db_field.formfield(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _moment(db_field: models.Field) -> Field | None:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return db_field.formfield(
        form_class=forms.DateTimeField, widget=widget, help_text=f"{db_field.help_text} {IN_WIB}".strip()
    )


@cache
def plain(inline: type[admin.options.InlineModelAdmin]) -> type[admin.options.InlineModelAdmin]:
    """The inline with plain widgets and our sentences, whether or not its author thought of them."""
    bases = (inline,) if issubclass(inline, PlainWidgets) else (PlainWidgets, inline)
    own: dict[str, Any] = {"form": BaseModelForm} if inline.form is forms.ModelForm else {}
    # Who sees the page holds a seat; the stock answer would ask the database again for each row.
    standing = [name for name in PERMISSIONS if getattr(inline, name) is getattr(admin.options.InlineModelAdmin, name)]
    own |= dict.fromkeys(standing, lambda self, request, obj=None: True)
    return type(inline)(inline.__name__, bases, {"__module__": inline.__module__, "__doc__": inline.__doc__} | own)


class BulkForm(ActionForm):
    """The choice above a list of what to do with the ticked rows; the admin draws it without an id to label it by."""

    action = forms.ChoiceField(label="Tindakan", widget=forms.Select(attrs={"aria-label": "Tindakan"}))


class SearchBox(BaseForm):
    """The search of a list; what else the address says goes along unseen."""

    show_optional = False

    def __init__(self, changes: ChangeList) -> None:
        super().__init__(initial={SEARCH_VAR: changes.query}, auto_id="searchbar_%s")
        self.fields[SEARCH_VAR] = forms.CharField(
            label="Cari", required=False, help_text=changes.search_help_text or "", widget=forms.SearchInput
        )


class PlainChangeList(ChangeList):
    """A list of the admin site that knows its search box."""

    @property
    def search_box(self) -> SearchBox:
        return SearchBox(self)
