"""What an uploaded PDF must be: judged by its content, never by its name."""

from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from pypdf import PdfReader
from pypdf.errors import PyPdfError

MEGABYTE = 1024 * 1024
ACTIVE_KEYS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


def too_large(size: int, limit: int) -> str:
    # Rounded up, so that what is over the limit never looks like the limit.
    tenths = -(-size * 10 // MEGABYTE)
    return (
        f"Berkas {tenths // 10},{tenths % 10} MB terlalu besar, maksimal {limit // MEGABYTE} MB."
        " Perkecil resolusi gambar di dalamnya, lalu unggah lagi."
    )


def read_pdf(upload: UploadedFile, *, max_bytes: int | None = None) -> bytes:
    """The bytes of a plain PDF; raises ValidationError with a sentence otherwise.

    `max_bytes` is what the edition's rule says; a letter, for which no edition has a rule, has the limit of the site.
    """
    limit = max_bytes or settings.LETTER_MAX_BYTES
    if upload.size > limit:
        raise ValidationError(too_large(upload.size, limit))
    content = upload.read()
    if not content.startswith(b"%PDF-"):
        raise ValidationError("Berkas ini bukan PDF. Simpan dokumen sebagai PDF, lalu unggah lagi.")
    try:
        reader = PdfReader(BytesIO(content))
        encrypted, pages = reader.is_encrypted, 0 if reader.is_encrypted else len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValidationError("PDF ini rusak dan tidak dapat dibaca. Buat ulang PDF-nya, lalu unggah lagi.") from error
    if encrypted:
        raise ValidationError("PDF ini terkunci kata sandi. Hapus kata sandinya, lalu unggah lagi.")
    if pages == 0:
        raise ValidationError("PDF ini tidak memiliki halaman. Buat ulang PDF-nya, lalu unggah lagi.")
    if any(key in content for key in ACTIVE_KEYS):
        raise ValidationError(
            "PDF ini berisi skrip atau berkas tersemat. Cetak ulang sebagai PDF biasa, lalu unggah lagi."
        )
    return content
