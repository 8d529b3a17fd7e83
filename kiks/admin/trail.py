"""The audit trail, to be read."""

import json

from django.contrib import admin
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest

from kiks import formats
from kiks.admin_site import OfficialAdmin, site
from kiks.models import AuditEvent, User
from kiks.trail import what, which


class ActFilter(admin.SimpleListFilter):
    """The acts of people, or every change of a row beneath them."""

    title = "isi jejak"
    parameter_name = "isi"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("tindakan", "Tindakan resmi"), ("baris", "Perubahan baris")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[AuditEvent]) -> models.QuerySet[AuditEvent]:
        if self.value() == "tindakan":
            return queryset.exclude(kind__startswith="row.")
        return queryset.filter(kind__startswith="row.") if self.value() == "baris" else queryset


@admin.register(AuditEvent, site=site)
class AuditEventAdmin(OfficialAdmin):
    """Who did what when, to which thing; the newest first."""

    task = "Arsip"
    list_display = ["happened_at", "actor", "act", "thing", "chain", "sequence"]
    list_display_links = ["happened_at"]
    list_filter = [ActFilter, "chain"]
    search_fields = ["target", "kind"]
    search_help_text = "Cari objek, misalnya entries_entry:5, atau jenis kejadian"
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        "happened_at",
        "actor",
        "act",
        "thing",
        "kind",
        "target",
        "chain",
        "sequence",
        "stamped_at",
        "content",
        "previous_hash",
        "hash",
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuditEvent]:
        names = User.objects.filter(pk=OuterRef("actor_id")).values("name")
        return super().get_queryset(request).annotate(actor_name=Subquery(names))

    @admin.display(description="waktu", ordering="at")
    def happened_at(self, event: AuditEvent) -> str:
        return f"{formats.day_month_year(event.at)}, {formats.indonesian_time(event.at)}"

    @admin.display(description="dicatat pada")
    def stamped_at(self, event: AuditEvent) -> str:
        return formats.indonesian_datetime(event.recorded_at)

    @admin.display(description="pelaku", ordering="actor_id")
    def actor(self, event: AuditEvent) -> str:
        if event.actor_id is None:
            return "sistem"
        return event.actor_name or f"pengguna {event.actor_id}"

    @admin.display(description="kejadian", ordering="kind")
    def act(self, event: AuditEvent) -> str:
        return what(event.kind)

    @admin.display(description="objek", ordering="target")
    def thing(self, event: AuditEvent) -> str:
        return which(event.target)

    @admin.display(description="isi")
    def content(self, event: AuditEvent) -> str:
        return json.dumps(json.loads(event.body)["data"], indent=2, ensure_ascii=False)
