"""What the machine establishes for the desk, from the frozen text alone; who waits, and since when."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from competitions.checklist import STANDARD_CHECKLIST
from competitions.models import ChecklistItem
from entries.actions.entry import save_identity
from entries.actions.submission import withdraw_entry
from entries.announcements import status_counts
from entries.eligibility import PaperRule, QuestionRule, Rules
from entries.models import Participation, ProposedRejection
from entries.screening_queries import (
    NOTHING_KNOWN,
    Case,
    find,
    findings_of,
    machine_findings,
    next_to_screen,
    overdue_corrections,
    screening_queue,
)
from entries.states import EntryStatus
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import make_committee_user

OPENS = datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Jakarta"))
RULES = Rules(
    opens_at=OPENS,
    closes_at=OPENS + timedelta(days=14),
    max_participations=2,
    min_age_months=6,
    needs_video=True,
    needs_statement=True,
    questions=(QuestionRule(code="ide", label="Ide", max_words=3),),
    papers=(
        PaperRule(code="sk", label="SK inovator", required=True),
        PaperRule(code="replikasi", label="Surat replikasi", required=True),
        PaperRule(code="bukti", label="Bukti", max_files=2, max_megabytes=1),
    ),
)
CONTENT = {
    "dates": {"implemented_on": "2025-09-15"},
    "answers": [{"code": "ide", "title": "Ide", "text": "satu dua tiga", "words": 3, "word_limit": 3}],
    "attachments": [{"kind": kind, "size": 1000} for kind in ("sk", "replikasi", "bukti")],
    "decree_number": "SK/1",
    "video_url": "https://video.contoh.test",
}


FILES = CONTENT["attachments"]
BUKTI = {"kind": "bukti", "size": 1000}


def case(participations: tuple[int, ...] = (), statement: bool = True, rules: Rules = RULES, **content: object) -> Case:
    return Case(content=CONTENT | content, participations=participations, statement=statement, rules=rules)


def dates(day: str) -> dict:
    return {"dates": {"implemented_on": day}}


def answer(text: str) -> dict:
    return {"answers": [CONTENT["answers"][0] | {"text": text, "words": len(text.split())}]}


@pytest.mark.parametrize(
    ("rule", "given", "passed", "facts"),
    [
        ("age", case(), True, "Mulai diterapkan 15 September 2025, paling lambat 15 September 2025."),
        ("age", case(**dates("2025-09-16")), False, "Mulai diterapkan 16 September 2025, paling lambat"),
        ("age", case(**dates("")), False, "Tanggal mulai diterapkan kosong."),
        ("participation", case((2024,)), True, "Sudah 1 kali ikut serta pada edisi lain (2024), maksimal 2 kali."),
        ("participation", case((2022, 2024)), False, "Sudah 2 kali ikut serta pada edisi lain (2022, 2024)"),
        ("papers", case(), True, "3 lampiran; semua yang wajib ada."),
        ("papers", case(attachments=[]), False, "Belum ada: SK inovator, Surat replikasi."),
        ("papers", case(attachments=[*FILES, BUKTI, BUKTI]), False, "5 lampiran; semua yang wajib ada."),
        ("papers", case(attachments=[*FILES, BUKTI | {"size": 1_048_577}]), False, "4 lampiran"),
        ("papers", case(rules=replace(RULES, papers=())), True, "3 lampiran; edisi ini tidak mewajibkan lampiran."),
        ("decree", case(), True, "Nomor: SK/1."),
        ("decree", case(decree_number=" "), False, "Nomor kosong; terlampir: SK inovator, Surat replikasi, Bukti."),
        ("decree", case(decree_number="", attachments=[]), False, "Nomor kosong dan tidak ada lampiran."),
        (
            "video",
            case(),
            True,
            "https://video.contoh.test (video.contoh.test, bukan layanan",
        ),
        ("video", case(video_url="https://youtu.be/abc"), True, "https://youtu.be/abc (YouTube)."),
        ("video", case(video_url=""), False, "Tautan video kosong."),
        ("video", case(video_url="ada pada admin"), False, "“ada pada admin” bukan alamat web."),
        ("words", case(), True, "Ide 3/3 kata."),
        ("words", case(**answer("satu dua tiga empat")), False, "Ide 4/3 kata."),
        ("words", case(**answer("")), False, "Ide 0/3 kata."),
        ("words", case(answers=[], rules=Rules(opens_at=OPENS, closes_at=OPENS)), True, "tidak memiliki pertanyaan"),
        ("statement", case(), True, "Disetujui saat usulan dikirim."),
        ("statement", case(statement=False), False, "Belum disetujui."),
    ],
)
def test_the_machine_establishes(rule, given, passed, facts):
    finding = find(ChecklistItem(machine_rule=rule), given)
    assert (finding.passed, finding.facts.startswith(facts) or facts in finding.facts) == (passed, True)
    assert bool(finding.reason) is not passed


def test_without_a_minimum_age_every_date_will_do():
    rules = Rules(opens_at=OPENS, closes_at=OPENS)
    assert find(ChecklistItem(machine_rule="age"), case(rules=rules)).facts.endswith("tidak menentukan umur minimal.")


@pytest.mark.parametrize("rule", ["", "tidak-dikenal"])
def test_what_the_machine_cannot_know_is_the_officers(rule):
    assert find(ChecklistItem(machine_rule=rule), case()) == NOTHING_KNOWN


def test_every_rule_of_the_usual_checklist_is_known():
    unknown = [
        item.code
        for item in STANDARD_CHECKLIST
        if item.machine_rule and find(ChecklistItem(machine_rule=item.machine_rule), case()) == NOTHING_KNOWN
    ]
    assert unknown == []


@pytest.mark.django_db
def test_findings_read_what_was_submitted_and_not_the_working_text():
    entry = entry_at(EntryStatus.WITHDRAWN)
    save_identity(entry, by=member_of(entry.innovation.unit), data={"implemented_on": date(2099, 1, 1)})
    entry.refresh_from_db()
    assert machine_findings(entry)["umur"].passed is True


@pytest.mark.django_db
def test_the_longest_waiting_entry_comes_first():
    edition = make_edition()
    first, second = entry_at(EntryStatus.SUBMITTED, edition=edition), entry_at(EntryStatus.SUBMITTED, edition=edition)
    entry_at(EntryStatus.SUBMITTED)
    assert list(screening_queue(edition)) == [first, second]
    assert (next_to_screen(first), next_to_screen(second)) == (second, first)
    withdraw_entry(first, by=member_of(first.innovation.unit))
    assert next_to_screen(second) is None


@pytest.mark.django_db
def test_counts_tell_drafts_from_what_was_received():
    edition = make_edition()
    for status in (EntryStatus.DRAFT, EntryStatus.SUBMITTED, EntryStatus.PASSED, EntryStatus.RETURNED):
        entry_at(status, edition=edition)
    counts = status_counts(edition)
    assert (counts["received"], counts["draft"], counts["submitted"], counts["rejected"]) == (3, 1, 1, 0)


@pytest.mark.django_db
def test_corrections_are_overdue_after_their_date():
    entry = entry_at(EntryStatus.RETURNED)
    due = entry.screenings.get().correction_due_at
    assert list(overdue_corrections(entry.edition, due)) == []
    assert list(overdue_corrections(entry.edition, due + timedelta(seconds=1))) == [entry]


@pytest.mark.django_db
def test_many_entries_are_looked_at_with_as_many_questions_as_one(django_assert_num_queries):
    edition, earlier = make_edition(), make_edition(year=2024)
    for _ in range(3):
        entry_at(EntryStatus.SUBMITTED, edition=edition)
    entries = list(screening_queue(edition))
    old = entries[0].innovation
    Participation.objects.create(innovation=old, edition=earlier, ordinal=2)
    ChecklistItem.objects.filter(edition=edition).update(machine_rule="participation")
    with django_assert_num_queries(6) as one:
        findings_of(entries[:1])
    with django_assert_num_queries(len(one)):
        found = findings_of(entries)
    assert ["(2024)" in found[entry.pk]["umur"].facts for entry in entries] == [True, False, False]
    assert findings_of([]) == {}


@pytest.mark.django_db
def test_what_waits_for_a_second_person_is_not_in_the_queue():
    entry = entry_at(EntryStatus.SUBMITTED)
    proposal = ProposedRejection.objects.create(
        entry=entry, version=entry.current_version, attempt=1, reason="Kurang.", proposed_at=clock.now(),
        proposed_by=make_committee_user(),
    )  # fmt: skip
    assert list(screening_queue(entry.edition)) == []
    proposal.status, proposal.decided_at, proposal.decided_by = "taken_back", clock.now(), proposal.proposed_by
    proposal.save()
    assert list(screening_queue(entry.edition)) == [entry]


@pytest.mark.django_db
def test_a_draft_has_no_findings():
    with pytest.raises(ValueError, match="never submitted"):
        machine_findings(entry_at(EntryStatus.DRAFT))
