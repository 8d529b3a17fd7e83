"""What a judge sees around the sheets: own figures, skipped entries, filters, two own entries side by side."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entries.actions.submission import withdraw_entry
from judging.actions.panel import appoint_judge, recuse
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment, save_comment, save_marks
from judging.models import CriterionComment, Round
from judging.reading_order import EntryState, rows_of
from tests.factories.entries import member_of
from tests.factories.judging import hand_in_all, mark_all, open_desk_round
from tests.factories.people import client_of, make_committee_user, make_user
from tests.factories.tampering import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return open_desk_round(entries=4, judges=2)


@pytest.fixture
def own(round_):
    """The first judge's entries in reading order; the other judge has marked everything differently."""
    for assignment in round_.assignments.filter(judge__label="J2").select_related("judge__user"):
        mark_all(assignment, "11")
    mine = round_.assignments.filter(judge__label="J1").select_related("judge__user", "entry__innovation__unit")
    return list(mine.order_by("reading_position", "entry__number"))


@pytest.fixture
def client(own):
    return client_of(own[0].judge.user)


def address(name, *args):
    return reverse(f"judging:{name}", args=args)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[-1]).split())


def mark_one(assignment, value="50"):
    sheet = assignment.sheets.get(instrument__code="kipp")
    save_marks(sheet, by=assignment.judge.user, values={"ide": value})


def test_the_score_bar_says_the_own_rank_and_spread_from_own_marks_alone(own, client):
    for assignment, mark in zip(own, ["70", "90", "80"], strict=False):
        mark_all(assignment, mark)
    seen = words(client.get(address("sheet", own[2].pk)))
    assert "peringkat 2 dari 3" in seen
    assert "Peringkat 2 dari 3 usulan yang sudah Anda nilai." in seen
    assert "Usulan lengkap 3 Terendah 70,00 Tengah 80,00 Tertinggi 90,00" in seen
    assert "Nilai Anda pada 2 usulan lain: 70 sampai 90, tengah 80" in seen
    fresh = client.get(address("own_spread", own[3].pk)).content.decode()
    assert "sebaran Anda" in fresh
    assert fresh.count("own-bar") == 3
    assert "is-here" not in fresh
    mark_all(own[3], "90")
    fresh = words(client.get(address("own_spread", own[3].pk)))
    assert "Peringkat 1 dari 4 usulan yang sudah Anda nilai, nilainya sama dengan 1 usulan lain." in fresh
    assert "11" not in fresh.replace("Peringkat 1", "")
    listed = words(client.get(address("my_entries")))
    assert "Nilai Anda sejauh ini: 4 usulan lengkap, 70,00 sampai 90,00, tengah 85,00" in listed


def test_what_left_or_was_stepped_back_from_counts_no_more(own, client):
    for assignment, mark in zip(own, ["70", "90", "80"], strict=False):
        mark_all(assignment, mark)
    recuse(own[0], by=own[0].judge.user, reason="Saudara ketua tim")
    withdraw_entry(own[1].entry, by=member_of(own[1].entry.innovation.unit))
    assert "peringkat 1 dari 1" in words(client.get(address("sheet", own[2].pk)))


def test_after_the_lock_there_is_no_rank_any_more(round_, own, client):
    hand_in_all(round_)
    close_round(round_, by=round_.opened_by)
    assert client.get(address("own_spread", own[0].pk)).status_code == 404
    both = {"usulan": own[0].entry.number, "dengan": own[1].entry.number}
    shown = words(client.get(address("compare", round_.pk), both))
    assert "Nilai Anda 80,00" in shown
    assert "peringkat" not in (shown + words(client.get(address("my_entries")))).lower()


def test_skipping_leads_to_the_next_entry_that_lacks_marks_round_the_end(own, client):
    def way(assignment, direction):
        html = client.get(address("sheet", assignment.pk)).content.decode()
        found = re.search(rf'href="/juri/lembar/(\d+)/"[^>]*data-walk="{direction}"', html)
        return found and int(found[1])

    mark_all(own[1])
    assert way(own[0], "skip") == own[2].pk
    assert way(own[2], "skip") == own[3].pk
    assert way(own[3], "skip") == way(own[3], "round") == own[0].pk
    assert way(own[3], "next") is None
    for assignment in (own[0], own[2]):
        mark_all(assignment)
    assert way(own[0], "skip") == own[3].pk
    assert way(own[3], "skip") is way(own[3], "round") is None
    hand_in_assignment(own[0], by=own[0].judge.user)
    assert way(own[0], "skip") is None


