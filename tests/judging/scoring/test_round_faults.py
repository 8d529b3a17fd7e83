"""Every fault of `kiks-round/1` once, with its line."""

import json

import pytest

from judging.scoring import BundleError
from judging.scoring.bundle import load
from tests.judging.scoring.samples import round_plain, sheet, tied_plain


def faults_of(plain):
    with pytest.raises(BundleError) as caught:
        load(plain if isinstance(plain, str) else json.dumps(plain))
    return list(caught.value.faults)


def put(*path_and_value):
    """A change: set what stands at the path to the last argument."""
    *path, key, value = path_and_value

    def change(plain):
        for step in path:
            plain = plain[step]
        plain[key] = value

    return change


def drop(*path):
    *path, last = path

    def change(plain):
        for step in path:
            plain = plain[step]
        del plain[last]

    return change


IDE = ("instruments", 0, "criteria", 0)
SHEET = ("sheets", 0)
UNCOUNTED = {"judge": "J2", "entry": "001", "instrument": "kipp", "counted": False, "marks": {}, "why": "released"}
NOT_DECIMAL = 'bukan desimal yang sah; tulis seperti "77.5", tanpa tanda, pangkat atau koma'
NOT_CODE = "bukan kode yang sah; kode tidak boleh kosong atau memuat spasi atau koma"

