"""Tables that come in from a spreadsheet: whole files at a time, every rule checked, few questions to the database."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from import_export import resources
from import_export.results import Error, RowResult
from tablib import Dataset

from kiks.inserting import insert_rows
from kiks.sheets.cells import MARK, STARTS_FORMULA, UNREADABLE, is_formula, plain_cell
from kiks.sheets.columns import Column, folded

FORMULA = "Isian ini diawali tanda {sign} seperti rumus. Hapus tanda itu atau ganti dengan hasilnya, lalu unggah lagi."
CELL_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
FAILED_FORMULA = "Rumus di sel ini gagal ({value}). Ganti dengan isinya, lalu unggah lagi."
STRANGE = "Isian ini berisi karakter yang tidak dapat dibaca. Ketik ulang isian ini, lalu unggah lagi."
SENTENCES = {
    "max_length": "Panjangnya {show_value} karakter, maksimal {limit_value}. Pendekkan isian ini.",
    "blank": "Isi kolom ini.",
    "null": "Isi kolom ini.",
    "max_value": "Angkanya maksimal {limit_value}. Turunkan angka ini.",
    "min_value": "Angkanya minimal {limit_value}. Naikkan angka ini.",
}
BY_FIELD = {
    models.EmailField: "Alamat surel belum benar. Contoh: nama@sukabumikota.go.id.",
    models.SlugField: "Kode hanya berisi huruf, angka, tanda hubung, dan garis bawah. Contoh: puskesmas-tipar.",
}
BATCH = 1000
EMPTY = (None, "")
SHOWN_ROWS = 50
SUSPICIOUS = frozenset({*STARTS_FORMULA, MARK, "#"})


class SheetResource(resources.ModelResource):
    """Rows are known by a key, so that the same file imported again changes nothing.

    A subclass lays out its columns, gives the rows that exist (`known`), finds the one that a row of the file speaks of
    (`identify`), says what makes a row the same as another one (`key_of`), and checks what no single field can tell.
    """

    layout: ClassVar[tuple[Column, ...]] = ()
    title: ClassVar[str] = ""
    note: ClassVar[str] = ""
    options: ClassVar[dict[str, forms.Field]] = {}

    def __init__(self, *, by: Any = None, options: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.by, self.chosen = by, dict(options or {})
        self.columns = [deepcopy(column) for column in self.layout]
        self.fields = {column.heading: column for column in self.columns}
        self.incoming: list[Column] = []
        self._numbers: Sequence[int] = ()
        self._seen: dict[Hashable, int] = {}
        self._before: tuple[Any, ...] | None = None
        self._number = 0

    # What a subclass says

    def known(self) -> models.QuerySet:
        """The rows that exist, with whatever `identify` and the columns read."""
        return self.get_queryset()

    def recorded(self) -> Iterable[models.Model]:
        """What is recorded now, as `values_of` reads it; asked after `prepare`."""
        return self.known()

    def prepare(self) -> None:
        """Read what the rows will be compared with; once for the whole file."""

    def identify(self, row: Mapping[str, object]) -> Any:
        """The existing row that the row of the file speaks of."""
        raise NotImplementedError

    def key_of(self, instance: Any) -> Hashable:
        raise NotImplementedError

    def check(self, instance: Any, *, is_new: bool) -> Iterable[tuple[str, str]]:
        """Heading and sentence for what is wrong beyond the single fields; without a heading it is the whole row."""
        return ()

    def related_problems(self, scope: str, related: Any) -> Iterable[tuple[str, str]]:
        """What is wrong with the plain fields of a row that comes along, such as the account of a member."""
        for column in self.columns:
            head, _, name = column.attribute.partition("__")
            field = related._meta.get_field(name) if head == scope and name and "__" not in name else None
            if field is None or field.is_relation:
                continue
            try:
                field.clean(getattr(related, name), related)
            except ValidationError as error:
                yield column.heading, sentence_of(field, error.error_list[0])

    def add(self, instances: Sequence[Any]) -> None:
        """Keep the new rows of a file; a kind whose rows come into being by an act does that instead."""
        insert_rows(instances)

    def notes(self, new: int) -> Iterable[str]:
        """Sentences for the preview, such as how many people will get a mail."""
        return ()

    # What the library calls

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self._numbers = kwargs.get("numbers") or range(1, len(dataset) + 1)
        present = set(dataset.headers)
        self.incoming = [column for column in self.columns if column.heading in present and not column.readonly]
        by_name = {field.name: field for field in self._meta.model._meta.concrete_fields}
        self._plain = {column.attribute: column.heading for column in self.incoming if column.attribute in by_name}
        self._rules = [Rule(by_name[name]) for name in self._plain if not by_name[name].is_relation]
        for column in self.columns:
            if hasattr(column.widget, "load"):
                column.widget.load()
        self.prepare()

    def get_diff_headers(self) -> list[str]:
        return [column.heading for column in self.columns]

    def _check_import_id_fields(self, headers: Sequence[str]) -> None:
        """The headings were checked before; a key may be made of several columns."""

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        """The library's own way makes a copy of each row, and asks the database about each."""
        result = RowResult()
        self._number = self._numbers[kwargs["row_number"] - 1]
        try:
            self._import(row, result, kwargs)
        except ValidationError as error:
            result.import_type, result.validation_error = RowResult.IMPORT_TYPE_INVALID, error
        except Exception as error:  # noqa: BLE001 - one row of many; the import fails as a whole
            result.import_type = RowResult.IMPORT_TYPE_ERROR
            result.errors.append(Error(error, row=row, number=kwargs["row_number"]))
        return result

    def _import(self, row: dict[str, Any], result: RowResult, kwargs: dict[str, Any]) -> None:
        instance = self.identify(row)
        is_new = instance is None
        self._before = None if instance is None else self.values_of(instance)
        instance = self.init_instance(row) if instance is None else instance
        self.import_instance(instance, row, **kwargs)
        first = self._seen.setdefault(self.key_of(instance), self._number)
        if first != self._number:
            raise ValidationError(f"Baris ini mengulang data baris {first}. Hapus salah satunya.")
        after = None if is_new and len(self._seen) > SHOWN_ROWS else self.values_of(instance)
        if not is_new and after == self._before:
            result.import_type = RowResult.IMPORT_TYPE_SKIP
            return
        self.validate_instance(instance)
        self.save_instance(instance, is_new, row, **kwargs)
        result.import_type = RowResult.IMPORT_TYPE_NEW if is_new else RowResult.IMPORT_TYPE_UPDATE
        result.number, result.before, result.after = self._number, self._before, after

    def values_of(self, instance: Any) -> tuple[Any, ...]:
        return tuple([column.shown(instance) for column in self.columns])

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        errors = {}
        for column in self.incoming:
            sentence = self._take(column, instance, row)
            if sentence:
                errors[column.heading] = ValidationError(sentence)
        if errors:
            raise ValidationError(errors)

    def _take(self, column: Column, instance: Any, row: dict[str, Any]) -> str:
        """Put the cell into the instance; the sentence when it cannot be."""
        value: Any = row[column.heading]
        if value.__class__ is str and value:
            if value[0] in SUSPICIOUS or UNREADABLE.search(value):
                value = row[column.heading] = plain_cell(value)
                if sentence := self._suspicious(str(value)):
                    return sentence
        elif value is None or value == "":
            if column.required:
                return SENTENCES["blank"]
            if column.blank_keeps:
                return ""
        try:
            column.put(instance, value, row)
        except ValueError as error:
            return str(error)
        return ""

    def _suspicious(self, value: str) -> str:
        if is_formula(value) and value not in (self._before or ()):
            return FORMULA.format(sign=value[0] if value[0] in "=+-@" else "tab")
        if value in CELL_ERRORS:
            return FAILED_FORMULA.format(value=value)
        return STRANGE if UNREADABLE.search(value) else ""

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Mapping[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        """What `full_clean` would say, without its questions to the database for each row."""
        errors: dict[str, list[str]] = {}
        for rule in self._rules:
            if sentence := rule.broken_by(instance):
                errors.setdefault(self._plain[rule.name], []).append(sentence)
        for heading, sentence in () if errors else self.check(instance, is_new=self._before is None):
            errors.setdefault(heading or NON_FIELD_ERRORS, []).append(sentence)
        if errors:
            raise ValidationError(errors)

    def bulk_create(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: int | None = None,
        result: Any = None,
    ) -> None:
        try:
            self.add(self.create_instances)
        except Exception as error:  # noqa: BLE001 - the library turns it into an error of the result
            self.handle_import_error(result, error, raise_errors)
        finally:
            self.create_instances.clear()

    def bulk_update(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: int | None = None,
        result: Any = None,
    ) -> None:
        """One statement for many rows: inserting over what is there is quicker than a CASE for each field."""
        if not self.update_instances:
            return
        try:
            self._meta.model.objects.bulk_create(
                self.update_instances,
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=list(self._plain),
                batch_size=batch_size,
            )
        except Exception as error:  # noqa: BLE001 - the library turns it into an error of the result
            self.handle_import_error(result, error, raise_errors)
        finally:
            self.update_instances.clear()


class SheetOptions:
    """What every table shares: whole batches at a time, no comparison of HTML."""

    fields: ClassVar[tuple[str, ...]] = ()
    import_id_fields: ClassVar[tuple[str, ...]] = ()
    use_bulk = True
    batch_size: int | None = BATCH
    skip_diff = True
    skip_html_diff = True
    skip_unchanged = True
    report_skipped = False
    use_transactions = True


class Rule:
    """What a single field asks of a value, prepared once for all rows."""

    def __init__(self, field: models.Field) -> None:
        self.field, self.name = field, field.name
        self.limit = getattr(field, "max_length", None)
        self.allowed = {value for value, _ in field.flatchoices} if field.choices else None
        # The length is looked at here; what is left are patterns of addresses and codes, and ranges.
        self.validators = [check for check in field.validators if not isinstance(check, MaxLengthValidator)]

    def broken_by(self, instance: Any) -> str:
        value = getattr(instance, self.name)
        if value in EMPTY:
            return "" if self.field.blank else SENTENCES["blank"]
        is_short = self.limit is None or len(value) <= self.limit
        try:
            if is_short and (self.allowed is None or value in self.allowed):
                for check in self.validators:
                    check(value)
                return ""
            self.field.clean(value, instance)
        except ValidationError as error:
            return sentence_of(self.field, error.error_list[0])
        return ""


def sentence_of(field: models.Field, error: ValidationError) -> str:
    """What is wrong with the value of a field, and how to go on."""
    if error.code == "invalid":
        return BY_FIELD.get(type(field), error.messages[0])
    sentence = SENTENCES.get(error.code or "")
    return sentence.format(**(error.params or {})) if sentence else error.messages[0]


def heading_problems(resource: SheetResource, headings: Sequence[str]) -> tuple[list[str], list[str]]:
    """The headings as the columns are called, and the sentences for those that cannot be taken."""
    by_key = {folded(column.heading): column for column in resource.columns}
    sentences, taken = [], []
    known = ", ".join(f"“{column.heading}”" for column in resource.columns if not column.readonly)
    for place, heading in enumerate(headings, 1):
        column = by_key.get(folded(heading))
        name = column.heading if column else heading
        if not heading:
            sentences.append(f"Kolom ke-{place} tidak berjudul. Beri judul sesuai templat, atau hapus kolom itu.")
        elif column is None:
            sentences.append(f"Kolom “{heading}” tidak dikenal. Hapus kolom itu, atau ganti judulnya: {known}.")
        elif name in taken:
            sentences.append(f"Kolom “{name}” muncul lebih dari sekali. Sisakan satu saja.")
        taken.append(name)
    sentences += [
        f"Kolom “{column.heading}” tidak ada. Tambahkan kolom itu, atau mulai dari templat."
        for column in resource.columns
        if column.required and column.heading not in taken
    ]
    return taken, sentences
