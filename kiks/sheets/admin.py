"""Admin pages whose rows also come in from a spreadsheet: template, preview, and all of it or nothing."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst, slugify
from django.views.decorators.http import require_POST
from import_export.tmp_storages import MediaStorage

from kiks.admin_site import ReferenceAdmin
from kiks.exceptions import RuleBrokenError
from kiks.formats import file_size, thousands
from kiks.forms import BaseForm
from kiks.sheets.cells import CSV_TYPE, XLSX_TYPE
from kiks.sheets.importing import Outcome, run
from kiks.sheets.reader import MAX_BYTES, MAX_ROWS, SheetError, check_size
from kiks.sheets.resources import SheetResource
from kiks.sheets.templates import csv_template, current_rows, xlsx_template
from kiks.waiting_room import KEPT_FOR, WAITING_ROOM, clear_waiting_room

SALT = "kiks.import"
GONE = "Pratinjau ini sudah disimpan atau kedaluwarsa. Unggah berkasnya lagi."
WRITERS = {"xlsx": (xlsx_template, XLSX_TYPE), "csv": (csv_template, CSV_TYPE)}
FILES = ("templat", "data")


class ImportForm(BaseForm):
    """The file, and what the table offers to choose."""

    submit_label = "Lihat pratinjau"

    import_file = forms.FileField(
        label="Berkas",
        help_text=f"XLSX atau CSV, maksimal {file_size(MAX_BYTES)} dan {thousands(MAX_ROWS)} baris.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-max-bytes": MAX_BYTES}),
    )

    def __init__(self, *args: Any, resource: type[SheetResource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: copy(field) for name, field in resource.options.items()}
        self.helper.attrs["data-busy"] = "Berkas sedang diperiksa"

    def clean_import_file(self) -> UploadedFile:
        upload = self.cleaned_data["import_file"]
        try:
            check_size(upload.size)
        except SheetError as error:
            raise forms.ValidationError(list(error.sentences)) from error
        return upload


class ConfirmForm(BaseForm):
    """Which previewed file is to be kept; the token is signed and belongs to one person."""

    submit_label = "Simpan data ini"

    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.attrs["data-busy"] = "Data sedang disimpan"


class SheetImportMixin(admin.ModelAdmin):
    """For a ModelAdmin; `resource_classes` holds the one table that comes in."""

    resource_classes: list[type[SheetResource]]

    @property
    def resource_class(self) -> type[SheetResource]:
        return self.resource_classes[0]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("impor/", view(self.import_view), name=self._name("import")),
            path("impor/simpan/", view(require_POST(self.process_view)), name=self._name("process_import")),
            path("impor/<str:what>/<str:ending>/", view(self.import_file_view), name=self._name("import_file")),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"import_url": reverse(f"admin:{self._name('import')}"), "import_title": self.resource_class.title}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; then what it would do, while nothing has changed."""
        is_sent = request.method == "POST"
        form = ImportForm(
            request.POST if is_sent else None, request.FILES if is_sent else None, resource=self.resource_class
        )
        if not is_sent or not form.is_valid():
            return self._page(request, form)
        content = form.cleaned_data["import_file"].read()
        options = {name: form.cleaned_data[name] for name in self.resource_class.options}
        by: Any = request.user
        try:
            outcome = run(content, self.resource_class, by=by, dry_run=True, options=options)
        except SheetError as error:
            form.add_error("import_file", list(error.sentences))
            return self._page(request, form)
        confirm = self._kept(request, content, options) if outcome.touches_something else None
        return self._page(request, form, outcome, confirm)

    def _kept(self, request: HttpRequest, content: bytes, options: Mapping[str, Any]) -> ConfirmForm:
        """Keep the file with the private ones until it is confirmed; older ones that nobody confirmed go."""
        clear_waiting_room()
        waiting = MediaStorage(MEDIA_FOLDER=WAITING_ROOM)
        waiting.save(content)
        facts = {"file": waiting.name, "by": request.user.pk, "table": self.opts.label, "options": dict(options)}
        form = ConfirmForm(initial={"token": signing.dumps(facts, salt=SALT)})
        form.helper.form_action = reverse(f"admin:{self._name('process_import')}")
        form.helper.cancel_url = reverse(f"admin:{self._name('import')}")
        return form

    def process_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what was previewed; it is checked once more, because others may have worked in the meantime."""
        try:
            waiting, options = self._waiting(request)
            content = waiting.read()
        except (signing.BadSignature, FileNotFoundError):
            messages.error(request, GONE)
            return redirect(f"admin:{self._name('import')}")
        by: Any = request.user
        try:
            outcome = run(content, self.resource_class, by=by, dry_run=False, options=options)
        except RuleBrokenError as error:
            messages.error(request, str(error))
            return redirect(f"admin:{self._name('import')}")
        finally:
            waiting.remove()
        if not outcome.is_good:
            return self._page(request, ImportForm(resource=self.resource_class), outcome)
        messages.success(
            request,
            f"Impor {self.resource_class.title} disimpan: {outcome.new} baru, {outcome.changed} diubah, "
            f"{outcome.same} tetap.",
        )
        return redirect(f"admin:{self._name('changelist')}")

    def _waiting(self, request: HttpRequest) -> tuple[MediaStorage, dict[str, Any]]:
        facts = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=KEPT_FOR)
        if (facts["by"], facts["table"]) != (request.user.pk, self.opts.label):
            raise signing.BadSignature
        return MediaStorage(MEDIA_FOLDER=WAITING_ROOM, name=facts["file"]), facts["options"]

    def import_file_view(self, request: HttpRequest, what: str, ending: str) -> HttpResponse:
        """The empty template, or what is recorded today in the same columns."""
        if what not in FILES or ending not in WRITERS:
            raise Http404
        write, content_type = WRITERS[ending]
        resource = self.resource_class(by=request.user)
        rows = current_rows(resource) if what == "data" else ()
        name = f"{what}-{slugify(resource.title)}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(write(resource, rows), content_type=content_type, headers=headers)

    def _page(
        self, request: HttpRequest, form: ImportForm, outcome: Outcome | None = None, confirm: ConfirmForm | None = None
    ) -> HttpResponse:
        resource, file_address = self.resource_class, f"admin:{self._name('import_file')}"
        context = {
            **self.admin_site.each_context(request),
            "title": f"Impor {resource.title}",
            "opts": self.opts,
            "list_title": capfirst(self.opts.verbose_name_plural),
            "list_url": reverse(f"admin:{self._name('changelist')}"),
            "again_url": reverse(f"admin:{self._name('import')}"),
            "form": form,
            "confirm_form": confirm,
            "outcome": outcome,
            "note": resource.note,
            "columns": resource().columns,
            "files": [
                {"what": what, "ending": ending, "url": reverse(file_address, args=[what, ending])}
                for what in FILES
                for ending in WRITERS
            ],
        }
        return TemplateResponse(request, "admin/sheets/import.html", context)

    def _name(self, step: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{step}"


class SpreadsheetAdmin(SheetImportMixin, ReferenceAdmin):
    """Reference data that also come in from a spreadsheet."""
