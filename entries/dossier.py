"""The dossier for the next level: an entry in the shape of the KIPP form, and what KIJB and IGA take from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import slugify

from competitions.models import Edition, Instrument
from entries.models import Attachment, Entry
from entries.queries import attachments_of, frozen_attachments, frozen_content, working_content
from entries.tpb import GOALS
from kiks.formats import day_month_year, file_size, indonesian_datetime
from kiks.models import StoredDocument

KIPP = "kipp"
UNKNOWN = "–"


@dataclass(frozen=True)
class DossierField:
    """One answer, to be pasted into one field of the form."""

    code: str
    title: str
    text: str
    words: int
    word_limit: int | None

    @property
    def excess(self) -> int:
        return max(0, self.words - self.word_limit) if self.word_limit is not None else 0


@dataclass(frozen=True)
class Mapped:
    """A criterion of another instrument, and the fields that speak to it."""

    criterion: str
    fields: str


@dataclass(frozen=True)
class OtherInstrument:
    name: str
    is_confirmed: bool
    rows: tuple[Mapped, ...]


@dataclass(frozen=True)
class DossierFile:
    """An attachment under a name that says what it is."""

    title: str
    name: str
    size: str
    sha256: str
    document: StoredDocument


@dataclass(frozen=True)
class Dossier:
    """What is taken along; a draft where nothing was submitted yet."""

    edition: str
    number: str
    innovation: str
    unit: str
    agency: str
    is_draft: bool
    is_demo: bool
    basis: str
    digest: str
    identity: tuple[tuple[str, str], ...]
    form_name: str
    form_is_confirmed: bool
    fields: tuple[DossierField, ...]
    other_fields: tuple[DossierField, ...]
    instruments: tuple[OtherInstrument, ...]
    iga: tuple[tuple[str, str], ...]
    files: tuple[DossierFile, ...]
    file_name: str

    @property
    def iga_line(self) -> str:
        """The row as a spreadsheet takes it."""
        return "\t".join(value.replace("\t", " ").replace("\n", "; ") for _, value in self.iga)


def dossier_of(entry: Entry) -> Dossier:
    """From the version that counts; from the working text, marked as a draft, where there is none."""
    version, edition = entry.current_version, entry.edition
    content = frozen_content(version) if version else working_content(entry)
    attachments = frozen_attachments(version) if version else attachments_of(entry)
    instruments = list(edition.instruments.prefetch_related("criteria__questions"))
    form = next((instrument for instrument in instruments if instrument.code.startswith(KIPP)), None)
    asked = {question.code for question in _questions(form)}
    fields = [_field(answer) for answer in content["answers"]]
    # A form that names no questions has the shape of all of them.
    in_form = [field for field in fields if not asked or field.code in asked]
    return Dossier(
        edition=edition.name,
        number=content["number"] or entry.number,
        innovation=" - ".join(filter(None, (content["short_name"], content["expansion"]))),
        unit=content["unit"],
        agency=content["agency"],
        is_draft=version is None,
        is_demo=entry.is_demo,
        basis=f"Versi {version.ordinal}, dikirim {indonesian_datetime(version.frozen_at)}" if version else "Draf",
        digest=version.digest if version else "",
        identity=tuple(_identity(content)),
        form_name=form.name if form else "",
        form_is_confirmed=_is_confirmed(form, edition),
        fields=tuple(in_form),
        other_fields=tuple(field for field in fields if field not in in_form),
        instruments=tuple(_others(instruments, form, {field.code: field.title for field in fields})),
        iga=tuple(_iga(content)),
        files=tuple(_files(attachments)),
        file_name="-".join(filter(None, ("berkas", edition.code, entry.number, slugify(content["short_name"])[:40]))),
    )


def _questions(instrument: Instrument | None) -> Iterator[Any]:
    for criterion in instrument.criteria.all() if instrument else ():
        yield from criterion.questions.all()


def _is_confirmed(form: Instrument | None, edition: Edition) -> bool:
    """The fields come from the edition's rules, their place in the form from the instrument."""
    return edition.rules_confirmed_at is not None and (form is None or form.confirmed_at is not None)


def _field(answer: dict[str, Any]) -> DossierField:
    return DossierField(**{name: answer[name] for name in ("code", "title", "text", "words", "word_limit")})


def _others(
    instruments: Iterable[Instrument], form: Instrument | None, titles: dict[str, str]
) -> Iterator[OtherInstrument]:
    for instrument in instruments:
        rows = [
            Mapped(criterion.name, ", ".join(titles[code] for code in codes if code in titles))
            for criterion in instrument.criteria.all()
            for codes in [[question.code for question in criterion.questions.all()]]
        ]
        if instrument != form and any(row.fields for row in rows):
            yield OtherInstrument(instrument.name, instrument.confirmed_at is not None, tuple(rows))


def _identity(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Nama inovasi", content["short_name"]
    yield "Kepanjangan", content["expansion"] or UNKNOWN
    yield "Unit", content["unit"]
    yield "Perangkat daerah", content["agency"]
    yield "Kategori", content["category"] or UNKNOWN
    yield from _dates(content)
    yield "TPB yang didukung", "\n".join(f"{number}. {GOALS[number]}" for number in content["tpb"]) or UNKNOWN
    yield "Transformasi yang didukung", ", ".join(content["transformations"]) or UNKNOWN
    yield "Tim inovator", content["team"] or UNKNOWN
    yield "Nomor SK tim", content["decree_number"] or UNKNOWN
    yield "Tautan video", content["video_url"] or UNKNOWN


def _dates(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    labels = {"initiated_on": "Mulai digagas", "trialled_on": "Mulai diuji coba", "implemented_on": "Mulai diterapkan"}
    for name, label in labels.items():
        day = content["dates"][name]
        yield label, day_month_year(date.fromisoformat(day)) if day else UNKNOWN


def _iga(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Only what this competition records; the other indicators are filled in IGA itself."""
    yield "Nama inovasi", content["short_name"]
    yield "Inisiator", f"{content['unit']}, {content['agency']}"
    yield "Bentuk", "Inovasi pelayanan publik"
    yield "Jenis", "Digital" if content["is_digital"] else "Nondigital"
    yield from _dates(content)


def _files(attachments: Iterable[Attachment]) -> Iterator[DossierFile]:
    for place, attachment in enumerate(attachments, 1):
        document = attachment.document
        title, stem = (slugify(name)[:60] for name in (attachment.title, attachment.name.rsplit(".", 1)[0]))
        name = "-".join(filter(None, (f"{place:02d}", title, stem if stem != title else "")))
        yield DossierFile(attachment.title, f"{name}.pdf", file_size(document.size), document.sha256, document)
