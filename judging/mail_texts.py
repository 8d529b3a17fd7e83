"""The mails to judges: the appointment, the receipt of sheets, a sheet that was given back."""

from collections.abc import Mapping
from typing import Any

from kiks.formats import indonesian_datetime
from kiks.mail.texts import address, link
from kiks.mail.wording import MailKind, Placeholder

type Context = Mapping[str, Any]

GROUP = "Juri"
NUMBER = Placeholder("nomor", "nomor usulan", "003")
NAME = Placeholder("inovasi", "nama singkat inovasi", "SI SEHAT")
SAMPLE_RECEIPT = (
    "Lembar         : Proposal\nDiserahkan     : Senin, 6 April 2026 pukul 10.02 WIB\n"
    "Tanda terima   : 9b1d…\nAngka acak     : 77aa…"
)
SAMPLE_PAPER = "Surat          : J1-003-V1/LP-DESK/KIKS-2026\nSidik jari     : 4e07…"
NEW_ACCOUNT = (
    "Akun dengan alamat surel ini sudah disiapkan. Buat kata sandinya melalui tautan dalam surat undangan yang kami "
    "kirim terpisah, lalu masuk di:"
)
KNOWN_ACCOUNT = "Masuk dengan akun Anda yang sudah ada:"


def _appointed(context: Context) -> dict[str, str]:
    judge = context["judge"]
    return {
        "label": judge.label,
        "edisi": judge.edition.name,
        "dasar": f", berdasarkan {judge.decree_number}" if judge.decree_number else "",
        "cara_masuk": NEW_ACCOUNT if context["is_new_account"] else KNOWN_ACCOUNT,
        "tautan": address("account_login"),
    }


def _entry_of(context: Context) -> dict[str, str]:
    entry = context["assignment"].entry
    return {"nomor": entry.number, "inovasi": entry.innovation.short_name}


def _receipt(context: Context) -> dict[str, str]:
    assignment = context["assignment"]
    return {
        **_entry_of(context),
        "babak": assignment.round.name,
        "tanda_terima": "\n\n".join(_lines(sheet) for sheet in context["sheets"]),
        "surat": _paper(context["papers"][assignment.pk]),
        "tautan": address("judging:receipts", assignment.pk),
    }


def _lines(sheet: Any) -> str:
    return (
        f"Lembar         : {sheet.instrument.name}\n"
        f"Diserahkan     : {indonesian_datetime(sheet.handed_in_at)}\n"
        f"Tanda terima   : {sheet.receipt}\n"
        f"Angka acak     : {sheet.nonce}"
    )


def _paper(paper: Any) -> str:
    return f"Surat          : {paper.number}\nSidik jari     : {paper.data_digest}"


def _receipts(context: Context) -> dict[str, str]:
    by_entry: dict[int, list[str]] = {}
    for sheet in context["sheets"]:
        entry = sheet.assignment.entry
        named = by_entry.setdefault(sheet.assignment_id, [f"Usulan {entry.number} {entry.innovation.short_name}"])
        named.append(_lines(sheet))
    parts = ["\n\n".join([*lines, _paper(context["papers"][key])]) for key, lines in by_entry.items()]
    return {
        "babak": context["round"].name,
        "jumlah": str(len(by_entry)),
        "tanda_terima": "\n\n\n".join(parts),
        "tautan": address("judging:hand_in_round", context["round"].pk),
    }


def _reopened(context: Context) -> dict[str, str]:
    return {
        **_entry_of(context),
        "lembar": context["sheet"].instrument.name,
        "alasan": context["reason"],
        "tautan": address("judging:sheet", context["assignment"].pk),
    }


def _typed(context: Context) -> dict[str, str]:
    assignment = context["assignment"]
    return {
        **_entry_of(context),
        "babak": assignment.round.name,
        "pengetik": context["typed_by"].name,
        "pemeriksa": context["checked_by"].name,
        "tanda_terima": "\n\n".join(_lines(sheet) for sheet in context["sheets"]),
        "surat": _paper(context["papers"][assignment.pk]),
        "tautan": address("judging:receipts", assignment.pk),
    }


def _reminder(context: Context) -> dict[str, str]:
    round_ = context["round"]
    until = round_.stage and round_.stage.closes_at
    return {
        "babak": round_.name,
        "edisi": round_.edition.name,
        "jumlah": str(context["left"]),
        "batas": f" Tahap penilaian berakhir {indonesian_datetime(until)}." if until else "",
        "tautan": address("judging:my_entries"),
    }


