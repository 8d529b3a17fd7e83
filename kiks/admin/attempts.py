"""Failed logins: which addresses are locked, and the button that opens them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from kiks import formats
from kiks.admin_acts import Act, act_urls
from kiks.admin_site import OfficialAdmin, Tool, site
from kiks.forms import BaseForm
from kiks.lockouts import COOL_OFF, LIMIT, unlock_attempt, with_locks
from kiks.models import LoginAttempt
from kiks.sessions import device_of


class UnlockForm(BaseForm):
    submit_label = "Buka kunci"


UNLOCK = Act(
    path="buka-kunci",
    title="Buka kunci",
    form=UnlockForm,
    perform=unlock_attempt,
    consequence=lambda attempt: (
        f"Percobaan masuk dengan alamat {attempt.username} dihitung dari nol lagi. "
        "Pastikan dahulu, misalnya lewat telepon, bahwa pemiliknya sendiri yang salah mengetik."
    ),
    done=lambda attempt: f"Kunci untuk {attempt.username} dibuka.",
)


class LockFilter(admin.SimpleListFilter):
    title = "keadaan"
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("terkunci", "Terkunci")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LoginAttempt]) -> QuerySet[LoginAttempt]:
        return queryset.filter(failures__gte=LIMIT) if self.value() == "terkunci" else queryset


@admin.register(LoginAttempt, site=site)
class LoginAttemptAdmin(OfficialAdmin):
    """Attempts that failed since the last login of the same address."""

    task = "Orang dan surel"
    list_display = ["address", "place", "device", "number", "last_try", "state"]
    list_filter = [LockFilter]
    search_fields = ["username", "ip_address"]
    search_help_text = "Cari alamat email atau alamat IP"
    fields = ["address", "place", "device", "number", "last_try", "state"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoginAttempt]:
        return with_locks(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        return [*act_urls(self, [UNLOCK]), *super().get_urls()]

    @admin.display(description="alamat yang ditulis", ordering="username")
    def address(self, attempt: LoginAttempt) -> str:
        return attempt.username or "tanpa alamat"

    @admin.display(description="alamat IP", ordering="ip_address")
    def place(self, attempt: LoginAttempt) -> str:
        return attempt.ip_address or "tidak diketahui"

    @admin.display(description="perangkat")
    def device(self, attempt: LoginAttempt) -> str:
        return device_of(attempt.user_agent)

    @admin.display(description="gagal", ordering="failures_since_start")
    def number(self, attempt: LoginAttempt) -> str:
        return f"{attempt.failures_since_start} kali"

    @admin.display(description="terakhir dicoba", ordering="attempt_time")
    def last_try(self, attempt: LoginAttempt) -> str:
        return formats.indonesian_datetime(attempt.attempt_time)

    @admin.display(description="keadaan")
    def state(self, attempt: LoginAttempt) -> str:
        if attempt.failures < LIMIT:
            return "Tidak terkunci"
        return f"Terkunci sampai {formats.indonesian_time(attempt.latest + COOL_OFF)}"


def attempt_tools(attempt: LoginAttempt) -> list[Tool]:
    return [Tool(label=UNLOCK.title, url=UNLOCK.address(attempt))]


site.add_tools(LoginAttempt, attempt_tools)
