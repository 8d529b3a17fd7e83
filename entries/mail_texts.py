"""The mails to units: what each says of a registration, an entry, its screening."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from entries.revisions import titles_of_sections
from entries.states import ObjectionStatus
from kiks.formats import indonesian_datetime
from kiks.mail.texts import address, link
from kiks.mail.wording import MailKind, Placeholder

type Context = Mapping[str, Any]

UNITS, ENTRIES, SCREENING = "Unit", "Usulan", "Seleksi administrasi"
MEMBERS = "Semua anggota unit"

UNIT = Placeholder("unit", "nama unit", "Puskesmas Selabatu")
FULL_UNIT = Placeholder("unit_lengkap", "nama unit dan perangkat daerahnya", "Puskesmas Selabatu pada Dinas Kesehatan")
NUMBER = Placeholder("nomor", "nomor usulan", "003")
NAME = Placeholder("inovasi", "nama singkat inovasi", "SI SEHAT")
FULL_NAME = Placeholder("inovasi_lengkap", "nama inovasi dan kepanjangannya", "SI SEHAT - Sistem Informasi Sehat")
EDITION = Placeholder("edisi", "nama edisi", "KIKS 2026")
REASON = Placeholder(
    "alasan",
    "alasan yang ditulis panitia",
    "Surat penunjukan belum ditandatangani.",
    is_required=True,
    fits_subject=False,
)
NEW_ACCOUNT = "Akun Anda sudah dibuat. Masuk dengan alamat email ini dan kata sandi yang Anda tulis saat mendaftar:"
KNOWN_ACCOUNT = (
    "Alamat email ini sudah memiliki akun, sehingga unit tersebut kami tambahkan ke akun Anda. Jika bukan Anda yang "
    "mendaftarkan unit ini, beri tahu panitia. Kata sandi Anda tidak berubah:"
)
OWN_ACT = "Usulan unit ini Anda tulis di:"
ALL_SECTIONS = "semua bagian"
GRANTED = "Usulan Anda dinyatakan lolos seleksi administrasi dan diteruskan ke dewan juri."
DISMISSED = "Keputusan seleksi administrasi tetap berlaku."
MAY_OBJECT = "Jika alasan itu keliru, Anda dapat mengajukan satu sanggahan"
NO_OBJECTIONS = "Edisi ini tidak membuka masa sanggah. Keputusan dan alasannya dapat dibaca di halaman usulan:"
ENTRY = (NUMBER, NAME, FULL_NAME, UNIT, EDITION)
TO_ENTRY = link("halaman usulan", "/usulan/12/", is_required=False)


def _registered(context: Context) -> dict[str, str]:
    return {**_unit(context), "cara_masuk": _way_in(context), "tautan": address("entries:index")}


def _way_in(context: Context) -> str:
    if context["is_new_account"]:
        return NEW_ACCOUNT
    return OWN_ACT if context["is_own_act"] else KNOWN_ACCOUNT


def _unit(context: Context) -> dict[str, str]:
    return {"unit": context["unit"].name, "unit_lengkap": context["unit"].full_name}


def _verified(context: Context) -> dict[str, str]:
    return {**_unit(context), "tautan": address("entries:index")}


def _sent_back(context: Context) -> dict[str, str]:
    unit = context["unit"]
    return {**_unit(context), "alasan": unit.status_reason, "tautan": address("entries:correct_unit", unit.pk)}


def _entry(context: Context) -> dict[str, str]:
    entry = context["entry"]
    return {
        "nomor": entry.number,
        "inovasi": entry.innovation.short_name,
        "inovasi_lengkap": str(entry.innovation),
        "unit": entry.innovation.unit.name,
        "edisi": entry.edition.name,
        "tautan": address("entries:detail", entry.pk),
    }


def _submitted(context: Context) -> dict[str, str]:
    entry, version = context["entry"], context["version"]
    return {
        **_entry(context),
        "unit_lengkap": entry.innovation.unit.full_name,
        "diterima": indonesian_datetime(entry.submitted_at),
        "pengirim": entry.submitted_by.name,
        "versi": str(version.ordinal),
        "sidik_jari": version.digest,
        "tautan": address("entries:sent", entry.pk),
    }


def _withdrawn(context: Context) -> dict[str, str]:
    entry = context["entry"]
    return {
        **_entry(context),
        "waktu": indonesian_datetime(entry.withdrawn_at),
        "oleh": entry.withdrawn_by.name,
    }


def _screened(context: Context) -> dict[str, str]:
    return {**_entry(context), "alasan": context["decision"].reason}


def _passed(context: Context) -> dict[str, str]:
    entry = context["entry"]
    return {**_entry(context), "pengumuman": address("entries:selection", entry.edition.code)}


def _rejected(context: Context) -> dict[str, str]:
    until = context["objections_until"]
    if until is None:
        return {**_screened(context), "sanggahan": NO_OBJECTIONS}
    window = f"dari {indonesian_datetime(context['visible_from'])} sampai {indonesian_datetime(until)}"
    return {**_screened(context), "sanggahan": f"{MAY_OBJECT} {window} di halaman usulan ini:"}


def _objection_raised(context: Context) -> dict[str, str]:
    objection = context["decision"]
    return {
        **_entry(context),
        "waktu": indonesian_datetime(objection.raised_at),
        "oleh": objection.raised_by.name,
        "isi": objection.text,
        "bukti": "Satu berkas PDF." if objection.document_id else "Tidak ada berkas.",
    }


def _returned(context: Context) -> dict[str, str]:
    decision = context["decision"]
    return {
        **_screened(context),
        "batas": indonesian_datetime(decision.correction_due_at),
        "bagian": titles_of_sections(decision.entry, decision.sections) or ALL_SECTIONS,
    }


def _unsent(context: Context) -> dict[str, str]:
    return {
        **_entry(context),
        "versi": str(context["entry"].current_version.ordinal),
        "bagian": ", ".join(change.title for change in context["unsent"]),
    }


def _objection(context: Context) -> dict[str, str]:
    decision = context["decision"]
    consequence = GRANTED if decision.status == ObjectionStatus.GRANTED else DISMISSED
    return {**_screened(context), "keputusan": decision.get_status_display().lower(), "akibat": consequence}


def _reminded(context: Context) -> dict[str, str]:
    return {
        "edisi": context["edition"].name,
        "batas": indonesian_datetime(context["closes_at"]),
        "daftar": "\n\n".join(_draft(draft) for draft in context["drafts"]),
        "tautan": address("entries:index"),
    }


def _draft(draft: Any) -> str:
    entry = draft.entry
    head = f"{entry.innovation.short_name} ({entry.innovation.unit.name})"
    if draft.is_ready:
        return f"{head}: sudah lengkap, tinggal dikirim."
    return "\n".join([f"{head}:", *(f"- {sentence}" for sentence in draft.missing)])


UNIT_MAILS = [
    MailKind(
        template="unit_registered.txt",
        group=UNITS,
        title="Pendaftaran unit diterima",
        when="Seseorang mendaftarkan unit melalui formulir pendaftaran.",
        recipients="Narahubung yang mendaftar",
        placeholders=(
            UNIT,
            FULL_UNIT,
            Placeholder(
                "cara_masuk", "cara masuk, sesuai keadaan akunnya", NEW_ACCOUNT, is_required=True, fits_subject=False
            ),
            link("halaman usulan saya", "/usulan/"),
        ),
        values=_registered,
    ),
    MailKind(
        template="unit_verified.txt",
        group=UNITS,
        title="Unit terverifikasi",
        when="Panitia memverifikasi pendaftaran unit.",
        recipients=MEMBERS,
        placeholders=(UNIT, FULL_UNIT, link("halaman usulan saya", "/usulan/", is_required=False)),
        values=_verified,
    ),
    MailKind(
        template="unit_returned.txt",
        group=UNITS,
        title="Pendaftaran unit perlu perbaikan",
        when="Panitia mengembalikan pendaftaran unit.",
        recipients=MEMBERS,
        placeholders=(UNIT, FULL_UNIT, REASON, link("halaman perbaikan pendaftaran", "/usulan/unit/7/perbaiki/")),
        values=_sent_back,
    ),
    MailKind(
        template="unit_rejected.txt",
        group=UNITS,
        title="Pendaftaran unit ditolak",
        when="Panitia menolak pendaftaran unit.",
        recipients=MEMBERS,
        placeholders=(UNIT, FULL_UNIT, REASON, link("halaman perbaikan pendaftaran", "/usulan/unit/7/perbaiki/")),
        values=_sent_back,
    ),
]

ENTRY_MAILS = [
    MailKind(
        template="entry_submitted.txt",
        group=ENTRIES,
        title="Usulan diterima",
        when="Unit mengirim usulan, juga setelah perbaikan.",
        recipients=MEMBERS,
        placeholders=(
            NUMBER,
            NAME,
            FULL_NAME,
            UNIT,
            FULL_UNIT,
            EDITION,
            Placeholder("diterima", "waktu diterima", "Senin, 2 Maret 2026 pukul 09.15 WIB"),
            Placeholder("pengirim", "nama pengirim", "Budi Santoso"),
            Placeholder("versi", "nomor versi usulan", "1"),
            Placeholder("sidik_jari", "sidik jari isi usulan", "3f0c…", is_required=True, fits_subject=False),
            link("halaman tanda terima", "/usulan/12/terkirim/"),
        ),
        values=_submitted,
    ),
    MailKind(
        template="entry_withdrawn.txt",
        group=ENTRIES,
        title="Usulan ditarik kembali",
        when="Unit menarik kembali usulannya.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            Placeholder("waktu", "waktu penarikan", "Senin, 2 Maret 2026 pukul 09.15 WIB"),
            Placeholder("oleh", "nama orang yang menariknya", "Budi Santoso"),
            TO_ENTRY,
        ),
        values=_withdrawn,
    ),
    MailKind(
        template="entry_draft_reminder.txt",
        group=ENTRIES,
        title="Draf belum dikirim",
        when="Panitia mengingatkan unit yang memiliki draf; tidak lebih dari sekali dalam 24 jam.",
        recipients=MEMBERS,
        placeholders=(
            EDITION,
            Placeholder("batas", "akhir waktu pengiriman", "Selasa, 31 Maret 2026 pukul 23.59 WIB", is_required=True),
            Placeholder(
                "daftar",
                "setiap draf dan yang masih kurang",
                "SI SEHAT (Puskesmas Selabatu):\n- Ringkasan belum diisi.",
                is_required=True,
                fits_subject=False,
            ),
            link("halaman usulan saya", "/usulan/"),
        ),
        values=_reminded,
    ),
    MailKind(
        template="screening_passed.txt",
        group=SCREENING,
        title="Lolos seleksi administrasi",
        when="Hasil seleksi administrasi terbit; sampai saat itu surat menunggu di surat keluar.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            TO_ENTRY,
            Placeholder(
                "pengumuman",
                "halaman pengumuman hasil seleksi",
                f"{settings.BASE_URL}/seleksi/kiks-2026/",
                fits_subject=False,
            ),
        ),
        values=_passed,
    ),
    MailKind(
        template="screening_returned.txt",
        group=SCREENING,
        title="Usulan perlu perbaikan",
        when="Panitia mengembalikan usulan.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            REASON,
            Placeholder("batas", "batas waktu perbaikan", "Jumat, 6 Maret 2026 pukul 16.00 WIB", is_required=True),
            Placeholder("bagian", "bagian yang dibuka untuk diperbaiki", "Identitas, Lampiran"),
            TO_ENTRY,
        ),
        values=_returned,
    ),
    MailKind(
        template="revision_unsent.txt",
        group=SCREENING,
        title="Perubahan tidak dikirim",
        when="Panitia mengembalikan usulan ketika unit sedang mengubahnya.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            Placeholder("versi", "versi yang diperiksa", "1"),
            Placeholder("bagian", "bagian yang berubah dan tidak dikirim", "Ringkasan, Lampiran"),
            link("halaman usulan", "/usulan/12/"),
        ),
        values=_unsent,
    ),
    MailKind(
        template="screening_rejected.txt",
        group=SCREENING,
        title="Tidak lolos seleksi administrasi",
        when="Hasil seleksi administrasi terbit; sampai saat itu surat menunggu di surat keluar.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            REASON,
            Placeholder(
                "sanggahan",
                "apakah, sampai kapan, dan di mana unit dapat menyanggah",
                f"{MAY_OBJECT} dari Senin, 9 Maret 2026 pukul 09.00 WIB sampai Kamis, 12 Maret 2026 pukul 23.59 WIB"
                " di halaman usulan ini:",
                is_required=True,
                fits_subject=False,
            ),
            TO_ENTRY,
        ),
        values=_rejected,
    ),
    MailKind(
        template="objection_received.txt",
        group=SCREENING,
        title="Sanggahan diterima panitia",
        when="Unit mengajukan sanggahan.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            Placeholder("waktu", "waktu sanggahan diterima", "Selasa, 10 Maret 2026 pukul 10.00 WIB"),
            Placeholder("oleh", "nama orang yang mengajukannya", "Budi Santoso"),
            Placeholder("isi", "isi sanggahan", "SK tim sudah terlampir pada halaman 2.", fits_subject=False),
            Placeholder("bukti", "apakah ada berkas bukti", "Satu berkas PDF.", fits_subject=False),
            TO_ENTRY,
        ),
        values=_objection_raised,
    ),
    MailKind(
        template="screening_objection.txt",
        group=SCREENING,
        title="Keputusan atas sanggahan",
        when="Panitia memutuskan sanggahan.",
        recipients=MEMBERS,
        placeholders=(
            *ENTRY,
            Placeholder("keputusan", "putusan atas sanggahan", "diterima", is_required=True),
            REASON,
            Placeholder(
                "akibat",
                "akibat putusan bagi usulan",
                GRANTED,
                fits_subject=False,
            ),
            TO_ENTRY,
        ),
        values=_objection,
    ),
]

MAILS = [*UNIT_MAILS, *ENTRY_MAILS]
