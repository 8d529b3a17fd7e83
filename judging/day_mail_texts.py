"""The mails of the day of the presentations."""

from collections.abc import Mapping
from typing import Any

from judging.permissions import uploads_close_at
from kiks.formats import indonesian_datetime
from kiks.mail.texts import address, link
from kiks.mail.wording import MailKind, Placeholder

GROUP = "Finalis"


def _finalist_reminder(context: Mapping[str, Any]) -> dict[str, str]:
    presentation = context["presentation"]
    until = uploads_close_at(presentation.round)
    return {
        "nomor": presentation.entry.number,
        "inovasi": presentation.entry.innovation.short_name,
        "edisi": presentation.round.edition.name,
        "kurang": "\n".join(f"- {part}" for part in context["missing"]),
        "batas": f" paling lambat {indonesian_datetime(until)}" if until else "",
        "tautan": address("judging:finalist", presentation.pk),
    }


MAILS = [
    MailKind(
        template="finalist_reminder.txt",
        group=GROUP,
        title="Pengingat bahan presentasi",
        when="Panitia mengingatkan finalis yang bahannya belum lengkap.",
        recipients="Anggota unit finalis",
        placeholders=(
            Placeholder("nomor", "nomor usulan", "003"),
            Placeholder("inovasi", "nama singkat inovasi", "SI SEHAT"),
            Placeholder("edisi", "nama edisi", "KIKS 2026"),
            Placeholder(
                "kurang",
                "yang belum ada",
                "- konfirmasi kehadiran\n- nama penyaji",
                is_required=True,
                fits_subject=False,
            ),
            Placeholder(
                "batas",
                "batas waktu; kosong bila tidak ada",
                " paling lambat Rabu, 6 Mei 2026 pukul 16.00 WIB",
                fits_subject=False,
            ),
            link("halaman finalis", "/finalis/5/"),
        ),
        values=_finalist_reminder,
    ),
]
