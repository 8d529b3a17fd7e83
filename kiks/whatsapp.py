"""Links that open a WhatsApp chat with a text filled in: pure; a landline or a foreign number gets none."""

import re
from urllib.parse import quote

# Mobile numbers of Indonesia, without the leading zero: 8, then 8 to 11 digits.
MOBILE = re.compile(r"8\d{8,11}")
# Whoever writes two numbers parts them so; the first counts.
SEPARATORS = re.compile(r"[/,;]|\batau\b|\bdan\b")
LONGEST_TEXT = 3000


def number_of(phone: str) -> str:
    """ "0812-3456-7890" or "+62 812 3456 7890" -> "6281234567890"; empty for what is no mobile number."""
    first = SEPARATORS.split(phone, maxsplit=1)[0]
    digits = re.sub(r"\D", "", first)
    if digits.startswith("62"):
        digits = digits.removeprefix("62").removeprefix("0")
    elif digits.startswith("0"):
        digits = digits.removeprefix("0")
    elif "+" in first:
        return ""
    return f"62{digits}" if MOBILE.fullmatch(digits) else ""


def link(phone: str, text: str = "") -> str:
    """The address that opens the chat, or nothing where the number has no WhatsApp."""
    number = number_of(phone)
    if not number:
        return ""
    return f"https://wa.me/{number}?text={quote(text[:LONGEST_TEXT], safe='')}" if text else f"https://wa.me/{number}"
