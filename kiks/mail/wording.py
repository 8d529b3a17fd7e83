"""The wording of mails: text with placeholders in braces, filled in one pass. No template language, so no code."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

IN_BRACES = re.compile(r"\{([^{}]*)\}")
SUBJECT_MARK = "Perihal: "
MAX_SUBJECT = 200


@dataclass(frozen=True)
class Placeholder:
    """A name in braces that takes its value when the mail is written."""

    name: str
    meaning: str
    sample: str
    is_required: bool = False
    fits_subject: bool = True

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class MailKind:
    """One mail that the system sends: its file under templates/mail/, and what its wording may say.

    `values` turns what the action knows into the text of each placeholder.
    """

    template: str
    group: str
    title: str
    when: str
    recipients: str
    placeholders: tuple[Placeholder, ...]
    values: Callable[[Mapping[str, Any]], dict[str, str]]
    is_private: bool = False  # the committee must not read what was sent

    @property
    def allowed(self) -> tuple[Placeholder, ...]:
        return (NAME, *self.placeholders)

    @property
    def samples(self) -> dict[str, str]:
        return {placeholder.name: placeholder.sample for placeholder in self.allowed}


@dataclass(frozen=True)
class Wording:
    """Subject and body as they are written, placeholders and all."""

    subject: str
    body: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()

    def filled(self, values: Mapping[str, str]) -> "Wording":
        """The subject on one line; a placeholder without text leaves no gap in the body."""
        subject = " ".join(_fill(self.subject, values).split())[:MAX_SUBJECT]
        return Wording(subject, re.sub(r"\n{3,}", "\n\n", _fill(self.body, values)).strip())


NAME = Placeholder("nama", "nama penerima", "Siti Aminah")


def wording_of_file(source: str) -> Wording:
    """A file under templates/mail/: a first line with the subject, an empty one, the body."""
    subject, _, body = source.partition("\n")
    return Wording(subject.removeprefix(SUBJECT_MARK), clean(body))


def clean(text: str) -> str:
    """As browsers send it, but with one kind of line break and nothing at the ends."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def problems(kind: MailKind, wording: Wording) -> Iterator[str]:
    """Sentences that say what is wrong with the wording of a mail; none where it can be sent."""
    if not wording.subject or not wording.body:
        yield "Isi perihal dan isi surat."
    if "\n" in wording.subject or len(wording.subject) > MAX_SUBJECT:
        yield f"Tulis perihal dalam satu baris, paling panjang {MAX_SUBJECT} karakter."
    yield from _bad_braces(kind, f"{wording.subject}\n{wording.body}")
    for placeholder in kind.placeholders:
        if placeholder.is_required and str(placeholder) not in wording.body:
            yield f"Isi surat harus memuat {placeholder}: {placeholder.meaning}."
        if not placeholder.fits_subject and str(placeholder) in wording.subject:
            yield f"Pakai {placeholder} pada isi surat, bukan pada perihal."


def _bad_braces(kind: MailKind, text: str) -> Iterator[str]:
    allowed = ", ".join(str(placeholder) for placeholder in kind.allowed)
    known = kind.samples
    for name in dict.fromkeys(IN_BRACES.findall(text)):
        if name not in known:
            yield f"Isian {{{name}}} tidak dikenal. Yang dapat dipakai: {allowed}."
    if re.search("[{}]", IN_BRACES.sub("", text)):
        yield f"Kurung kurawal tidak berpasangan. Tulis isian seperti ini: {allowed}."


def _fill(text: str, values: Mapping[str, str]) -> str:
    """In one pass: braces inside a value stay as they are."""
    return IN_BRACES.sub(lambda found: values[found[1]], text)
