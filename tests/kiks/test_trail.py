"""The audit trail as people read it: who, what, to which thing, before and after; and what stays hidden."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entries.actions.unit import return_unit
from entries.models import ServiceUnit
from entries.states import EntryStatus
from judging.actions.round import close_round
from judging.actions.sheet import clear_mark, save_mark
from judging.models import Mark
from kiks import audit, clock
from kiks.mail.editing import edit_mail_text, kinds
from kiks.mail.wording import Wording
from kiks.models import AuditEvent, User
from kiks.trail.queries import kinds_known
from kiks.trail.rooms import hidden_among
from kiks.trail.story import HIDDEN, same_act, told
from kiks.trail.values import changes_of, facts_of
from kiks.trail.words import NOUNS, VERBS, kind_in_words
from kiks.word_diff import compared
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.judging import hand_in_all, mark_all, open_desk_round
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
TRAIL = reverse("admin:kiks_auditevent_changelist")


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


def page_of(event: AuditEvent) -> str:
    return reverse("admin:kiks_auditevent_change", args=[event.pk])


def target_of(thing) -> str:
    return audit.target_of(thing)


# What is shown


def test_a_line_says_who_did_what_to_which_thing_by_name(committee, officer):
    entry = entry_at(EntryStatus.PASSED)
    page = committee.get(TRAIL).text
    assert f">usulan {entry.number} {entry.innovation.short_name}</td>" in page
    assert f">{member_of(entry.innovation.unit).name}</td>" in page
    assert ">dikirim</td>" in page


def test_what_is_gone_keeps_its_number_and_what_is_no_table_its_name():
    user = make_user()
    audit.record("reference.loaded", user, chain="kiks", by=None)
    gone = AuditEvent.objects.last()
    gone.target = "entries_entry:999"
    strange = AuditEvent.objects.last()
    strange.target = "tabel_lama:5"
    stories = told([gone, strange])
    assert [story.thing for story in stories] == ["usulan 999", "tabel_lama:5"]
    assert {story.who for story in stories} == {"sistem"}


def test_a_row_event_names_the_fields_that_changed(committee, officer):
    unit = return_unit(make_unit(verified=False), by=officer, reason="Surat belum lengkap.")
    page = committee.get(TRAIL, {"q": target_of(unit)}).text
    assert ">diubah: status</td>" in page


def test_an_event_whose_body_was_spoilt_belongs_to_no_act():
    make_unit()
    event = AuditEvent.objects.last()
    for body in ("rusak", "[]", "{}"):
        event.body = body
        assert list(same_act(event)) == []


def test_what_an_action_wrote_down_stands_in_words_and_proof_is_folded_away(committee):
    entry = entry_at(EntryStatus.SUBMITTED)
    event = AuditEvent.objects.get(kind="entry.submitted", target=target_of(entry))
    page = committee.get(page_of(event)).text
    told_part, proof = page.split("Bukti: rantai")
    assert "<dt>Nomor</dt><dd>001</dd>" in told_part
    assert entry.current_version.digest not in told_part
    assert entry.current_version.digest in proof
    assert event.hash in proof
    assert reverse("admin:entries_entry_change", args=[entry.pk]) in told_part


def test_facts_name_people_and_things():
    user = make_user("Neng Sari")
    unit = make_unit()
    facts, proof = facts_of(
        {
            "people": [user.pk],
            "drafts": [target_of(unit)],
            "corrected": True,
            "visible_from": "2026-03-02T09:00:00+07:00",
            "totals": {"new": 3, "skip": 1},
            "reason_sha256": "abc",
            "file": "ab" * 32,
            "list": "entries_entry",
            "unit": unit.pk,
            "member": unit.members.get().pk,
            "empty": "",
        }
    )
    assert [(fact.label, fact.text) for fact in facts] == [
        ("orang", "Neng Sari"),
        ("draf", unit.name),
        ("perbaikan pendaftaran", "Ya"),
        ("terbit mulai", "Senin, 2 Maret 2026 pukul 09.00 WIB"),
        ("jumlah", "menjadi 3; skip 1"),
        ("daftar", "usulan"),
        ("unit", unit.name),
        ("anggota", f"Anggota Unit ({unit.name})"),
    ]
    assert [(fact.label, fact.text) for fact in proof] == [("reason", "abc"), ("berkas", "ab" * 32)]


def test_before_and_after_use_the_words_of_the_screen():
    officer = make_user("Neng Sari")
    old = {
        "id": 1,
        "status": "registered",
        "verified_by_id": None,
        "verified_at": None,
        "name": "Lama",
        "kind": "dinas",
    }
    new = {**old, "status": "verified", "verified_by_id": officer.pk, "verified_at": "2026-03-02T02:00:00+00:00"}
    (changes,) = changes_of([("entries_serviceunit", {"old": old, "new": new})])
    assert [(change.label, change.before, change.after) for change in changes] == [
        ("status", "Menunggu verifikasi", "Terverifikasi"),
        ("diverifikasi oleh", "–", "Neng Sari"),
        ("diverifikasi pada", "–", "Senin, 2 Maret 2026 pukul 09.00 WIB"),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "Ya"),
        (False, "Tidak"),
        (80.0, "80"),
        (87.5, "87,5"),
        ("2026-03-02", "2 Maret 2026"),
        (["a", "b"], "a, b"),
    ],
)
def test_values_as_somebody_would_write_them(value, text):
    (changes,) = changes_of([("tabel_lama", {"old": None, "new": {"id": 1, "x": value}})])
    assert [(change.label, change.before, change.after) for change in changes] == [("x", "–", text)]


def test_a_deleted_row_shows_what_it_was():
    (changes,) = changes_of([("tabel_lama", {"old": {"id": 1, "x": "lama", "y": ""}, "new": None})])
    assert [(change.before, change.after) for change in changes] == [("lama", "–")]


def test_long_texts_are_compared_word_by_word(committee, officer):
    kind = kinds()["unit_verified.txt"]
    edit_mail_text(
        kind, Wording("S", "Satu dua tiga\nempat lima enam tujuh delapan sembilan sepuluh sebelas"), by=officer
    )
    edit_mail_text(
        kind, Wording("S", "Satu dua empat\nempat lima enam tujuh delapan sembilan sepuluh sebelas"), by=officer
    )
    event = AuditEvent.objects.filter(kind="row.update").latest("id")
    page = committee.get(page_of(event)).text
    assert "Naskah surat “Unit terverifikasi”: diubah: isi" in page
    assert '<del><span class="visually-hidden">dihapus: </span>tiga</del>' in page
    assert '<ins><span class="visually-hidden">ditambahkan: </span>empat</ins>' in page
    assert "".join(part.text for part in compared("a b c", "a x c") if part.kind != "added") == "a b c"


def test_a_page_that_is_not_there_is_not_there(committee):
    for pk in ["99999999", "1" * 30, "x"]:
        assert committee.get(reverse("admin:kiks_auditevent_change", args=[pk])).status_code == 404


# What is found


def test_the_history_of_an_entry_holds_what_belongs_to_it_and_nothing_else(committee):
    round_ = open_desk_round(entries=2, judges=1)
    first, second = round_.assignments.order_by("entry__number").select_related("entry__innovation")
    mark_all(first)
    page = committee.get(reverse("admin:entries_entry_history", args=[first.entry_id]), follow=True).text
    assert f"Riwayat usulan {first.entry.number}" in page
    for thing in ("lembar penilaian J1 001", "nilai J1 001", "penugasan juri J1 001", "seleksi administrasi 001"):
        assert thing in page
    assert second.entry.innovation.short_name not in page
    assert "J1 002" not in page


def test_the_history_of_a_sheet_holds_marks_that_were_taken_back(committee):
    round_ = open_desk_round(entries=1, judges=1)
    sheet = round_.assignments.get().sheets.first()
    criterion = sheet.instrument.criteria.first()
    save_mark(sheet, by=sheet.assignment.judge.user, criterion=criterion, value="80", version=None)
    mark = Mark.objects.get()
    clear_mark(sheet, by=sheet.assignment.judge.user, criterion=criterion, version=1)
    assert not Mark.objects.exists()
    for thing in (sheet, sheet.assignment.entry):
        page = committee.get(TRAIL, {"q": target_of(thing)}).text
        assert f">nilai {mark.pk}</td>" in page
        assert ">dihapus</td>" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"unit.verified", "unit.returned", "reference.loaded"}),
        ({"orang": "officer"}, {"unit.verified"}),
        ({"orang": "sistem"}, {"reference.loaded"}),
        ({"jenis": "unit.returned"}, {"unit.returned"}),
        ({"rantai": "kiks"}, {"unit.verified", "unit.returned", "reference.loaded"}),
        ({"rantai": "lain"}, {"stage.rescheduled"}),
        ({"dari": "tomorrow"}, set()),
        ({"sampai": "today"}, {"unit.verified", "unit.returned", "reference.loaded"}),
        ({"sampai": "yesterday"}, set()),
        ({"orang": "officer", "jenis": "unit.returned"}, set()),
        ({"q": "Petugas Satu"}, {"unit.verified"}),
        ({"q": "unit.returned"}, {"unit.returned"}),
        ({"q": "tidak ada yang bernama begini"}, set()),
    ],
)
def test_the_trail_is_narrowed_by_person_kind_chain_and_date(committee, officer, query, found):
    make_unit(committee=officer)
    return_unit(make_unit(verified=False), by=make_committee_user("Petugas Dua"), reason="Lengkapi.")
    audit.record("reference.loaded", make_agency(), chain="kiks", by=None)
    if query.get("rantai") == "lain":
        audit.record("stage.rescheduled", make_agency(), chain="lain", by=None)
    today = clock.now().date()
    words = {
        "officer": str(officer.pk),
        "today": str(today + timedelta(days=1)),
        "yesterday": str(today - timedelta(days=2)),
        "tomorrow": str(today + timedelta(days=2)),
    }
    page = committee.get(TRAIL, {name: words.get(value, value) for name, value in query.items()})
    assert {event.kind for event in page.context["cl"].result_list if not event.kind.startswith("row.")} == found


def test_units_entries_and_people_are_found_by_what_they_are_called(committee):
    entry = entry_at(EntryStatus.SUBMITTED)
    other = entry_at(EntryStatus.SUBMITTED, edition=entry.edition)
    person = member_of(entry.innovation.unit)
    User.objects.filter(pk=person.pk).update(name="Siti Zulaikha")
    for text in (entry.innovation.short_name, "001", entry.innovation.unit.name, "Zulaikha"):
        page = committee.get(TRAIL, {"q": text, "isi": "tindakan"}).text
        assert entry.innovation.short_name in page
        assert other.innovation.short_name not in page


def test_a_date_that_is_none_gets_a_sentence(committee):
    page = committee.get(TRAIL, {"dari": "kemarin dulu"})
    assert "Tanggal belum benar" in page.text


def test_a_person_page_leads_to_what_the_person_did(committee, officer):
    page = committee.get(reverse("admin:kiks_user_change", args=[officer.pk])).text
    assert f"{TRAIL}?orang={officer.pk}" in page
    make_unit(committee=officer)
    assert "diverifikasi" in committee.get(TRAIL, {"orang": officer.pk}).text


def test_every_kind_that_an_action_records_has_its_words():
    kinds_in_code = set()
    for app in ("kiks", "competitions", "entries", "judging"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record" and node.args:
                    kind = node.args[0]
                    if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                        kinds_in_code.add(kind.value)
    assert len(kinds_in_code) > 30
    unknown = {kind for kind in kinds_in_code if kind.rpartition(".")[2] not in VERBS}
    nameless = {kind for kind in kinds_in_code if kind.partition(".")[0] not in NOUNS}
    assert (unknown, nameless) == (set(), set())


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("entry.submitted", "usulan dikirim"),
        ("judge.recused", "juri mengundurkan diri"),
        ("row.update", "baris diubah"),
        ("x_y.brand_new", "x y brand new"),
    ],
)
def test_kinds_to_choose_from_are_said_once(kind, words):
    assert kind_in_words(kind) == words


def test_the_kinds_to_choose_from_are_those_that_happened():
    make_unit()
    known = kinds_known()
    assert set(known) == set(AuditEvent.objects.values_list("kind", flat=True))
    assert len(known) == len(set(known))


# What it costs


def count(client, url: str, data: dict | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, data).status_code == 200
    return len(queries)


def test_the_list_asks_the_same_number_of_questions_for_few_rows_and_for_many(committee):
    round_ = open_desk_round(entries=2, judges=2)
    mark_all(round_.assignments.first())
    few = [
        count(committee, TRAIL, query)
        for query in ({"isi": "semua"}, {"q": target_of(round_.assignments.first().entry)})
    ]
    for assignment in round_.assignments.all()[1:]:
        mark_all(assignment)
    many = [
        count(committee, TRAIL, query)
        for query in ({"isi": "semua"}, {"q": target_of(round_.assignments.first().entry)})
    ]
    assert many <= few


def test_the_page_of_an_act_asks_the_same_number_of_questions_for_few_rows_and_for_many(committee):
    small, large = open_desk_round(entries=1, judges=1), open_desk_round(entries=4, judges=3)
    acts = [AuditEvent.objects.get(kind="round.assigned", target=target_of(round_)) for round_ in (small, large)]
    few, many = (count(committee, page_of(act)) for act in acts)
    assert many <= few


# What stays hidden


@pytest.fixture
def marked_round():
    round_ = open_desk_round(entries=1, judges=1)
    mark_all(round_.assignments.get(), "73")
    return round_


def shows_mark(page: str) -> bool:
    return ">73<" in page or "73.0" in page


def mark_events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(target__startswith="judging_mark:").order_by("id"))


def test_while_a_round_is_open_the_trail_shows_no_mark(committee, marked_round):
    events = mark_events()
    assert hidden_among(events) == {event.pk for event in events}
    entry = marked_round.assignments.get().entry
    for page in [
        committee.get(page_of(events[0])).text,
        committee.get(TRAIL, {"q": target_of(entry)}).text,
        committee.get(TRAIL, {"isi": "semua"}).text,
    ]:
        assert not shows_mark(page)
    page = committee.get(page_of(events[0])).text
    assert HIDDEN in page
    assert events[0].hash not in page
    assert events[0].body not in page


def test_the_downloaded_trail_holds_no_mark_of_an_open_round_and_no_body(committee, marked_round):
    event = mark_events()[0]
    text = committee.get(f"{TRAIL}unduh/csv/", {"isi": "semua"}).text
    assert f"judging_mark:{event.target.partition(':')[2]}" in text
    assert "nilai J1 001" in text
    assert "73.0" not in text
    assert event.hash not in text
    assert "sheet_id" not in text


def test_a_mark_that_was_taken_back_is_hidden_too(committee, marked_round):
    sheet = marked_round.assignments.get().sheets.first()
    clear_mark(sheet, by=sheet.assignment.judge.user, criterion=sheet.instrument.criteria.first(), version=1)
    event = mark_events()[-1]
    assert event.kind == "row.delete"
    assert not shows_mark(committee.get(page_of(event)).text)


def test_a_mark_of_a_sheet_that_nobody_knows_stays_hidden(marked_round):
    event = mark_events()[0]
    event.body = event.body.replace('"sheet_id": ', '"sheet_id": 99')
    broken = mark_events()[1]
    broken.body = "rusak"
    assert hidden_among([event, broken]) == {event.pk, broken.pk}


def test_a_hidden_mark_cannot_be_guessed_by_asking_for_its_body(committee, marked_round):
    for lookup in ("body__contains", "body__icontains", "body__regex", "hash__startswith", "previous_hash"):
        assert committee.get(TRAIL, {lookup: "73"}).status_code in (302, 400)


def test_after_the_lock_the_trail_shows_marks_as_the_table_of_visibility_says(committee, marked_round):
    hand_in_all(marked_round, {})
    close_round(marked_round, by=marked_round.opened_by)
    events = mark_events()
    assert hidden_among(events) == set()
    page = committee.get(page_of(events[0])).text
    assert shows_mark(page)


def test_an_act_with_hidden_rows_shows_the_rest(committee, marked_round):
    """Should an action ever write marks and other rows at once, the marks alone are held back."""
    event = mark_events()[0]
    others = list(same_act(event))
    assert others
    assert not shows_mark(committee.get(page_of(others[0])).text)


def test_units_are_named_even_after_they_changed_their_name(committee, officer):
    unit = make_unit(committee=officer)
    ServiceUnit.objects.filter(pk=unit.pk).update(name="Nama Baru")
    assert "unit pelayanan (UPP) Nama Baru" in committee.get(TRAIL, {"q": target_of(unit)}).text
