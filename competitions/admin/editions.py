"""Editions: calendar, form and rules; edited here until confirmed, then changed by acts only."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import TextField
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import URLPattern, path

from competitions.admin.guard import NOTHING_SAVED, GuardedAdmin
from competitions.forms.rules import (
    AttachmentRuleForm,
    CategoryForm,
    ChecklistItemForm,
    EditionForm,
    QuestionForm,
    RuleFormSet,
    StageForm,
    StageFormSet,
    TransformationForm,
)
from competitions.frozen_rules import RULE_FIELDS
from competitions.models import (
    AttachmentRule,
    Category,
    ChecklistItem,
    Edition,
    Question,
    ReportedFigure,
    Stage,
    StageKind,
    Transformation,
)
from competitions.permissions import (
    check_can_add_checklist,
    check_can_adopt_instrument,
    check_can_confirm_edition_rules,
    check_can_copy_edition,
    check_can_edit_calendar,
    check_can_edit_rules,
    check_can_reschedule_stage,
    check_can_revoke_edition_rules,
)
from competitions.resources import EditionResource
from competitions.views import edition as edition_views
from competitions.views import rulebook
from kiks.access import allowed, allowed_once
from kiks.admin_site import PlainWidgets, site
from kiks.formats import day_month_year, indonesian_datetime
from kiks.sheets.admin import SheetImportMixin

NAMES = ("code", "year", "name")
SHORT_TEXT = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}


class StageInline(PlainWidgets, admin.TabularInline):
    """Typed over until the edition is opened; a published window moves by an act that asks for the reason."""

    model = Stage
    form = StageForm
    formset = StageFormSet
    fields = ["kind", "opens_at", "closes_at"]
    max_num = len(StageKind)

    def get_extra(self, request: HttpRequest, obj: Edition | None = None, **kwargs: Any) -> int:
        return len(missing_kinds(obj))

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return obj is None or allowed_once(request, check_can_edit_calendar, obj)

    has_delete_permission = has_change_permission


def missing_kinds(edition: Edition | None) -> list[StageKind]:
    known = set(edition.stages.values_list("kind", flat=True)) if edition else set()
    return [kind for kind in StageKind if kind not in known]


class RuleInline(PlainWidgets):
    """Rows of the rulebook, until the rules of the edition are confirmed."""

    formset = RuleFormSet
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return obj is None or allowed_once(request, check_can_edit_rules, obj)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


class CategoryInline(RuleInline, admin.TabularInline):
    model = Category
    form = CategoryForm


class TransformationInline(RuleInline, admin.TabularInline):
    model = Transformation
    form = TransformationForm


class QuestionInline(RuleInline, admin.StackedInline):
    model = Question
    form = QuestionForm
    classes = ["collapse"]
    formfield_overrides = SHORT_TEXT
    fields = [("position", "code", "title"), ("word_limit", "is_required"), "prompt"]


class AttachmentRuleInline(RuleInline, admin.StackedInline):
    model = AttachmentRule
    form = AttachmentRuleForm
    classes = ["collapse"]
    fields = [("position", "code", "name"), ("is_required", "max_files", "max_megabytes"), "help_text"]


class ChecklistInline(RuleInline, admin.StackedInline):
    model = ChecklistItem
    form = ChecklistItemForm
    classes = ["collapse"]
    fields = [("position", "code", "machine_rule"), "label", "failure_sentence"]


class FigureInline(PlainWidgets, admin.TabularInline):
    model = ReportedFigure
    extra = 0
    classes = ["collapse"]


@admin.register(Edition, site=site)
class EditionAdmin(SheetImportMixin, GuardedAdmin):
    resource_classes = [EditionResource]
    form = EditionForm
    formfield_overrides = SHORT_TEXT
    list_display = ["name", "year", "kind", "state", "rules"]
    list_filter = ["is_history"]
    inlines = [
        StageInline,
        CategoryInline,
        TransformationInline,
        QuestionInline,
        AttachmentRuleInline,
        ChecklistInline,
        FigureInline,
    ]
    readonly_fields = ["rules_state", "opened"]
    fieldsets = [
        (
            None,
            {"fields": ["code", "year", "name", "theme", "prize", "venue", "presentation_on", "is_history", "opened"]},
        ),
        ("Aturan", {"fields": [*RULE_FIELDS, "rules_state"]}),
    ]

    @admin.display(description="jenis")
    def kind(self, edition: Edition) -> str:
        return "riwayat" if edition.is_history else "data contoh" if edition.is_demo else "dilaksanakan di sini"

    @admin.display(description="keadaan", ordering="opened_at")
    def state(self, edition: Edition) -> str:
        if edition.is_history:
            return "dicatat"
        return f"dibuka {day_month_year(edition.opened_at)}" if edition.opened_at else "disiapkan"

    @admin.display(description="aturan", ordering="rules_confirmed_at")
    def rules(self, edition: Edition) -> str:
        if edition.is_history:
            return "–"
        return "dikonfirmasi" if edition.rules_confirmed_at else "belum dikonfirmasi"

    @admin.display(description="konfirmasi")
    def rules_state(self, edition: Edition) -> str:
        if edition.rules_confirmed_at is None:
            return "belum dikonfirmasi"
        when = indonesian_datetime(edition.rules_confirmed_at)
        return f"{edition.rules_confirmed_by}, {when}, berdasarkan {edition.rules_source}"

    @admin.display(description="dibuka untuk umum")
    def opened(self, edition: Edition) -> str:
        if edition.opened_at is None:
            return "belum; hanya panitia yang melihat edisi ini"
        return f"{edition.opened_by}, {indonesian_datetime(edition.opened_at)}"

    def chain_of(self, obj: Edition) -> str:
        return obj.code

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        fixed = ["code", "is_history"] if obj else []
        return [*fixed, *(RULE_FIELDS if obj and obj.rules_confirmed_at else ()), *self.readonly_fields]

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Edition, inline: admin.options.InlineModelAdmin, prefix: str
    ) -> dict[str, Any]:
        """The kinds of stage that are missing stand ready; without dates they are not saved."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, StageInline):
            kwargs["initial"] = [{"kind": kind} for kind in missing_kinds(obj if obj.pk else None)]
        return kwargs

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """The calendar moves in one statement: row by row its windows would overlap on the way."""
        if formset.model is not Stage:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for stage in formset.deleted_objects:
            stage.delete()
        Stage.objects.bulk_update([stage for stage, _ in formset.changed_objects], ["opens_at", "closes_at"])
        for stage in formset.new_objects:
            stage.save()

    def refusal(self, request: HttpRequest, obj: Edition) -> str:
        """Fields that were there when the page was drawn and are not any more."""
        if obj.rules_confirmed_at and any(field in request.POST for field in RULE_FIELDS):
            return (
                f"Sementara halaman ini terbuka, {obj.rules_confirmed_by} mengonfirmasi aturan edisi. {NOTHING_SAVED}"
                " Cabut konfirmasinya bila aturan masih harus diubah."
            )
        if obj.opened_at and "stages-0-opens_at" in request.POST and request.POST.get("stages-0-id"):
            return (
                f"Sementara halaman ini terbuka, {obj.opened_by} membuka edisi ini. {NOTHING_SAVED}"
                " Jadwalnya sekarang diubah lewat “Ubah jadwal”, dengan alasan."
            )
        return ""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("salin/", view(edition_views.copy_latest), name="competitions_edition_copy_latest"),
            path("<int:pk>/salin/", view(edition_views.copy), name="competitions_edition_copy"),
            path("<int:pk>/kesiapan/", view(edition_views.readiness), name="competitions_edition_readiness"),
            path("<int:pk>/buka/", view(edition_views.open_to_public), name="competitions_edition_open"),
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
                "may_copy": allowed(check_can_copy_edition, request.user, edition),
                "stages": [
                    stage
                    for stage in edition.stages.select_related("edition").order_by("opens_at")
                    if allowed(check_can_reschedule_stage, request.user, stage)
                ],
            }
        return super().render_change_form(request, context, **kwargs)
