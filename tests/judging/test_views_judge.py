"""The judge's desk: who sees it, the steps before reading, the list and the scoring screen."""

import re

import pytest
from django.urls import reverse

from competitions.models import Question
from entries.actions.submission import withdraw_entry
from entries.models import Entry
from judging.actions.assignment import assign_judges, release_assignment
from judging.actions.panel import appoint_judge, declare_conflicts, recuse
from judging.actions.round import close_round, compute_provisional, open_round
from judging.actions.sheet import hand_in_assignment, reopen_sheet, save_comment, save_mark
from judging.models import Assignment, Judge, Recusal
from judging.states import ConflictAnswer
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import EntryStatus, StageKind, entry_at, member_of
from tests.factories.judging import hand_in_all, make_panel, make_round, mark_all, open_desk_round
from tests.factories.people import client_of, make_committee_user, make_user
from tests.factories.tampering import without_triggers

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
PAGES = ["sheet", "hand_in", "receipts", "recuse"]


def assignments_of(round_, label="J1"):
    return list(
        round_.assignments.filter(judge__label=label)
        .select_related("judge__user", "entry__innovation__unit", "round__edition")
        .order_by("reading_position", "entry__number")
    )


def client_of_judge(round_, label="J1"):
    return client_of(Judge.objects.get(edition=round_.edition, label=label).user)


def page(client, name, *args, **options):
    return client.get(reverse(f"judging:{name}", args=args), **options)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def round_():
    return open_desk_round(entries=2, judges=2)


@pytest.fixture
def assignment(round_):
    return assignments_of(round_)[0]


@pytest.fixture
def client(round_):
    return client_of_judge(round_)


@pytest.fixture
def unasked():
    """An open round whose only judge has neither signed nor answered."""
    committee = make_committee_user()
    edition = make_edition(StageKind.SUBMISSION)
    for _ in range(3):
        entry_at(EntryStatus.PASSED, edition=edition)
    announced(edition, objection_days=0)
    round_ = make_round(edition, committee)
    user = make_user("Juri Baru")
    appoint_judge(by=committee, edition=edition, user=user, institution="Universitas Uji")
    assign_judges(round_, by=committee)
    return open_round(round_, by=committee)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["other_judge", "committee", "unit", "judge_of_another_edition"])
def test_a_page_of_an_assignment_is_only_for_its_judge(round_, assignment, name, who):
    user = {
        "other_judge": lambda: assignments_of(round_, "J2")[0].judge.user,
        "committee": make_committee_user,
        "unit": lambda: member_of(assignment.entry.innovation.unit),
        "judge_of_another_edition": lambda: open_desk_round(entries=1).edition.judges.get().user,
    }[who]()
    assert page(client_of(user), name, assignment.pk).status_code == 404


@pytest.mark.parametrize("name", ["save_mark", "save_comment", "save_sheet"])
def test_another_judges_sheet_takes_nothing(round_, assignment, name):
    sheet = assignment.sheets.get(instrument__code="kijb")
    url = reverse(f"judging:{name}", args=[sheet.pk])
    mark = {"criterion": "kebaruan", "value": "1", "version": None}
    sent = {"save_mark": mark, "save_comment": {"comment": "x"}}.get(name, mark | {"comment": "x"})
    response = client_of_judge(round_, "J2").post(url, sent, content_type="application/json")
    sheet.refresh_from_db()
    assert (response.status_code, sheet.marks.count(), sheet.comment) == (404, 0, "")


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_sent_to_the_log_in_page(client, assignment, name, db):
    client.logout()
    assert page(client, name, assignment.pk).status_code == 302


def test_only_judges_have_the_list():
    assert page(client_of(make_user()), "my_entries").status_code == 404
    assert page(client_of(make_committee_user()), "my_entries").status_code == 404


def test_an_entry_stepped_back_from_or_released_is_gone(round_, client):
    first, second = assignments_of(round_)
    recuse(first, by=first.judge.user, reason="Saudara kandung ketua tim")
    release_assignment(second, by=round_.opened_by, reason="Sakit")
    sheet = first.sheets.first()
    url = reverse("judging:save_mark", args=[sheet.pk])
    sent = {"criterion": sheet.instrument.criteria.first().code, "value": "80"}
    assert page(client, "sheet", first.pk).status_code == 404
    assert page(client, "sheet", second.pk).status_code == 404
    refusal = client.post(url, sent, content_type="application/json")
    assert (refusal.status_code, refusal.json()) == (404, {"sentence": "Anda tidak lagi menilai usulan ini."})
    assert not sheet.marks.exists()
    assert "1 usulan tidak Anda nilai" in text(page(client, "my_entries"))


