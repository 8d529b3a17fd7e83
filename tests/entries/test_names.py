"""Names of units: spellings that belong together, and names that only look alike."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from entries.names import Candidate, is_duplicate, is_same, likely, normalised, parse

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
UNITS = tomllib.loads((FIXTURES / "units.toml").read_text())["unit"]
REGIONS = tomllib.loads((FIXTURES / "regions.toml").read_text())["district"]
KNOWN = [Candidate(unit["code"], (unit["name"], *unit.get("other_names", []))) for unit in UNITS]
OFFICIAL = [Candidate(unit["code"], (unit["name"],)) for unit in UNITS]

SAME = [
    ("Kelurahan Jayamekar", "Kel. Jaya Mekar"),
    ("Kelurahan Jayamekar", "KELURAHAN  JAYA-MEKAR"),
    ("Kelurahan Jayamekar", "Kelurahan Jayamekar, Kecamatan Baros"),
    ("Kelurahan Gedongpanjang", "Kel Gedong Panjang"),
    ("Kecamatan Gunungpuyuh", "Kec. Gunung Puyuh"),
    ("Kecamatan Gunungpuyuh", "Kecamatan Goenoengpoeyoeh"),
    ("Puskesmas Tipar", "Pkm Tipar"),
    ("Puskesmas Tipar", "UPTD Puskesmas Tipar"),
    ("Puskesmas Tipar", "Pusat Kesehatan Masyarakat Tipar"),
    ("Puskesmas Tipar", "UPT. Pusk. Tipar Kota Sukabumi"),
    ("Puskesmas Tipar", "Pùskesmas Tipár"),
    ("SDN Lamping 3", "SD Negeri Lamping III"),
    ("SDN Lamping 3", "Sekolah Dasar Negeri Lamping 3"),
    ("SMPN 8", "SMP Negeri 8 pada Dinas Pendidikan dan Kebudayaan"),
    ("SMPN 8", "smpn8"),
    ("SMPN 8", "SMP N VIII"),
    ("RSUD R. Syamsudin SH", "Rumah Sakit Umum Daerah R. Syamsuddin, S.H."),
    ("RSUD Al-Mulk", "RSUD Al Mulk"),
    ("Labkesda", "Laboratorium Kesehatan Daerah"),
    ("Labkesda", "UPTD Labkesda"),
    ("Dinas Kesehatan", "Dinas Kesehatan Kota Sukabumi"),
    ("Dinas Kependudukan & Pencatatan Sipil", "Dinas Kependudukan dan Pencatatan Sipil"),
    ("Sekretariat Daerah", "Setda"),
    ("Satuan Polisi Pamong Praja", "Satpol PP"),
]
LIKELY_ONE = [
    ("Kelurahan Jayamekar", "Kelurahan Jayamkar"),
    ("Kelurahan Jayamekar", "Jaya Mekar"),
    ("Kelurahan Karangtengah", "Kelurahan Karangtenghah"),
    ("Puskesmas Limusnunggal", "Puskesmas Limusnungal"),
    ("Dinas Pendidikan dan Kebudayaan", "Dinas Kebudayaan dan Pendidikan"),
    ("SMPN 8", "SMP Negeri VIII"),
]
DIFFERENT = [
    ("puskesmas", "Puskesmas Tipar"),
    ("Kelurahan", "Kelurahan Baros"),
    ("puskesmas", "Puskesmas"),
    ("", "Puskesmas Tipar"),
    ("", ""),
    ("SDN 1", "SDN 2"),
    ("SDN Lamping 1", "SDN Lamping II"),
    ("SDN Lamping", "SDN Lamping 3"),
    ("SMPN 8", "SDN 8"),
    ("SMPN 1", "SMPN 10"),
    ("Kelurahan Tipar", "Puskesmas Tipar"),
    ("Kelurahan Baros", "Kecamatan Baros"),
    ("Kelurahan Jayamekar", "Kelurahan Jayaraksa"),
    ("Kelurahan Cikundul", "Kelurahan Cikondang"),
    ("Kelurahan Cibeureum Hilir", "Kecamatan Cibeureum"),
    ("Kelurahan Sindangsari", "Kelurahan Sindangpalay"),
    ("Kelurahan Baros", "Kelurahan Baris"),
    ("Dinas Sosial", "Dinas Perhubungan"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name(one, other):
    assert normalised(one) == normalised(other)
    assert is_same(one, other)
    assert is_duplicate(one, other)


@pytest.mark.parametrize(("one", "other"), LIKELY_ONE)
def test_slips_of_the_pen_are_likely_duplicates(one, other):
    assert is_duplicate(one, other)
    assert is_duplicate(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_only_look_alike(one, other):
    assert not is_duplicate(one, other)
    assert not is_duplicate(other, one)


@pytest.mark.parametrize(("one", "other"), [pair for pair in DIFFERENT if pair != ("puskesmas", "Puskesmas")])
def test_names_that_only_look_alike_are_not_the_same(one, other):
    assert not is_same(one, other)


def test_no_two_known_units_are_called_duplicates():
    wrong = [
        (one["name"], other["name"])
        for one, other in combinations(UNITS, 2)
        if any(
            is_duplicate(first, second)
            for first in (one["name"], *one.get("other_names", []))
            for second in (other["name"], *other.get("other_names", []))
        )
    ]
    assert wrong == []


def test_no_two_villages_are_called_duplicates_even_without_their_kind():
    names = [village["name"] for district in REGIONS for village in district["villages"]]
    assert len(names) == 33
    assert [pair for pair in combinations(names, 2) if is_duplicate(*pair)] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Jaya Mekar", "kelurahan-jayamekar"),
        ("jaya mek", "kelurahan-jayamekar"),
        ("mekar", "kelurahan-jayamekar"),
        ("Gedong Panjang", "kelurahan-gedongpanjang"),
        ("kel gedong", "kelurahan-gedongpanjang"),
        ("pkm gedong panjang", "puskesmas-gedongpanjang"),
        ("syamsudin", "rsud-syamsudin"),
        ("smp 8", "smpn-8"),
        ("smp negeri viii", "smpn-8"),
        ("lamping", "sdn-lamping-3"),
        ("jayamkear", "kelurahan-jayamekar"),
        ("disdukcapil", "dinas-dukcapil"),
        ("capil", "dinas-dukcapil"),
        ("perpustakaan", "dinas-perpustakaan"),
        ("satpol", "satpol-pp"),
    ],
)
def test_typing_finds_the_unit(typed, code):
    keys = [match.key for match in likely(typed, KNOWN, 3)]
    assert any(key.startswith(code) for key in keys), keys


@pytest.mark.parametrize(
    ("typed", "code"), [("Jaya Mekar", "kelurahan-jayamekar"), ("gedong panjang", "gedongpanjang")]
)
def test_typing_finds_the_unit_without_any_stored_spelling(typed, code):
    assert code in likely(typed, OFFICIAL)[0].key


def test_a_kind_alone_lists_units_of_the_kind():
    assert {match.key.split("-")[0] for match in likely("pusk", KNOWN, 20)} >= {"puskesmas"}
    found = likely("puskesmas", KNOWN, 30)
    assert len(found) == 15
    assert {match.key.split("-")[0] for match in found} == {"puskesmas"}


def test_numbers_decide_between_schools():
    assert [match.key for match in likely("smpn 1", OFFICIAL)][:1] != ["smpn-8"]
    assert likely("smpn 10", OFFICIAL)[0].key == "smpn-10"


@pytest.mark.parametrize("typed", ["", "  ", "...", "zzzzqqq", "xylofon besar"])
def test_nonsense_finds_nothing(typed):
    assert likely(typed, KNOWN) == []


def test_candidates_without_names_are_no_fault():
    assert likely("tipar", [Candidate(1, ())]) == []


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("SDN Lamping IV", (4,)), ("SDN IX", (9,)), ("SDN Lamping 3", (3,)), ("Vi", ()), ("SMPN XIV", (14,))],
)
def test_numbers_are_read_in_both_scripts(name, numbers):
    assert parse(name).numbers == numbers
