"""Eligibility: one table for each rule, on both sides of its edge."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from entries.eligibility import (
    SENTENCES,
    Facts,
    Failure,
    QuestionRule,
    Reason,
    Rules,
    count_words,
    failures,
    months_before,
    sentence,
)

WIB = ZoneInfo("Asia/Jakarta")
OPENS = datetime(2026, 3, 2, 8, tzinfo=WIB)
CLOSES = datetime(2026, 8, 31, 23, 59, tzinfo=WIB)
SUMMARY = QuestionRule(code="ringkasan", label="Ringkasan", max_words=200)


def rules(**changes):
    return Rules(**{"opens_at": OPENS, "closes_at": CLOSES} | changes)


def facts(**changes):
    return Facts(**{"now": OPENS, "unit_verified": True} | changes)


def reasons(facts_, rules_):
    return [failure.reason for failure in failures(facts_, rules_)]


def test_without_rules_an_open_stage_and_a_verified_unit_are_enough():
    assert failures(facts(), rules()) == ()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENS - timedelta(microseconds=1), [Reason.NOT_OPEN_YET]),
        (OPENS, []),
        (CLOSES - timedelta(microseconds=1), []),
        (CLOSES, [Reason.CLOSED]),
        (OPENS.astimezone(UTC), []),
        (CLOSES.astimezone(UTC), [Reason.CLOSED]),
    ],
)
def test_the_stage_is_open_from_its_first_moment_to_just_before_its_last(now, expected):
    assert reasons(facts(now=now), rules()) == expected


def test_an_unverified_unit_may_not_submit():
    assert reasons(facts(unit_verified=False), rules()) == [Reason.UNIT_NOT_VERIFIED]


@pytest.mark.parametrize(("used", "expected"), [((), []), ((2024,), []), ((2023, 2024), [Reason.PARTICIPATION_LIMIT])])
def test_an_innovation_takes_part_twice_at_most(used, expected):
    assert reasons(facts(participations=used), rules(max_participations=2)) == expected


@pytest.mark.parametrize(
    ("closes", "months", "latest"),
    [
        ((2026, 8, 31), 6, (2026, 2, 28)),
        ((2024, 8, 31), 6, (2024, 2, 29)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2028, 2, 29), 48, (2024, 2, 29)),
        ((2026, 2, 28), 24, (2024, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2026, 12, 31), 12, (2025, 12, 31)),
        ((2026, 5, 31), 0, (2026, 5, 31)),
    ],
)
def test_age_is_counted_back_from_the_closing_day(closes, months, latest):
    assert months_before(date(*closes), months) == date(*latest)
    asked = rules(closes_at=datetime(*closes, 16, tzinfo=WIB), min_age_months=months)
    old, young = date(*latest), date(*latest) + timedelta(days=1)
    now = datetime(*closes, 8, tzinfo=WIB)
    early = rules(closes_at=asked.closes_at, min_age_months=months, opens_at=now)
    assert failures(facts(now=now, implemented_on=old), early) == ()
    assert failures(facts(now=now, implemented_on=young), early) == (
        Failure(reason=Reason.TOO_YOUNG, limit=months, on=young, latest_on=old),
    )


@pytest.mark.parametrize(("hour", "expected"), [(16, [Reason.TOO_YOUNG]), (17, [])])
def test_the_closing_day_is_the_local_one(hour, expected):
    """17:30 UTC on the 30th is the 31st in Jakarta already, so a year back from there is one day later."""
    closes_at = datetime(2026, 8, 30, hour, 30, tzinfo=UTC)
    asked = rules(closes_at=closes_at, min_age_months=12)
    assert reasons(facts(implemented_on=date(2025, 8, 31)), asked) == expected


def test_the_age_rule_needs_a_date():
    assert reasons(facts(), rules(min_age_months=6)) == [Reason.IMPLEMENTATION_DATE_MISSING]


@pytest.mark.parametrize(("others", "refused"), [(4, False), (5, True), (6, True)])
def test_units_and_agencies_have_limits(others, refused):
    assert reasons(facts(unit_entries=others), rules(max_per_unit=5)) == [Reason.UNIT_LIMIT] * refused
    assert reasons(facts(agency_entries=others), rules(max_per_agency=5)) == [Reason.AGENCY_LIMIT] * refused


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", [Reason.ANSWER_MISSING]),
        (" - \n", [Reason.ANSWER_MISSING]),
        ("kata " * 200, []),
        ("kata " * 201, [Reason.TOO_MANY_WORDS]),
    ],
)
def test_required_answers_and_word_limits(answer, expected):
    assert reasons(facts(answers={"ringkasan": answer}), rules(questions=(SUMMARY,))) == expected


def test_an_optional_question_without_a_limit_asks_for_nothing():
    question = QuestionRule(code="catatan", label="Catatan", required=False)
    assert failures(facts(), rules(questions=(question,))) == ()
    assert failures(facts(answers={"catatan": "kata " * 999}), rules(questions=(question,))) == ()


@pytest.mark.parametrize(
    ("link", "accepted", "expected"),
    [
        ("https://video.example/1", True, []),
        (" ", True, [Reason.VIDEO_LINK_MISSING]),
        ("https://video.example/1", False, [Reason.STATEMENT_MISSING]),
    ],
)
def test_video_and_statement(link, accepted, expected):
    asked = rules(needs_video=True, needs_statement=True)
    assert reasons(facts(video_link=link, statement_accepted=accepted), asked) == expected


def test_every_reason_is_told_at_once_with_a_sentence():
    asked = rules(
        opens_at=CLOSES,
        max_participations=2,
        min_age_months=6,
        max_per_unit=1,
        max_per_agency=10,
        questions=(SUMMARY, QuestionRule(code="ide", label="Ide Inovatif")),
        needs_video=True,
        needs_statement=True,
    )
    found = failures(
        facts(
            now=OPENS,
            unit_verified=False,
            participations=(2024, 2023),
            implemented_on=date(2026, 3, 1),
            unit_entries=1,
            agency_entries=11,
            answers={"ringkasan": "kata " * 231},
        ),
        asked,
    )
    assert [sentence(failure) for failure in found] == [
        "Pengajuan baru dibuka 31 Agustus 2026 pukul 23.59 WIB. Draf Anda tetap tersimpan; ajukan setelah waktu itu.",
        "Unit Anda belum diverifikasi. Tunggu verifikasi oleh panitia atau hubungi panitia.",
        "Inovasi ini sudah 2 kali ikut serta (2023 dan 2024), maksimal 2 kali. Ajukan inovasi lain.",
        "Inovasi mulai diterapkan 1 Maret 2026, seharusnya paling lambat 28 Februari 2026 (6 bulan sebelum pengajuan"
        " ditutup). Perbaiki tanggal itu bila keliru, atau ajukan inovasi ini pada edisi berikutnya.",
        "Unit Anda sudah mengajukan 1 usulan, maksimal 1. Tarik salah satu usulan sebelum mengajukan ini.",
        "Perangkat daerah Anda sudah mengajukan 11 usulan, maksimal 10."
        " Sepakati dengan unit lain usulan mana yang ditarik.",
        "Ringkasan 231 kata, maksimal 200. Kurangi 31 kata.",
        "Ide Inovatif belum diisi. Isi bagian ini sebelum mengajukan.",
        "Tautan video belum diisi. Tempel alamat video inovasi Anda.",
        "Pernyataan kebenaran belum disetujui. Baca dan centang pernyataan itu.",
    ]


def test_moments_are_told_in_local_time():
    (failure,) = failures(facts(now=CLOSES), rules(closes_at=CLOSES.astimezone(UTC)))
    assert sentence(failure) == (
        "Pengajuan sudah ditutup 31 Agustus 2026 pukul 23.59 WIB. Hubungi panitia bila Anda memerlukan penjelasan."
    )


def test_every_reason_has_a_sentence():
    assert list(SENTENCES) == list(Reason)
    for reason in Reason:
        text = sentence(Failure(reason=reason))
        assert text.endswith(".")
        assert "{" not in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   ", 0),
        ("satu", 1),
        ("satu dua", 2),
        ("satu\u00a0dua\u3000tiga\nempat\tlima", 5),
        ("satu - dua -- !", 2),
        ("ibu-ibu/anak", 1),
        ("3 x 4", 3),
        ("(2022), 50%", 2),
        ("éa ñ Ω 漢字 ½ Ⅷ", 6),
        ("__ _ ^^", 0),
        ("a\ufeffb", 2),
        ("a\u0085b a\u001cb", 2),
    ],
)
def test_words_are_runs_with_a_letter_or_digit(text, words):
    assert count_words(text) == words


@pytest.mark.long
def test_a_letter_or_digit_is_what_unicode_calls_one():
    assigned = (chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) != "Cn")
    assert [
        character for character in assigned if count_words(character) != (unicodedata.category(character)[0] in "LN")
    ] == []


def test_a_very_long_run_is_counted_quickly():
    assert count_words("-" * 1_000_000) == 0