def test_a_round_in_preparation_is_not_there():
    committee = make_committee_user()
    edition = make_edition(StageKind.SUBMISSION)
    entry_at(EntryStatus.PASSED, edition=edition)
    round_ = make_round(edition, committee)
    judge = make_panel(edition, committee, 1)[0]
    assign_judges(round_, by=committee)
    client = client_of(judge.user)
    assert page(client, "sheet", assignments_of(round_)[0].pk).status_code == 404
    assert page(client, "conflicts", round_.pk).status_code == 404
    assert "Belum ada babak yang dibuka" in text(page(client, "my_entries"))


def test_nothing_is_read_before_the_pledge(unasked):
    client, assignment = client_of_judge(unasked), assignments_of(unasked)[0]
    pledge = reverse("judging:pledge", args=[unasked.edition.code])
    for name in PAGES:
        assert page(client, name, assignment.pk).url == pledge
    assert page(client, "conflicts", unasked.pk).url == pledge
    listed = text(page(client, "my_entries"))
    assert "Baca dan tanda tangani" in listed
    assert "Mulai menilai" not in listed


def test_signing_the_pledge_leads_to_the_conflict_question(unasked):
    client = client_of_judge(unasked)
    url = reverse("judging:pledge", args=[unasked.edition.code])
    assert "Saya menandatangani" in text(client.get(url))
    listed = text(sign(client, unasked, follow=True))
    judge = Judge.objects.get(edition=unasked.edition)
    assert judge.pledged_by == judge.user
    assert "Pakta integritas sudah Anda tandatangani." in listed
    assert "Jawab sekarang" in listed
    assert page(client, "sheet", assignments_of(unasked)[0].pk).url == reverse("judging:conflicts", args=[unasked.pk])


def test_a_signed_pledge_can_be_read_and_not_signed_again(client, round_):
    url = reverse("judging:pledge", args=[round_.edition.code])
    assert "Sudah ditandatangani" in text(client.get(url))
    assert "sudah Anda tandatangani" in text(client.post(url, follow=True))


def test_the_pledge_of_another_edition_is_not_there(client):
    assert page(client, "pledge", make_edition().code).status_code == 404


def sign(client, round_, **how):
    """Press the button under the text that the page shows."""
    url = reverse("judging:pledge", args=[round_.edition.code])
    return client.post(url, {"digest": client.get(url).context["pledge_form"].initial["digest"]}, **how)


def signed(round_):
    client = client_of_judge(round_)
    sign(client, round_)
    return client


def test_the_conflict_question_names_every_entry_with_unit_and_agency(unasked):
    shown = text(page(signed(unasked), "conflicts", unasked.pk))
    for entry in Entry.objects.filter(edition=unasked.edition).select_related("innovation__unit__agency"):
        unit = entry.innovation.unit
        assert f"{entry.number} {entry.innovation.short_name}" in shown
        assert unit.name in shown
        assert unit.agency.name in shown


def test_a_conflict_needs_a_reason_and_the_list_its_statement(unasked):
    first = assignments_of(unasked)[0]
    response = signed(unasked).post(reverse("judging:conflicts", args=[unasked.pk]), {f"conflict_{first.pk}": "on"})
    shown = text(response)
    assert f"Tulis alasan untuk usulan {first.entry.number}." in shown
    assert "Centang pernyataan di akhir daftar" in shown
    assert not Assignment.objects.exclude(conflict=ConflictAnswer.NOT_ASKED).exists()


def test_declaring_conflicts_takes_the_entry_away_and_opens_the_rest(unasked):
    client, (first, second, _) = signed(unasked), assignments_of(unasked)
    shown = [assignment.pk for assignment in assignments_of(unasked)]
    data = {f"conflict_{first.pk}": "on", f"reason_{first.pk}": "Pernah membina tim", "statement": "on", "shown": shown}
    shown = text(client.post(reverse("judging:conflicts", args=[unasked.pk]), data, follow=True))
    assert Recusal.objects.get().reason == "Pernah membina tim"
    assert "Mulai menilai" in shown
    assert page(client, "sheet", first.pk).status_code == 404
    assert re.search("1 dari 2|2 dari 2", text(page(client, "sheet", second.pk)))
    assert page(client, "conflicts", unasked.pk).url == reverse("judging:my_entries")


