"""How dates, times, numbers and sizes are written for Indonesian readers: pure functions, always WIB."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")

# Own tables: Django's Indonesian catalogue may change its spelling, a paper already printed may not.
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)

MINUTE, HOUR, DAY = 60, 3600, 86400


def local_date(value: date | datetime) -> date:
    """Give the calendar day in Jakarta; a moment without a time zone is refused."""
    if not isinstance(value, datetime):
        return value
    return local_datetime(value).date()


def local_datetime(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(JAKARTA)


def day_month_year(value: date | datetime) -> str:
    day = local_date(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def indonesian_date(value: date | datetime) -> str:
    return f"{WEEKDAYS[local_date(value).weekday()]}, {day_month_year(value)}"


def date_in_words(value: date | datetime) -> str:
    """As a berita acara begins: Rabu, tanggal dua puluh lima November tahun dua ribu dua puluh enam (25-11-2026)."""
    day = local_date(value)
    words = f"tanggal {in_words(day.day)} {MONTHS[day.month - 1]} tahun {in_words(day.year)}"
    return f"{WEEKDAYS[day.weekday()]}, {words} ({day:%d-%m-%Y})"


def indonesian_time(value: datetime) -> str:
    return f"{local_datetime(value):%H.%M} WIB"


def indonesian_datetime(value: datetime) -> str:
    return f"{indonesian_date(value)} pukul {indonesian_time(value)}"


def date_range(first: date | datetime, last: date | datetime) -> str:
    """Name the days from first to last without repeating a month or year they share."""
    start, end = local_date(first), local_date(last)
    if start == end:
        return day_month_year(end)
    if start.year != end.year:
        return f"{day_month_year(start)} – {day_month_year(end)}"
    if start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]} – {day_month_year(end)}"
    return f"{start.day}–{day_month_year(end)}"


def score(value: Decimal | int | str) -> str:
    """Write a computed score with a decimal comma and exactly the digits it has: rounding is done by rule elsewhere."""
    if isinstance(value, float):
        raise TypeError("scores are exact; a float is not")
    return f"{Decimal(value):f}".replace(".", ",")


def thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def file_size(size: int) -> str:
    """Write a size in bytes as the file managers of Indonesian desktops do."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} KB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".", ",")


def remaining(left: timedelta) -> str:
    """Write the two largest units of the time left; `static/js/site.js` repeats this rule in the browser."""
    seconds = int(left.total_seconds())
    if seconds <= 0:
        return "sudah lewat"
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days:
        return _two_units(days, "hari", hours, "jam")
    if hours:
        return _two_units(hours, "jam", minutes, "menit")
    return f"{minutes} menit" if minutes else "kurang dari 1 menit"


def _two_units(large: int, large_name: str, small: int, small_name: str) -> str:
    return f"{large} {large_name} {small} {small_name}" if small else f"{large} {large_name}"


DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")


def in_words(value: int) -> str:
    """Write a whole number below a million as a paper says it behind the figures: 124 is seratus dua puluh empat."""
    if not 0 <= value < 1_000_000:
        raise ValueError("only whole numbers below a million are written in words")
    if value < 12:
        return DIGITS[value]
    if value < 20:
        return f"{DIGITS[value - 10]} belas"
    for size, name in ((1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if value >= size:
            count, rest = divmod(value, size)
            head = f"se{name}" if count == 1 else f"{in_words(count)} {name}"
            return f"{head} {in_words(rest)}" if rest else head
    raise AssertionError("unreachable")