FAULTS = [
    # Settings
    (drop("edition"), "edition: kunci wajib belum ada"),
    (drop("tie_breakers"), "tie_breakers: kunci wajib belum ada"),
    (put("lain", 1), "lain: kunci tidak dikenal"),
    (put("dua baris\nkunci", 1), '["dua baris\\nkunci"]: kunci tidak dikenal'),
    (put("edition", 2026), "edition: harus teks, bukan bilangan bulat"),
    (put("edition", ""), f'edition: "" {NOT_CODE}'),
    (put("round", "desk 1"), f'round: "desk 1" {NOT_CODE}'),
    (put("category", 1), "category: harus teks, bukan bilangan bulat"),
    (put("decimals", "2"), "decimals: harus bilangan bulat, bukan teks"),
    (put("decimals", 2.0), "decimals: harus bilangan bulat, bukan angka 2.0"),
    (put("decimals", True), "decimals: harus bilangan bulat, bukan true/false"),
    (put("decimals", None), "decimals: harus bilangan bulat, bukan null"),
    (put("decimals", 21), "decimals: 21 di luar batas 0 sampai 20"),
    (put("decimals", 10**30), f"decimals: harus bilangan bulat, bukan angka {10**30}"),
    (put("cutoff", -1), "cutoff: -1 di luar batas 0 sampai 1000000000"),
    (put("cutoff", float("inf")), "cutoff: harus bilangan bulat, bukan angka Infinity"),
    (put("tie_breakers", {}), "tie_breakers: harus daftar, bukan objek"),
    (put("tie_breakers", 0, 1), "tie_breakers[0]: harus teks, bukan bilangan bulat"),
    (put("tie_breakers", 0, "kipp.x"), 'tie_breakers[0]: "kipp.x" bukan kriteria (instrumen.kriteria) yang dikenal'),
    (put("tie_breakers", 1, "kipp.dampak"), 'tie_breakers[1]: "kipp.dampak" sudah disebut'),
    # Instruments and criteria
    (put("instruments", 0, "name", None), "instruments[0].name: harus teks, bukan null"),
    (put("instruments", 0, "lain", "x"), "instruments[0].lain: kunci tidak dikenal"),
    (put("instruments", 0, "share", 60), "instruments[0].share: harus teks, bukan bilangan bulat"),
    (put("instruments", 0, "share", "60,0"), f'instruments[0].share: "60,0" {NOT_DECIMAL}'),
    (put("instruments", 0, "share", "61"), "instruments: porsi (share) instrumen berjumlah 101, seharusnya tepat 100"),
    (put(*IDE, "weight", 45.0), "instruments[0].criteria[0].weight: harus teks, bukan angka 45.0"),
    (put(*IDE, "weight", "+45"), f'instruments[0].criteria[0].weight: "+45" {NOT_DECIMAL}'),
    (
        put(*IDE, "weight", "44.999"),
        "instruments[0].criteria: bobot kriteria berjumlah 99.999, seharusnya tepat 100",
    ),
    (put(*IDE, "max", "0.0"), "instruments[0].criteria[0].max: harus lebih besar dari 0"),
    (put(*IDE, "max", "-1"), f'instruments[0].criteria[0].max: "-1" {NOT_DECIMAL}'),
    (put(*IDE, "step", "0"), "instruments[0].criteria[0].step: harus lebih besar dari 0"),
    (put(*IDE, "step", None), "instruments[0].criteria[0].step: harus teks, bukan null"),
    (drop(*IDE, "name"), "instruments[0].criteria[0].name: kunci wajib belum ada"),
    (put(*IDE, "lain", ""), "instruments[0].criteria[0].lain: kunci tidak dikenal"),
    # Entries
    (put("entries", 0, "title", 1), "entries[0].title: harus teks, bukan bilangan bulat"),
    (put("entries", 0, "lain", ""), "entries[0].lain: kunci tidak dikenal"),
    (
        put("withdrawn", [{"entry": "002", "why": ""}]),
        'withdrawn[0].entry: usulan "002" ditarik, tetapi masih ikut dinilai',
    ),
    (put("withdrawn", [{"entry": "003", "why": "a"}] * 2), 'withdrawn[1].entry: "003" sudah dipakai'),
    (put("withdrawn", [{"entry": 3, "why": ""}]), "withdrawn[0].entry: harus teks, bukan bilangan bulat"),
    (put("withdrawn", [{"entry": "003"}]), "withdrawn[0].why: kunci wajib belum ada"),
    (put("withdrawn", None), "withdrawn: harus daftar, bukan null"),
    # Sheets
    (put("sheets", "x"), "sheets: harus daftar, bukan teks"),
    (put("sheets", 0, []), "sheets[0]: harus objek, bukan daftar"),
    (drop(*SHEET, "judge"), "sheets[0].judge: kunci wajib belum ada"),
    (put(*SHEET, "judge", "J,1"), f'sheets[0].judge: "J,1" {NOT_CODE}'),
    (put(*SHEET, "entry", 1), "sheets[0].entry: harus teks, bukan bilangan bulat"),
    (put(*SHEET, "instrument", None), "sheets[0].instrument: harus teks, bukan null"),
    (put(*SHEET, "counted", 1), "sheets[0].counted: harus true/false, bukan bilangan bulat"),
    (put(*SHEET, "why", "released"), "sheets[0].why: lembar yang dihitung tidak boleh memuat alasan (why)"),
    (drop(*SHEET, "receipt"), "sheets[0].receipt: lembar yang dihitung wajib memuat tanda terima (receipt)"),
    (put(*SHEET, "receipt", ""), "sheets[0].receipt: lembar yang dihitung wajib memuat tanda terima (receipt)"),
    (put(*SHEET, "receipt", None), "sheets[0].receipt: harus teks, bukan null"),
    (put(*SHEET, "nonce", 7), "sheets[0].nonce: harus teks, bukan bilangan bulat"),
    (put(*SHEET, "lain", ""), "sheets[0].lain: kunci tidak dikenal"),
    # Marks
    (put(*SHEET, "marks", []), "sheets[0].marks: harus objek, bukan daftar"),
    (put(*SHEET, "marks", "ide", 80), "sheets[0].marks.ide: harus teks, bukan bilangan bulat"),
    (put(*SHEET, "marks", "ide", 80.5), "sheets[0].marks.ide: harus teks, bukan angka 80.5"),
    (put(*SHEET, "marks", "ide", float("nan")), "sheets[0].marks.ide: harus teks, bukan angka NaN"),
    (put(*SHEET, "marks", "ide", None), "sheets[0].marks.ide: harus teks, bukan null"),
    (put(*SHEET, "marks", "ide", ""), f'sheets[0].marks.ide: "" {NOT_DECIMAL}'),
    (put(*SHEET, "marks", "ide", "8e1"), f'sheets[0].marks.ide: "8e1" {NOT_DECIMAL}'),
    (put(*SHEET, "marks", "ide", "1" * 101), f'sheets[0].marks.ide: "{"1" * 100}..." {NOT_DECIMAL}'),
    (put(*SHEET, "marks", "dampak", "120"), "sheets[0].marks.dampak: nilai 120 melebihi maksimum 100"),
    (put(*SHEET, "marks", "dampak", "77.4"), "sheets[0].marks.dampak: nilai 77.4 bukan kelipatan 0.5"),
    (put(*SHEET, "marks", "lain", "1"), "sheets[0].marks.lain: kriteria tidak dikenal pada instrumen kipp"),
    (drop(*SHEET, "marks", "ide"), "sheets[0].marks.ide: nilai belum ada"),
    # Completeness
    (drop("sheets", 1), "entries[0]: lembar J1 untuk usulan 001, instrumen kijb, belum ada atau tidak dihitung"),
    (
        lambda plain: plain["sheets"].append(sheet("J1", "001", "kipp", ide="1", dampak="1")),
        'sheets[4]: lembar kedua J1 untuk usulan "001", instrumen "kipp"; yang pertama pada sheets[0]',
    ),
    # Settled ties
    (put("settled_ties", {}), "settled_ties: harus daftar, bukan objek"),
    (put("settled_ties", [[]]), "settled_ties[0]: harus objek, bukan daftar"),
    (put("settled_ties", [{"order": [], "by": ""}]), "settled_ties[0].reason: kunci wajib belum ada"),
    (
        put("settled_ties", [{"order": [1], "by": "", "reason": ""}]),
        "settled_ties[0].order[0]: harus teks, bukan bilangan bulat",
    ),
    (
        put("settled_ties", [{"order": ["001", "009"], "by": "", "reason": ""}]),
        'settled_ties[0].order[1]: usulan "009" tidak ada dalam berkas',
    ),
    (
        put("settled_ties", [{"order": ["001", "001"], "by": "", "reason": ""}]),
        'settled_ties[0].order[1]: usulan "001" sudah disebut pada settled_ties[0]',
    ),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_a_broken_round_names_the_place(change, fault):
    plain = round_plain()
    change(plain)
    assert faults_of(plain) == [fault]


SHEET_FAULTS = [(change, fault) for change, fault in FAULTS if fault.startswith("sheets[0].")]


@pytest.mark.parametrize(("change", "fault"), SHEET_FAULTS, ids=[fault for _, fault in SHEET_FAULTS])
def test_a_broken_sheet_is_found_among_sheets_like_it(change, fault):
    """Nearly all sheets pass a quick test, once their judge and marks have been seen: not this one."""
    plain = round_plain()
    sound = plain["sheets"][:2]
    broken = {"sheets": [json.loads(json.dumps({**sound[0], "entry": "002"}))]}
    change(broken)
    plain["sheets"] = [*sound, {**sound[1], "entry": "002"}, broken["sheets"][0]]
    assert faults_of(plain) == [fault.replace("sheets[0]", "sheets[3]")]


UNCOUNTED_FAULTS = [
    (drop("why"), "sheets[4].why: lembar yang tidak dihitung wajib memuat alasan (why)"),
    (put("why", "sakit"), 'sheets[4].why: "sakit" bukan alasan yang dikenal ("recused", "released")'),
    (put("why", 1), "sheets[4].why: harus teks, bukan bilangan bulat"),
    (put("marks", {"ide": "101"}), "sheets[4].marks.ide: nilai 101 melebihi maksimum 100"),
    (put("marks", {"baru": "1"}), "sheets[4].marks.baru: kriteria tidak dikenal pada instrumen kipp"),
]


@pytest.mark.parametrize(("change", "fault"), UNCOUNTED_FAULTS, ids=[fault for _, fault in UNCOUNTED_FAULTS])
def test_an_uncounted_sheet_is_validated_too(change, fault):
    plain = round_plain()
    plain["sheets"].append(dict(UNCOUNTED))
    change(plain["sheets"][4])
    assert faults_of(plain) == [fault]


@pytest.mark.parametrize("more", [{}, {"marks": {"ide": "80"}}, {"receipt": ""}, {"receipt": "x", "nonce": "y"}])
def test_an_uncounted_sheet_may_be_partial_and_have_a_receipt(more):
    plain = round_plain()
    plain["sheets"].append({**UNCOUNTED, **more})
    assert load(json.dumps(plain)).sheets[4].why == "released"


def test_a_judge_counted_for_one_instrument_is_missed_at_the_other_even_if_uncounted_there():
    plain = round_plain()
    plain["sheets"] += [sheet("J2", "001", "kijb", baru="8"), UNCOUNTED]
    assert faults_of(plain) == ["entries[0]: lembar J2 untuk usulan 001, instrumen kipp, belum ada atau tidak dihitung"]


def test_an_entry_without_a_counted_sheet_is_named():
    plain = round_plain()
    plain["entries"].append({"number": "003", "title": ""})
    plain["sheets"].append({**UNCOUNTED, "entry": "003"})
    assert faults_of(plain) == ["entries[2]: usulan 003 belum memiliki lembar yang dihitung"]


@pytest.mark.parametrize(
    ("key", "name", "fault"),
    [
        ("entry", "009", 'sheets[4].entry: usulan "009" tidak ada dalam berkas'),
        ("instrument", "kip", 'sheets[4].instrument: instrumen "kip" tidak ada dalam berkas'),
    ],
)
def test_a_sheet_of_something_unknown_is_named(key, name, fault):
    plain = round_plain()
    plain["sheets"].append({**UNCOUNTED, key: name})
    assert faults_of(plain) == [fault]


def test_codes_are_used_once_and_without_points():
    plain = round_plain()
    plain["instruments"][0]["criteria"][1]["code"] = "ide"
    plain["instruments"][1]["code"] = "kipp"
    plain["entries"][1]["number"] = "001"
    plain["tie_breakers"], plain["sheets"] = [], []
    assert faults_of(plain) == [
        'instruments[0].criteria[1].code: "ide" sudah dipakai',
        'instruments[1].code: "kipp" sudah dipakai',
        'entries[1].number: "001" sudah dipakai',
        "entries[0]: usulan 001 belum memiliki lembar yang dihitung",
    ]
    plain = tied_plain({"001": "8"})
    plain["instruments"][0] = {**plain["instruments"][0], "code": "kijb.1"}
    plain["sheets"] = [UNCOUNTED | {"instrument": "kijb.1"}]
    assert faults_of(plain) == [
        'instruments[0].code: "kijb.1" tidak boleh memuat titik',
        'sheets[0].instrument: instrumen "kijb.1" tidak ada dalam berkas',
        "entries[0]: usulan 001 belum memiliki lembar yang dihitung",
    ]


def test_no_entries_is_a_fault():
    plain = round_plain()
    plain["entries"], plain["sheets"] = [], []
    assert faults_of(plain) == ["entries: belum ada usulan"]


def test_no_instruments_or_criteria_is_a_fault():
    plain = tied_plain({"001": "8"})
    plain["sheets"] = []
    plain["instruments"] = [{"code": "kijb", "name": "", "share": "100", "criteria": []}]
    assert faults_of(plain)[0] == "instruments[0].criteria: bobot kriteria berjumlah 0, seharusnya tepat 100"
    plain["instruments"] = []
    assert faults_of(plain)[0] == "instruments: porsi (share) instrumen berjumlah 0, seharusnya tepat 100"


def test_a_missing_list_is_not_added_up():
    plain = tied_plain({"001": "8"})
    plain["sheets"] = [UNCOUNTED | {"instrument": "kijb"}]
    del plain["instruments"][0]["criteria"]
    plain["instruments"].append(1)
    missing = "entries[0]: usulan 001 belum memiliki lembar yang dihitung"
    assert faults_of(plain) == [
        "instruments[0].criteria: kunci wajib belum ada",
        "instruments[1]: harus objek, bukan bilangan bulat",
        missing,
    ]
    plain["instruments"] = None
    assert faults_of(plain) == [
        "instruments: harus daftar, bukan null",
        'sheets[0].instrument: instrumen "kijb" tidak ada dalam berkas',
        missing,
    ]


def test_a_criterion_without_readable_max_takes_any_decimal():
    plain = round_plain()
    plain["instruments"][0]["criteria"][0]["max"] = "seratus"
    plain["sheets"][0]["marks"]["ide"] = "900"
    assert faults_of(plain) == [f'instruments[0].criteria[0].max: "seratus" {NOT_DECIMAL}']


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"edition":', '"edition": "x", "edition":', "edition: kunci ditulis lebih dari satu kali"),
        ('"ide": "80"', '"ide": "80", "ide": "81"', "sheets[0].marks.ide: kunci ditulis lebih dari satu kali"),
        ('"number": "001"', '"number": "1", "number": "001"', "entries[0].number: kunci ditulis lebih dari satu kali"),
        ('"marks": {"ide"', '"lain": {"a": 1, "a": 1}, "marks": {"ide"', "sheets[0].lain: kunci tidak dikenal"),
        ('"decimals": 2', '"decimals": {"a": 1, "a": 1}', "decimals: harus bilangan bulat, bukan objek"),
    ],
)
def test_a_repeated_json_key_is_a_fault(old, new, fault):
    assert faults_of(json.dumps(round_plain()).replace(old, new, 1)) == [fault]


