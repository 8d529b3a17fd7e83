"""The stored files."""

from django.contrib import admin

from kiks import formats
from kiks.admin_site import OfficialAdmin, site
from kiks.models import StoredDocument


@admin.register(StoredDocument, site=site)
class StoredDocumentAdmin(OfficialAdmin):
    task = "Arsip"
    list_display = ["sha256", "content_type", "readable_size", "created_at"]
    list_filter = ["content_type"]
    search_fields = ["sha256"]
    fields = ["sha256", "content_type", "readable_size", "created_at"]
    readonly_fields = ["readable_size"]

    @admin.display(description="ukuran", ordering="size")
    def readable_size(self, document: StoredDocument) -> str:
        return formats.file_size(document.size)