def test_the_list_is_narrowed_by_how_far_an_entry_is(own, client):
    mark_all(own[1])
    mark_one(own[2])
    mark_all(own[3])
    hand_in_assignment(own[3], by=own[3].judge.user)
    for choice, expected in {
        "belum": [own[0]], "sebagian": [own[2]], "lengkap": [own[1]], "diserahkan": [own[3]],
        "dilewati": [own[0], own[2]], "": own,
    }.items():  # fmt: skip
        html = client.get(address("my_entries"), {"keadaan": choice} if choice else {}).content.decode()
        table = html[html.index("<tbody", html.index("Usulan Anda pada babak")) :]
        assert re.findall(r'/juri/lembar/(\d+)/"', table) == [str(each.pk) for each in expected], choice
        assert '<span class="order">3.</span>' in table or own[2] not in expected
        assert html.count('aria-current="true"') == 1
    everything = client.get(address("my_entries"))
    assert "1 dari 4 diserahkan, 2 lengkap" in words(everything)
    assert "2 usulan Anda lewati" in words(client.get(address("sheet", own[1].pk)))
    odd = words(client.get(address("my_entries"), {"keadaan": "<b>"}))
    assert "Saringan itu tidak dikenal, jadi semua usulan Anda ditampilkan." in odd
    assert "Urutannya diundi satu kali untuk setiap juri dan tetap sama" in odd


def test_an_entry_is_skipped_only_before_one_that_has_marks(own):
    rows = rows_of(own_rows(own, {1: 2, 2: 3}), 3)
    assert [row.state for row in rows] == [
        EntryState.UNTOUCHED, EntryState.STARTED, EntryState.COMPLETE, EntryState.UNTOUCHED,
    ]  # fmt: skip
    assert [row.is_skipped for row in rows] == [True, True, False, False]


def own_rows(own, given):
    for place, assignment in enumerate(own):
        assignment.marks_given, assignment.sheet_count, assignment.sheets_handed_in = given.get(place, 0), 2, 0
    return own


def test_two_own_entries_stand_side_by_side(round_, own, client):
    one, other = own[0], own[1]
    mark_all(one, "70")
    mark_all(other, "82")
    mark_one(one, "90")
    sheet = one.sheets.get(instrument__code="kipp")
    save_comment(sheet.pk, by=one.judge.user, comment="Dampaknya belum terbukti.")
    criterion = sheet.instrument.criteria.get(code="ide")
    CriterionComment.objects.create(sheet=sheet, criterion=criterion, text="Gagasannya segar.")
    both = {"usulan": one.entry.number, "dengan": other.entry.number}
    with CaptureQueriesContext(connection) as few:
        response = client.get(address("compare", round_.pk), both)
    shown = words(response)
    assert response.status_code == 200
    assert "Ide 90 82 lebih + 8" in shown
    assert "Signifikansi 70 82 kurang − 12" in shown
    assert "Gagasannya segar." in shown
    assert "Dampaknya belum terbukti." in shown
    assert "peringkat 1 dari 2" in shown
    for assignment in (one, other):
        assert address("sheet", assignment.pk) in response.content.decode()
    for assignment in own[2:]:
        mark_all(assignment)
    with CaptureQueriesContext(connection) as many:
        client.get(address("compare", round_.pk), both)
    assert len(many) == len(few)


def test_position_and_time_left_stand_on_every_sheet(round_, own, client):
    stage = round_.edition.stages.last()
    with without_triggers("judging_round"):
        Round.objects.filter(pk=round_.pk).update(stage=stage)
    mark_all(own[0])
    hand_in_assignment(own[0], by=own[0].judge.user)
    for place, assignment in enumerate(own, 1):
        html = client.get(address("sheet", assignment.pk)).content.decode()
        bar = html[html.index('class="score-bar"') : html.index('class="panes"')]
        assert f"{place} dari 4" in bar
        assert "data-countdown" in bar


def test_a_foreign_number_is_worth_no_more_than_nonsense(round_, own, client):
    recuse(own[3], by=own[3].judge.user, reason="Saudara ketua tim")
    number = own[0].entry.number
    answers = {
        sent: client.get(address("compare", round_.pk), {"usulan": number, "dengan": sent})
        for sent in (own[3].entry.number, "999", "abc", "")
    }
    for sent, response in answers.items():
        assert response.status_code == 404
        assert "Pilih usulan dari daftar usulan Anda pada babak ini." in words(response), sent
    same = client.get(address("compare", round_.pk), {"usulan": number, "dengan": number})
    assert "Pilih dua usulan yang berbeda." in words(same)
    chosen = client.get(address("compare", round_.pk), {"usulan": own[3].entry.number})
    assert chosen.status_code == 200
    assert not re.search(r'value="\d+" selected', chosen.content.decode())
    assert client.post(address("compare", round_.pk)).status_code == 405


def test_only_a_judge_who_may_read_compares(round_, own):
    outsider = make_user("Juri lain")
    appoint_judge(by=round_.opened_by, edition=round_.edition, user=outsider, institution="Kampus")
    for user in (outsider, make_committee_user(), member_of(own[0].entry.innovation.unit)):
        assert client_of(user).get(address("compare", round_.pk)).status_code == 404
        assert client_of(user).get(address("own_spread", own[0].pk)).status_code == 404
