"""Words that an act asks for: a source to stand on, a reason for a step back."""

SOURCE_MISSING = "Tulis dasar konfirmasinya, misalnya nomor surat atau nama pedoman."
REASON_MISSING = "Tulis alasan pencabutan konfirmasi."
