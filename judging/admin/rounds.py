"""The rules of a round while it is prepared; its life happens in the control room, mounted here."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import URLPattern, path

from competitions.admin.guard import NOTHING_SAVED, GuardedAdmin
from competitions.models import Criterion, Instrument
from judging.forms.rounds import (
    RoundComponentForm,
    RoundComponentFormSet,
    RoundForm,
    RoundInstrumentForm,
    RoundInstrumentFormSet,
    TieBreakerForm,
    TieBreakerFormSet,
    of_edition,
)
from judging.models import Round, RoundComponent, RoundInstrument, TieBreaker
from judging.permissions import check_can_edit_round
from judging.queries import share_faults
from judging.states import RoundKind, RoundStatus
from judging.views import (
    assigning,
    certificates,
    control_room,
    correction,
    explaining,
    finalist,
    panel,
    preview,
    reminding,
    sheet_papers,
    ties,
    typing,
)
from kiks.access import allowed
from kiks.admin_site import PlainWidgets, site


def may_edit(request: HttpRequest, round_: Round | None) -> bool:
    return round_ is None or allowed(check_can_edit_round, request.user, round_)


class DraftInline(PlainWidgets, admin.TabularInline):
    """Parts of a round that may change until somebody stands for them."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return may_edit(request, obj)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission

    def get_formset(self, request: HttpRequest, obj: Round | None = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        """Only choices of the round's own edition, once it has one."""
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        if "instrument" in fields:
            fields["instrument"].queryset = of_edition(Instrument.objects.select_related("edition"), obj)
        if "source" in fields:
            rounds = Round.objects.select_related("edition").exclude(kind=RoundKind.FINAL)
            fields["source"].queryset = of_edition(rounds, obj)
        if "criterion" in fields:
            instruments = of_edition(Instrument.objects.all(), obj)
            criteria = Criterion.objects.filter(instrument__in=instruments).select_related("instrument__edition")
            fields["criterion"].queryset = criteria.order_by("instrument", "position")
        for name in {"instrument", "source", "criterion"} & fields.keys():
            fields[name].shows_edition = obj is None
        return formset


class RoundInstrumentInline(DraftInline):
    model = RoundInstrument
    form = RoundInstrumentForm
    formset = RoundInstrumentFormSet


class RoundComponentInline(DraftInline):
    model = RoundComponent
    form = RoundComponentForm
    formset = RoundComponentFormSet
    fk_name = "round"


class TieBreakerInline(DraftInline):
    model = TieBreaker
    form = TieBreakerForm
    formset = TieBreakerFormSet
    fk_name = "round"


@admin.register(Round, site=site)
class RoundAdmin(GuardedAdmin):
    """Rules of a round while it is prepared; its life happens in the control room, mounted here."""

    form = RoundForm
    list_display = ["name", "edition", "kind", "status", "cutoff", "shares"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    inlines = [RoundInstrumentInline, RoundComponentInline, TieBreakerInline]
    fields = RoundForm.Meta.fields

    @admin.display(description="bobot", ordering="shares_confirmed_at")
    def shares(self, round_: Round) -> str:
        return "dikonfirmasi" if round_.shares_confirmed_at else "belum dikonfirmasi"

    def chain_of(self, obj: Round) -> str:
        return obj.edition.code

    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> list[str]:
        return ["edition", "kind"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Round | None) -> list[type[InlineModelAdmin]]:
        """A final is blended of rounds, every other round of instruments."""
        inlines = super().get_inlines(request, obj)
        if obj is None:
            return inlines
        foreign = RoundInstrumentInline if obj.kind == RoundKind.FINAL else RoundComponentInline
        return [inline for inline in inlines if not issubclass(inline, foreign)]

    def has_change_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return False

    def refusal(self, request: HttpRequest, obj: Round) -> str:
        if obj.status != RoundStatus.DRAFT:
            return f"Babak ini sudah dibuka, sehingga aturannya tidak dapat diubah lagi. {NOTHING_SAVED}"
        if obj.shares_confirmed_at:
            return (
                f"Bobot babak ini sudah dikonfirmasi {obj.shares_confirmed_by}. {NOTHING_SAVED}"
                " Cabut konfirmasinya bila aturan babak masih harus diubah."
            )
        return ""

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """Tie-breakers are written anew: their positions are unique, so two rows cannot change places one by one."""
        if formset.model is not TieBreaker:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        if formset.has_changed():
            rows = formset.in_order()
            form.instance.tie_breakers.all().delete()
            TieBreaker.objects.bulk_create(rows)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseInlineFormSet], change: bool
    ) -> None:
        """A draft may have any shares; what is wrong with them is said at once."""
        super().save_related(request, form, formsets, change)
        for sentence in share_faults(form.instance):
            messages.warning(request, f"{sentence} Babak tersimpan, tetapi bobotnya belum dapat dikonfirmasi.")

    def _panel_urls(self) -> list[URLPattern]:
        """Who judges what, and who is behind."""
        view = self.admin_site.admin_view
        return [
            path("<int:round_id>/kendali/penugasan-juri/", view(assigning.assign), name="judging_assign"),
            path("<int:round_id>/kendali/batalkan-undian/", view(assigning.undo), name="judging_undo_draw"),
            path("<int:round_id>/kendali/penugasan.pdf", view(assigning.list_on_paper), name="judging_assignments_pdf"),
            path("<int:round_id>/kendali/usulan/<int:entry_id>/juri/", view(assigning.give), name="judging_give"),
            path("<int:round_id>/kendali/ingatkan/", view(reminding.remind), name="judging_remind"),
            path("<int:round_id>/kendali/finalis/", view(finalist.finalists), name="judging_finalists"),
            path("penugasan/<int:assignment_id>/", view(panel.assignment), name="judging_assignment"),
            path("penugasan/<int:assignment_id>/pindahkan/", view(assigning.move), name="judging_move"),
            path("penugasan/<int:assignment_id>/lepas/", view(panel.release), name="judging_release"),
            path("lembar/<int:sheet_id>/buka-kembali/", view(panel.reopen), name="judging_reopen"),
        ]

    def _certificate_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("piagam/<int:edition_id>/", view(certificates.certificates), name="judging_certificates"),
            path("piagam/<int:edition_id>/cetak.pdf", view(certificates.print_file), name="judging_certificates_print"),
            path("piagam/<int:edition_id>/semua.zip", view(certificates.archive), name="judging_certificates_zip"),
            path("piagam/satu/<int:certificate_id>.pdf", view(certificates.one), name="judging_certificate"),
        ]

    def _paper_urls(self) -> list[URLPattern]:
        """The papers of sheets."""
        view = self.admin_site.admin_view
        return [
            path("<int:round_id>/kendali/lembar-penilaian/", view(sheet_papers.papers), name="judging_papers"),
            path(
                "<int:round_id>/kendali/lembar-penilaian.zip",
                view(sheet_papers.papers_archive),
                name="judging_papers_zip",
            ),
            path(
                "lembar-penilaian/<int:assignment_id>/<int:version>.pdf",
                view(sheet_papers.paper),
                name="judging_paper",
            ),
        ]

    def _typing_urls(self) -> list[URLPattern]:
        """Sheets on paper; `ketik/` is what the code on a printed sheet leads to."""
        view = self.admin_site.admin_view
        return [
            path("<int:round_id>/kendali/lembar-kertas/", view(typing.papers), name="judging_paper_sheets"),
            path("<int:round_id>/kendali/lembar-kertas/cetak/", view(typing.print_empty), name="judging_print_all"),
            path(
                "<int:round_id>/kendali/lembar-kertas/cetak/<int:judge_id>/",
                view(typing.print_empty),
                name="judging_print_judge",
            ),
            path("ketik/<int:assignment_id>/", view(typing.type_), name="judging_type"),
            path("ketik/<int:assignment_id>/tolak/", view(typing.send_back), name="judging_typing_refuse"),
            path("ketik/<int:assignment_id>/tarik/", view(typing.take_back), name="judging_typing_withdraw"),
            path("ketikan/<int:typing_id>/pindaian.pdf", view(typing.scan), name="judging_scan"),
        ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        steps = [
            path(
                f"<int:round_id>/kendali/{step.path}/",
                view(control_room.step),
                {"step": step},
                name=f"judging_{step.name}",
            )
            for step in control_room.STEPS
        ]
        return [
            path("pratinjau/<int:round_id>/", view(preview.of_round), name="judging_preview_round"),
            path("pratinjau/edisi/<int:edition_id>/", view(preview.of_edition), name="judging_preview_edition"),
            path(
                "pratinjau/instrumen/<int:instrument_id>/",
                view(preview.of_instrument),
                name="judging_preview_instrument",
            ),
            path("kendali/", view(control_room.overview), name="judging_overview"),
            path("<int:round_id>/kendali/", view(control_room.room), name="judging_room"),
            *steps,
            path("<int:round_id>/kendali/perbaiki/", view(correction.correct), name="judging_correct"),
            path("jelaskan/<int:ranking_id>/<str:number>/", view(explaining.of_ranking), name="judging_explain"),
            path(
                "jelaskan/<int:ranking_id>/<str:number>.<str:kind>",
                view(explaining.of_ranking),
                name="judging_explain_file",
            ),
            *self._panel_urls(),
            *self._typing_urls(),
            *self._paper_urls(),
            path("nilai-sama/<int:ranking_id>/<int:group>/", view(ties.settle), name="judging_settle"),
            path("berita-acara/<int:ranking_id>/", view(control_room.record), name="judging_record"),
            path("berita-acara/berkas/<int:record_id>.pdf", view(control_room.record_file), name="judging_record_file"),
            path("rekap-nilai/<int:ranking_id>/", view(control_room.recap), name="judging_recap"),
            path("terbitkan/<int:edition_id>/", view(control_room.publish), name="judging_publish"),
            *self._certificate_urls(),
            *super().get_urls(),
        ]
