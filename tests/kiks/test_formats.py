"""How dates, times, numbers and sizes are written."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from kiks import formats

WIB = timezone(timedelta(hours=7))
LATE_EVENING_UTC = datetime(2023, 3, 27, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2023, 3, 28), "Selasa, 28 Maret 2023"),
        (date(2026, 1, 1), "Kamis, 1 Januari 2026"),
        (date(2024, 2, 29), "Kamis, 29 Februari 2024"),
        (date(2026, 8, 17), "Senin, 17 Agustus 2026"),
        (date(2026, 12, 6), "Minggu, 6 Desember 2026"),
    ],
)
def test_indonesian_date_names_weekday_and_month(day, text):
    assert formats.indonesian_date(day) == text


def test_a_moment_is_written_as_the_day_and_hour_in_jakarta():
    assert formats.indonesian_datetime(LATE_EVENING_UTC) == "Selasa, 28 Maret 2023 pukul 01.30 WIB"
    assert formats.indonesian_date(LATE_EVENING_UTC) == "Selasa, 28 Maret 2023"
    assert formats.indonesian_time(datetime(2023, 3, 28, 13, 30, tzinfo=WIB)) == "13.30 WIB"


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        formats.indonesian_datetime(datetime(2023, 3, 28, 13, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 1), date(2026, 3, 14), "1–14 Maret 2026"),
        (date(2026, 3, 1), date(2026, 4, 2), "1 Maret – 2 April 2026"),
        (date(2026, 12, 16), date(2027, 1, 4), "16 Desember 2026 – 4 Januari 2027"),
        (date(2026, 3, 1), date(2026, 3, 1), "1 Maret 2026"),
        (LATE_EVENING_UTC, datetime(2023, 3, 28, 16, 59, tzinfo=UTC), "28 Maret 2023"),
    ],
)
def test_date_range_says_shared_month_and_year_once(first, last, text):
    assert formats.date_range(first, last) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("87.42"), "87,42"),
        ("87.42", "87,42"),
        (Decimal("87.40"), "87,40"),
        (Decimal("1E+2"), "100"),
        (85, "85"),
        (Decimal("-0.05"), "-0,05"),
    ],
)
def test_score_keeps_the_digits_it_is_given(value, text):
    assert formats.score(value) == text


def test_score_refuses_a_float():
    with pytest.raises(TypeError):
        formats.score(87.42)


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (999, "999"), (1234, "1.234"), (1234567, "1.234.567")])
def test_thousands_are_parted_by_dots(value, text):
    assert formats.thousands(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (200_000, "195 KB"), (1_258_291, "1,2 MB"), (2 * 1024**2, "2,0 MB")],
)
def test_file_size(size, text):
    assert formats.file_size(size) == text


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=12, hours=4, minutes=59), "12 hari 4 jam"),
        (timedelta(days=3), "3 hari"),
        (timedelta(days=3, minutes=59), "3 hari"),
        (timedelta(hours=4, minutes=10), "4 jam 10 menit"),
        (timedelta(hours=1), "1 jam"),
        (timedelta(minutes=10, seconds=59), "10 menit"),
        (timedelta(seconds=59), "kurang dari 1 menit"),
        (timedelta(0), "sudah lewat"),
        (timedelta(seconds=-1), "sudah lewat"),
    ],
)
def test_remaining_names_the_two_largest_units(left, text):
    assert formats.remaining(left) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (65, "enam puluh lima"),
        (100, "seratus"),
        (124, "seratus dua puluh empat"),
        (1000, "seribu"),
        (2011, "dua ribu sebelas"),
        (21100, "dua puluh satu ribu seratus"),
    ],
)
def test_numbers_in_words(value, words):
    assert formats.in_words(value) == words


@pytest.mark.parametrize("value", [-1, 1_000_000])
def test_numbers_that_no_paper_counts_are_refused(value):
    with pytest.raises(ValueError, match="below a million"):
        formats.in_words(value)
