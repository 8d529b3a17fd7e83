"""The checklist that administrative screening usually works through, and the facts that the machine can establish."""

from typing import NamedTuple

from django.db.models import TextChoices


class MachineRule(TextChoices):
    """Rules by which the machine decides an item in advance; the officer may overrule it with a reason."""

    AGE = "age", "Umur penerapan cukup"
    PARTICIPATION = "participation", "Batas keikutsertaan"
    PAPERS = "papers", "Lampiran wajib lengkap"
    DECREE = "decree", "Nomor SK atau surat pernyataan terisi"
    VIDEO = "video", "Tautan video terisi"
    WORDS = "words", "Batas kata dipatuhi"
    STATEMENT = "statement", "Pernyataan kebenaran disetujui"


class StandardItem(NamedTuple):
    code: str
    label: str
    failure_sentence: str
    machine_rule: str = ""


STANDARD_CHECKLIST = (
    StandardItem(
        "umur-penerapan",
        "Inovasi sudah cukup lama diterapkan",
        "Inovasi belum cukup lama diterapkan pada saat pengajuan ditutup.",
        MachineRule.AGE,
    ),
    StandardItem(
        "keikutsertaan",
        "Keikutsertaan inovasi belum melampaui batas",
        "Inovasi sudah mencapai batas keikutsertaan.",
        MachineRule.PARTICIPATION,
    ),
    StandardItem(
        "lampiran-wajib",
        "Surat pernyataan dan lampiran wajib tersedia",
        "Lampiran wajib belum lengkap.",
        MachineRule.PAPERS,
    ),
    StandardItem(
        "sk-tim",
        "Nomor SK atau surat pernyataan inovator tercantum",
        "Nomor SK atau surat pernyataan inovator belum tercantum.",
        MachineRule.DECREE,
    ),
    StandardItem("video", "Tautan video tersedia", "Tautan video belum tersedia.", MachineRule.VIDEO),
    StandardItem(
        "batas-kata",
        "Setiap jawaban mematuhi batas kata",
        "Ada jawaban yang melampaui batas kata.",
        MachineRule.WORDS,
    ),
    StandardItem(
        "pernyataan",
        "Pernyataan kebenaran disetujui pengusul",
        "Pernyataan kebenaran belum disetujui.",
        MachineRule.STATEMENT,
    ),
    StandardItem(
        "judul",
        "Judul menggambarkan inovasi dan bukan usulan ganda",
        "Judul belum menggambarkan inovasi, atau sama dengan usulan lain.",
    ),
    StandardItem(
        "isi-layak",
        "Jawaban diisi dengan sungguh-sungguh",
        "Jawaban belum menjelaskan inovasi sehingga tidak dapat dinilai.",
    ),
    StandardItem(
        "data-pribadi",
        "Lampiran tidak memuat data pribadi pasien, siswa, atau warga",
        "Lampiran memuat data pribadi yang harus ditutup.",
    ),
)