def test_the_conflict_question_after_the_lock_is_refused_with_a_sentence(unasked):
    client = signed(unasked)
    for assignment in assignments_of(unasked):
        release_assignment(assignment, by=unasked.opened_by, reason="Uji")
    data = {"statement": "on"}
    assert client.post(reverse("judging:conflicts", args=[unasked.pk]), data).url == reverse("judging:my_entries")


def test_the_list_keeps_the_reading_order_and_says_what_is_done(round_, client):
    first, second = assignments_of(round_)
    shown = text(page(client, "my_entries"))
    assert shown.index(first.entry.number + " ") < shown.index(second.entry.number + " ")
    assert shown.count("Belum dinilai") == 2
    sheet = first.sheets.get(instrument__code="kijb")
    save_mark(sheet, by=first.judge.user, criterion=sheet.instrument.criteria.get(), value="80", version=None)
    assert "Sedang dinilai, 1 dari 3 kriteria" in text(page(client, "my_entries"))
    mark_all(first)
    hand_in_assignment(first, by=first.judge.user)
    response = page(client, "my_entries")
    assert "1 dari 2 diserahkan" in text(response)
    assert f'href="{reverse("judging:sheet", args=[second.pk])}">Lanjutkan' in response.content.decode()


def test_the_screen_shows_the_frozen_text_and_not_the_working_text(assignment, client):
    answer = assignment.entry.answers.get(question__code="ringkasan")
    answer.text = "Diubah setelah dikirim"
    answer.save(update_fields=["text"])
    shown = text(page(client, "sheet", assignment.pk))
    assert "Jawaban Ringkasan untuk uji." in shown
    assert "Diubah setelah dikirim" not in shown


def test_criteria_and_answers_point_at_each_other(assignment, client):
    sheet = assignment.sheets.get(instrument__code="kipp")
    question = Question.objects.get(edition=assignment.round.edition, code="dampak")
    sheet.instrument.criteria.get(code="ide").questions.add(question)
    html = page(client, "sheet", assignment.pk).content.decode()
    assert 'data-criterion="ide" data-questions="dampak"' in html
    assert 'href="#jawaban-dampak" data-jump="dampak"' in html
    assert f'data-mark="id_lembar-{sheet.pk}-mark-ide"' in html
    assert html.count('id="jawaban-dampak"') == 1


def test_each_instrument_stands_with_its_share_weights_and_scale(assignment, client):
    shown = text(page(client, "sheet", assignment.pk))
    assert "KIPP 60% dari nilai" in shown
    assert "KIJB 40% dari nilai" in shown
    assert "Ide bobot 45%" in shown
    assert "0–100" in shown


def test_an_instrument_that_nobody_confirmed_is_flagged(assignment, client):
    assert "instrumen belum dikonfirmasi" not in text(page(client, "sheet", assignment.pk))
    instrument = assignment.sheets.get(instrument__code="kijb").instrument
    with without_triggers("competitions_instrument"):
        type(instrument).objects.filter(pk=instrument.pk).update(confirmed_at=None, confirmed_by=None)
    assert text(page(client, "sheet", assignment.pk)).count("instrumen belum dikonfirmasi") == 1


def test_the_level_of_a_mark_and_the_step_of_a_scale_are_shown(assignment, client):
    criterion = assignment.sheets.get(instrument__code="kijb").instrument.criteria.get()
    levels = [{"from": 50, "to": 100, "text": "Kuat"}, {"from": 0, "to": 49, "text": "Lemah"}]
    with without_triggers("competitions_criterion"):
        type(criterion).objects.filter(pk=criterion.pk).update(step="0.5", levels=levels)
    mark_all(assignment, "49")
    html = page(client, "sheet", assignment.pk).content.decode()
    assert "0–100, kelipatan 0,5" in html
    assert '<strong>0–49</strong> <span class="level-text">Lemah</span>' in html


def test_the_place_in_the_reading_order_and_its_neighbours(round_, client):
    first, second = assignments_of(round_)
    html = page(client, "sheet", first.pk).content.decode()
    assert "1 dari 2" in html
    assert 'data-walk="previous"' not in html
    assert re.search(rf'href="{reverse("judging:sheet", args=[second.pk])}" rel="next"', html)
    last = page(client, "sheet", second.pk).content.decode()
    assert 'data-walk="next"' not in last
    assert re.search(rf'href="{reverse("judging:sheet", args=[first.pk])}" rel="prev"', last)


def test_an_entry_that_left_the_open_round_is_not_judged_any_more(round_, client):
    first, second = assignments_of(round_)
    withdraw_entry(first.entry, by=member_of(first.entry.innovation.unit))
    listed = page(client, "sheet", first.pk, follow=True)
    assert f"Usulan {first.entry.number} meninggalkan babak dan tidak dinilai lagi." in text(listed)
    assert "1 usulan meninggalkan babak" in text(listed)
    assert "0 dari 1 diserahkan" in text(listed)
    assert "1 dari 1" in text(page(client, "sheet", second.pk))


