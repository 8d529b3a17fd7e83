"""Editions: calendar, form and rules; edited here until confirmed, then changed by acts only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import TextField
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import URLPattern, path

from competitions.checklist import MachineRule
from competitions.models import (
    Category,
    ChecklistItem,
    Edition,
    Question,
    ReportedFigure,
    Stage,
    Transformation,
)
from competitions.permissions import (
    check_can_add_checklist,
    check_can_adopt_instrument,
    check_can_confirm_edition_rules,
    check_can_reschedule_stage,
    check_can_revoke_edition_rules,
)
from competitions.views import rulebook
from kiks.access import allowed
from kiks.admin_site import PlainWidgets, ReferenceAdmin, site
from kiks.formats import indonesian_datetime

RULE_FIELDS = (
    "participation_limit",
    "minimum_age_months",
    "unit_limit",
    "agency_limit",
    "rejection_frees_participation",
)


SHORT_TEXT = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}


class StageInline(PlainWidgets, admin.TabularInline):
    """New windows are added here; an existing one moves by an act that asks for the reason."""

    model = Stage
    extra = 0
    fields = ["kind", "opens_at", "closes_at"]

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False


class CategoryInline(admin.TabularInline):
    model = Category
    extra = 0


class TransformationInline(admin.TabularInline):
    model = Transformation
    extra = 0


class QuestionInline(admin.StackedInline):
    model = Question
    extra = 0
    classes = ["collapse"]
    formfield_overrides = SHORT_TEXT
    fields = [("position", "code", "title"), ("word_limit", "is_required"), "prompt"]


class ChecklistForm(ModelForm):
    machine_rule = forms.ChoiceField(
        label="Aturan mesin",
        required=False,
        choices=[("", "Diputuskan petugas"), *MachineRule.choices],
        help_text="Fakta yang ditemukan sistem; petugas tetap dapat memutuskan lain dengan alasan.",
    )

    class Meta:
        model = ChecklistItem
        fields = ["position", "code", "label", "failure_sentence", "machine_rule"]


class ChecklistInline(admin.StackedInline):
    model = ChecklistItem
    form = ChecklistForm
    extra = 0
    classes = ["collapse"]
    fields = [("position", "code", "machine_rule"), "label", "failure_sentence"]


class FigureInline(PlainWidgets, admin.TabularInline):
    model = ReportedFigure
    extra = 0
    classes = ["collapse"]


@admin.register(Edition, site=site)
class EditionAdmin(ReferenceAdmin):
    formfield_overrides = SHORT_TEXT
    list_display = ["name", "year", "kind", "rules_confirmed"]
    list_filter = ["is_history"]
    inlines = [StageInline, CategoryInline, TransformationInline, QuestionInline, ChecklistInline, FigureInline]
    readonly_fields = ["rules_state"]
    fieldsets = [
        (None, {"fields": ["code", "year", "name", "theme", "prize", "venue", "presentation_on", "is_history"]}),
        ("Aturan", {"fields": [*RULE_FIELDS, "rules_state"]}),
    ]

    @admin.display(description="jenis")
    def kind(self, edition: Edition) -> str:
        return "riwayat" if edition.is_history else "data contoh" if edition.is_demo else "dilaksanakan di sini"

    @admin.display(boolean=True, description="aturan dikonfirmasi")
    def rules_confirmed(self, edition: Edition) -> bool:
        return edition.rules_confirmed_at is not None

    @admin.display(description="konfirmasi")
    def rules_state(self, edition: Edition) -> str:
        if edition.rules_confirmed_at is None:
            return "belum dikonfirmasi"
        when = indonesian_datetime(edition.rules_confirmed_at)
        return f"{edition.rules_confirmed_by}, {when}, berdasarkan {edition.rules_source}"

    def chain_of(self, obj: Edition) -> str:
        return obj.code

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        fixed = ["code", "is_history"] if obj else []
        return [*fixed, *(RULE_FIELDS if obj and obj.rules_confirmed_at else ()), *self.readonly_fields]

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/konfirmasi/", view(rulebook.confirm_rules), name="competitions_edition_confirm"),
            path("<int:pk>/cabut/", view(rulebook.revoke_rules), name="competitions_edition_revoke"),
            path("<int:pk>/instrumen/", view(rulebook.adopt), name="competitions_edition_adopt"),
            path("<int:pk>/butir/", view(rulebook.checklist), name="competitions_edition_checklist"),
            path("jadwal/<int:pk>/", view(rulebook.reschedule), name="competitions_stage_reschedule"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        edition = kwargs.get("obj")
        if edition:
            context |= {
                "may_confirm": allowed(check_can_confirm_edition_rules, request.user, edition),
                "may_revoke": allowed(check_can_revoke_edition_rules, request.user, edition),
                "may_adopt": allowed(check_can_adopt_instrument, request.user, edition),
                "may_add_checklist": allowed(check_can_add_checklist, request.user, edition),
                "stages": [
                    stage
                    for stage in edition.stages.select_related("edition").order_by("opens_at")
                    if allowed(check_can_reschedule_stage, request.user, stage)
                ],
            }
        return super().render_change_form(request, context, **kwargs)
