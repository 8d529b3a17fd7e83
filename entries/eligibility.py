"""Reasons why an innovation may not enter: dates and counts in, reason codes out; pure."""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

# What the browser's \s is: Python's own would split at other characters, and the two counters would disagree.
SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
RUN = re.compile(f"[^{SPACE}]+")
MEGABYTE = 1024 * 1024
LETTER_OR_DIGIT = re.compile(r"[^\W_]")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


class Reason(Enum):
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    UNIT_NOT_VERIFIED = "unit_not_verified"
    PARTICIPATION_LIMIT = "participation_limit"
    IMPLEMENTATION_DATE_MISSING = "implementation_date_missing"
    TOO_YOUNG = "too_young"
    UNIT_LIMIT = "unit_limit"
    AGENCY_LIMIT = "agency_limit"
    ANSWER_MISSING = "answer_missing"
    TOO_MANY_WORDS = "too_many_words"
    PAPER_MISSING = "paper_missing"
    TOO_MANY_FILES = "too_many_files"
    FILE_TOO_LARGE = "file_too_large"
    VIDEO_LINK_MISSING = "video_link_missing"
    STATEMENT_MISSING = "statement_missing"


SENTENCES = {
    Reason.NOT_OPEN_YET: "Pengajuan baru dibuka {at}. Draf Anda tetap tersimpan; ajukan setelah waktu itu.",
    Reason.CLOSED: "Pengajuan sudah ditutup {at}. Hubungi panitia bila Anda memerlukan penjelasan.",
    Reason.UNIT_NOT_VERIFIED: "Unit Anda belum diverifikasi. Tunggu verifikasi oleh panitia atau hubungi panitia.",
    Reason.PARTICIPATION_LIMIT: (
        "Inovasi ini sudah {actual} kali ikut serta{years}, maksimal {limit} kali. Ajukan inovasi lain."
    ),
    Reason.IMPLEMENTATION_DATE_MISSING: "Tanggal mulai penerapan belum diisi. Isi tanggal itu pada data inovasi.",
    Reason.TOO_YOUNG: (
        "Inovasi mulai diterapkan {on}, seharusnya paling lambat {latest_on} ({limit} bulan sebelum pengajuan ditutup)."
        " Perbaiki tanggal itu bila keliru, atau ajukan inovasi ini pada edisi berikutnya."
    ),
    Reason.UNIT_LIMIT: (
        "Unit Anda sudah mengajukan {actual} usulan, maksimal {limit}. Tarik salah satu usulan sebelum mengajukan ini."
    ),
    Reason.AGENCY_LIMIT: (
        "Perangkat daerah Anda sudah mengajukan {actual} usulan, maksimal {limit}."
        " Sepakati dengan unit lain usulan mana yang ditarik."
    ),
    Reason.ANSWER_MISSING: "{label} belum diisi. Isi bagian ini sebelum mengajukan.",
    Reason.TOO_MANY_WORDS: "{label} {actual} kata, maksimal {limit}. Kurangi {excess} kata.",
    Reason.PAPER_MISSING: "{label} belum dilampirkan. Unggah PDF-nya pada bagian Lampiran.",
    Reason.TOO_MANY_FILES: "{label} {actual} berkas, maksimal {limit}. Hapus {excess} berkas pada bagian Lampiran.",
    Reason.FILE_TOO_LARGE: (
        "{label} berisi berkas {size} MB, maksimal {limit} MB. Ganti dengan yang lebih kecil pada bagian Lampiran."
    ),
    Reason.VIDEO_LINK_MISSING: "Tautan video belum diisi. Tempel alamat video inovasi Anda.",
    Reason.STATEMENT_MISSING: "Pernyataan kebenaran belum disetujui. Baca dan centang pernyataan itu.",
}


@dataclass(frozen=True, kw_only=True)
class QuestionRule:
    code: str
    label: str
    required: bool = True
    max_words: int | None = None


