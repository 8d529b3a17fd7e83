"""The one-file verifier against the rules in the app: same digits, same refusals, and what it says of whole folders."""

import copy
import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.scoring import rank_text
from judging.scoring.bundle import BundleError, load
from judging.scoring.receipts import locked_digest, receipt
from tests.judging.scoring.samples import final_plain, final_plains, round_plain, round_plains, tied_plain

FILE = Path(__file__).resolve().parents[3] / "static" / "verifikasi" / "periksa_kiks.py"
spec = importlib.util.spec_from_file_location("periksa_kiks", FILE)
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)

chances = st.randoms(use_true_random=False)
plains = round_plains() | final_plains()


def ranked(plain):
    return verifier.rank(verifier.read_json(json.dumps(plain)))


def settled(plain, chance, *, least=0):
    """The bundle with some of its open ties settled, at least so many where there are as many."""
    ties = rank_text(json.dumps(plain))["open_ties"]
    chosen = chance.sample(ties, chance.randint(min(least, len(ties)), len(ties)))
    return plain | {
        "settled_ties": [{"order": chance.sample(tie, len(tie)), "by": "sidang pleno", "reason": ""} for tie in chosen]
    }


@given(plains, chances)
@settings(deadline=None, max_examples=40)
def test_same_digits(plain, chance):
    assert ranked(plain) == rank_text(json.dumps(plain))
    plain = settled(plain, chance)
    assert ranked(plain) == rank_text(json.dumps(plain))


@pytest.mark.long
@given(plains, chances)
@settings(deadline=None, max_examples=500)
def test_same_digits_often(plain, chance):
    plain = settled(plain, chance)
    assert ranked(plain) == rank_text(json.dumps(plain))


WRONG = [
    "",
    "x",
    "-1",
    "1e2",
    "01",
    "1,5",
    "101",
    "0.25",
    "kipp",
    "001",
    "009",
    5,
    -1,
    True,
    None,
    [],
    {},
    [1],
    ["kipp.ide"],
]


