"""The mails about an edition: it was opened, a stage of its calendar moved."""

from collections.abc import Iterable, Mapping
from typing import Any

from competitions.models import Stage
from kiks.formats import indonesian_datetime
from kiks.mail.texts import address, link
from kiks.mail.wording import MailKind, Placeholder

type Context = Mapping[str, Any]

GROUP = "Edisi"
EDITION = Placeholder("edisi", "nama edisi", "KIKS 2026")
SAMPLE_WINDOW = "Senin, 2 Maret 2026 pukul 16.00 WIB sampai Senin, 16 Maret 2026 pukul 16.00 WIB"
SAMPLE_REASON = "Portal terlalu ramai pada hari terakhir."


def _opened(context: Context) -> dict[str, str]:
    edition, stages = context["edition"], context["stages"]
    return {
        "edisi": edition.name,
        "pembuka": context["opened_by"].name,
        "jadwal": "\n".join(_lines(stages)),
        "tautan": address("admin:competitions_edition_readiness", edition.pk),
    }


def _lines(stages: Iterable[Stage]) -> Iterable[str]:
    return (f"- {stage}: {_window(stage.opens_at, stage.closes_at)}" for stage in stages)


def _rescheduled(context: Context) -> dict[str, str]:
    stage, change = context["stage"], context["change"]
    return {
        "edisi": stage.edition.name,
        "tahap": str(stage),
        "perubahan": change.verb,
        "semula": _window(change.old_opens_at, change.old_closes_at),
        "menjadi": _window(change.opens_at, change.closes_at),
        "alasan": change.reason,
        "tautan": address("competitions:rules"),
    }


def _window(opens_at: Any, closes_at: Any) -> str:
    return f"{indonesian_datetime(opens_at)} sampai {indonesian_datetime(closes_at)}"


MAILS = [
    MailKind(
        template="edition_opened.txt",
        group=GROUP,
        title="Edisi dibuka",
        when="Panitia membuka sebuah edisi untuk umum.",
        recipients="Semua anggota panitia",
        placeholders=(
            EDITION,
            Placeholder("pembuka", "nama anggota panitia yang membuka", "Siti Aminah"),
            Placeholder(
                "jadwal", "semua tahap dan waktunya", f"- Pengajuan inovasi: {SAMPLE_WINDOW}", fits_subject=False
            ),
            link("halaman kesiapan edisi", "/admin/competitions/edition/5/kesiapan/", is_required=False),
        ),
        values=_opened,
    ),
    MailKind(
        template="stage_rescheduled.txt",
        group=GROUP,
        title="Jadwal berubah",
        when="Panitia mengubah jadwal tahap edisi yang sudah dibuka.",
        recipients="Anggota unit dan juri yang terkena perubahan",
        placeholders=(
            EDITION,
            Placeholder("tahap", "nama tahap", "Pengajuan inovasi"),
            Placeholder("perubahan", "diperpanjang, dipersingkat, atau dijadwalkan ulang", "diperpanjang"),
            Placeholder("semula", "waktu sebelumnya", SAMPLE_WINDOW, fits_subject=False),
            Placeholder("menjadi", "waktu yang baru", SAMPLE_WINDOW, is_required=True, fits_subject=False),
            Placeholder("alasan", "alasan yang ditulis panitia", SAMPLE_REASON, is_required=True, fits_subject=False),
            link("halaman aturan dan jadwal", "/aturan/", is_required=False),
        ),
        values=_rescheduled,
    ),
]
