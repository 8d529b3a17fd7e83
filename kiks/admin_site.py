"""The bureau's workplace: the admin site, its dashboard and navigation. It knows no app."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from kiks import audit
from kiks.access import is_committee
from kiks.admin_forms import BulkForm, PlainChangeList, PlainWidgets, plain
from kiks.forms import BaseModelForm
from kiks.sheets.export import ListExportMixin

__all__ = ["CommitteeAdmin", "OfficialAdmin", "PlainWidgets", "ReferenceAdmin", "Tool", "Waiting", "site"]

# The order in which the dashboard offers the lists: by task, as the year runs.
TASKS = ("Edisi dan aturan", "Unit dan usulan", "Penilaian", "Orang dan surel", "Arsip")

URGENCY = ("danger", "warn", "active")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that waits for the committee: how many, and where it is done.

    `note` names them where that helps; `tone` is danger, warn or active.
    """

    label: str
    count: int
    url: str
    tone: str = "active"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A link on the page of an object that a room to the right contributes; `tab` opens it beside.

    With `preview` the page can also be drawn from what is typed and not saved: a view of the request and the key.
    """

    label: str
    url: str
    tab: str = ""
    preview: Callable[[HttpRequest, int], HttpResponse] | None = None

    @property
    def has_preview(self) -> bool:
        """For templates, which would call the view."""
        return self.preview is not None


type Panel = Callable[[HttpRequest], dict[str, Any] | None]
type Waiter = Callable[[HttpRequest], Iterable[Waiting]]
type ToolMaker = Callable[[Any], Iterable[Tool]]


class KiksAdminSite(admin.AdminSite):
    """Admin site of the committee. Apps add panels, things that wait, and tools on the pages of others' objects."""

    site_header = "KIKS Kota Sukabumi"
    site_title = "Panitia KIKS"
    index_title = "Meja kerja panitia"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Nothing is deleted in a heap: each deletion says what goes with it, and enters the chain.
        self.disable_action("delete_selected")
        self._heads: list[Panel] = []
        self._panels: list[Panel] = []
        self._waiters: list[Waiter] = []
        self._tools: list[tuple[type[models.Model], ToolMaker]] = []

    def add_panel(self, panel: Panel, *, above: bool = False) -> Panel:
        """Register a function that gives {"template": ..., **context} for one panel of the dashboard, or None.

        `above` puts it above the list of what waits.
        """
        (self._heads if above else self._panels).append(panel)
        return panel

    def add_waiting(self, waiter: Waiter) -> Waiter:
        """Register a function that gives what waits for the committee; what counts 0 is not shown."""
        self._waiters.append(waiter)
        return waiter

    def add_tools(self, model: type[models.Model], maker: ToolMaker) -> ToolMaker:
        """Register a function of an object of `model` that gives links for the head of its page."""
        self._tools.append((model, maker))
        return maker

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        """What waits, the most urgent first."""
        found = [item for waiter in self._waiters for item in waiter(request) if item.count]
        return sorted(found, key=lambda item: URGENCY.index(item.tone))

    def tools_of(self, obj: models.Model) -> list[Tool]:
        return [tool for model, maker in self._tools if isinstance(obj, model) for tool in maker(obj)]

    def tasks(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The lists of the site grouped by task rather than by app."""
        listed = [row for app in self.get_app_list(request) for row in app["models"]]
        by_task = {task: [row for row in listed if task_of(row["model"]) == task] for task in TASKS}
        return [{"name": task, "models": rows} for task, rows in by_task.items() if rows]

    def has_permission(self, request: HttpRequest) -> bool:
        return is_committee(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one way in, with lock-out and second factor; not the admin's own form."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The account's own page asks for the old password and ends the other sessions."""
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "heads": _drawn(self._heads, request),
            "waiting": self.waiting(request),
            "panels": _drawn(self._panels, request),
            "tasks": self.tasks(request),
        }
        return super().index(request, {**(extra_context or {}), **context})


def _drawn(panels: list[Panel], request: HttpRequest) -> list[dict[str, Any]]:
    return [panel for panel in (make(request) for make in panels) if panel]


site = KiksAdminSite()


def task_of(model: type[models.Model]) -> str:
    """The task of a list: what its admin says, else what its app is called."""
    task = getattr(site.get_model_admin(model), "task", "") or model._meta.app_config.verbose_name
    return task if task in TASKS else TASKS[-1]


class CommitteeAdmin(ListExportMixin, PlainWidgets, admin.ModelAdmin):
    """Who comes as far as a view of this site holds a seat: `has_permission` above asked once, nothing asks again."""

    form = BaseModelForm
    action_form = BulkForm
    task = ""

    def get_inlines(self, request: HttpRequest, obj: models.Model | None) -> list[type[admin.options.InlineModelAdmin]]:
        return [plain(inline) for inline in super().get_inlines(request, obj)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PlainChangeList]:
        return PlainChangeList

    def action_checkbox(self, obj: models.Model) -> SafeString:
        attrs = {"class": "action-select form-check-input", "data-crispy": "", "aria-label": f"Pilih {obj}"}
        return forms.CheckboxInput(attrs, lambda value: False).render(helpers.ACTION_CHECKBOX_NAME, str(obj.pk))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if obj := kwargs.get("obj"):
            context |= {"title": str(obj), "subtitle": capfirst(self.opts.verbose_name), "tools": site.tools_of(obj)}
        return super().render_change_form(request, context, **kwargs)

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        """A preview of what was typed: saved as always, drawn, and undone with all that the saving left behind."""
        wanted = request.POST.get("_preview", "")
        previews = {str(place): tool.preview for place, tool in enumerate(site.tools_of(obj)) if tool.preview}
        if wanted not in previews:
            return super().response_change(request, obj)
        response = previews[wanted](request, obj.pk)
        transaction.set_rollback(True)
        return response

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
