"""Admin pages whose rows also come in and go out as a spreadsheet."""

from typing import Any

from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX

from kiks import audit
from kiks.admin_site import ReferenceAdmin


class SpreadsheetAdmin(ImportExportMixin, ReferenceAdmin):
    """Reference data that also come in and go out as a spreadsheet."""

    formats = [XLSX, CSV]
    skip_admin_log = True
    show_change_form_export = False

    def process_result(self, result: Any, request: HttpRequest) -> Any:
        """One event tells of the import; the rows of captured tables have their own."""
        totals = {kind: count for kind, count in result.totals.items() if count}
        first = self.model.objects.order_by("pk").first()
        audit.record("reference.imported", first, chain=audit.HOUSE_CHAIN, by=request.user, totals=totals)
        return super().process_result(result, request)
