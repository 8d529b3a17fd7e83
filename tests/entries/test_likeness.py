"""Likely twins: the same innovation under another name, and names that only look alike."""

import time
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from entries.likeness import LIKELY, Known, forget, likeness, titles, twins

HISTORY = Path(__file__).resolve().parents[2] / "fixtures" / "history.toml"


def finalists() -> dict[str, tuple[str, str]]:
    editions = tomllib.loads(HISTORY.read_text())["edition"]
    rows = [finalist for edition in editions for finalist in edition.get("finalist", [])]
    return {row["key"]: (row["short_name"], row["expansion"]) for row in rows}


GEPUK = "Gerakan Peduli Kesehatan Warga"
PAMAN = "Kelurahan dan Warga Sadar Informasi Pangan Aman"
ONE_AND_THE_SAME = [
    (("INDUKSI", ""), ("Induksi", "Informasi Edukasi Mom's Masa Kini")),
    (("si-KIDAL", ""), ("SIKIDAL", "")),
    (("Keluarga Siepaman", ""), ("Keluarga Si Paman", "")),
    (("SIMTRAC", ""), ("SIMTRAC-19", "Sistem Informasi Manajemen Tracing Covid-19")),
    (("SIMTRAC Plus", ""), ("SIMTRAC-19", "")),
    (("GEPUK", "Gerakan Peduli Kesehatan Warga Gedongpanjang"), ("GEPUK WA GP", f"{GEPUK} Gedong Panjang")),
    (("Cerdas Pangan", PAMAN), ("Keluarga Si Paman", PAMAN)),
    (("Cerita dan Dongeng Online", ""), ("Cendol", "Cerita dan Dongeng Online")),
    (("Cerita dan Dongeng Online", ""), ("CENDOL", "")),
    (("One Region One Offtaker", ""), ("One ROOF", "")),
    (("Rumah Baca", "Periksa Sendiri Jantung"), ("Rijari", "Periksa Jantung Sendiri")),
    (("Teman Tuli", ""), ("Mantul", "")),
    (("Ladoe Manis", ""), ("Ladu Manis", "")),
]  # fmt: skip
ALIKE_ONLY = [
    (("SAPAR", ""), ("SAPUR", "")),
    (("Pastikan", "Pantau Status Gizi dan Kesehatan"), ("Pasti", "Pelayanan Administrasi Satu Tempat dan Inovatif")),
    (("SIMPEL", "Sistem Informasi Pelayanan Kesehatan"), ("SIPANDU", "Sistem Informasi Pelayanan Kependudukan")),
    (("Sicepot", "Sistem Cepat Pelayanan ODGJ"), ("Sicepat", "Sistem Cepat Pelayanan Akta Kelahiran")),
    (("Aplikasi Kesehatan", ""), ("Aplikasi Pendidikan", "")),
    (("Batik Milik Anda", ""), ("Batik Anak Sekolah", "")),
    (("A", ""), ("B", "")),
    (("2024", ""), ("2025", "")),
    (("", ""), ("INDUKSI", "")),
]


@pytest.mark.parametrize(("one", "other"), ONE_AND_THE_SAME)
def test_the_same_under_another_name(one, other):
    assert likeness(*one, *other) >= LIKELY
    assert likeness(*other, *one) >= LIKELY


@pytest.mark.parametrize(("one", "other"), ALIKE_ONLY)
def test_names_that_only_look_alike(one, other):
    assert likeness(*one, *other) < LIKELY
    assert likeness(*other, *one) < LIKELY


def test_no_two_finalists_of_all_years_are_taken_for_one():
    found = [
        (one, other)
        for (one, names), (other, others) in combinations(finalists().items(), 2)
        if likeness(*names, *others) >= LIKELY
    ]
    assert found == []


@pytest.mark.parametrize("key", sorted(finalists()))
def test_every_finalist_is_found_again_by_its_name_alone(key):
    known = [Known(other, *names) for other, names in finalists().items()]
    assert [twin.key for twin in twins(finalists()[key][0], "", known)] == [key]


def test_the_likeliest_comes_first_and_only_so_many():
    known = [Known(1, "SIMTRAC-19"), Known(2, "SIMTRAC"), *(Known(n, "Simtrac Plus") for n in range(3, 12))]
    found = twins("SIMTRAC", "", known)
    assert (found[0].key, found[0].score) == (2, 100.0)
    assert len(found) == 5


def test_texts_read_together_are_read_as_each_alone():
    texts = [text for names in finalists().values() for text in names]
    texts += ["", "S. H.", "S.", "h", "aa", "a", "11", "Déjà", "́", "Tjinta & Oesaha", "anak\0anak"]
    forget()
    together = titles(texts)
    for text in texts:
        forget()
        assert titles([text])[text] == together[text], text
    assert titles(["Tjinta & Oesaha"])["Tjinta & Oesaha"].words == ("cinta", "dan", "usaha")


@pytest.mark.long
def test_five_thousand_innovations_are_compared_within_a_third_of_a_second():
    words = [
        "sistem",
        "informasi",
        "gizi",
        "ibu",
        "lansia",
        "sampah",
        "pangan",
        "arsip",
        "akta",
        "siaga",
        "remaja",
        "air",
    ]
    texts = [" ".join(words[(n * step + n // 12) % 12] for step in (1, 3, 5, 7)) for n in range(5_000)]
    known = [Known(n, f"SIM{words[n % 12][:3].upper()}{n}", text) for n, text in enumerate(texts)]
    forget()
    started = time.process_time()
    found = twins("Siaga Gizi Ibu", "Sistem Informasi Siaga Gizi Ibu dan Remaja", known)
    assert time.process_time() - started < 0.3
    assert len(found) <= 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INOVASI 2", "INOVASI 13"),
        ("INOVASI 322", "INOVASI 32"),
        ("Aplikasi", "Aplikasi 2"),
        ("LAYANAN ONLINE", "LAYANAN ONLINE PLUS"),
    ],
)
def test_a_name_of_common_words_makes_no_twin(one, other):
    assert likeness(one, "", other, "") == 0
    # The very same name is still shown, and a word of its own counts.
    assert likeness(one, "", one, "") == 100
    assert likeness(f"{one} Cendol", "", f"{other} Cendol", "") > 0
