"""Stored files on their way out: to be saved, never shown inside the site, whatever is in them."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from kiks import storage
from kiks.models import StoredDocument

# A browser that shows the file in spite of everything runs nothing in it and loads nothing for it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PDF = "application/pdf"


def download(content: bytes, name: str, *, content_type: str = PDF) -> HttpResponse:
    """A file for one person; `name` is made by us, never the one that somebody gave the file."""
    return HttpResponse(content, content_type=content_type, headers=_headers(name))


def download_stream(pieces: Iterable[bytes], name: str, *, content_type: str) -> StreamingHttpResponse:
    """Like `download`, for what is too large to stand in memory whole."""
    return StreamingHttpResponse(pieces, content_type=content_type, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {
        **HEADERS,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "Cache-Control": "private, no-store",
    }


def download_stored(document: StoredDocument, name: str) -> HttpResponse:
    """A stored file as what it was stored; the person's right to it has been checked."""
    return download(storage.read(document), name, content_type=document.content_type)


def download_public(request: HttpRequest, document: StoredDocument, name: str) -> HttpResponse:
    """A stored file that everybody may keep: its digest is its ETag, so that nobody loads the same bytes twice."""
    response = HttpResponse(content_type=document.content_type, headers=HEADERS)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["ETag"] = etag = f'"{document.sha256}"'
    answer = get_conditional_response(request, etag=etag, response=response)
    if answer is response:
        response.content = storage.read(document)
    return answer
