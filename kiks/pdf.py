"""PDF from templates; the only importer of WeasyPrint."""

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML, Attachment, Document, Page, URLFetcher
from weasyprint.css import ColorProfile
from weasyprint.document import DocumentMetadata
from weasyprint.html import get_html_metadata
from weasyprint.urls import URLFetcherResponse

# A made-up host, so that relative addresses in style sheets resolve; nothing is ever fetched from it.
OWN = "https://static.invalid/"
STATIC = Path(settings.BASE_DIR) / "static"
# What the colours of a paper that is kept mean. WeasyPrint would read the same file, and leave it open.
SRGB = files("weasyprint.pdf") / "sRGB2014.icc"
TAGGED, TAGGED_WITH_FILES = "pdf/ua-1", "pdf/a-3a"


class OwnFilesOnly(URLFetcher):
    """Serve the project's own static files and `data:` URIs; nothing else from disk, nothing from the network."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(OWN):
            return super().fetch(url, headers)
        path = (STATIC / url.removeprefix(OWN)).resolve()
        if not path.is_relative_to(STATIC):
            raise ValueError(f"{url} lies outside the static folder.")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": kind})


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that a paper carries inside: what the paper was computed from. `moment` is that of the content."""

    name: str
    content: str
    description: str
    moment: datetime


def render_pdf(template: str, context: dict[str, object], *, enclosure: Enclosure | None = None) -> bytes:
    """A tagged PDF of `templates/pdf/<template>`; addresses in it are relative to the static folder.

    The same data gives the same bytes, at any time and in any process. With an enclosure the paper is PDF/A-3a, made
    to be kept with what lies in it.
    """
    html = _html(template, context)
    if enclosure is None:
        return html.write_pdf(pdf_variant=TAGGED)
    attachment = Attachment(
        file_obj=BytesIO(enclosure.content.encode()),
        name=enclosure.name,
        description=enclosure.description,
        created=enclosure.moment.astimezone(UTC),
        modified=enclosure.moment.astimezone(UTC),
        relationship="Source",
    )
    colours = {"paper": ColorProfile(BytesIO(SRGB.read_bytes()), SRGB.name, "relative-colorimetric", ("r", "g", "b"))}
    return html.write_pdf(
        pdf_variant=TAGGED_WITH_FILES, attachments=[attachment], color_profiles=colours, output_intent="paper"
    )


def render_sheets(template: str, contexts: Iterable[dict[str, object]]) -> list[bytes]:
    """One tagged PDF for each context, of a template whose paper is one sheet that begins a page.

    They are laid out together and written apart, which costs a fifth of laying out each; the bytes are those of
    `render_pdf`.
    """
    papers = [_html(template, context) for context in contexts]
    if not papers:
        return []
    body = papers[0].etree_element.find("body")
    for paper in papers[1:]:
        body.extend(paper.etree_element.find("body"))
    document = papers[0].render(pdf_variant=TAGGED)
    if len(document.pages) != len(papers):
        raise ValueError(f"{template} does not fill one page each: {len(document.pages)} for {len(papers)}.")
    return [_written_alone(document, page, paper) for page, paper in zip(document.pages, papers, strict=True)]


def _html(template: str, context: dict[str, object]) -> HTML:
    html = render_to_string(f"pdf/{template}", context)
    return HTML(string=html, base_url=OWN, url_fetcher=OwnFilesOnly())


def _written_alone(document: Document, page: Page, paper: HTML) -> bytes:
    """A page with its tags and the title of its own paper."""
    alone = document.copy([page])
    alone.metadata = DocumentMetadata(**get_html_metadata(paper))
    return alone.write_pdf(pdf_variant=TAGGED)
