"""Reading and writing the file itself."""

import json

import pytest

from judging.scoring import BundleError
from judging.scoring.bundle import (
    Criterion,
    Entry,
    FinalBundle,
    FinalRound,
    Instrument,
    RoundBundle,
    SettledTie,
    Sheet,
    Withdrawal,
    check,
    dump,
    load,
)
from tests.judging.scoring.samples import final_plain, round_plain


def faults_of(text):
    with pytest.raises(BundleError) as caught:
        load(text)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return caught.value.faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "berkas: bukan JSON yang sah, baris 1 kolom 1"),
        ("{\n  'a': 1}", "berkas: bukan JSON yang sah, baris 2 kolom 3"),
        (b"\xef\xbb\xbf{}", "berkas: bukan JSON yang sah, baris 1 kolom 1"),
        (b'{"format": "\xff"}', "berkas: bukan teks UTF-8 yang sah"),
        ('{"format": "\\ud800"}', "berkas: bukan teks UTF-8 yang sah"),
        ('{"\\udfff": [1.5, NaN]}', "berkas: bukan teks UTF-8 yang sah"),
        ('{"format": "\ud800"}', "berkas: bukan teks UTF-8 yang sah"),
        ("[" * 100_000, "berkas: bukan JSON yang sah, tanda kurung terlalu dalam"),
        ("[]", "berkas: harus objek, bukan daftar"),
        ("null", "berkas: harus objek, bukan null"),
        ("NaN", "berkas: harus objek, bukan angka NaN"),
        ("{}", 'format: harus "kiks-round/1" atau "kiks-final/1"'),
        ('{"format": []}', 'format: harus "kiks-round/1" atau "kiks-final/1"'),
        ('{"format": "kiks-round/2"}', 'format: harus "kiks-round/1" atau "kiks-final/1"'),
    ],
)
def test_what_is_no_bundle_at_all_has_one_fault(text, fault):
    assert faults_of(text) == (fault,)


def test_escaped_text_and_bytes_are_read():
    plain = round_plain()
    plain["entries"][0]["title"] = "Caf\u00e9 \U0001f600 \u2028"
    assert load(json.dumps(plain)) == load(json.dumps(plain, ensure_ascii=False).encode())


def test_a_round_is_read_into_frozen_dataclasses():
    plain = round_plain()
    plain["withdrawn"] = [{"entry": "003", "why": "ditarik unit"}]
    plain["sheets"].append(
        {"judge": "J2", "entry": "001", "instrument": "kijb", "counted": False, "marks": {}, "why": "released"}
    )
    bundle = load(json.dumps(plain))
    assert isinstance(bundle, RoundBundle)
    assert (bundle.edition, bundle.round, bundle.category, bundle.decimals) == ("kiks-2026", "desk", None, 2)
    assert (bundle.cutoff, bundle.tie_breakers) == (1, ("kipp.dampak", "kipp.ide"))
    assert bundle.instruments[0].criteria[1] == Criterion(
        code="dampak", name="Signifikansi", weight="55", max="100", step="0.5"
    )
    assert bundle.entries[1] == Entry(number="002", title="Dua")
    assert bundle.sheets[4] == Sheet(
        judge="J2", entry="001", instrument="kijb", counted=False, marks={}, why="released"
    )
    assert bundle.withdrawn == (Withdrawal(entry="003", why="ditarik unit"),)
    with pytest.raises(AttributeError):
        bundle.cutoff = 2


def test_a_final_is_read_into_frozen_dataclasses():
    plain = final_plain()
    plain["tie_breakers"] = []
    plain["settled_ties"] = [{"order": ["002", "001"], "by": "sidang pleno", "reason": "kebaruan"}]
    bundle = load(json.dumps(plain))
    assert bundle == FinalBundle(
        edition="kiks-2026",
        cutoff=3,
        rounds=(
            FinalRound(code="desk", share="60", scores={"001": "80.00", "002": "76.00", "003": "70.00"}),
            FinalRound(code="presentation", share="40", scores={"001": "80.00", "002": "86.00", "003": "70.05"}),
        ),
        settled_ties=(SettledTie(order=("002", "001"), by="sidang pleno", reason="kebaruan"),),
    )


def test_optional_keys_may_be_left_out():
    for plain in (round_plain(), final_plain()):
        del plain["settled_ties"]
        assert load(json.dumps(plain)).settled_ties == ()


def small_round():
    return RoundBundle(
        edition="kiks-2026",
        round="desk",
        instruments=(
            Instrument(
                code="kijb",
                name="KIJB",
                share="100",
                criteria=(Criterion(code="baru", name="Kebaruan", weight="100", max="10", step="1"),),
            ),
        ),
        entries=(Entry(number="002", title="Café"), Entry(number="001", title="Satu")),
        sheets=(
            Sheet(judge="J2", entry="001", instrument="kijb", counted=False, marks={}, why="recused"),
            Sheet(
                judge="J1", entry="002", instrument="kijb", counted=True, marks={"baru": "8"}, receipt="b", nonce="n"
            ),
            Sheet(judge="J1", entry="001", instrument="kijb", counted=True, marks={"baru": "8"}, receipt="a"),
        ),
        settled_ties=(SettledTie(order=("002", "001"), by="sidang pleno", reason="kebaruan"),),
        withdrawn=(Withdrawal(entry="004", why="b"), Withdrawal(entry="003", why="a")),
    )


SMALL_ROUND = """{
  "format": "kiks-round/1",
  "edition": "kiks-2026",
  "round": "desk",
  "category": null,
  "decimals": 2,
  "cutoff": null,
  "tie_breakers": [],
  "instruments": [
    {
      "code": "kijb",
      "name": "KIJB",
      "share": "100",
      "criteria": [
        {"code": "baru", "name": "Kebaruan", "weight": "100", "max": "10", "step": "1"}
      ]
    }
  ],
  "entries": [
    {"number": "001", "title": "Satu"},
    {"number": "002", "title": "Café"}
  ],
  "sheets": [
    {"judge": "J1", "entry": "001", "instrument": "kijb", "counted": true, "marks": {"baru": "8"}, "receipt": "a"},
    {"judge": "J2", "entry": "001", "instrument": "kijb", "counted": false, "marks": {}, "why": "recused"},
    {"judge": "J1", "entry": "002", "instrument": "kijb", "counted": true, "marks": {"baru": "8"}, %s}
  ],
  "settled_ties": [
    {"order": ["002", "001"], "by": "sidang pleno", "reason": "kebaruan"}
  ],
  "withdrawn": [
    {"entry": "003", "why": "a"},
    {"entry": "004", "why": "b"}
  ]
}
"""


def test_a_bundle_is_written_sorted_with_a_line_for_each_fact():
    assert dump(small_round()) == SMALL_ROUND % '"receipt": "b", "nonce": "n"'


def test_a_final_is_written_the_same_way():
    text = dump(load(json.dumps(final_plain())))
    assert (
        '\n    {"code": "desk", "share": "60", "scores": {"001": "80.00", "002": "76.00", "003": "70.00"}},\n' in text
    )
    assert json.loads(text) == final_plain()


def test_a_bundle_made_in_code_can_be_checked():
    check(small_round())
    broken = small_round()
    object.__setattr__(broken, "settled_ties", (SettledTie(order=("001",), by="", reason=""),))
    with pytest.raises(BundleError, match=r"settled_ties\[0\].order"):
        check(broken)
