"""Numbers that people write in many ways: NIP and telephone. A refusal is a ValueError with a sentence for the user."""

import re

NIP_LENGTH, NIK_LENGTH = 18, 16
PHONE = re.compile(r"(?P<number>[\d\s().+/-]+?)\s*(?:(?:ext|pes|pesawat)\.?\s*(?P<extension>\d{1,6}))?", re.IGNORECASE)
SHORTEST_PHONE, LONGEST_PHONE = 8, 14
# Big cities have three figures; everywhere else an area code has four (Sukabumi: 0266).
SHORT_AREA_CODES = ("021", "022", "024", "031", "061")


def nip_of(text: str) -> str:
    """Eighteen figures without spaces; nothing where nothing was written."""
    digits = re.sub(r"[\s.-]", "", text)
    if not digits:
        return ""
    if digits.isascii() and digits.isdigit() and len(digits) == NIK_LENGTH:
        raise ValueError("Ini tampaknya NIK (16 angka). NIK tidak pernah diminta. Isi NIP 18 angka, atau kosongkan.")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("NIP hanya berisi angka. Tulis 18 angka, atau kosongkan bila tidak memiliki NIP.")
    if len(digits) != NIP_LENGTH:
        raise ValueError(
            f"NIP berisi 18 angka, yang ditulis {len(digits)}. Periksa lagi, atau kosongkan bila bukan ASN."
        )
    return digits


def phone_of(text: str) -> str:
    """A national number the way it is read aloud: "+62 (812) 3456-7890" becomes "0812 3456 7890"."""
    found = PHONE.fullmatch(text.strip())
    if found is None:
        raise ValueError("Nomor telepon hanya berisi angka. Contoh: 0266 221234 atau 0812 3456 7890.")
    digits = re.sub(r"\D", "", found["number"])
    digits = re.sub(r"^(?:0062|62)0?", "0", digits)
    if not digits.startswith("0"):
        raise ValueError("Awali nomor dengan kode daerah atau 08. Contoh: 0266 221234 atau 0812 3456 7890.")
    if len(digits) < SHORTEST_PHONE:
        raise ValueError(f"Nomor telepon ini hanya {len(digits)} angka. Lengkapi, misalnya 0266 221234.")
    if len(digits) > LONGEST_PHONE:
        raise ValueError(f"Nomor telepon ini {len(digits)} angka, terlalu panjang. Tulis satu nomor saja.")
    extension = f" pes. {found['extension']}" if found["extension"] else ""
    return _grouped(digits) + extension


def _grouped(digits: str) -> str:
    if digits.startswith("08"):
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    area = 3 if digits.startswith(SHORT_AREA_CODES) else 4
    return f"{digits[:area]} {digits[area:]}"
