"""People and their seats in the committee."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from kiks.access import allowed, check_is_committee
from kiks.admin_acts import Act, act_urls
from kiks.admin_site import OfficialAdmin, ReferenceAdmin, Tool, site
from kiks.committee import end_seat, invite_member
from kiks.erasure import NOBODY, active_roles, erase_person, official_traces
from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm, BaseModelForm
from kiks.lockouts import is_locked, unlock_person
from kiks.models import CommitteeMember, User
from kiks.people import change_address, deactivate_user, edit_profile, reactivate_user
from kiks.personal_data import export_person


class ReasonForm(BaseForm):
    submit_label = "Nonaktifkan akun"
    submit_tone = "danger"

    reason = forms.CharField(
        label="Alasan", widget=forms.Textarea(attrs={"rows": 3}), help_text="Hanya panitia yang membacanya."
    )


class ReactivateForm(BaseForm):
    submit_label = "Aktifkan akun"


class UnlockForm(BaseForm):
    submit_label = "Buka kunci"


class EraseForm(ReasonForm):
    submit_label = "Hapus data pribadi"


class AddressForm(BaseForm):
    submit_label = "Ganti alamat email"

    email = forms.EmailField(label="Alamat email yang baru")


DEACTIVATE = Act(
    path="nonaktifkan",
    title="Nonaktifkan akun",
    form=ReasonForm,
    perform=deactivate_user,
    consequence=lambda user: f"{user} langsung keluar dari semua perangkat dan tidak dapat masuk lagi.",
    done=lambda user: f"Akun {user} dinonaktifkan.",
    is_grave=True,
)
REACTIVATE = Act(
    path="aktifkan",
    title="Aktifkan akun",
    form=ReactivateForm,
    perform=reactivate_user,
    consequence=lambda user: f"{user} dapat masuk lagi dengan kata sandi dan pengaman kedua yang lama.",
    done=lambda user: f"Akun {user} aktif lagi.",
)
CHANGE_ADDRESS = Act(
    path="ganti-alamat",
    title="Ganti alamat email",
    form=AddressForm,
    perform=change_address,
    consequence=lambda user: (
        f"{user} keluar dari semua perangkat dan selanjutnya masuk dengan alamat yang baru. "
        f"Surat pemberitahuan dikirim ke alamat yang baru dan ke {user.email}."
    ),
    done=lambda user: f"Alamat email {user} diganti.",
)


def _after_erasure(user: User) -> str:
    """What the erasure would do, or what stands against it."""
    if roles := active_roles(user):
        return " ".join(roles)
    gone = (
        "Alamat email, telepon, NIP, kata sandi, pengaman kedua, sesi, catatan masuk, dan isi surat dihapus untuk "
        "selamanya, dan akunnya tidak dapat dibuka lagi."
    )
    if traces := official_traces(user):
        return f"{gone} Nama tetap tersimpan, karena tercatat pada berkas resmi: {', '.join(traces)}."
    return f"{gone} Nama diganti menjadi “{NOBODY}”."


ERASE = Act(
    path="hapus-data-pribadi",
    title="Hapus data pribadi",
    form=EraseForm,
    perform=erase_person,
    consequence=_after_erasure,
    done=lambda user: "Data pribadi dihapus. Berkas resmi kompetisi tetap tersimpan.",
    is_grave=True,
)
UNLOCK = Act(
    path="buka-kunci",
    title="Buka kunci",
    form=UnlockForm,
    perform=unlock_person,
    consequence=lambda user: (
        f"Percobaan masuk dengan alamat {user.email} dihitung dari nol lagi. "
        "Pastikan dahulu, misalnya lewat telepon, bahwa pemiliknya sendiri yang salah mengetik."
    ),
    done=lambda user: f"Kunci untuk {user} dibuka.",
)
ACTS = [DEACTIVATE, REACTIVATE, CHANGE_ADDRESS, UNLOCK, ERASE]


class UserForm(BaseModelForm):
    class Meta:
        model = User
        fields = ["name", "phone"]


STATES = {
    "aktif": "Aktif",
    "menunggu": "Belum membuat kata sandi",
    "nonaktif": "Nonaktif",
    "dihapus": "Data pribadi dihapus",
}


class StateFilter(admin.SimpleListFilter):
    title = "keadaan akun"
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        never_chosen = models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        conditions = {
            "aktif": models.Q(is_active=True) & ~never_chosen,
            "menunggu": models.Q(is_active=True) & never_chosen,
            "nonaktif": models.Q(is_active=False, erased_at__isnull=True),
            "dihapus": models.Q(erased_at__isnull=False),
        }
        return queryset.filter(conditions[self.value()]) if self.value() in conditions else queryset


@admin.register(User, site=site)
class UserAdmin(ReferenceAdmin):
    """People; who is new comes by invitation, registration or import and makes the password alone."""

    task = "Orang dan surel"
    form = UserForm
    list_display = ["name", "email", "phone", "state", "is_in_committee"]
    list_filter = [StateFilter]
    search_fields = ["name", "email"]
    search_help_text = "Cari nama atau alamat email"
    fields = [
        "name",
        "phone",
        "email",
        "state",
        "created_at",
        "deactivated_at",
        "deactivated_by",
        "deactivation_reason",
    ]
    readonly_fields = fields[2:]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        seats = CommitteeMember.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
        return super().get_queryset(request).annotate(has_seat=models.Exists(seats))

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return self.fields if obj and obj.deactivated_at else self.fields[:5]

    def get_urls(self) -> list[URLPattern]:
        data = path("<int:pk>/data-pribadi/", self.admin_site.admin_view(self.data_view), name="kiks_user_data_pribadi")
        return [data, *act_urls(self, ACTS), *super().get_urls()]

    def data_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return export_person(get_object_or_404(User, pk=pk), by=request.user)

    @admin.display(description="keadaan akun")
    def state(self, user: User) -> str:
        if user.erased_at:
            return STATES["dihapus"]
        if not user.is_active:
            return STATES["nonaktif"]
        return STATES["aktif"] if user.has_usable_password() else STATES["menunggu"]

    @admin.display(boolean=True, description="panitia")
    def is_in_committee(self, user: User) -> bool:
        return user.has_seat

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        edit_profile(obj, by=request.user, **form.cleaned_data)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return obj is None or obj.erased_at is None

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


def account_tools(user: User) -> list[Tool]:
    """What the committee may do with the account of a person."""
    data = Tool(label="Unduh data pribadi", url=reverse("admin:kiks_user_data_pribadi", args=[user.pk]))
    if user.erased_at:
        return [data]
    acts = [UNLOCK] if is_locked(user.email) else []
    acts += [CHANGE_ADDRESS, DEACTIVATE if user.is_active else REACTIVATE, ERASE]
    invitations = f"{reverse('admin:kiks_invitation_changelist')}?{urlencode({'q': user.email})}"
    links = [Tool(label=act.title, url=act.address(user)) for act in acts]
    return [*links, data, Tool(label="Undangan", url=invitations)]


site.add_tools(User, account_tools)


class InviteForm(BaseForm):
    submit_label = "Undang sebagai panitia"

    name = forms.CharField(label="Nama", max_length=120)
    email = forms.EmailField(
        label="Alamat email",
        help_text="Orang yang sudah memiliki akun mendapat pemberitahuan; yang belum mendapat undangan.",
    )
    phone = forms.CharField(label="Telepon", max_length=30, required=False)


class EndForm(BaseForm):
    submit_label = "Akhiri keanggotaan"
    submit_tone = "danger"


END_SEAT = Act(
    path="akhiri",
    title="Akhiri keanggotaan",
    form=EndForm,
    perform=end_seat,
    consequence=lambda seat: f"{seat.user} tidak lagi dapat membuka meja kerja panitia.",
    done=lambda seat: f"Keanggotaan {seat.user} diakhiri.",
    is_grave=True,
)


@admin.register(CommitteeMember, site=site)
class CommitteeMemberAdmin(OfficialAdmin):
    task = "Orang dan surel"
    list_display = ["user", "appointed_at", "appointed_by", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "appointed_by"]
    fields = ["user", "appointed_at", "appointed_by", "ended_at", "ended_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allowed(check_is_committee, request.user)

    def get_urls(self) -> list[URLPattern]:
        return [*act_urls(self, [END_SEAT]), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = InviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                seat, invitation = invite_member(by=request.user, **form.cleaned_data)
            except RuleBrokenError as error:
                form.add_error(None, str(error))
            else:
                mail = "Undangan" if invitation else "Pemberitahuan"
                messages.success(request, f"{seat.user} ditunjuk sebagai panitia. {mail} dikirim ke {seat.user.email}.")
                return redirect("admin:kiks_committeemember_changelist")
        form.helper.cancel_url = reverse("admin:kiks_committeemember_changelist")
        context = {
            "title": "Undang panitia",
            "form": form,
            "consequence": "Orang ini dapat melihat dan memutuskan semua hal panitia.",
            "opts": self.opts,
        }
        return render(request, "admin/act.html", {**self.admin_site.each_context(request), **context})


def seat_tools(seat: CommitteeMember) -> list[Tool]:
    return [] if seat.ended_at else [Tool(label=END_SEAT.title, url=END_SEAT.address(seat))]


site.add_tools(CommitteeMember, seat_tools)