def test_a_handed_in_entry_is_read_only_until_the_committee_gives_a_sheet_back(assignment, client):
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    response = page(client, "sheet", assignment.pk)
    assert "Sudah diserahkan" in text(response)
    assert "input-mark" not in response.content.decode()
    reopen_sheet(assignment.sheets.get(instrument__code="kijb"), by=assignment.round.opened_by, reason="Salah ketik")
    html = page(client, "sheet", assignment.pk).content.decode()
    assert html.count("input-mark") == 1


@pytest.mark.parametrize("status", ["settling", "closed"])
def test_after_the_lock_everything_is_read_only_and_nothing_tells_of_the_ranking(round_, status):
    hand_in_all(round_, {"001": "70", "002": "90"})
    locked = close_round(round_, by=round_.opened_by)
    compute_provisional(locked, by=round_.opened_by)
    client, mine = client_of_judge(round_), assignments_of(round_)
    listed, seen = page(client, "my_entries"), page(client, "sheet", mine[0].pk)
    assert "Penilaian ditutup" in text(listed)
    assert "Penilaian ditutup" in text(seen)
    assert "input-mark" not in seen.content.decode()
    for word in ("peringkat", "Top 6", "maju"):
        assert word not in (text(listed) + text(seen)).lower()
    url = reverse("judging:recuse", args=[mine[0].pk])
    assert "tidak sedang dibuka" in text(client.post(url, {"reason": "Terlambat"}, follow=True))


def test_recusing_asks_for_a_reason_and_then_takes_the_entry_away(assignment, client):
    url = reverse("judging:recuse", args=[assignment.pk])
    assert "Isi alasan." in text(client.post(url, {"reason": " "}))
    shown = text(client.post(url, {"reason": "Ikut merancang inovasinya"}, follow=True))
    assert f"Anda tidak lagi menilai usulan {assignment.entry.number}." in shown
    assert Recusal.objects.get().reason == "Ikut merancang inovasinya"


def pages_of(client, mine):
    """What a judge sees, without the tokens that differ each time."""
    urls = [
        reverse("judging:my_entries"),
        reverse("judging:pledge", args=[mine[0].round.edition.code]),
        *[reverse(f"judging:{name}", args=[assignment.pk]) for assignment in mine for name in PAGES],
    ]
    return [TOKEN.sub(b"", client.get(url).content) for url in urls]


def test_pages_are_the_same_whatever_another_judge_writes_hands_in_or_declares(round_, client):
    mine, others = assignments_of(round_), assignments_of(round_, "J2")
    mark_all(mine[0], "70")
    hand_in_assignment(mine[0], by=mine[0].judge.user)
    before = pages_of(client, mine)
    mark_all(others[0], "11")
    save_comment(others[0].sheets.first().pk, by=others[0].judge.user, comment="Catatan juri lain")
    hand_in_assignment(others[0], by=others[0].judge.user)
    mark_all(others[1], "99")
    recuse(others[1], by=others[1].judge.user, reason="Hubungan kerja")
    assert pages_of(client, mine) == before


def test_a_committee_member_who_also_judges_sees_own_sheets_only(round_):
    user = round_.opened_by
    judge = appoint_judge(by=user, edition=round_.edition, user=user, institution="Bagian Organisasi")
    client = client_of(user)
    sign(client, round_)
    assign_judges(round_, by=user)
    declare_conflicts(judge, round_, by=user, conflicts={})
    hand_in_all(round_, {"001": "70", "002": "90"})
    close_round(round_, by=user)
    mine = assignments_of(round_, judge.label)[0]
    shown = page(client, "sheet", mine.pk).context["page"]
    assert {view.sheet.assignment_id for view in shown.sheets} == {mine.pk}


@pytest.mark.parametrize("entries", [1, 3])
def test_the_pages_cost_a_fixed_number_of_queries(entries, django_assert_num_queries):
    round_ = open_desk_round(entries=entries, judges=1)
    client, assignment = client_of_judge(round_), assignments_of(round_)[0]
    mark_all(assignment)
    with django_assert_num_queries(LIST_QUERIES):
        page(client, "my_entries")
    with django_assert_num_queries(SCREEN_QUERIES):
        page(client, "sheet", assignment.pk)


LIST_QUERIES, SCREEN_QUERIES = 15, 21