def test_all_faults_are_listed_in_the_order_of_the_file():
    plain = round_plain()
    plain["decimals"] = "2"
    plain["instruments"][0]["share"] = "50"
    plain["sheets"][0]["marks"] = {"ide": 80, "dampak": "120"}
    plain["sheets"][3]["counted"] = "ya"
    plain["settled_ties"] = [{"order": ["009"], "by": "", "reason": ""}]
    assert faults_of(plain) == [
        "decimals: harus bilangan bulat, bukan teks",
        "instruments: porsi (share) instrumen berjumlah 90, seharusnya tepat 100",
        "sheets[0].marks.ide: harus teks, bukan bilangan bulat",
        "sheets[0].marks.dampak: nilai 120 melebihi maksimum 100",
        "sheets[3].counted: harus true/false, bukan teks",
        'settled_ties[0].order[0]: usulan "009" tidak ada dalam berkas',
    ]


LEFT = "harus menyebut tepat satu kelompok yang masih seri setelah penentu urutan"


@pytest.mark.parametrize("order", [["001", "002"], ["004", "001", "002", "003"], ["004"], [], ["001", "005"]])
def test_a_settlement_names_one_complete_group(order):
    plain = tied_plain({"001": "8", "002": "8", "003": "8", "004": "9", "005": "7", "006": "7"})
    plain["settled_ties"] = [{"order": order, "by": "", "reason": ""}]
    assert faults_of(plain) == [f"settled_ties[0].order: {LEFT} (001, 002, 003; 005, 006)"]


def test_what_the_tie_breakers_separate_cannot_be_settled():
    plain = tied_plain({"001": "8.001", "002": "8"}, decimals=0)
    plain["settled_ties"] = [{"order": ["002", "001"], "by": "", "reason": ""}]
    assert load(json.dumps(plain)).settled_ties[0].order == ("002", "001")
    plain["decimals"] = 2
    assert faults_of(plain) == [f"settled_ties[0].order: {LEFT} (tidak ada yang seri)"]


def test_a_group_is_settled_once():
    plain = tied_plain({"001": "8", "002": "8"})
    plain["settled_ties"] = [{"order": order, "by": "", "reason": ""} for order in (["001", "002"], ["002"])]
    assert faults_of(plain) == ['settled_ties[1].order[0]: usulan "002" sudah disebut pada settled_ties[0]']
