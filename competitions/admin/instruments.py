"""Instruments and their criteria, until they are confirmed."""

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import URLPattern, path

from competitions.admin.editions import SHORT_TEXT
from competitions.admin.guard import NOTHING_SAVED, GuardedAdmin
from competitions.forms.rules import CriterionForm, InstrumentForm, RuleFormSet
from competitions.models import (
    Criterion,
    Instrument,
    Question,
)
from competitions.permissions import (
    check_can_confirm_instrument,
    check_can_edit_instrument,
    check_can_revoke_confirmation,
)
from competitions.queries import weight_total
from competitions.views import rulebook
from kiks.access import allowed, allowed_once
from kiks.admin_site import PlainWidgets, site
from kiks.formats import indonesian_datetime, score

HUNDRED = Decimal(100)


class CriterionInline(PlainWidgets, admin.StackedInline):
    model = Criterion
    form = CriterionForm
    formset = RuleFormSet
    extra = 0
    formfield_overrides = SHORT_TEXT
    fields = [
        ("position", "code", "name"),
        ("weight", "max_mark", "step"),
        "guidance",
        "levels",
        "questions",
    ]

    def get_formset(
        self, request: HttpRequest, obj: Instrument | None = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        """A criterion judges questions of its own edition only."""
        formset = super().get_formset(request, obj, **kwargs)
        questions = Question.objects.filter(edition=obj.edition_id if obj else None)
        field = formset.form.base_fields["questions"]
        field.queryset = questions
        # Read once, and not again for every criterion.
        field.choices = [(question.pk, str(question)) for question in questions]
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Criterion]:
        return super().get_queryset(request).prefetch_related("questions")

    def has_add_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return may_edit(request, obj)


def may_edit(request: HttpRequest, instrument: Instrument | None) -> bool:
    """The library follows its file; an instrument of an edition may change until it is confirmed."""
    return instrument is None or (
        instrument.edition_id is not None and allowed_once(request, check_can_edit_instrument, instrument)
    )


@admin.register(Instrument, site=site)
class InstrumentAdmin(GuardedAdmin):
    list_display = ["name", "where", "total_weight", "confirmation"]
    list_filter = [("edition", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["edition"]
    inlines = [CriterionInline]
    form = InstrumentForm
    fields = ["edition", "code", "name", "source", "state"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instrument]:
        return super().get_queryset(request).annotate(weight_sum=Sum("criteria__weight"))

    @admin.display(description="edisi", ordering="edition")
    def where(self, instrument: Instrument) -> str:
        return str(instrument.edition or "pustaka")

    @admin.display(description="jumlah bobot")
    def total_weight(self, instrument: Instrument) -> str:
        return score(f"{instrument.weight_sum.normalize():f}") if instrument.weight_sum else "0"

    @admin.display(description="keadaan", ordering="confirmed_at")
    def confirmation(self, instrument: Instrument) -> str:
        if instrument.edition_id is None:
            return "pustaka"
        return "dikonfirmasi" if instrument.confirmed_at else "belum dikonfirmasi"

    @admin.display(description="konfirmasi")
    def state(self, instrument: Instrument) -> str:
        if instrument.confirmed_at is None:
            return "belum dikonfirmasi"
        when = indonesian_datetime(instrument.confirmed_at)
        return f"{instrument.confirmed_by}, {when}, berdasarkan {instrument.confirmed_source}"

    def chain_of(self, obj: Instrument) -> str:
        return obj.edition.code

    def get_readonly_fields(self, request: HttpRequest, obj: Instrument | None = None) -> list[str]:
        return ["edition", "code", "state"] if obj else ["state"]

    def has_change_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return False

    def refusal(self, request: HttpRequest, obj: Instrument) -> str:
        if obj.confirmed_at is None:
            return ""
        return (
            f"Instrumen ini sudah dikonfirmasi {obj.confirmed_by} pada {indonesian_datetime(obj.confirmed_at)}."
            f" {NOTHING_SAVED} Cabut konfirmasinya bila kriteria masih harus diubah."
        )

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseInlineFormSet], change: bool
    ) -> None:
        """A draft may have any weights; what they add up to is said at once."""
        super().save_related(request, form, formsets, change)
        total = weight_total(form.instance)
        if total != HUNDRED:
            messages.warning(
                request,
                f"Jumlah bobot sekarang {score(f'{total.normalize():f}')}, seharusnya tepat 100. Instrumen tersimpan,"
                " tetapi baru dapat dikonfirmasi setelah jumlahnya 100.",
            )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/konfirmasi/", view(rulebook.confirm), name="competitions_instrument_confirm"),
            path("<int:pk>/cabut/", view(rulebook.revoke), name="competitions_instrument_revoke"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        instrument = kwargs.get("obj")
        if instrument:
            context |= {
                "may_confirm": allowed(check_can_confirm_instrument, request.user, instrument),
                "may_revoke": allowed(check_can_revoke_confirmation, request.user, instrument),
            }
        return super().render_change_form(request, context, **kwargs)