def places(value, path=()):
    """Every place of a bundle, as a path."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def owner_of(plain, path):
    for key in path[:-1]:
        plain = plain[key]
    return plain


def mutated(plain, path, change, wrong):
    """The bundle with one place removed, doubled, replaced or with a stranger beside it."""
    plain = copy.deepcopy(plain)
    owner, key = owner_of(plain, path), path[-1]
    if change == "remove":
        del owner[key]
    elif change == "double" and isinstance(owner, list):
        owner.append(copy.deepcopy(owner[key]))
    elif change == "stranger" and isinstance(owner, dict):
        owner["asing"] = wrong
    else:
        owner[key] = wrong
    return plain


def outcome(of, plain, error):
    try:
        return of(plain)
    except error:
        return None


SAMPLES = [
    round_plain() | {"withdrawn": [{"entry": "003", "why": "mundur"}]},
    final_plain(),
    tied_plain({"001": "8", "002": "8", "003": "7"}, cutoff=1)
    | {"settled_ties": [{"order": ["002", "001"], "by": "sidang pleno", "reason": "dampak"}]},
]


@given(st.sampled_from(SAMPLES), st.data())
@settings(deadline=None, max_examples=400)
def test_a_broken_bundle_is_refused_by_both(plain, data):
    path = data.draw(st.sampled_from([path for path in places(plain) if path]))
    change = data.draw(st.sampled_from(["remove", "double", "stranger", "replace"]))
    broken = mutated(plain, path, change, data.draw(st.sampled_from(WRONG)))
    assert outcome(ranked, broken, verifier.BrokenRuleError) == outcome(
        lambda p: rank_text(json.dumps(p)), broken, BundleError
    )


@pytest.mark.parametrize(
    "text",
    ['{"format": "kiks-round/1", "format": "kiks-round/1"}', "[1.5]", "[NaN]", '["\\ud800"]', "[", "{} {}", ""],
)
def test_what_is_no_json_of_ours_is_refused(text):
    with pytest.raises(verifier.BrokenRuleError):
        verifier.read_json(text)
    with pytest.raises(BundleError):
        load(text)


def folder_of(tmp_path, **files):
    for name, value in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return str(tmp_path)


def said(*arguments):
    lines = []
    return verifier.main(arguments, say=lines.append), "\n".join(lines)


def opened_round():
    """A published round: every receipt follows from marks and nonce."""
    plain = round_plain()
    for index, sheet in enumerate(plain["sheets"]):
        sheet["nonce"] = f"{index:032x}"
        facts = sheet["entry"], sheet["judge"], sheet["instrument"], sheet["marks"], sheet["nonce"]
        sheet["receipt"] = receipt(plain["edition"], plain["round"], *facts)
    return plain


def test_a_folder_that_agrees(tmp_path):
    desk = opened_round()
    scores = {row["entry"]: row["score"] for row in rank_text(json.dumps(desk))["placings"]}
    final = final_plain() | {"tie_breakers": ["desk"], "rounds": [{"code": "desk", "share": "100", "scores": scores}]}
    digest = locked_digest([(s["judge"], s["entry"], s["instrument"], s["receipt"]) for s in desk["sheets"]])
    rankings = [
        {"round": "desk", "category": None, "result": rank_text(json.dumps(desk))},
        {"round": "final", "category": None, "result": rank_text(json.dumps(final))},
    ]
    anchors = {"format": "kiks-anchors/1", "locked": {"desk": digest}}
    folder = folder_of(
        tmp_path, desk=desk, final=final, jangkar=anchors, hasil={"format": "kiks-result/1", "rankings": rankings}
    )
    code, text = said(folder)
    assert code == 0
    assert "4 tanda terima sesuai" in text
    assert "sidik jari lembar terkunci sama" in text
    assert "2 peringkat sama dengan hasil hitung ulang" in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda files: files["desk"]["sheets"][1]["marks"].update(baru="9"), "tanda terima tidak sesuai dengan nilai"),
        (lambda files: files["final"]["rounds"][0]["scores"].update({"001": "99.00"}), "berkas babak memberi 79.18"),
        (lambda files: files["jangkar"]["locked"].update(desk="0" * 64), "sidik jari lembar terkunci tidak cocok"),
        (lambda files: files["hasil"]["rankings"][0].update(result={}), "berbeda dari hasil hitung ulang"),
        (lambda files: files["hasil"]["rankings"][0].update(round="lain"), "berkas perhitungannya tidak ada"),
    ],
)
def test_the_first_broken_rule_is_named(tmp_path, change, sentence):
    desk = opened_round()
    scores = {row["entry"]: row["score"] for row in rank_text(json.dumps(desk))["placings"]}
    files = {
        "desk": desk,
        "final": final_plain() | {"tie_breakers": [], "rounds": [{"code": "desk", "share": "100", "scores": scores}]},
        "jangkar": {"format": "kiks-anchors/1", "locked": {}},
        "hasil": {
            "format": "kiks-result/1",
            "rankings": [{"round": "desk", "category": None, "result": rank_text(json.dumps(desk))}],
        },
    }
    change(files)
    code, text = said(folder_of(tmp_path, **files))
    assert code == 1
    assert "ATURAN DILANGGAR" in text
    assert sentence in text


def test_nothing_to_check(tmp_path):
    assert said(str(tmp_path))[0] == 2


def chain(*bodies):
    previous, lines = "0" * 64, []
    for sequence, body in enumerate(bodies, 1):
        hash_ = verifier.sha256(previous + body)
        lines.append(json.dumps({"sequence": sequence, "previous_hash": previous, "body": body, "hash": hash_}))
        previous = hash_
    return lines, previous


def test_a_chain_and_its_anchors(tmp_path):
    lines, head = chain("a", "b", "c")
    assert verifier.check_chain(lines, [{"sequence": 3, "head": head}]) == 3
    with pytest.raises(verifier.BrokenRuleError, match="tidak cocok dengan rantai"):
        verifier.check_chain(lines, [{"sequence": 2, "head": head}])
    with pytest.raises(verifier.BrokenRuleError, match="ada yang hilang"):
        verifier.check_chain([lines[0], lines[2]], [])
    with pytest.raises(verifier.BrokenRuleError, match="berubah setelah dicatat"):
        verifier.check_chain([lines[0].replace('"a"', '"x"')], [])
    with pytest.raises(verifier.BrokenRuleError, match="tidak menyambung"):
        verifier.check_chain([lines[0], lines[1].replace(json.loads(lines[1])["previous_hash"], "1" * 64)], [])
