"""Every list of the admin site as a file: what it shows, filtered, searched and ordered as it stands on the screen."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify

from kiks import audit, clock
from kiks.formats import local_date, thousands
from kiks.sheets.cells import CSV_TYPE, XLSX_TYPE, Sheet, write_csv, write_xlsx

CHUNK = 2000
NOT_FILTERS = (PAGE_VAR, ALL_VAR, ERROR_FLAG)


class FileKind(NamedTuple):
    """One kind of file that a list can be downloaded as."""

    label: str
    content_type: str
    write: Callable[[Sheet], bytes]
    max_rows: int


KINDS = {
    "xlsx": FileKind("XLSX", XLSX_TYPE, write_xlsx, 50_000),
    "csv": FileKind("CSV", CSV_TYPE, write_csv, 200_000),
}


class ListExportMixin(admin.ModelAdmin):
    """For a ModelAdmin. `export_extra` names further columns that only the file has."""

    export_extra: Sequence[str] = ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("unduh/<str:ending>/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        links = [{"label": kind.label, "url": self._export_url(request, ending)} for ending, kind in KINDS.items()]
        return super().changelist_view(request, {"export_links": links, **(extra_context or {})})

    def _export_url(self, request: HttpRequest, ending: str) -> str:
        query = request.GET.copy()
        for name in NOT_FILTERS:
            query.pop(name, None)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export", args=[ending])
        return f"{address}?{query.urlencode()}" if query else address

    def export_view(self, request: HttpRequest, ending: str) -> HttpResponse:
        kind = KINDS.get(ending)
        if kind is None:
            raise Http404
        back = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        try:
            changes = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            messages.error(request, "Saringan ini tidak dikenal. Pilih saringan dari daftarnya, lalu unduh lagi.")
            return redirect(back)
        if changes.result_count > kind.max_rows:
            messages.error(
                request,
                f"Daftar ini berisi {thousands(changes.result_count)} baris; sebagai {kind.label} paling banyak "
                f"{thousands(kind.max_rows)} baris sekaligus. Saring daftarnya dahulu, lalu unduh lagi.",
            )
            return redirect(back)
        title = capfirst(str(self.opts.verbose_name_plural))
        content = kind.write(Sheet(title, *self.exported(request, changes.queryset)))
        self._record(request, changes, ending)
        name = f"{slugify(title)}-{local_date(clock.now()).isoformat()}.{ending}"
        return HttpResponse(
            content,
            content_type=kind.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
        )

    def exported(self, request: HttpRequest, queryset: models.QuerySet) -> tuple[list[str], Iterator[list[object]]]:
        """Headings and rows of the list's own columns."""
        names = [str(name) for name in self.get_list_display(request) if name != "action_checkbox"]
        names += [name for name in self.export_extra if name not in names]
        headings = [capfirst(str(label_for_field(name, self.model, self))) for name in names]
        return headings, ([self.exported_value(name, row) for name in names] for row in self._in_chunks(queryset))

    def prepare_exported(self, rows: list[Any]) -> None:
        """Read for many rows at once what their columns say; a list that does so for its page does it here too."""

    def _in_chunks(self, queryset: models.QuerySet) -> Iterator[Any]:
        for rows in batched(queryset.iterator(chunk_size=CHUNK), CHUNK):
            self.prepare_exported(list(rows))
            yield from rows

    def exported_value(self, name: str, row: Any) -> object:
        """What is behind a cell of the list: a number, a date or a yes where it is one, else the text shown."""
        try:
            field, method, value = lookup_field(name, row, self)
        except ObjectDoesNotExist:
            return ""
        if field is None:
            return bool(value) if getattr(method, "boolean", False) and value is not None else plain(value)
        if field.choices:
            return getattr(row, f"get_{field.name}_display")()
        return plain(value)

    def _record(self, request: HttpRequest, changes: ChangeList, ending: str) -> None:
        """Who took a list away is known afterwards; what was searched for may be a name and stays out of the chain."""
        by: Any = request.user
        with transaction.atomic():
            audit.record(
                "list.exported",
                by,
                chain=audit.HOUSE_CHAIN,
                by=by,
                list=self.opts.db_table,
                file=ending,
                rows=changes.result_count,
                filters={name: ", ".join(map(str, values)) for name, values in changes.get_filters_params().items()},
                searched=bool(request.GET.get(SEARCH_VAR)),
            )


def plain(value: object) -> object:
    """Numbers and dates as they are, everything else as the text that the list shows."""
    if value is None or isinstance(value, bool | int | float | datetime) or hasattr(value, "isoformat"):
        return value
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, SafeString):
        return strip_tags(value)
    return value
