"""Receipts and the digest of the locked sheets: bytes fixed by hand."""

import hashlib
import json

import pytest

from judging.scoring import locked_digest, receipt, wrong_receipts
from judging.scoring.bundle import load
from tests.judging.scoring.samples import round_plain

NONCE = "0123456789abcdef0123456789abcdef"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_receipt_is_the_hash_of_canonical_json():
    text = (
        '{"edition":"kiks-2026","entry":"001","instrument":"kipp","judge":"J1",'
        '"marks":{"dampak":"77.5","idé":"80"},"nonce":"' + NONCE + '","round":"desk"}'
    )
    marks = {"idé": "80.00", "dampak": "77.50"}
    assert receipt("kiks-2026", "desk", "001", "J1", "kipp", marks, NONCE) == sha256(text)


@pytest.mark.parametrize("position", range(7))
def test_every_fact_changes_the_receipt(position):
    facts = ["kiks-2026", "desk", "001", "J1", "kipp", {"ide": "80"}, NONCE]
    other = [*facts]
    other[position] = {"ide": "81"} if position == 5 else "lain"
    assert receipt(*facts) != receipt(*other)


def test_the_digest_sorts_lines_by_code_point_and_keeps_empty_receipts():
    rows = [("J2", "001", "kipp", "bb"), ("J10", "001", "kipp", ""), ("J1", "002", "kijb", "aa")]
    assert locked_digest(rows) == sha256("J1,002,kijb,aa\nJ10,001,kipp,\nJ2,001,kipp,bb\n")
    assert locked_digest(rows) == locked_digest(reversed(rows))
    assert locked_digest([]) == sha256("")


@pytest.mark.parametrize("row", [("J1", "001,kipp", "kipp", ""), ("J1\n", "001", "kipp", "")])
def test_the_digest_refuses_values_that_would_blur_the_lines(row):
    with pytest.raises(ValueError, match="J1"):
        locked_digest([row])


def test_a_published_receipt_is_recomputed_from_marks_and_nonce():
    plain = round_plain()
    first, second, third, _ = plain["sheets"]
    first |= {"nonce": NONCE, "receipt": receipt("kiks-2026", "desk", "001", "J1", "kipp", first["marks"], NONCE)}
    second |= {"nonce": NONCE}
    third |= {"counted": False, "why": "released", "nonce": NONCE}
    del third["receipt"]
    plain["sheets"] += [{**third, "judge": "J2"}]
    plain["sheets"][2] = {**third, "counted": True, "receipt": "x"}
    del plain["sheets"][2]["why"], plain["sheets"][2]["nonce"]
    assert wrong_receipts(load(json.dumps(plain))) == (
        "sheets[1]: tanda terima J1 untuk usulan 001, instrumen kijb, tidak sesuai dengan nilai dan nonce",
    )
