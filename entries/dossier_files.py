"""The dossier as files: one PDF, one DOCX, and one ZIP with the attachments."""

import hashlib
import io
import re
from collections.abc import Iterator

from django.utils.timezone import localtime
from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Pt

from entries.dossier import Dossier, DossierField
from kiks import clock, storage
from kiks.archives import packed
from kiks.papers import LETTERHEAD
from kiks.pdf import render_pdf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNCONFIRMED = "belum dikonfirmasi"
# What XML 1.0 cannot hold; a browser lets somebody paste it nevertheless.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LIST_NAME = "daftar-berkas.txt"


def dossier_pdf(dossier: Dossier) -> bytes:
    context = {
        "dossier": dossier,
        "digest": dossier.digest,
        "letterhead": LETTERHEAD,
        "title": "Berkas inovasi untuk KIJB dan KIPP",
        "subtitle": dossier.edition,
        "is_draft": dossier.is_draft,
        "is_demo_site": dossier.is_demo,
    }
    return render_pdf("dossier.html", context)


def dossier_docx(dossier: Dossier) -> bytes:
    paper = Document()
    paper.styles["Normal"].font.name, paper.styles["Normal"].font.size = "Calibri", Pt(11)
    paper.core_properties.title = _clean(dossier.innovation)
    paper.core_properties.author = _clean(dossier.unit)
    paper.core_properties.language = "id-ID"
    _add_heading(paper, dossier.innovation, 0)
    if dossier.is_draft:
        paper.add_paragraph().add_run("DRAF: usulan ini belum dikirim.").bold = True
    _add_text(paper, f"{dossier.edition}, usulan {dossier.number or '–'}. {dossier.basis}.")
    _add_rows(paper, dossier.identity)
    note = "" if dossier.form_is_confirmed else f" ({UNCONFIRMED})"
    _add_heading(paper, f"Isian {dossier.form_name or 'usulan'}{note}", 1)
    for field in dossier.fields:
        _add_field(paper, field)
    if dossier.other_fields:
        _add_heading(paper, "Isian lain", 1)
        for field in dossier.other_fields:
            _add_field(paper, field)
    for instrument in dossier.instruments:
        note = "" if instrument.is_confirmed else f" (asumsi, {UNCONFIRMED})"
        _add_heading(paper, f"Kaitan dengan {instrument.name}{note}", 1)
        _add_rows(paper, [(row.criterion, row.fields or "–") for row in instrument.rows])
    _add_heading(paper, f"Data untuk IGA ({UNCONFIRMED})", 1)
    _add_rows(paper, dossier.iga)
    _add_heading(paper, "Lampiran", 1)
    _add_rows(paper, [(file.title, f"{file.name}, {file.size}") for file in dossier.files] or [("Lampiran", "–")])
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def dossier_zip(dossier: Dossier) -> Iterator[bytes]:
    """The archive piece by piece; one attachment at a time is in memory."""
    return packed(_listed(dossier), dated=localtime(clock.now()))


def _listed(dossier: Dossier) -> Iterator[tuple[str, bytes]]:
    listed = []
    for name, content in _contents(dossier):
        listed.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        yield name, content
    yield LIST_NAME, _list(dossier, listed).encode()


def _contents(dossier: Dossier) -> Iterator[tuple[str, bytes]]:
    yield f"{dossier.file_name}.pdf", dossier_pdf(dossier)
    yield f"{dossier.file_name}.docx", dossier_docx(dossier)
    for file in dossier.files:
        yield f"lampiran/{file.name}", storage.read(file.document)


def _list(dossier: Dossier, listed: list[str]) -> str:
    head = [
        f"# {dossier.innovation}".replace("\n", " "),
        f"# {dossier.edition}, usulan {dossier.number or '-'}. {dossier.basis}.",
        f"# Sidik jari isi usulan (SHA-256): {dossier.digest}"
        if dossier.digest
        else "# DRAF: usulan ini belum dikirim.",
        f"# Periksa keutuhan berkas: sha256sum -c {LIST_NAME}",
    ]
    return "\n".join([*head, *listed, ""])


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _add_heading(paper: WordDocument, text: str, level: int) -> None:
    paper.add_heading(_clean(text), level)


def _add_text(paper: WordDocument, text: str) -> None:
    for part in _clean(text).split("\n"):
        if part.strip():
            paper.add_paragraph(part)


def _add_field(paper: WordDocument, field: DossierField) -> None:
    _add_heading(paper, field.title, 2)
    limit = f" dari {field.word_limit}" if field.word_limit is not None else ""
    paper.add_paragraph().add_run(f"{field.words}{limit} kata").italic = True
    _add_text(paper, field.text or "Tidak diisi.")


def _add_rows(paper: WordDocument, rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> None:
    table = paper.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = _clean(label), _clean(value)
