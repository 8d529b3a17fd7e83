"""PDF from templates; the only importer of WeasyPrint."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML, URLFetcher
from weasyprint.urls import URLFetcherResponse

# A made-up host, so that relative addresses in style sheets resolve; nothing is ever fetched from it.
OWN = "https://static.invalid/"
STATIC = Path(settings.BASE_DIR) / "static"


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


def render_pdf(template: str, context: dict[str, object]) -> bytes:
    """A tagged PDF of `templates/pdf/<template>`; addresses in it are relative to the static folder."""
    html = render_to_string(f"pdf/{template}", context)
    return HTML(string=html, base_url=OWN, url_fetcher=OwnFilesOnly()).write_pdf(pdf_variant="pdf/ua-1")
