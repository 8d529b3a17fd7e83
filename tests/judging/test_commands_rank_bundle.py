"""`rank_bundle`: the result on standard output, or every fault on standard error."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.judging.scoring.samples import round_plain

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(round_plain()))
    return path


def refused(capsys, file):
    with pytest.raises(SystemExit) as caught:
        call_command("rank_bundle", str(file))
    assert caught.value.code == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_the_result_is_printed_as_json(bundle, capsys):
    call_command("rank_bundle", str(bundle))
    out, err = capsys.readouterr()
    assert [(row["entry"], row["score"]) for row in json.loads(out)["placings"]] == [("002", "85.00"), ("001", "79.18")]
    assert err == ""


def test_a_dash_reads_standard_input(bundle, capsys, monkeypatch):
    call_command("rank_bundle", str(bundle))
    from_file = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bundle.read_bytes())))
    call_command("rank_bundle", "-")
    assert capsys.readouterr().out == from_file


def test_a_broken_bundle_gives_one_line_for_each_fault(bundle, capsys):
    plain = round_plain()
    plain["sheets"][0]["marks"] = {"ide": 80, "dampak": "120"}
    bundle.write_text(json.dumps(plain))
    assert refused(capsys, bundle) == [
        "sheets[0].marks.ide: harus teks, bukan bilangan bulat",
        "sheets[0].marks.dampak: nilai 120 melebihi maksimum 100",
    ]


def test_a_missing_or_unreadable_file_gives_one_line(tmp_path, capsys):
    missing = tmp_path / "tidak-ada.json"
    assert refused(capsys, missing) == [f"{missing}: berkas tidak ditemukan"]
    assert refused(capsys, tmp_path) == [f"{tmp_path}: berkas tidak dapat dibaca"]


@pytest.mark.long
def test_the_command_needs_no_database(bundle):
    """A process of its own, with a database address at which nothing answers."""
    broken = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "LC_ALL": "C"}

    def run(text):
        command = [sys.executable, "manage.py", "rank_bundle", "-"]
        return subprocess.run(command, input=text, capture_output=True, cwd=ROOT, env=broken, check=False, timeout=60)

    good = run(bundle.read_bytes())
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["open_ties"] == []
    bad = run('{"format": "kiks-round/1", "usulan é": 1}'.encode())
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert len(bad.stderr.splitlines()) == 10
