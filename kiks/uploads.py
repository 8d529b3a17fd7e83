"""What an uploaded PDF must be: judged by its content, never by its name."""

import logging
import subprocess
import sys
import unicodedata
from pathlib import PurePosixPath
from threading import BoundedSemaphore

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from kiks.inspection.faults import Fault

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
LONGEST_NAME = 160
# More examinations than this at once would take the machine from everybody else; the next one waits its turn.
AT_ONCE = BoundedSemaphore(2)
PATIENCE = 15

PRINT_AGAIN = "Buka dokumennya, pilih cetak ke PDF, lalu unggah hasilnya."
MAKE_AGAIN = "Buat ulang PDF-nya dari dokumen asal, lalu unggah lagi."
BUSY = "Saat ini banyak berkas sedang diperiksa. Tunggu satu menit, lalu unggah lagi."
SENTENCES = {
    Fault.NOT_PDF: "Berkas ini bukan PDF. Simpan dokumen sebagai PDF, lalu unggah lagi.",
    Fault.DISGUISED: f"Berkas ini bukan PDF murni: ada isi berformat lain di dalamnya. {MAKE_AGAIN}",
    Fault.BROKEN: f"PDF ini rusak atau terpotong dan tidak dapat dibaca. {MAKE_AGAIN}",
    Fault.ENCRYPTED: "PDF ini terkunci kata sandi atau dibatasi izinnya. Hapus kuncinya, lalu unggah lagi.",
    Fault.SCRIPT: f"PDF ini berisi skrip (JavaScript). {PRINT_AGAIN}",
    Fault.COMMAND: f"PDF ini berisi perintah untuk menjalankan program. {PRINT_AGAIN}",
    Fault.SENDS: f"PDF ini berisi formulir yang mengirim atau mengambil data. {PRINT_AGAIN}",
    Fault.OUTSIDE: "PDF ini merujuk ke berkas di komputer atau jaringan Anda, misalnya tautan file:."
    " Hapus tautan itu dari dokumen, simpan lagi sebagai PDF, lalu unggah.",
    Fault.EMBEDDED: "PDF ini membawa berkas lain yang tersemat di dalamnya."
    f" Bila berkas itu perlu, unggah terpisah. {PRINT_AGAIN}",
    Fault.XFA: f"PDF ini memakai formulir XFA, yang tidak dapat dibaca di semua perangkat. {PRINT_AGAIN}",
    Fault.MEDIA: f"PDF ini berisi video, suara, atau objek 3D. {PRINT_AGAIN}",
    Fault.NO_PAGES: f"PDF ini tidak memiliki halaman. {MAKE_AGAIN}",
    Fault.MANY_PAGES: "PDF ini lebih dari 500 halaman. Sertakan bagian yang diperlukan saja, lalu unggah lagi.",
    Fault.HUGE_PAGE: "Ukuran halaman PDF ini lebih dari 5 meter. Atur kertasnya menjadi A4, lalu unggah lagi.",
    Fault.HUGE_IMAGE: "Gambar di dalam PDF ini terlalu besar, lebih dari 150 juta piksel."
    " Perkecil resolusinya, lalu unggah lagi.",
    Fault.BOMB: f"Isi PDF ini membengkak terlalu besar saat dibuka. {PRINT_AGAIN}",
    Fault.TANGLED: f"Susunan PDF ini berbelit dan tidak dapat diperiksa dengan aman. {PRINT_AGAIN}",
    Fault.TOO_HEAVY: f"PDF ini terlalu berat untuk diperiksa. {PRINT_AGAIN}",
}


def too_large(size: int, limit: int) -> str:
    # Rounded up, so that what is over the limit never looks like the limit.
    tenths = -(-size * 10 // MEGABYTE)
    return (
        f"Berkas {tenths // 10},{tenths % 10} MB terlalu besar, maksimal {limit // MEGABYTE} MB."
        " Perkecil resolusi gambar di dalamnya, lalu unggah lagi."
    )


def clean_name(name: str) -> str:
    """A file name to be shown: no folders, no control characters, no marks that turn the reading direction."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    visible = " ".join("".join(character for character in base if character.isprintable()).split())
    stem = visible[:-4] if visible.lower().endswith(".pdf") else visible
    return f"{stem.strip('. ')[: LONGEST_NAME - 4] or 'lampiran'}.pdf"


def read_pdf(upload: UploadedFile, *, max_bytes: int | None = None) -> bytes:
    """The bytes of a plain PDF; raises ValidationError with a sentence otherwise.

    `max_bytes` is what the edition's rule says; a letter, for which no edition has a rule, has the limit of the site.
    """
    limit = max_bytes or settings.LETTER_MAX_BYTES
    size = upload.size or 0
    if size > limit:
        raise ValidationError(too_large(size, limit))
    content = upload.read()
    if not content:
        raise ValidationError("Berkas ini kosong. Periksa dokumennya, lalu unggah lagi.")
    fault = examine(content)
    if fault is not None:
        raise ValidationError(SENTENCES[fault], code=fault)
    return content


def examine(content: bytes) -> Fault | None:
    """The first fault of a PDF, found by a process with bounds of time and memory and nothing secret around it."""
    if not content.startswith(b"%PDF-") and b"%PDF-" not in content[:1024]:
        return Fault.NOT_PDF
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise ValidationError(BUSY, code="busy")
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-E", "-s", "-m", "kiks.inspection"],
            cwd=settings.BASE_DIR,
            env={},
            input=content,
            capture_output=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return Fault.TOO_HEAVY
    finally:
        AT_ONCE.release()
    if done.returncode:
        if done.returncode > 0:  # an error of ours; the kernel ends what is too heavy by a signal
            logger.error("The examination of a PDF failed: %s", done.stderr.decode(errors="replace")[-2000:])
        return Fault.TOO_HEAVY
    return Fault(done.stdout.decode()) if done.stdout else None
