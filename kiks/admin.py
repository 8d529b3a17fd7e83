"""What the committee sees of the ground floor: people, seats, the audit trail, the outbox, stored files."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse

from kiks import formats
from kiks.access import allowed, check_is_committee
from kiks.admin_site import OfficialAdmin, ReferenceAdmin, site
from kiks.committee import appoint_member, end_seat
from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail, StoredDocument, User
from kiks.trail import what, which


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "phone", "is_active"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


@admin.register(User, site=site)
class UserAdmin(ReferenceAdmin):
    """People; a new one gets a password by the link on the login page, never from somebody else."""

    form = UserForm
    list_display = ["name", "email", "phone", "is_active", "is_in_committee"]
    list_filter = ["is_active"]
    search_fields = ["name", "email"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        seats = CommitteeMember.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
        return super().get_queryset(request).annotate(has_seat=models.Exists(seats))

    @admin.display(boolean=True, description="panitia")
    def is_in_committee(self, user: User) -> bool:
        return user.has_seat

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


class AppointForm(BaseForm):
    submit_label = "Tunjuk sebagai panitia"

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Orang",
        help_text="Orang yang belum memiliki akun ditambahkan dahulu pada halaman Pengguna.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = CommitteeMember.objects.filter(ended_at__isnull=True).values("user")
        self.fields["user"].queryset = User.objects.filter(is_active=True).exclude(pk__in=seated)


class EndForm(BaseForm):
    submit_label = "Akhiri keanggotaan"
    submit_tone = "danger"


@admin.register(CommitteeMember, site=site)
class CommitteeMemberAdmin(OfficialAdmin):
    list_display = ["user", "appointed_at", "appointed_by", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "appointed_by"]
    fields = ["user", "appointed_at", "appointed_by", "ended_at", "ended_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allowed(check_is_committee, request.user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.end_view)
        return [path("<int:pk>/akhiri/", view, name="kiks_committeemember_end"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = AppointForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                seat = appoint_member(form.cleaned_data["user"], by=request.user)
            except RuleBrokenError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{seat.user} ditunjuk sebagai panitia.")
            return redirect("admin:kiks_committeemember_changelist")
        return self._page(request, "Tunjuk panitia", form, "Orang ini dapat melihat dan memutuskan semua hal panitia.")

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        seat = get_object_or_404(CommitteeMember.objects.select_related("user"), pk=pk)
        if request.method == "POST":
            try:
                end_seat(seat, by=request.user)
            except RuleBrokenError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"Keanggotaan {seat.user} diakhiri.")
            return redirect("admin:kiks_committeemember_changelist")
        return self._page(
            request,
            f"Akhiri keanggotaan {seat.user}",
            EndForm(),
            "Ia tidak lagi dapat membuka meja kerja panitia.",
        )

    def _page(self, request: HttpRequest, title: str, form: BaseForm, consequence: str) -> HttpResponse:
        form.helper.cancel_url = reverse("admin:kiks_committeemember_changelist")
        context = {"title": title, "form": form, "consequence": consequence, "opts": self.opts}
        return render(request, "admin/act.html", {**self.admin_site.each_context(request), **context})


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


@admin.register(OutgoingMail, site=site)
class OutgoingMailAdmin(OfficialAdmin):
    list_display = ["subject", "to_address", "queued_at", "sent_at", "failures"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter), "queued_at"]
    search_fields = ["subject", "to_address"]
    fields = ["to_address", "subject", "text", "queued_at", "sent_at", "failures", "last_error"]


@admin.register(StoredDocument, site=site)
class StoredDocumentAdmin(OfficialAdmin):
    list_display = ["sha256", "content_type", "readable_size", "created_at"]
    list_filter = ["content_type"]
    search_fields = ["sha256"]
    fields = ["sha256", "content_type", "readable_size", "created_at"]
    readonly_fields = ["readable_size"]

    @admin.display(description="ukuran", ordering="size")
    def readable_size(self, document: StoredDocument) -> str:
        return formats.file_size(document.size)
