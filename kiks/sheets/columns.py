"""The columns of a table that comes in: what a cell may say, and the sentence for one that says something else."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import models
from import_export.fields import Field
from import_export.widgets import Widget
from rapidfuzz import process

from kiks.sheets.cells import SAFE_NUMBER

DAY_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
YES, NO = frozenset({"ya", "y", "1", "true", "benar"}), frozenset({"tidak", "t", "0", "false", "salah", ""})
SEPARATOR = ";"
SIMILAR = 70
SHOWN_CHOICES = 15


def folded(text: str) -> str:
    """Letters and figures only: how headings, choices and names are compared where nothing finer is given."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def text_of(value: object) -> str:
    """A cell as one line of text; raises ValueError where the program that wrote it has lost figures."""
    if value.__class__ is str:
        return " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, int | float) and abs(value) >= SAFE_NUMBER:
        raise ValueError(
            "Angka panjang ini dibulatkan oleh Excel. Ubah format kolomnya menjadi Teks, lalu ketik ulang angkanya."
        )
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return " ".join(str(value).split())


class Text(Widget):
    """One line of text; figures are taken as they are written."""

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> Any:
        return text_of(value)

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Prose(Text):
    """Text that may have several lines."""

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> str:
        return value.strip() if isinstance(value, str) else text_of(value)


class Email(Text):
    """An address, in small letters."""

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> str:
        return text_of(value).lower()


class Names(Text):
    """Several names, separated by semicolons; shown in their order."""

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> list[str]:
        return [name for part in text_of(value).split(SEPARATOR) if (name := part.strip())]

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> str:
        return f"{SEPARATOR} ".join(value or ())


class Choice(Text):
    """One of the values of a TextChoices, by label or by code."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.labels: dict[str, str] = dict(choices.choices)
        pairs = [(text, code) for code, label in choices.choices for text in (code, label)]
        self._codes = dict(pairs) | {folded(text): code for text, code in pairs}

    @property
    def options(self) -> list[str]:
        return list(self.labels.values())

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> str:
        text = text_of(value)
        if not text:
            return ""
        code = self._codes.get(text) or self._codes.get(folded(text))
        if code is None:
            raise ValueError(f"“{text}” tidak dikenal. Tulis salah satu: {', '.join(self.options)}.")
        return code

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> str:
        return self.labels.get(value, value or "")


class Day(Text):
    """A date, as a date of the program or written 28/03/2026."""

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = text_of(value)
        if not text:
            return None
        for form in DAY_FORMATS:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        raise ValueError(f"“{text}” bukan tanggal yang benar. Tulis seperti 28/03/2026.")

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> Any:
        return value


class Whole(Text):
    """A whole number that is not negative."""

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> int | None:
        text = text_of(value)
        if not text:
            return None
        if not text.isdecimal():
            raise ValueError(f"“{text}” bukan bilangan bulat. Tulis angka saja, misalnya 49.")
        return int(text)

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> Any:
        return value


class YesNo(Text):
    """Ya or Tidak."""

    options = ("Ya", "Tidak")

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> bool:
        text = folded(text_of(value))
        if text not in YES | NO:
            raise ValueError(f"“{text_of(value)}” tidak dikenal. Tulis Ya atau Tidak.")
        return text in YES

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> str:
        return "Ya" if value else "Tidak"


type Spelled = Iterable[tuple[Any, Iterable[str]]]


class Reference(Text):
    """Something that is known already, by its code or by any of its names in any spelling.

    `spellings` gives each thing with its code and names; it is asked once for a whole file.
    """

    def __init__(
        self,
        what: str,
        spellings: Callable[[], Spelled],
        *,
        written: Callable[[Any], str] = str,
        compare: Callable[[str], str] = folded,
    ) -> None:
        super().__init__()
        self.what, self.spellings, self.written, self.compare = what, spellings, written, compare
        self._found: dict[str, list[Any]] = {}
        self._asked: dict[str, list[Any]] = {}

    def load(self) -> None:
        self._found, self._asked = {}, {}
        for thing, names in self.spellings():
            for key in {key for name in names for key in (folded(name), self.compare(name)) if key}:
                self._found.setdefault(key, []).append(thing)

    @property
    def options(self) -> list[str]:
        return [self.written(thing) for thing, _ in self.spellings()]

    def candidates(self, text: str) -> list[Any]:
        if text not in self._asked:
            self._asked[text] = self._found.get(folded(text)) or self._found.get(self.compare(text)) or []
        return self._asked[text]

    def clean(self, value: object, row: Mapping[str, object] | None = None, **kwargs: Any) -> Any:
        text = text_of(value)
        if not text:
            return None
        found = self.narrowed(self.candidates(text), row or {})
        if len(found) == 1:
            return found[0]
        raise ValueError(self._ambiguous(text) if found else self._unknown(text))

    def narrowed(self, candidates: list[Any], row: Mapping[str, object]) -> list[Any]:
        """Those that also fit what else the row says."""
        return candidates

    def render(self, value: Any, obj: models.Model | None = None, **kwargs: Any) -> str:
        return "" if value is None else self.written(value)

    def _ambiguous(self, text: str) -> str:
        return f"Ada lebih dari satu {self.what} bernama “{text}”. Tulis kodenya."

    def _unknown(self, text: str) -> str:
        near = process.extractOne(self.compare(text), self._found.keys(), score_cutoff=SIMILAR)
        hint = f" Maksud Anda “{self.written(self._found[near[0]][0])}”?" if near else ""
        return (
            f"{self.what[:1].upper()}{self.what[1:]} “{text}” belum tercatat.{hint} "
            "Perbaiki tulisannya, atau tambahkan dahulu datanya."
        )


class Column(Field):
    """A column with what its template says of it.

    `blank_keeps` leaves what is known where the cell is empty; `narrows` is for a read-only column that helps to find
    what another one names.
    """

    def __init__(
        self,
        attribute: str,
        heading: str,
        widget: Widget | None = None,
        *,
        required: bool = False,
        blank_keeps: bool = False,
        readonly: bool = False,
        narrows: bool = False,
        help: str = "",
        example: object = "",
    ) -> None:
        super().__init__(attribute, heading, widget or Text(), readonly=readonly or narrows)
        self.required, self.blank_keeps, self.help, self.example = required, blank_keeps, help, example
        self.needed = "ya" if required else "diabaikan" if readonly else "tidak"
        *self._way, self._name = attribute.split("__")

    @property
    def heading(self) -> str:
        return self.column_name

    @property
    def options(self) -> list[str]:
        return list(getattr(self.widget, "options", ()))

    def put(self, instance: Any, value: object, row: Mapping[str, object]) -> None:
        """Give the instance what the cell says; ValueError says what is wrong with it."""
        cleaned = self.widget.clean(value, row)
        for step in self._way:
            instance = getattr(instance, step)
        setattr(instance, self._name, cleaned)

    def shown(self, instance: Any) -> Any:
        """What the cell says of the instance; also what is compared to find out whether a row changes anything."""
        return self.widget.render(self.get_value(instance), instance)


class Effect(Enum):
    """What a row does."""

    NEW = "Baru"
    CHANGED = "Diubah"
    SAME = "Tetap"
