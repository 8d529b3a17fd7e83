"""Files under the digest of their bytes: the same bytes are kept once, and a name tells nothing."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kiks.models import StoredDocument


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def store(content: bytes, *, content_type: str) -> StoredDocument:
    """Keep `content`; the file is written before the row, so that a row never points to nothing."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(_path(sha256)):
        default_storage.save(_path(sha256), ContentFile(content))
    document, _ = StoredDocument.objects.get_or_create(
        sha256=sha256, defaults={"size": len(content), "content_type": content_type}
    )
    return document


def read(document: StoredDocument) -> bytes:
    """The bytes; raises ValueError if they are no longer what was stored."""
    with default_storage.open(_path(document.sha256)) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ValueError(f"The stored file {document.sha256} has changed on disk.")
    return content
