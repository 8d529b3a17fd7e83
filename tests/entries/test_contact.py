"""NIP and telephone numbers, as people write them."""

import pytest

from entries.contact import nip_of, phone_of


@pytest.mark.parametrize(
    ("typed", "nip"),
    [
        ("", ""),
        ("  ", ""),
        ("198001012005011001", "198001012005011001"),
        ("19800101 200501 1 001", "198001012005011001"),
    ],
)
def test_nip(typed, nip):
    assert nip_of(typed) == nip


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("3272010101010001", "NIK tidak pernah diminta"),
        ("3272 0101 0101 0001", "NIK tidak pernah diminta"),
        ("19800101200501100", "yang ditulis 17"),
        ("tidak ada", "hanya berisi angka"),
        ("١٩٨٠٠١٠١٢٠٠٥٠١١٠٠١", "hanya berisi angka"),
    ],
)
def test_what_is_no_nip(typed, words):
    with pytest.raises(ValueError, match=words):
        nip_of(typed)


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0266 221234", "0266 221234"),
        ("(0266) 221-234", "0266 221234"),
        ("+62 266 221234", "0266 221234"),
        ("0062266221234", "0266 221234"),
        ("+62 (0) 812-3456-7890", "0812 3456 7890"),
        ("081234567890", "0812 3456 7890"),
        ("62812.3456.789", "0812 3456 789"),
        ("021-5551234", "021 5551234"),
        ("0266 221234 ext. 12", "0266 221234 pes. 12"),
        ("0266 221234 pes 7", "0266 221234 pes. 7"),
    ],
)
def test_phone(typed, phone):
    assert phone_of(typed) == phone
    assert phone_of(phone) == phone


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("221234", "kode daerah"),
        ("0266", "hanya 4 angka"),
        ("0266 221234 / 0266 225678", "satu nomor saja"),
        ("kantor", "hanya berisi angka"),
        ("a@b.test", "hanya berisi angka"),
    ],
)
def test_what_is_no_phone(typed, words):
    with pytest.raises(ValueError, match=words):
        phone_of(typed)
