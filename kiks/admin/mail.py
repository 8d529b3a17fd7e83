"""The outbox and the wording of mails."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from kiks import formats, whatsapp
from kiks.admin_acts import Act, act_urls
from kiks.admin_site import OfficialAdmin, Tool, site
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime
from kiks.forms import BaseForm
from kiks.mail.editing import kinds
from kiks.mail.outbox import resend_mail, retry_mail
from kiks.mail.queries import MailState, state_of
from kiks.models import MailText, OutgoingMail
from kiks.trail.names import names_of
from kiks.views import mail_texts

PRIVATE = "Isi surat ini hanya untuk penerimanya: dari sini nilai juri dapat dihitung."


class RetryForm(BaseForm):
    submit_label = "Kirim lagi"


class ResendForm(BaseForm):
    submit_label = "Kirim ulang"


RETRY = Act(
    path="kirim-lagi",
    title="Kirim lagi",
    form=RetryForm,
    perform=retry_mail,
    consequence=lambda mail: f"Surat ini dicoba lagi dalam satu menit ke {mail.to_address}.",
    done=lambda mail: f"Surat kepada {mail.to_address} dicoba lagi.",
)
RESEND = Act(
    path="kirim-ulang",
    title="Kirim ulang",
    form=ResendForm,
    perform=resend_mail,
    consequence=lambda mail: "Surat ini sudah terkirim. Penerima mendapat surat yang sama sekali lagi.",
    done=lambda mail: f"Salinan surat kepada {mail.to_address} masuk antrean.",
)


class StateFilter(admin.SimpleListFilter):
    title = "keadaan"
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(state.value, str(state.label).capitalize()) for state in MailState]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[OutgoingMail]) -> models.QuerySet[OutgoingMail]:
        return queryset.filter(MailState(self.value()).condition) if self.value() in MailState.values else queryset


class KindFilter(admin.SimpleListFilter):
    title = "surat"
    parameter_name = "surat"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(kind.template, kind.title) for kind in kinds().values()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[OutgoingMail]) -> models.QuerySet[OutgoingMail]:
        return queryset.filter(template=self.value()) if self.value() else queryset


class BatchFilter(admin.SimpleListFilter):
    """Mails that one act sent together, as the announcement of a screening does."""

    title = "kiriman"
    parameter_name = "kiriman"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        batches = OutgoingMail.objects.exclude(batch="").order_by("batch").values_list("batch", flat=True).distinct()
        return list(names_of(batches).items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[OutgoingMail]) -> models.QuerySet[OutgoingMail]:
        return queryset.filter(batch=self.value()) if self.value() else queryset


@admin.register(OutgoingMail, site=site)
class OutgoingMailAdmin(OfficialAdmin):
    """What went to whom; what failed goes out again by a button."""

    task = "Orang dan surel"
    list_display = ["subject", "recipient", "mail_kind", "state", "queued_on"]
    list_filter = [StateFilter, KindFilter, BatchFilter, "queued_at"]
    list_select_related = ["to_user"]
    search_fields = ["subject", "to_address", "to_user__name"]
    search_help_text = "Cari perihal, nama, atau alamat email"
    list_per_page = 50
    show_full_result_count = False
    export_extra = ["sent_on", "last_error"]
    actions = ["retry_chosen"]
    fields = ["state", "recipient", "mail_kind", "subject", "content", "queued_on", "sent_on", "last_error"]
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        return [*act_urls(self, [RETRY, RESEND]), *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """No guessing of what stands in a mail by asking for its text in the address."""
        return not lookup.startswith("text") and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "is_pretence": is_pretence()})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_change_form(request, {**context, "is_pretence": is_pretence()}, **kwargs)

    @admin.action(description="Kirim lagi surat yang gagal")
    def retry_chosen(self, request: HttpRequest, queryset: models.QuerySet[OutgoingMail]) -> None:
        refused: list[str] = []
        done = 0
        for mail in queryset:
            try:
                retry_mail(mail, by=request.user)
                done += 1
            except RuleBrokenError as error:
                refused.append(str(error))
        if done:
            messages.success(request, f"{done} surat dicoba lagi dalam satu menit.")
        for sentence in dict.fromkeys(refused):
            messages.warning(request, sentence)

    @admin.display(description="keadaan")
    def state(self, mail: OutgoingMail) -> str:
        state = state_of(mail)
        if state == MailState.SENT:
            return "Ditandai terkirim (mode contoh)" if is_pretence() else "Terkirim"
        if state == MailState.FAILING:
            again = f", dicoba lagi {formats.indonesian_time(mail.next_attempt_at)}" if mail.next_attempt_at else ""
            return f"Gagal {mail.failures} kali{again}"
        if state == MailState.STOPPED:
            return f"Berhenti setelah {mail.failures} kali gagal"
        return f"Menunggu saatnya, {indonesian_datetime(mail.not_before)}" if mail.not_before else "Menunggu"

    @admin.display(description="kepada", ordering="to_address")
    def recipient(self, mail: OutgoingMail) -> str:
        return f"{mail.to_user.name} <{mail.to_address}>" if mail.to_user else mail.to_address

    @admin.display(description="surat", ordering="template")
    def mail_kind(self, mail: OutgoingMail) -> str:
        kind = kinds().get(mail.template)
        return kind.title if kind else "–"

    @admin.display(description="isi")
    def content(self, mail: OutgoingMail) -> str:
        return PRIVATE if is_private(mail) else mail.text

    @admin.display(description="diantrekan", ordering="queued_at")
    def queued_on(self, mail: OutgoingMail) -> str:
        return moment(mail.queued_at)

    @admin.display(description="terkirim", ordering="sent_at")
    def sent_on(self, mail: OutgoingMail) -> str:
        return moment(mail.sent_at) if mail.sent_at else "–"


@admin.register(MailText, site=site)
class MailTextAdmin(OfficialAdmin):
    """The list is that of all mails, not of rows; a row is where the committee's own wording lies."""

    task = "Orang dan surel"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("naskah/<str:template>/", wrap(mail_texts.edit), name="kiks_mailtext_edit"),
            path("naskah/<str:template>/bawaan/", wrap(mail_texts.reset), name="kiks_mailtext_reset"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return mail_texts.index(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = get_object_or_404(MailText, pk=object_id if object_id.isdecimal() else None)
        return redirect("admin:kiks_mailtext_edit", row.template)


def moment(at: Any) -> str:
    return f"{formats.day_month_year(at)}, {formats.indonesian_time(at)}"


def is_pretence() -> bool:
    """Whether mail is only written down, as the demo has no mail server."""
    return settings.KIKS_MODE == "demo"


def is_private(mail: OutgoingMail) -> bool:
    kind = kinds().get(mail.template)
    return bool(kind and kind.is_private)


def mail_tools(mail: OutgoingMail) -> list[Tool]:
    """What its state allows, and the same text by WhatsApp."""
    act = {MailState.SENT: RESEND, MailState.FAILING: RETRY, MailState.STOPPED: RETRY}.get(state_of(mail))
    tools = [Tool(label=act.title, url=act.address(mail))] if act else []
    phone = mail.to_user.phone if mail.to_user else ""
    chat = whatsapp.link(phone, "" if is_private(mail) or mail.invitation_id else mail.text)
    return [*tools, Tool(label="WhatsApp", url=chat, tab="_blank")] if chat else tools


site.add_tools(OutgoingMail, mail_tools)
