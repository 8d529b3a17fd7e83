"""Every fault of `kiks-final/1` once, with its line."""

import json

import pytest

from judging.scoring import BundleError
from judging.scoring.bundle import load
from tests.judging.scoring.samples import final_plain


def faults_of(plain):
    with pytest.raises(BundleError) as caught:
        load(plain if isinstance(plain, str) else json.dumps(plain))
    return list(caught.value.faults)


def score(value, decimals=2):
    def change(plain):
        plain["decimals"] = decimals
        plain["rounds"] = plain["rounds"][:1]
        plain["rounds"][0] |= {"share": "100", "scores": {"001": value}}
        plain["tie_breakers"] = []

    return change


def setting(**settings):
    return lambda plain: plain.update(settings)


def round_setting(**settings):
    return lambda plain: plain["rounds"][0].update(settings)


FAULTS = [
    (setting(round="desk"), "round: kunci tidak dikenal"),
    (setting(decimals=-1), "decimals: -1 di luar batas 0 sampai 20"),
    (setting(tie_breakers=["desk", "desk"]), 'tie_breakers[1]: "desk" sudah disebut'),
    (setting(tie_breakers=["lain"]), 'tie_breakers[0]: "lain" bukan babak yang dikenal'),
    (setting(rounds={}, tie_breakers=[]), "rounds: harus daftar, bukan objek"),
    (round_setting(lain=""), "rounds[0].lain: kunci tidak dikenal"),
    (round_setting(share=60), "rounds[0].share: harus teks, bukan bilangan bulat"),
    (round_setting(share="59"), "rounds: porsi (share) babak berjumlah 99, seharusnya tepat 100"),
    (score(87.42), "rounds[0].scores.001: harus teks, bukan angka 87.42"),
    (
        score("87,42"),
        'rounds[0].scores.001: "87,42" bukan desimal yang sah; tulis seperti "77.5", tanpa tanda, pangkat atau koma',
    ),
    (score("87.4"), "rounds[0].scores.001: nilai 87.4 harus memuat tepat 2 angka desimal"),
    (score("87.420"), "rounds[0].scores.001: nilai 87.420 harus memuat tepat 2 angka desimal"),
    (score("87"), "rounds[0].scores.001: nilai 87 harus memuat tepat 2 angka desimal"),
    (score("87.0", 0), "rounds[0].scores.001: nilai 87.0 harus memuat tepat 0 angka desimal"),
    (score("100.01"), "rounds[0].scores.001: nilai 100.01 melebihi 100"),
    (score("80.0", None), "decimals: harus bilangan bulat, bukan null"),
    (
        setting(withdrawn=[{"entry": "001", "why": ""}]),
        'withdrawn[0].entry: usulan "001" ditarik, tetapi masih ikut dinilai',
    ),
    (
        setting(settled_ties=[{"order": ["009"], "by": "", "reason": ""}]),
        'settled_ties[0].order[0]: usulan "009" tidak ada dalam berkas',
    ),
    (
        setting(settled_ties=[{"order": ["001", "002"], "by": "", "reason": ""}]),
        "settled_ties[0].order: harus menyebut tepat satu kelompok yang masih seri setelah penentu urutan"
        " (tidak ada yang seri)",
    ),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_a_broken_final_names_the_place(change, fault):
    plain = final_plain()
    change(plain)
    assert faults_of(plain) == [fault]


@pytest.mark.parametrize("best", ["100.00", "0.00"])
def test_scores_go_from_0_to_100(best):
    plain = final_plain()
    plain["rounds"][0]["scores"]["001"] = best
    assert load(json.dumps(plain)).rounds[0].scores["001"] == best


def test_every_round_has_the_same_entries():
    plain = final_plain()
    plain["rounds"][0]["scores"]["004"] = "70.00"
    del plain["rounds"][0]["scores"]["002"]
    assert faults_of(plain) == [
        "rounds[0].scores.002: nilai belum ada, padahal usulan ini ada pada babak lain",
        "rounds[1].scores.004: nilai belum ada, padahal usulan ini ada pada babak lain",
    ]


def test_no_finalists_is_a_fault():
    plain = final_plain()
    for round_ in plain["rounds"]:
        round_["scores"] = {}
    assert faults_of(plain) == ["rounds: belum ada usulan"]


def test_a_round_stands_there_once_with_its_scores():
    plain = final_plain()
    plain["tie_breakers"] = []
    plain["rounds"][1] |= {"code": "desk", "scores": []}
    del plain["rounds"][0]["scores"]
    assert faults_of(plain) == [
        "rounds[0].scores: kunci wajib belum ada",
        'rounds[1].code: "desk" sudah dipakai',
        "rounds[1].scores: harus objek, bukan daftar",
        "rounds: belum ada usulan",
    ]


def test_an_entry_number_is_a_code():
    plain = final_plain()
    for round_ in plain["rounds"]:
        round_["scores"] = {"0 1": "80.00"}
    assert faults_of(plain) == [
        f'rounds[{index}].scores["0 1"]: "0 1" bukan kode yang sah; kode tidak boleh kosong atau memuat spasi atau koma'
        for index in (0, 1)
    ]


def test_a_repeated_entry_is_a_fault():
    text = json.dumps(final_plain()).replace('"001": "80.00"', '"001": "90.00", "001": "80.00"', 1)
    assert faults_of(text) == ["rounds[0].scores.001: kunci ditulis lebih dari satu kali"]
