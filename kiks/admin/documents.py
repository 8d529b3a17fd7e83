"""The stored files."""

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.module_loading import import_string

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

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredDocument]:
        """Without what the committee may not know of yet: size and digest of a file tell something of what is in it."""
        documents = super().get_queryset(request)
        for path in settings.KIKS_SECRET_FILES:
            documents = documents.exclude(pk__in=import_string(path)())
        return documents

    @admin.display(description="ukuran", ordering="size")
    def readable_size(self, document: StoredDocument) -> str:
        return formats.file_size(document.size)
