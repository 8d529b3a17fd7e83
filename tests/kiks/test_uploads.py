"""No file that means harm is taken, and what offices and scanners make is."""

import random
import resource
import subprocess
import sys
import time
import zlib
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from kiks import uploads
from kiks.inspection.faults import Fault, FaultError
from kiks.inspection.structure import examine_structure
from kiks.inspection.surface import examine_surface
from kiks.uploads import MEGABYTE, SENTENCES, clean_name, examine, read_pdf
from tests.factories.hostile import HOSTILE, INERT, NAMES
from tests.factories.pdf import HONEST, classic_pdf, stream, tiny_pdf


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", content, content_type="application/pdf")


def fault_of(content: bytes) -> Fault | None:
    """What the examination finds, in this process: the bounds have their own tests."""
    try:
        examine_surface(content)
        examine_structure(content)
    except FaultError as error:
        return error.fault
    return None


def test_the_corpus_is_large_enough():
    assert len(HOSTILE) + len(INERT) + len(NAMES) >= 80


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_for_what_is_wrong_with_it(name):
    make, fault = HOSTILE[name]
    content, before = make(), time.process_time()
    assert fault_of(content) == fault
    assert time.process_time() - before < 8
    assert len(content) < 3 * MEGABYTE


@pytest.mark.parametrize("name", [*HONEST, *INERT])
def test_what_offices_and_scanners_make_is_taken(name):
    make = (HONEST | INERT)[name]
    assert fault_of(make()) is None


PIECES = b"<< >> [ ] ( % null obj stream -1 99999999999 /Kids /Type /Filter/FlateDecode".split()


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, some pieces of the format put in or written over."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at, piece = dice.randrange(len(changed)), dice.choice([*PIECES, b"2 0 R", dice.randbytes(1)])
        changed[at : at + dice.choice([0, len(piece)])] = piece
    return bytes(changed)


@pytest.mark.parametrize("name", ["smallest", "word", "form", "signed"])
def test_damage_of_any_kind_is_a_fault_or_nothing(name):
    dice = random.Random(name)  # noqa: S311 - the same damage in every run
    found = {fault_of(damaged(HONEST[name](), dice)) for _ in range(250)}
    assert Fault.BROKEN in found


def test_every_fault_is_in_the_corpus_and_has_its_sentence():
    assert {fault for _, fault in HOSTILE.values()} == set(Fault) - {Fault.TOO_HEAVY}
    assert set(SENTENCES) == set(Fault)
    assert all(sentence.count(".") >= 2 for sentence in SENTENCES.values())


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("html", "bukan PDF"),
        ("cut_in_half", "rusak atau terpotong"),
        ("password", "terkunci kata sandi"),
        ("script_in_object_stream", "berisi skrip"),
        ("attached_file", "tersemat"),
    ],
)
def test_the_person_reads_the_reason_and_how_to_go_on(name, sentence):
    with pytest.raises(ValidationError, match=sentence):
        read_pdf(upload(HOSTILE[name][0]()))


def test_a_plain_pdf_is_taken_as_it_is():
    assert read_pdf(upload(tiny_pdf())) == tiny_pdf()


def test_an_empty_file_is_refused():
    with pytest.raises(ValidationError, match="kosong"):
        read_pdf(upload(b""))


def test_the_size_is_limited_to_the_byte_before_anything_is_examined(settings, monkeypatch):
    settings.LETTER_MAX_BYTES = len(tiny_pdf())
    monkeypatch.setattr(uploads, "examine", lambda content: None)
    assert read_pdf(upload(tiny_pdf()))
    monkeypatch.setattr(uploads, "examine", mock.Mock(side_effect=AssertionError))
    settings.LETTER_MAX_BYTES -= 1
    with pytest.raises(ValidationError, match="terlalu besar"):
        read_pdf(upload(tiny_pdf()))


@pytest.mark.parametrize("content", [MEGABYTE * 2, MEGABYTE * 10], ids=["2 MB", "10 MB"])
def test_a_large_honest_file_is_examined_within_little_memory(content):
    noise = stream(b"/Type/XObject/Subtype/Image/Width 9/Height 9", b"\x93" * content)
    assert examine(classic_pdf(objects={4: noise})) is None
    # The largest of all children so far: an examination was one of them.
    unit = 1024 if sys.platform == "linux" else 1
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit < 768 * MEGABYTE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_what_needs_too_much_memory_is_refused():
    form = stream(b"/Subtype/Form/BBox[0 0 9 9]", b"0 0 m")
    content = stream(b"/Filter/FlateDecode", zlib.compress(bytes(MEGABYTE)))
    page = b"/Resources<</XObject<</X 4 0 R>>>>/Contents[" + b"5 0 R " * 3000 + b"]"
    assert examine(classic_pdf(page=page, objects={4: form, 5: content})) == Fault.TOO_HEAVY


class Ended:
    def __init__(self, returncode: int, stdout: bytes = b"") -> None:
        self.returncode, self.stdout, self.stderr = returncode, stdout, b"Traceback"


def test_what_takes_too_long_is_refused(monkeypatch):
    late = subprocess.TimeoutExpired("x", 1)
    monkeypatch.setattr(subprocess, "run", mock.Mock(side_effect=late))
    assert examine(tiny_pdf()) == Fault.TOO_HEAVY


@pytest.mark.parametrize(("returncode", "is_logged"), [(-9, False), (1, True)], ids=["killed", "failed"])
def test_an_examination_that_does_not_end_well_refuses(returncode, is_logged, monkeypatch, caplog):
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: Ended(returncode))
    assert examine(tiny_pdf()) == Fault.TOO_HEAVY
    assert ("examination of a PDF failed" in caplog.text) == is_logged


def test_the_examination_has_bounds_and_knows_no_secret(monkeypatch):
    run = mock.Mock(return_value=Ended(0))
    monkeypatch.setattr(subprocess, "run", run)
    examine(tiny_pdf())
    assert (run.call_args.kwargs["env"], run.call_args.kwargs["timeout"]) == ({}, uploads.PATIENCE)


def test_who_comes_when_many_are_examined_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    monkeypatch.setattr(uploads, "AT_ONCE", mock.Mock(acquire=lambda timeout: False))
    with pytest.raises(ValidationError, match="Tunggu satu menit"):
        read_pdf(upload(tiny_pdf()))


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_a_shown_name_has_no_folder_and_no_hidden_characters(name, shown):
    assert clean_name(name) == shown