@dataclass(frozen=True, kw_only=True)
class PaperRule:
    """What an edition asks of one kind of attachment."""

    code: str
    label: str
    required: bool = False
    max_files: int = 1
    max_megabytes: int = 2


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an edition asks; None means no such rule. The stage is open from `opens_at` to just before `closes_at`."""

    opens_at: datetime
    closes_at: datetime
    max_participations: int | None = None
    min_age_months: int | None = None
    max_per_unit: int | None = None
    max_per_agency: int | None = None
    questions: tuple[QuestionRule, ...] = ()
    papers: tuple[PaperRule, ...] = ()
    needs_video: bool = False
    needs_statement: bool = False
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one entry, without this one in any count.

    `participations` are the years of the editions in which the innovation took part; `files` the sizes in bytes of the
    attachments by the code of their rule.
    """

    now: datetime
    unit_verified: bool
    participations: tuple[int, ...] = ()
    implemented_on: date | None = None
    unit_entries: int = 0
    agency_entries: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Sequence[int]] = field(default_factory=dict)
    video_link: str = ""
    statement_accepted: bool = False


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One reason, with what its sentence needs; `question` is the code of the question it is about."""

    reason: Reason
    question: str = ""
    label: str = ""
    actual: int = 0
    limit: int = 0
    size: int = 0
    years: tuple[int, ...] = ()
    on: date | None = None
    latest_on: date | None = None
    at: datetime | None = None


def failures(facts: Facts, rules: Rules) -> tuple[Failure, ...]:
    """Every reason why the entry may not be submitted, in the order of the form; none when it may."""
    return (
        *_stage_failures(facts, rules),
        *_innovation_failures(facts, rules),
        *_count_failures(facts, rules),
        *_answer_failures(facts, rules),
        *_paper_failures(facts, rules),
        *_last_failures(facts, rules),
    )


def sentence(failure: Failure) -> str:
    """The failure for the person who has to mend it: the numbers, and how to go on."""
    return SENTENCES[failure.reason].format(
        label=failure.label,
        actual=failure.actual,
        limit=failure.limit,
        excess=failure.actual - failure.limit,
        size=_megabytes(failure.size),
        years=f" ({_listed(failure.years)})" if failure.years else "",
        on=long_date(failure.on),
        latest_on=long_date(failure.latest_on),
        at=_long_moment(failure.at),
    )


@lru_cache(maxsize=4096)
def count_words(text: str) -> int:
    """Runs of non-space with at least one letter or digit: JavaScript's /[^\\s]*[\\p{L}\\p{N}][^\\s]*/gu."""
    # Two steps, since that pattern itself takes quadratic time on a long run without a letter. What was counted is
    # remembered, since the screening desk asks of the same hundred texts on every page.
    return sum(1 for run in RUN.finditer(text) if LETTER_OR_DIGIT.search(run[0]))


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _stage_failures(facts: Facts, rules: Rules) -> Iterator[Failure]:
    if facts.now < rules.opens_at:
        yield Failure(reason=Reason.NOT_OPEN_YET, at=rules.opens_at.astimezone(rules.time_zone))
    if facts.now >= rules.closes_at:
        yield Failure(reason=Reason.CLOSED, at=rules.closes_at.astimezone(rules.time_zone))
    if not facts.unit_verified:
        yield Failure(reason=Reason.UNIT_NOT_VERIFIED)


def _innovation_failures(facts: Facts, rules: Rules) -> Iterator[Failure]:
    used = len(facts.participations)
    if rules.max_participations is not None and used >= rules.max_participations:
        years = tuple(sorted(facts.participations))
        yield Failure(reason=Reason.PARTICIPATION_LIMIT, actual=used, limit=rules.max_participations, years=years)
    if rules.min_age_months is None:
        return
    if facts.implemented_on is None:
        yield Failure(reason=Reason.IMPLEMENTATION_DATE_MISSING)
        return
    latest_on = months_before(rules.closes_at.astimezone(rules.time_zone).date(), rules.min_age_months)
    if facts.implemented_on > latest_on:
        yield Failure(reason=Reason.TOO_YOUNG, limit=rules.min_age_months, on=facts.implemented_on, latest_on=latest_on)


def _count_failures(facts: Facts, rules: Rules) -> Iterator[Failure]:
    for reason, actual, limit in (
        (Reason.UNIT_LIMIT, facts.unit_entries, rules.max_per_unit),
        (Reason.AGENCY_LIMIT, facts.agency_entries, rules.max_per_agency),
    ):
        if limit is not None and actual >= limit:
            yield Failure(reason=reason, actual=actual, limit=limit)


def _answer_failures(facts: Facts, rules: Rules) -> Iterator[Failure]:
    for question in rules.questions:
        words = count_words(facts.answers.get(question.code, ""))
        if question.required and words == 0:
            yield Failure(reason=Reason.ANSWER_MISSING, question=question.code, label=question.label)
        if question.max_words is not None and words > question.max_words:
            yield Failure(
                reason=Reason.TOO_MANY_WORDS,
                question=question.code,
                label=question.label,
                actual=words,
                limit=question.max_words,
            )


def _paper_failures(facts: Facts, rules: Rules) -> Iterator[Failure]:
    for paper in rules.papers:
        sizes = facts.files.get(paper.code, ())
        if paper.required and not sizes:
            yield Failure(reason=Reason.PAPER_MISSING, label=paper.label)
        if len(sizes) > paper.max_files:
            yield Failure(reason=Reason.TOO_MANY_FILES, label=paper.label, actual=len(sizes), limit=paper.max_files)
        largest = max(sizes, default=0)
        if largest > paper.max_megabytes * MEGABYTE:
            yield Failure(reason=Reason.FILE_TOO_LARGE, label=paper.label, size=largest, limit=paper.max_megabytes)


def _last_failures(facts: Facts, rules: Rules) -> Iterator[Failure]:
    if rules.needs_video and not facts.video_link.strip():
        yield Failure(reason=Reason.VIDEO_LINK_MISSING)
    if rules.needs_statement and not facts.statement_accepted:
        yield Failure(reason=Reason.STATEMENT_MISSING)


def _megabytes(size: int) -> str:
    """Rounded up to a tenth, so that what is over a limit never looks like the limit."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10},{tenths % 10}"


def _listed(years: tuple[int, ...]) -> str:
    *most, last = map(str, years)
    return f"{', '.join(most)}{',' if len(most) > 1 else ''} dan {last}" if most else last


def long_date(day: date | None) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""


def _long_moment(moment: datetime | None) -> str:
    return f"{long_date(moment)} pukul {moment:%H.%M} {moment.tzname()}" if moment else ""
