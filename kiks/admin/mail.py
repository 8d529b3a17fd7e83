"""The outbox."""

from django.contrib import admin

from kiks.admin_site import OfficialAdmin, site
from kiks.models import OutgoingMail


@admin.register(OutgoingMail, site=site)
class OutgoingMailAdmin(OfficialAdmin):
    list_display = ["subject", "to_address", "queued_at", "sent_at", "failures"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter), "queued_at"]
    search_fields = ["subject", "to_address"]
    fields = ["to_address", "subject", "text", "queued_at", "sent_at", "failures", "last_error"]
