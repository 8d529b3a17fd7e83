"""The bureau's workplace: the admin site, its dashboard and navigation. It knows no app."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import Field, ModelChoiceField, ModelForm, TypedChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from kiks import audit
from kiks.access import is_committee

type Panel = Callable[[HttpRequest], dict[str, Any] | None]


class KiksAdminSite(admin.AdminSite):
    """Admin site of the committee. Apps add panels to the dashboard with `add_panel`."""

    site_header = "KIKS Kota Sukabumi"
    site_title = "Panitia KIKS"
    index_title = "Meja kerja panitia"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._panels: list[Panel] = []

    def add_panel(self, panel: Panel) -> Panel:
        """Register a function that gives {"template": ..., **context} for one panel of the dashboard, or None."""
        self._panels.append(panel)
        return panel

    def has_permission(self, request: HttpRequest) -> bool:
        return is_committee(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one way in, with lock-out and second factor; not the admin's own form."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        panels = [panel for panel in (make(request) for make in self._panels) if panel]
        return super().index(request, {**(extra_context or {}), "panels": panels})


site = KiksAdminSite()


class PlainWidgets:
    """Empty choices in Indonesian, and no row of icons that open pop-ups beside a choice; for admins and inlines."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_add_related = widget.can_change_related = False
            widget.can_delete_related = widget.can_view_related = False
        if isinstance(field, ModelChoiceField) and field.empty_label is not None:
            field.empty_label = "Pilih" if field.required else "Tidak ada"
        elif isinstance(field, TypedChoiceField):
            field.choices = [(value, label if value else "Pilih") for value, label in field.choices]
        return field


class CommitteeAdmin(PlainWidgets, admin.ModelAdmin):
    """Who comes as far as a view of this site holds a seat: `has_permission` above asked once, nothing asks again."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if kwargs.get("obj"):
            context |= {"title": str(kwargs["obj"]), "subtitle": capfirst(self.opts.verbose_name)}
        return super().render_change_form(request, context, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to a thing stands in the audit trail, not in the admin's own log."""
        trail = reverse("admin:kiks_auditevent_changelist")
        return redirect(f"{trail}?{urlencode({'q': f'{self.opts.db_table}:{object_id}'})}")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True


class ReferenceAdmin(CommitteeAdmin):
    """Reference data that the committee edits; every save enters the audit chain.

    A subclass says by `chain_of(obj)` to which chain the change belongs.
    """

    def chain_of(self, obj: models.Model) -> str:
        return audit.HOUSE_CHAIN

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            "reference.changed" if change else "reference.added",
            obj,
            chain=self.chain_of(obj),
            by=request.user,
            fields=form.changed_data,
        )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        audit.record("reference.deleted", obj, chain=self.chain_of(obj), by=request.user, name=str(obj))
        super().delete_model(request, obj)


class OfficialAdmin(CommitteeAdmin):
    """Official objects: to be read here and changed only by buttons that call an action."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