MAILS = [
    MailKind(
        template="judge_reminder.txt",
        group=GROUP,
        title="Pengingat lembar yang belum diserahkan",
        when="Panitia mengingatkan juri selama penilaian dibuka.",
        recipients="Juri yang masih memiliki lembar terbuka",
        placeholders=(
            Placeholder("babak", "nama babak", "Penilaian proposal"),
            Placeholder("edisi", "nama edisi", "KIKS 2026"),
            Placeholder("jumlah", "jumlah usulan yang belum diserahkan juri ini", "4"),
            Placeholder(
                "batas",
                "akhir tahap penilaian; kosong bila tidak ada",
                " Tahap penilaian berakhir Jumat, 10 April 2026 pukul 16.00 WIB.",
                fits_subject=False,
            ),
            link("halaman penilaian", "/juri/"),
        ),
        values=_reminder,
    ),
    MailKind(
        template="round_judge_appointed.txt",
        group=GROUP,
        title="Penunjukan juri",
        when="Panitia menunjuk juri.",
        recipients="Juri yang ditunjuk",
        placeholders=(
            Placeholder("label", "label juri", "J1"),
            Placeholder("edisi", "nama edisi", "KIKS 2026"),
            Placeholder("dasar", "dasar penunjukan; kosong bila tidak ada", ", berdasarkan SK 100/2026"),
            Placeholder("cara_masuk", "cara masuk, sesuai keadaan akunnya", KNOWN_ACCOUNT, fits_subject=False),
            link("halaman masuk", "/akun/login/"),
        ),
        values=_appointed,
    ),
    MailKind(
        template="judge_receipt.txt",
        group=GROUP,
        title="Tanda terima lembar penilaian",
        when="Juri menyerahkan penilaiannya atas satu usulan.",
        recipients="Juri yang menyerahkan",
        placeholders=(
            NUMBER,
            NAME,
            Placeholder("babak", "nama babak", "Penilaian proposal"),
            Placeholder(
                "tanda_terima", "tanda terima setiap lembar", SAMPLE_RECEIPT, is_required=True, fits_subject=False
            ),
            Placeholder("surat", "nomor dan sidik jari lembar penilaian", SAMPLE_PAPER, fits_subject=False),
            link("halaman pemeriksaan tanda terima", "/juri/tanda-terima/5/", is_required=False),
        ),
        values=_receipt,
        is_private=True,
    ),
    MailKind(
        template="judge_receipts.txt",
        group=GROUP,
        title="Tanda terima banyak lembar penilaian",
        when="Juri menyerahkan penilaiannya atas beberapa usulan sekaligus.",
        recipients="Juri yang menyerahkan",
        placeholders=(
            Placeholder("babak", "nama babak", "Penilaian proposal"),
            Placeholder("jumlah", "banyaknya usulan", "12"),
            Placeholder(
                "tanda_terima",
                "tanda terima setiap lembar, dikelompokkan menurut usulan",
                f"Usulan 003 SI SEHAT\n\n{SAMPLE_RECEIPT}\n\n{SAMPLE_PAPER}",
                is_required=True,
                fits_subject=False,
            ),
            link("halaman penyerahan dan tanda terima", "/juri/babak/2/serahkan/", is_required=False),
        ),
        values=_receipts,
        is_private=True,
    ),
    MailKind(
        template="judge_typed.txt",
        group=GROUP,
        title="Lembar kertas sudah diketik",
        when="Orang kedua dari panitia mengonfirmasi ketikan dari lembar kertas.",
        recipients="Juri pemilik lembar",
        placeholders=(
            NUMBER,
            NAME,
            Placeholder("babak", "nama babak", "Penilaian proposal"),
            Placeholder("pengetik", "nama yang mengetik", "Rina Marlina"),
            Placeholder("pemeriksa", "nama yang mengetik ulang dan mengonfirmasi", "Asep Hidayat"),
            Placeholder(
                "tanda_terima", "tanda terima setiap lembar", SAMPLE_RECEIPT, is_required=True, fits_subject=False
            ),
            Placeholder("surat", "nomor dan sidik jari lembar penilaian", SAMPLE_PAPER, fits_subject=False),
            link("halaman nilai dan tanda terima", "/juri/tanda-terima/5/"),
        ),
        values=_typed,
        is_private=True,
    ),
    MailKind(
        template="judge_reopened.txt",
        group=GROUP,
        title="Lembar penilaian dibuka kembali",
        when="Panitia membuka kembali lembar yang sudah diserahkan.",
        recipients="Juri pemilik lembar",
        placeholders=(
            NUMBER,
            NAME,
            Placeholder("lembar", "nama lembar", "Proposal"),
            Placeholder("alasan", "alasan yang ditulis panitia", "Salah ketik.", is_required=True, fits_subject=False),
            link("halaman lembar penilaian", "/juri/lembar/5/"),
        ),
        values=_reopened,
    ),
]
