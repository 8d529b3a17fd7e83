"""Invitations: what became of each, sent again or revoked by buttons."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern

from kiks import clock
from kiks.admin_acts import Act, act_urls
from kiks.admin_site import OfficialAdmin, Tool, site
from kiks.forms import BaseForm
from kiks.invitations import InvitationState, renew, revoke, state_of
from kiks.models import Invitation


class RenewForm(BaseForm):
    submit_label = "Kirim ulang"


class RevokeForm(BaseForm):
    submit_label = "Cabut undangan"
    submit_tone = "danger"


RENEW = Act(
    path="kirim-ulang",
    title="Kirim ulang",
    form=RenewForm,
    perform=renew,
    consequence=lambda invitation: (
        f"Tautan baru dikirim ke {invitation.user.email} dan berlaku 14 hari. Tautan yang lama tidak berlaku lagi."
    ),
    done=lambda invitation: f"Undangan baru dikirim ke {invitation.user.email}.",
)
REVOKE = Act(
    path="cabut",
    title="Cabut",
    form=RevokeForm,
    perform=revoke,
    consequence=lambda invitation: (
        f"Tautan di surat yang sudah dikirim ke {invitation.user.email} tidak membuka apa pun lagi. "
        "Peran orang ini tidak berubah."
    ),
    done=lambda invitation: f"Undangan untuk {invitation.user} dicabut.",
    is_grave=True,
)


class StateFilter(admin.SimpleListFilter):
    title = "keadaan"
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(state.value, str(state.label).capitalize()) for state in InvitationState]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Invitation]) -> models.QuerySet[Invitation]:
        if self.value() not in InvitationState.values:
            return queryset
        return queryset.filter(InvitationState(self.value()).condition(clock.now()))


@admin.register(Invitation, site=site)
class InvitationAdmin(OfficialAdmin):
    task = "Orang dan surel"
    list_display = ["user", "purpose", "state", "invited_at", "invited_by", "expires_at"]
    list_filter = [StateFilter]
    list_select_related = ["user", "invited_by"]
    search_fields = ["user__name", "user__email", "purpose"]
    search_help_text = "Cari nama, alamat email, atau peran"
    fields = [
        "user",
        "purpose",
        "state",
        "invited_at",
        "invited_by",
        "expires_at",
        "accepted_at",
        "revoked_at",
        "revoked_by",
    ]
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        return [*act_urls(self, [RENEW, REVOKE]), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Invitation]:
        """With one moment for all rows: the clock is the database's, and asking it is a query."""
        asked_at = models.Value(clock.now(), output_field=models.DateTimeField())
        return super().get_queryset(request).annotate(asked_at=asked_at)

    @admin.display(description="keadaan")
    def state(self, invitation: Invitation) -> str:
        return str(state_of(invitation, invitation.asked_at).label).capitalize()


def invitation_tools(invitation: Invitation) -> list[Tool]:
    """Sent again as long as the person has no password; revoked as long as it is open."""
    acts = []
    if not invitation.user.has_usable_password() and invitation.user.is_active:
        acts.append(RENEW)
    if state_of(invitation, clock.now()) in (InvitationState.OPEN, InvitationState.EXPIRED):
        acts.append(REVOKE)
    return [Tool(label=act.title, url=act.address(invitation)) for act in acts]


site.add_tools(Invitation, invitation_tools)
