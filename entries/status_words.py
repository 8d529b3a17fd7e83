"""The status of an entry in plain words: where it stands, what comes next, and when."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings

from competitions.models import Stage, StageKind
from entries.models import Entry
from entries.permissions import writing_ends_at
from entries.secrecy import object_until, status_for_unit
from entries.states import EntryStatus, ObjectionStatus, ScreeningOutcome
from kiks.calendar_files import CalendarEvent
from kiks.formats import date_range, day_month_year, indonesian_datetime

AFTER_SCREENING = (
    (StageKind.JUDGING, "penilaian proposal {days}"),
    (StageKind.PRESENTATION, "presentasi dan wawancara finalis {days}"),
    (StageKind.ANNOUNCEMENT, "pengumuman mulai {first}"),
)

# An entry whose objection was granted has passed.
OBJECTED = {
    ObjectionStatus.RAISED: "Tidak lolos seleksi administrasi. Sanggahan Anda sudah diterima panitia dan menunggu"
    " keputusan; hasilnya dikirim ke email Anda.",
    ObjectionStatus.DISMISSED: "Tidak lolos seleksi administrasi, juga setelah sanggahan Anda dipertimbangkan. Buka"
    " usulan untuk membaca alasannya.",
}


def status_sentences(entry: Entry, now: datetime) -> str:
    """One or two sentences; walks the loaded stages and screenings, so that a list asks nothing more."""
    stages = {StageKind(stage.kind): stage for stage in entry.edition.stages.all()}
    return TELLERS[status_for_unit(entry, now)](entry, stages, now)


def correction_events(entries: Iterable[Entry], now: datetime) -> Iterator[CalendarEvent]:
    """The last hour before each correction is due."""
    for entry in entries:
        if status_for_unit(entry, now) == EntryStatus.RETURNED:
            due_at = writing_ends_at(entry)
            yield CalendarEvent(
                uid=f"perbaikan-{entry.pk}-{_returns(entry)}@kiks.sukabumikota",
                starts_at=due_at - timedelta(hours=1),
                ends_at=due_at,
                title=f"Batas perbaikan {entry.innovation.short_name} – {entry.edition.name}",
                text=f"Kirim perbaikan sebelum {indonesian_datetime(due_at)}. {settings.BASE_URL}/usulan/{entry.pk}/",
            )


def _returns(entry: Entry) -> int:
    """How often it was returned; an outcome that was taken up again before it was announced does not count."""
    return sum(screening.outcome == ScreeningOutcome.RETURNED for screening in entry.screenings.all())


type Stages = dict[StageKind, Stage]


def _draft(entry: Entry, stages: Stages, now: datetime) -> str:
    stage = stages.get(StageKind.SUBMISSION)
    if stage is None:
        return "Draf, belum dikirim. Jadwal pengajuan belum ditetapkan."
    if now < stage.opens_at:
        return f"Draf, belum dikirim. Pengajuan dibuka {indonesian_datetime(stage.opens_at)}; Anda sudah dapat menulis."
    if now < stage.closes_at:
        return f"Draf, belum dikirim. Lengkapi, lalu kirim sebelum {indonesian_datetime(stage.closes_at)}."
    return (
        f"Draf yang tidak dikirim. Waktu pengisian berakhir {indonesian_datetime(stage.closes_at)};"
        " isinya masih dapat dibaca dan disalin."
    )


def _submitted(entry: Entry, stages: Stages, now: datetime) -> str:
    closes_at, screening = writing_ends_at(entry), stages.get(StageKind.SCREENING)
    if entry.revision_opened_at and closes_at and now < closes_at:
        return (
            "Terkirim, dan perubahannya belum dikirim. Versi yang terkirim tetap berlaku;"
            f" kirim perubahan sebelum {indonesian_datetime(closes_at)} bila ingin menggantinya."
        )
    if screening is None:
        return "Terkirim. Panitia memeriksa kelengkapannya; hasilnya dikirim ke email Anda."
    days = date_range(screening.opens_at, screening.closes_at)
    if now < screening.closes_at:
        return f"Terkirim. Seleksi administrasi {days}; hasilnya dikirim ke email Anda."
    return f"Terkirim. Seleksi administrasi dijadwalkan {days}, hasilnya belum diumumkan; kami kirim ke email Anda."


def _returned(entry: Entry, stages: Stages, now: datetime) -> str:
    due_at = writing_ends_at(entry)
    if now < due_at:
        return f"Perlu perbaikan. Perbaiki bagian yang ditandai, lalu kirim sebelum {indonesian_datetime(due_at)}."
    return f"Perlu perbaikan, tetapi batasnya {indonesian_datetime(due_at)} sudah lewat. Panitia memutuskan usulan ini."


def _passed(entry: Entry, stages: Stages, now: datetime) -> str:
    last = stages.get(StageKind.ANNOUNCEMENT)
    if last and last.opens_at <= now:
        return "Lolos seleksi administrasi. Penilaian edisi ini sudah selesai; lihat pengumumannya pada halaman Hasil."
    coming = [
        words.format(days=date_range(stage.opens_at, stage.closes_at), first=day_month_year(stage.opens_at))
        for kind, words in AFTER_SCREENING
        if (stage := stages.get(kind)) and now < stage.closes_at
    ]
    if not coming:
        return "Lolos seleksi administrasi. Usulan ini diteruskan ke dewan juri."
    return f"Lolos seleksi administrasi. Berikutnya: {', '.join(coming)}. Anda tidak perlu melakukan apa-apa."


def _rejected(entry: Entry, stages: Stages, now: datetime) -> str:
    if hasattr(entry, "objection"):
        return OBJECTED[ObjectionStatus(entry.objection.status)]
    ends_at = object_until(entry, now)
    told = "Tidak lolos seleksi administrasi. Buka usulan untuk membaca alasannya."
    if ends_at and now < ends_at:
        told += f" Sanggahan dapat diajukan satu kali, sampai {indonesian_datetime(ends_at)}."
    return told


def _withdrawn(entry: Entry, stages: Stages, now: datetime) -> str:
    closes_at = writing_ends_at(entry)
    told = "Ditarik kembali, tidak mengikuti seleksi."
    if closes_at and now < closes_at:
        told += f" Isinya dapat diubah dan dikirim lagi sebelum {indonesian_datetime(closes_at)}."
    return told


def _disqualified(entry: Entry, stages: Stages, now: datetime) -> str:
    return "Didiskualifikasi. Hubungi panitia untuk penjelasan."


TELLERS = {
    EntryStatus.DRAFT: _draft,
    EntryStatus.SUBMITTED: _submitted,
    EntryStatus.RETURNED: _returned,
    EntryStatus.PASSED: _passed,
    EntryStatus.REJECTED: _rejected,
    EntryStatus.WITHDRAWN: _withdrawn,
    EntryStatus.DISQUALIFIED: _disqualified,
}
