"""The mails about the people of a unit and about what becomes of the unit itself."""

from collections.abc import Mapping
from typing import Any

from entries.mail_texts import FULL_UNIT, MEMBERS, UNIT, UNITS
from kiks.mail.texts import address, link
from kiks.mail.wording import MailKind, Placeholder

type Context = Mapping[str, Any]

BY = Placeholder("oleh", "nama orang yang melakukannya", "Budi Santoso")
GROUNDS = Placeholder("dasar", "dasar perubahan", "Perwal Nomor 12 Tahun 2026", is_required=True, fits_subject=False)
CHANGES = Placeholder(
    "perubahan", "siapa yang bergabung atau berhenti", "Bergabung: Rina Wati, Kepala Seksi.", fits_subject=False
)
SUCCESSOR = Placeholder(
    "penerus", "kalimat tentang penerus, bila ada", "Penerus Anda adalah Rina Wati, Kepala Seksi.", fits_subject=False
)
MINE = link("halaman usulan saya", "/usulan/")


def _unit(context: Context) -> dict[str, str]:
    unit = context["unit"]
    return {"unit": unit.name, "unit_lengkap": unit.full_name}


def _received(context: Context) -> dict[str, str]:
    what = "Perbaikan pendaftaran" if context["is_correction"] else "Pendaftaran"
    return {**_unit(context), "hal": what, "oleh": context["sender"].name, "tautan": address("entries:index")}


def _joined(context: Context) -> dict[str, str]:
    return {
        **_unit(context),
        "oleh": context["by"].name,
        "jabatan": context["member"].job_title,
        "tautan": address("entries:index"),
    }


def _left(context: Context) -> dict[str, str]:
    successor = context["successor"]
    sentence = f"Penerus Anda adalah {successor.user.name}, {successor.job_title}." if successor else ""
    return {**_unit(context), "oleh": context["by"].name, "penerus": sentence}


def _changed(context: Context) -> dict[str, str]:
    lines = [
        f"{what}: {member.user.name}, {member.job_title}."
        for what, member in (("Bergabung", context["joined"]), ("Berhenti", context["left"]))
        if member
    ]
    return {
        **_unit(context),
        "oleh": context["by"].name,
        "perubahan": "\n".join(lines),
        "tautan": address("entries:members", context["unit"].pk),
    }


def _renamed(context: Context) -> dict[str, str]:
    return {**_unit(context), "nama_lama": context["old"], "dasar": context["reason"]}


def _merged(context: Context) -> dict[str, str]:
    into = context["into"]
    return {
        **_unit(context),
        "penerus": into.name,
        "penerus_lengkap": into.full_name,
        "dasar": context["reason"],
        "tautan": address("entries:index"),
    }


MAILS = [
    MailKind(
        template="unit_received.txt",
        group=UNITS,
        title="Pendaftaran atau perbaikan diterima",
        when="Seseorang mendaftarkan unit yang sudah memiliki anggota, atau mengirim perbaikan pendaftaran.",
        recipients="Semua anggota unit, selain yang mendaftar",
        placeholders=(
            UNIT,
            FULL_UNIT,
            Placeholder("hal", "“Pendaftaran” atau “Perbaikan pendaftaran”", "Perbaikan pendaftaran", is_required=True),
            BY,
            MINE,
        ),
        values=_received,
    ),
    MailKind(
        template="unit_member_joined.txt",
        group=UNITS,
        title="Menjadi anggota unit",
        when="Seseorang yang sudah memiliki akun ditambahkan sebagai anggota unit.",
        recipients="Anggota yang baru",
        placeholders=(UNIT, FULL_UNIT, BY, Placeholder("jabatan", "jabatannya di unit", "Kepala Seksi"), MINE),
        values=_joined,
    ),
    MailKind(
        template="unit_member_left.txt",
        group=UNITS,
        title="Keanggotaan unit berakhir",
        when="Keanggotaan seseorang diakhiri, atau ia menyerahkannya kepada penerus.",
        recipients="Anggota yang berhenti",
        placeholders=(UNIT, FULL_UNIT, BY, SUCCESSOR),
        values=_left,
    ),
    MailKind(
        template="unit_members_changed.txt",
        group=UNITS,
        title="Perubahan anggota unit",
        when="Seseorang bergabung dengan unit atau berhenti.",
        recipients="Anggota lain unit itu",
        placeholders=(UNIT, FULL_UNIT, BY, CHANGES, link("halaman anggota unit", "/usulan/unit/7/anggota/")),
        values=_changed,
    ),
    MailKind(
        template="unit_renamed.txt",
        group=UNITS,
        title="Unit berganti nama",
        when="Panitia mencatat nama baru sebuah unit.",
        recipients=MEMBERS,
        placeholders=(UNIT, FULL_UNIT, Placeholder("nama_lama", "nama sebelumnya", "Puskesmas Selabatu Lama"), GROUNDS),
        values=_renamed,
    ),
    MailKind(
        template="unit_merged.txt",
        group=UNITS,
        title="Unit digabung",
        when="Panitia menggabungkan sebuah unit ke unit lain.",
        recipients="Semua anggota unit penerus, termasuk yang berpindah",
        placeholders=(
            UNIT,
            FULL_UNIT,
            Placeholder("penerus", "nama unit penerus", "Puskesmas Cikole"),
            Placeholder(
                "penerus_lengkap", "nama penerus dan perangkat daerahnya", "Puskesmas Cikole pada Dinas Kesehatan"
            ),
            GROUNDS,
            MINE,
        ),
        values=_merged,
    ),
]
