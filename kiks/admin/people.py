"""People and their seats in the committee."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse

from kiks.access import allowed, check_is_committee
from kiks.admin_site import OfficialAdmin, ReferenceAdmin, site
from kiks.committee import appoint_member, end_seat
from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm
from kiks.models import CommitteeMember, User


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
