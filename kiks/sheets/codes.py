"""Tables whose rows are known by a code, or by their name where a row has no code; a new row gets its code from it."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django.utils.text import slugify

from kiks.sheets.cells import plain_cell
from kiks.sheets.columns import Column, folded, text_of
from kiks.sheets.resources import SheetResource

CODE, NAME = "Kode", "Nama"
CODE_COLUMN = Column(
    "code",
    CODE,
    blank_keeps=True,
    help="Kosongkan bila belum ada; sistem membuatnya dari nama. Kode yang sudah tercatat memperbarui data itu.",
)


class CodedResource(SheetResource):
    """A subclass may compare names more finely than letter by letter."""

    def prepare(self) -> None:
        self.by_code: dict[str, Any] = {}
        self.by_name: dict[Hashable, Any] = {}
        for instance in self.known():
            self.by_code[instance.code] = instance
            for name in self.names_of(instance):
                self.by_name.setdefault(self.name_key(name, instance), instance)

    def recorded(self) -> Iterable[Any]:
        return self.by_code.values()

    def names_of(self, instance: Any) -> Iterable[str]:
        return [instance.name]

    def name_key(self, name: str, instance: Any) -> Hashable:
        """What two spellings of one name have in common."""
        return folded(name)

    def named(self, name: str, row: Mapping[str, object]) -> Any:
        """The row that bears the name."""
        return self.by_name.get(folded(name))

    def identify(self, row: Mapping[str, object]) -> Any:
        code, name = (quiet_text(row.get(heading)) for heading in (CODE, NAME))
        return self.by_code.get(code) if code else self.named(name, row) if name else None

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if not instance.code:
            instance.code = self.free_code(self.code_text(instance))
        self.by_code.setdefault(instance.code, instance)

    def code_text(self, instance: Any) -> str:
        return instance.name

    def free_code(self, text: str) -> str:
        """The text as a code, with a number behind it where that is taken."""
        longest = self._meta.model._meta.get_field("code").max_length
        stem = slugify(text)[:longest] or "data"
        code, number = stem, 1
        while code in self.by_code:
            number += 1
            code = f"{stem[: longest - 1 - len(str(number))]}-{number}"
        return code

    def key_of(self, instance: Any) -> Hashable:
        return instance.code

    def check(self, instance: Any, *, is_new: bool) -> Iterable[tuple[str, str]]:
        twin = self.by_name.setdefault(self.name_key(instance.name, instance), instance)
        if twin is not instance:
            yield (
                NAME,
                f"“{twin.name}” sudah tercatat dengan kode “{twin.code}”. "
                "Tulis kode itu di baris ini, atau kosongkan kolom Kode, agar data itu yang diperbarui.",
            )


def quiet_text(value: object) -> str:
    """The text of a cell for finding things; what is wrong with the cell is said where it is taken."""
    try:
        return text_of(plain_cell(value))
    except ValueError:
        return ""
