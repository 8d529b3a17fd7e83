"""The bureau's workplace: the admin site, its dashboard and navigation. It knows no app."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

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


class CommitteeAdmin(admin.ModelAdmin):
    """Who comes as far as a view of this site holds a seat: `has_permission` above asked once, nothing asks again."""

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
