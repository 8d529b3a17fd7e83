"""The audit trail in words: what happened to which thing."""

from django.apps import apps
from django.db import models

# The second half of an event's kind; what is not listed is shown as it is.
VERBS = {
    "attendance_undone": "konfirmasi kehadiran dibatalkan",
    "attendance_confirmed": "kehadiran dikonfirmasi",
    "slides_put": "bahan presentasi diunggah",
    "prepared": "data presentasi disimpan",
    "finalists_reminded": "finalis diingatkan",
    "accepted": "diterima",
    "added": "ditambahkan",
    "announced": "diumumkan",
    "announcement_cancelled": "pengumuman dibatalkan",
    "address_changed": "alamat email diganti",
    "adopted": "dipakai",
    "appointed": "ditunjuk",
    "assigned": "ditugaskan",
    "assignment_undone": "penugasan dibatalkan",
    "changed": "diubah",
    "closed": "ditutup",
    "conflicts_declared": "benturan kepentingan dinyatakan",
    "copied": "disalin dari edisi lain",
    "corrected": "diperbaiki dengan versi baru",
    "computed": "peringkat dihitung",
    "confirmation_revoked": "konfirmasi dicabut",
    "confirmed": "dikonfirmasi",
    "data_exported": "data pribadi diunduh",
    "deactivated": "dinonaktifkan",
    "deleted": "dihapus",
    "delete": "baris dihapus",
    "disqualified": "didiskualifikasi",
    "declined": "tidak disetujui orang kedua",
    "dismissed": "tidak diterima",
    "edited": "naskahnya diubah",
    "exported": "diunduh",
    "ended": "diakhiri",
    "drafts_reminded": "unit dengan draf diingatkan",
    "erased": "data pribadi dihapus",
    "given": "diberikan",
    "granted": "diterima",
    "handed_in": "diserahkan",
    "handed_over": "diserahkan kepada penerus",
    "imported": "diimpor",
    "insert": "baris ditambah",
    "issued": "diterbitkan",
    "loaded": "data rujukan dimuat",
    "locked": "penilaian ditutup",
    "member_joined": "anggota bergabung",
    "member_left": "anggota keluar",
    "merged": "digabung",
    "opened": "dibuka",
    "passed": "lolos seleksi",
    "parted": "dipisahkan lagi",
    "paper_issued": "disusun sebagai surat",
    "paper_replaced": "suratnya tidak berlaku lagi",
    "pledged": "pakta integritas ditandatangani",
    "piles_shared": "pemeriksaan dibagi",
    "profile_changed": "profil diubah",
    "proposed": "diusulkan tidak lolos",
    "provisional": "peringkat sementara dihitung",
    "published": "diumumkan",
    "ordered": "pembuatannya dimulai",
    "raised": "diajukan",
    "reactivated": "diaktifkan lagi",
    "recused": "juri mengundurkan diri",
    "registered": "didaftarkan",
    "rejected": "ditolak",
    "released": "penugasan dilepas",
    "renamed": "berganti nama",
    "reopened": "dibuka kembali",
    "replaced": "diganti",
    "rescheduled": "dijadwalkan ulang",
    "reminded": "juri diingatkan",
    "resent": "dikirim ulang",
    "reset": "naskah bawaan dipakai lagi",
    "revision_discarded": "perubahan dibatalkan",
    "revision_opened": "perubahan dibuka",
    "retried": "dikirim lagi",
    "returned": "dikembalikan",
    "revoked": "dicabut",
    "rules_confirmed": "aturan dikonfirmasi",
    "rules_revoked": "konfirmasi aturan dicabut",
    "screening_reopened": "pemeriksaannya dibuka kembali",
    "sent": "dikirim",
    "settled": "diputuskan sidang pleno",
    "sheets_printed": "lembar kosong dicetak",
    "shares_revoked": "konfirmasi bobot dicabut",
    "shares_confirmed": "bobot instrumen dikonfirmasi",
    "same": "dinyatakan sama",
    "different": "dinyatakan berbeda",
    "started": "draf dibuat",
    "submitted": "dikirim",
    "typed": "diketik dari kertas",
    "typing_differed": "ketikan kedua berbeda",
    "typing_confirmed": "ketikan dikonfirmasi",
    "typing_refused": "ketikan ditolak",
    "taken_back": "ditarik pengusulnya",
    "tested": "diuji coba",
    "unlocked": "kunci masuk dibuka",
    "update": "baris diubah",
    "verified": "diverifikasi",
    "withdrawn": "ditarik kembali",
}

# The first half.
NOUNS = {
    "assignment": "penugasan",
    "award": "penghargaan",
    "certificates": "piagam",
    "checklist": "butir seleksi",
    "committee": "anggota panitia",
    "edition": "edisi",
    "entry": "usulan",
    "innovation": "inovasi",
    "instrument": "instrumen",
    "invitation": "undangan",
    "judge": "juri",
    "list": "daftar",
    "mail": "surat",
    "mail_text": "naskah surat",
    "member": "anggota unit",
    "objection": "sanggahan",
    "ranking": "peringkat",
    "rejection": "usul penolakan",
    "record": "berita acara",
    "reference": "data rujukan",
    "round": "babak",
    "row": "",
    "screening": "seleksi administrasi",
    "sheet": "lembar penilaian",
    "stage": "tahap",
    "tie": "nilai sama",
    "unit": "unit",
    "user": "akun",
}


def kind_in_words(kind: str) -> str:
    """ "entry.submitted" -> "usulan dikirim"; for a list of kinds."""
    prefix, verb = kind.partition(".")[0], what(kind)
    noun = NOUNS.get(prefix, prefix.replace("_", " "))
    return verb if verb.startswith(noun) else f"{noun} {verb}"


def what(kind: str) -> str:
    """ "entry.submitted" -> "dikirim"."""
    verb = kind.rpartition(".")[2]
    return VERBS.get(verb, verb.replace("_", " "))


def model_of(table: str) -> type[models.Model] | None:
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def which(target: str) -> str:
    """ "entries_entry:5" -> "usulan 5"."""
    table, _, pk = target.partition(":")
    model = model_of(table)
    return f"{model._meta.verbose_name} {pk}" if model else target
