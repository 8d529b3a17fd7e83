"""Words that an act asks for: a source to stand on, a reason for a step back."""

from kiks.exceptions import RuleBrokenError

SOURCE_MISSING = "Tulis dasar konfirmasinya, misalnya nomor surat atau nama pedoman."
REASON_MISSING = "Tulis alasan pencabutan konfirmasi."


def required(text: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise RuleBrokenError(sentence)
    return text
