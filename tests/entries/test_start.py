"""The start of an entry: each rule with its sentence, likely twins stated and kept."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from competitions.models import StageKind
from entries.actions.submission import submit_entry
from entries.eligibility import Facts, Rules
from entries.models import Entry, Innovation, LikelyTwin, Participation
from entries.start_queries import likely_twins, start_page
from entries.start_rules import Mark, in_words, months_between, rule_lines
from entries.states import EntryStatus
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, fill_entry, make_agency, make_unit, member_of
from tests.factories.people import client_of, make_committee_user

RULES = Rules(
    opens_at=datetime(2026, 10, 1, tzinfo=UTC),
    closes_at=datetime(2026, 12, 15, 16, 59, tzinfo=UTC),
    max_participations=2,
    min_age_months=6,
    max_per_unit=3,
    max_per_agency=5,
)


def lines(rules=RULES, **facts):
    known = {"now": datetime(2026, 11, 1, tzinfo=UTC), "unit_verified": True} | facts
    return [(line.mark, line.sentence) for line in rule_lines(Facts(**known), rules)]


def test_every_rule_of_a_new_innovation_has_its_sentence():
    assert lines() == [
        (Mark.MET, "0 dari 2 kali terpakai: inovasi ini belum pernah ikut serta."),
        (
            Mark.UNKNOWN,
            "Tanggal mulai penerapan belum tercatat. Paling lambat 15 Juni 2026, 6 bulan sebelum pengajuan ditutup."
            " Isi tanggalnya pada bagian Identitas.",
        ),
        (Mark.MET, "Unit Anda sudah mengirim 0 dari 3 usulan."),
        (Mark.MET, "Perangkat daerah Anda sudah mengirim 0 dari 5 usulan."),
    ]


def test_every_rule_of_an_innovation_that_may_enter():
    found = lines(participations=(2024,), implemented_on=date(2024, 5, 1), unit_entries=2, agency_entries=4)
    assert found == [
        (Mark.MET, "1 dari 2 kali terpakai (2024). Usulan ini menjadi yang ke-2."),
        (
            Mark.MET,
            "2 tahun 7 bulan pada hari penutupan, 15 Desember 2026 (diterapkan sejak 1 Mei 2024, minimal 6 bulan).",
        ),
        (Mark.MET, "Unit Anda sudah mengirim 2 dari 3 usulan."),
        (Mark.MET, "Perangkat daerah Anda sudah mengirim 4 dari 5 usulan."),
    ]


def test_every_rule_that_is_broken_says_why_and_what_to_do():
    found = lines(participations=(2024, 2023), implemented_on=date(2026, 6, 16), unit_entries=3, agency_entries=5)
    assert [mark for mark, _ in found] == [Mark.BROKEN] * 4
    assert found[0][1] == "Inovasi ini sudah 2 kali ikut serta (2023 dan 2024), maksimal 2 kali. Ajukan inovasi lain."
    assert "paling lambat 15 Juni 2026" in found[1][1]
    assert "Tarik salah satu usulan" in found[2][1]
    assert "Sepakati dengan unit lain" in found[3][1]


def test_rules_that_the_edition_does_not_have():
    free = Rules(opens_at=RULES.opens_at, closes_at=RULES.closes_at)
    assert lines(free) == [
        (Mark.MET, "Unit Anda sudah mengirim 0 usulan; edisi ini tidak membatasi jumlahnya."),
        (Mark.MET, "Perangkat daerah Anda sudah mengirim 0 usulan; edisi ini tidak membatasi jumlahnya."),
    ]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 6, 15), date(2026, 12, 15), 6),
        (date(2026, 6, 16), date(2026, 12, 15), 5),
        (date(2026, 8, 31), date(2027, 2, 28), 5),
        (date(2027, 1, 1), date(2026, 12, 15), 0),
    ],
)
def test_months_are_counted_as_the_rule_counts_them(first, last, months):
    assert months_between(first, last) == months


def test_an_age_in_words():
    assert [in_words(months) for months in (0, 1, 12, 31)] == [
        "kurang dari 1 bulan",
        "1 bulan",
        "1 tahun",
        "2 tahun 7 bulan",
    ]


@pytest.fixture
def edition(db):
    return make_edition(unit_limit=3)


@pytest.fixture
def unit(edition):
    return make_unit()


def took_part(innovation, *years):
    for ordinal, year in enumerate(years, innovation.participations.count() + 1):
        earlier = make_edition(StageKind.ANNOUNCEMENT, year=year, opened_at=None, opened_by=None)
        Participation.objects.create(innovation=innovation, edition=earlier, ordinal=ordinal)
    return innovation


def innovation_of(unit, name, *years, **fields):
    return took_part(Innovation.objects.create(unit=unit, short_name=name, **fields), *years)


def post(unit, **data):
    return client_of(member_of(unit)).post(f"/usulan/unit/{unit.pk}/baru/", data)


def messages_of(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_the_page_lists_every_innovation_with_its_rules(edition, unit):
    innovation_of(unit, "Sekali", 2024, implemented_on=date(2024, 1, 1))
    innovation_of(unit, "Habis", 2023, 2024)
    innovation_of(unit, "Muda", implemented_on=clock.now().date())
    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=make_unit(agency=unit.agency))
    found = {row.innovation.short_name: row for row in start_page(unit, edition, clock.now()).rows}
    state = {name: (row.may_enter, row.may_start) for name, row in found.items() if row.entry is None}
    assert state == {"Sekali": (True, True), "Habis": (False, False), "Muda": (False, True)}
    page = client_of(member_of(unit)).get(f"/usulan/unit/{unit.pk}/baru/").content.decode()
    for words in (
        "1 dari 2 kali terpakai (2024)",
        "sudah 2 kali ikut serta (2023 dan 2024)",
        "Tidak dapat ikut",
        "Belum memenuhi",
        "Unit Anda sudah mengirim 1 dari 3 usulan.",
        "Perangkat daerah Anda sudah mengirim 2 usulan",
        "Buka usulan itu",
        "belum pernah ikut serta",
    ):
        assert words in page
    assert page.count("<h1") == 1


def test_the_page_asks_as_often_for_many_innovations_as_for_one(edition, unit):
    client = client_of(member_of(unit))

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/usulan/unit/{unit.pk}/baru/")
        return len(queries)

    innovation_of(unit, "Satu", 2024)
    entry_at(EntryStatus.DRAFT, edition=edition, unit=unit)
    count()
    one = count()
    for number in range(4):
        innovation_of(unit, f"Nama {number}", 2024)
        entry_at(EntryStatus.DRAFT, edition=edition, unit=unit)
    assert count() == one


def test_a_recorded_innovation_makes_a_draft(edition, unit):
    innovation = innovation_of(unit, "Lama", 2025)
    response = post(unit, innovation=innovation.pk)
    entry = Entry.objects.get()
    assert (response.url, entry.innovation, entry.edition) == (f"/usulan/{entry.pk}/", innovation, edition)


@pytest.mark.parametrize("wanted", ["999999", "x", ""])
def test_an_innovation_of_nobody_is_not_on_the_list(edition, unit, wanted):
    assert "tidak ada pada daftar unit Anda" in messages_of(post(unit, innovation=wanted))
    assert not Entry.objects.exists()


def test_an_innovation_of_another_unit_is_not_on_the_list(edition, unit):
    foreign = innovation_of(make_unit(), "Punya Orang", 2024)
    assert "tidak ada pada daftar unit Anda" in messages_of(post(unit, innovation=foreign.pk))


def test_what_the_action_refuses_is_told(edition, unit):
    used = innovation_of(unit, "Habis", 2023, 2024)
    assert "sudah 2 kali ikut serta (2023 dan 2024)" in messages_of(post(unit, innovation=used.pk))
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=unit)
    assert "sudah memiliki usulan" in messages_of(post(unit, innovation=draft.innovation_id))


def test_a_new_innovation_needs_a_name(edition, unit):
    assert list(post(unit, short_name="").context["form"].errors["short_name"]) == ["Isi nama singkat inovasi."]
    response = post(unit, short_name="INDUKSI", expansion="Informasi Edukasi")
    entry = Entry.objects.get()
    assert (response.url, str(entry.innovation)) == (f"/usulan/{entry.pk}/", "INDUKSI - Informasi Edukasi")
    assert not LikelyTwin.objects.exists()


def test_a_likely_twin_is_asked_about_before_anything_is_made(edition, unit):
    twin = innovation_of(make_unit(), "SIMTRAC-19", 2022)
    response = post(unit, short_name="Simtrac")
    page = response.content.decode()
    assert f"Mirip dengan SIMTRAC-19 ({twin.unit.full_name}, 2022)" in page
    assert "Nyatakan apakah ini inovasi yang sama dengan SIMTRAC-19." in page
    assert not Entry.objects.exists()


def test_a_twin_that_is_said_to_be_different_is_kept_for_the_screening(edition, unit):
    twin = innovation_of(make_unit(), "SIMTRAC-19", 2022)
    post(unit, short_name="Simtrac", **{f"twin_{twin.pk}": "different"})
    kept = LikelyTwin.objects.get()
    assert (kept.innovation, kept.earlier, kept.stated) == (Entry.objects.get().innovation, twin, "different")
    assert (kept.score, kept.stated_by) == (95, member_of(unit))


def test_a_twin_of_the_own_unit_that_is_the_same_is_entered_itself(edition, unit):
    same, other = innovation_of(unit, "SIMTRAC-19", 2022), innovation_of(make_unit(), "Simtrac Plus", 2023)
    post(unit, short_name="Simtrac", **{f"twin_{same.pk}": "same", f"twin_{other.pk}": "different"})
    assert Entry.objects.get().innovation == same
    kept = LikelyTwin.objects.get()
    assert (kept.innovation, kept.earlier) == (same, other)


def test_a_twin_of_another_unit_that_is_the_same_leads_to_the_committee(edition, unit):
    twin = innovation_of(make_unit(), "SIMTRAC-19", 2022)
    response = post(unit, short_name="Simtrac", **{f"twin_{twin.pk}": "same"})
    assert "Hubungi panitia agar dipindahkan ke unit Anda" in response.content.decode()
    assert not Entry.objects.exists()


def test_a_statement_is_never_changed(edition, unit):
    twin = innovation_of(make_unit(), "SIMTRAC-19", 2022)
    post(unit, short_name="Simtrac", **{f"twin_{twin.pk}": "different"})
    with pytest.raises(Exception, match="official rows stay"):
        LikelyTwin.objects.update(stated="same")


def test_no_innovation_is_its_own_twin(edition, unit):
    one = innovation_of(unit, "Satu")
    with pytest.raises(IntegrityError, match="entries_likelytwin_not_itself"):
        LikelyTwin.objects.create(
            innovation=one, earlier=one, score=100, stated="same", stated_at=clock.now(), stated_by=member_of(unit)
        )


def test_what_others_draft_or_send_this_year_is_not_told(edition, unit):
    entry_at(EntryStatus.SUBMITTED, edition=edition, innovation=innovation_of(unit, "Siaga"), unit=unit)
    stranger = make_unit(agency=make_agency())
    assert likely_twins("Siaga", "", stranger, edition) == []
    assert [twin.innovation.short_name for twin in likely_twins("Siaga", "", unit, edition)] == ["Siaga"]


def test_made_up_history_is_no_twin_of_a_real_innovation(edition, unit):
    innovation_of(make_unit(), "Contoh Baik", 2024, is_demo=True)
    assert likely_twins("Contoh Baik", "", unit, edition) == []
    edition.is_demo = True
    assert len(likely_twins("Contoh Baik", "", unit, edition)) == 1


def test_the_screening_page_shows_what_the_unit_said(edition, unit):
    twin = innovation_of(make_unit(), "SIMTRAC-19", 2022)
    post(unit, short_name="Simtrac", **{f"twin_{twin.pk}": "different"})
    entry = submit_entry(fill_entry(Entry.objects.get(), member_of(unit)), by=member_of(unit), statement=True)
    page = client_of(make_committee_user()).get(f"/admin/entries/entry/{entry.pk}/seleksi/").content.decode()
    for words in ("Mungkin inovasi yang sama dengan nama lain", "SIMTRAC-19", "nama yang sama", "Inovasi yang berbeda"):
        assert words in page
