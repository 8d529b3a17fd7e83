"""The audit trail, to be read."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kiks import formats
from kiks.admin_forms import PlainChangeList
from kiks.admin_site import OfficialAdmin, Tool, site
from kiks.models import AuditEvent, User
from kiks.trail.forms import TrailFilterForm
from kiks.trail.names import names_of
from kiks.trail.queries import ACTS, ALL, about, narrowed
from kiks.trail.rooms import targets_in
from kiks.trail.story import Story, told
from kiks.views import trail

FILTERS = [name for name in TrailFilterForm.base_fields if name != "q"]


class TrailFilter(admin.ListFilter):
    """The form above the list; the admin's own sidebar has no place for a person or a date."""

    title = "jejak"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: admin.ModelAdmin,
    ) -> None:
        super().__init__(request, params, model, model_admin)  # type: ignore[arg-type]
        for name in FILTERS:
            params.pop(name, None)
        # Who asks for one thing wants all of it; who opens the trail wants to see what people did.
        data = {"isi": ALL if request.GET.get("q") else ACTS} | {
            name: value for name, value in request.GET.items() if value
        }
        self.form = TrailFilterForm(data)
        self.form.is_valid()

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str]:
        return FILTERS

    def choices(self, changelist: Any) -> list[dict[str, Any]]:
        return []

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[AuditEvent]) -> models.QuerySet[AuditEvent]:
        return narrowed(queryset, self.form.cleaned_data)


def tell(events: list[AuditEvent]) -> None:
    """Give each event its story, for all of them at once."""
    for event, story in zip(events, told(events), strict=True):
        event.story = story


class TrailList(PlainChangeList):
    """One page of the trail with its events told in words."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        tell(self.result_list)

    @property
    def filter_form(self) -> TrailFilterForm:
        return self.filter_specs[0].form  # type: ignore[attr-defined]

    @property
    def scope(self) -> str:
        """The things that the list is about, by name."""
        return ", ".join(names_of(targets_in(self.query)).values())


@admin.register(AuditEvent, site=site)
class AuditEventAdmin(OfficialAdmin):
    """Who did what when, to which thing; the newest first."""

    task = "Arsip"
    list_display = ["happened_at", "actor", "act", "thing", "chain"]
    list_display_links = ["happened_at"]
    export_extra = ["at", "kind", "target", "sequence"]
    list_filter = [TrailFilter]
    search_fields = ["target"]
    ordering = ["-id"]
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    # Never the body or the hash: marks of an open round stand in the one and could be guessed from the other.
    export_extra = ["sequence", "kind", "target"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TrailList]:
        return TrailList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Nothing but the form's own names: by asking for a piece of a body one could guess a mark that is hidden."""
        return lookup in FILTERS

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[AuditEvent], search_term: str
    ) -> tuple[models.QuerySet[AuditEvent], bool]:
        term = search_term.strip()
        return (queryset.filter(about(term)) if term else queryset), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return trail.event(request, object_id)

    def prepare_exported(self, rows: list[AuditEvent]) -> None:
        tell(rows)

    def story(self, event: AuditEvent) -> Story:
        """Told with its page of the list; alone where somebody reads it from elsewhere."""
        return getattr(event, "story", None) or told([event])[0]

    @admin.display(description="waktu")
    def happened_at(self, event: AuditEvent) -> str:
        return f"{formats.day_month_year(event.at)}, {formats.indonesian_time(event.at)}"

    @admin.display(description="pelaku")
    def actor(self, event: AuditEvent) -> str:
        return self.story(event).who

    @admin.display(description="kejadian")
    def act(self, event: AuditEvent) -> str:
        return self.story(event).verb

    @admin.display(description="objek")
    def thing(self, event: AuditEvent) -> str:
        return self.story(event).thing


def person_tools(person: User) -> list[Tool]:
    return [Tool(label="Yang dilakukannya", url=f"{reverse('admin:kiks_auditevent_changelist')}?orang={person.pk}")]


site.add_tools(User, person_tools)
