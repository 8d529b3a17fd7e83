"""The sentence that a unit reads: every reason once, in the order of the checklist, then what the officer adds."""

import pytest

from entries.sentences import sentence_for_unit

AGE = ("Umur penerapan", "Baru diterapkan tiga bulan.")
SAID = "Umur penerapan: Baru diterapkan tiga bulan."
DECREE = ("Nomor SK", "Nomor SK belum ditulis")


@pytest.mark.parametrize(
    ("failed", "note", "expected"),
    [
        ([AGE], "", "Umur penerapan: Baru diterapkan tiga bulan."),
        ([AGE, ("Video", "Mati")], "", "Umur penerapan: Baru diterapkan tiga bulan.\nVideo: Mati."),
        ([AGE], "Perbaiki dahulu.", "Umur penerapan: Baru diterapkan tiga bulan.\nPerbaiki dahulu."),
        # The reason names the item itself.
        ([DECREE], "", "Nomor SK belum ditulis."),
        # Two items fail for one reason.
        ([("Umur", "Kurang."), ("Video", "kurang "), ("SK", "Kurang")], "", "Umur; Video; SK: Kurang."),
        # The note repeats what an item says, with or without its label.
        ([AGE], "baru diterapkan tiga bulan", "Umur penerapan: Baru diterapkan tiga bulan."),
        ([AGE], f"{SAID}\n\nHubungi kami.", f"{SAID}\nHubungi kami."),
        ([AGE, AGE], "", "Umur penerapan: Baru diterapkan tiga bulan."),
        ([], "Hanya catatan", "Hanya catatan."),
    ],
)  # fmt: skip
def test_every_reason_stands_there_once(failed, note, expected):
    assert sentence_for_unit(failed, note) == expected
