"""The attachments that a KIKS form usually asks for; an edition has its own rows, which may differ."""

from typing import NamedTuple


class StandardAttachment(NamedTuple):
    code: str
    name: str
    help_text: str
    is_required: bool
    max_files: int


STANDARD_ATTACHMENTS = (
    StandardAttachment(
        "decree", "SK atau surat pernyataan inovator", "Keputusan atau surat pernyataan yang menamai inovator.", True, 1
    ),
    StandardAttachment(
        "implementation", "Surat pernyataan implementasi", "Menyatakan sejak kapan inovasi diterapkan.", True, 1
    ),
    StandardAttachment(
        "replication", "Surat pernyataan kesediaan replikasi", "Menyatakan bersedia ditiru unit lain.", True, 1
    ),
    StandardAttachment("support", "Bukti pendukung", "Data, foto, atau dokumen yang menguatkan jawaban.", False, 10),
)
