"""The order of the stages of one edition, and what a calendar looks like a year later: dates in, sentences out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from kiks.formats import indonesian_datetime

# Stages that follow one another; registration runs beside submission and stands before all of them.
IN_ORDER = ("submission", "screening", "judging", "presentation", "announcement")
DAYS_OF_A_YEAR = 365.2425


class Window(NamedTuple):
    """One stage: its kind, the name that people read, and when it is open."""

    kind: str
    name: str
    opens_at: datetime
    closes_at: datetime


def faults(windows: Iterable[Window]) -> list[str]:
    """Sentences that say what is wrong with a calendar and how to mend it; stages may be missing."""
    by_kind = {window.kind: window for window in windows}
    found = [
        f"{window.name} ditutup {indonesian_datetime(window.closes_at)}, sebelum atau saat dibuka"
        f" {indonesian_datetime(window.opens_at)}. Waktu penutupan harus setelah waktu pembukaan."
        for window in by_kind.values()
        if window.closes_at <= window.opens_at
    ]
    chain = [by_kind[kind] for kind in IN_ORDER if kind in by_kind]
    found += [_out_of_order(earlier, later) for earlier, later in pairwise(chain) if later.opens_at < earlier.closes_at]
    registration, submission = by_kind.get("registration"), by_kind.get("submission")
    if registration and submission and registration.opens_at > submission.opens_at:
        found.append(
            f"{registration.name} baru dibuka {indonesian_datetime(registration.opens_at)}, setelah"
            f" {submission.name} dibuka {indonesian_datetime(submission.opens_at)}."
            " Buka pendaftaran lebih dahulu atau bersamaan, karena hanya unit terdaftar yang dapat mengajukan."
        )
    return found


def _out_of_order(earlier: Window, later: Window) -> str:
    return (
        f"{later.name} dibuka {indonesian_datetime(later.opens_at)}, padahal {earlier.name} baru ditutup"
        f" {indonesian_datetime(earlier.closes_at)}. Kedua tahap tidak boleh bertumpang tindih:"
        f" buka {later.name} setelah {earlier.name} ditutup."
    )


def years_later(years: int) -> timedelta:
    """The whole weeks nearest to that many years, so that every stage keeps its day of the week."""
    return timedelta(weeks=round(years * DAYS_OF_A_YEAR / 7))
