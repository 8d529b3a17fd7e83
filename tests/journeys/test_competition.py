"""The whole story, played by clicking: from the registration of a unit to a result that a stranger recomputes."""

from functools import partial

import pytest
from playwright.sync_api import expect

from competitions.models import StageKind
from entries.states import EntryStatus
from judging.actions.panel import appoint_judge, declare_conflicts
from judging.actions.sheet import hand_in_assignment
from judging.scoring import rank_text, wrong_receipts
from judging.scoring.bundle import load
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency
from tests.factories.judging import make_final_round, make_panel, make_presentation_round, make_round, mark_all
from tests.factories.people import make_committee_user, make_user
from tests.journeys import desk
from tests.journeys.judge import JudgeAtWork
from tests.journeys.visitor import install_authenticator, log_in, log_in_first_time, log_in_with_code

pytestmark = pytest.mark.browser

MARKS = {"001": 70, "002": 80, "003": 90}
FINALISTS = {"002": 80, "003": 90}


def test_a_whole_competition(visitors, tmp_path):
    edition = make_edition(StageKind.SUBMISSION)
    chair = make_committee_user("Ketua Panitia")
    committee, stranger = visitors.stranger("committee"), visitors.stranger("stranger")
    log_in_with_code(committee, chair, install_authenticator(chair))
    unit_enters(visitors, committee, edition, tmp_path)
    desk.screen_all(committee, ["001", "002", "003"])
    rounds = rounds_of(edition, chair)
    judges = seat_judges(visitors, committee, rounds["desk"], chair)
    judge_the_proposals(committee, judges, rounds["desk"])
    judge_the_presentations(committee, judges[1], rounds["presentation"])
    name_the_winner(committee, rounds)
    address = f"/hasil/{edition.code}/"
    assert stranger.goto(address).status == 404
    desk.publish(committee, rounds["final"])
    assert stranger.goto(address).status == 200
    read_the_result(stranger)


def unit_enters(visitors, committee, edition, folder):
    """Two units are there already; the third comes by the public form, and its entry gets the last number."""
    for _ in range(2):
        entry_at(EntryStatus.SUBMITTED, edition=edition)
    unit = visitors.stranger("unit")
    email = desk.register_unit(unit, folder, partial(desk.new_unit, agency=make_agency("Dinas Kebun")))
    desk.verify_unit(committee, "Puskesmas Kebun Teh")
    log_in(unit, email)
    desk.write_entry(unit, folder)
    assert desk.submit_entry(unit) == "003"


def rounds_of(edition, chair):
    first = make_round(edition, chair, cutoff=2, name="Penilaian proposal")
    presentation = make_presentation_round(first, chair)
    return {"desk": first, "presentation": presentation, "final": make_final_round(first, presentation, chair)}


def seat_judges(visitors, committee, round_, chair):
    """J1 comes for the first time and has no mouse; J2 and J3 have signed and are logged in."""
    newcomer = make_user("Juri Baru")
    appoint_judge(by=chair, edition=round_.edition, user=newcomer, institution="Perguruan tinggi")
    panel = make_panel(round_.edition, chair, 2)
    announced(round_.edition, objection_days=0)
    open_round(committee, round_)
    page = visitors.stranger("judge 1")
    log_in_first_time(page, newcomer)
    desk.follow(page, "Lanjut ke ruang kerja")
    first = JudgeAtWork(page, by_keyboard=True)
    first.sign_pledge()
    return [first, *(logged_in(visitors, judge.user) for judge in panel)]


def logged_in(visitors, user):
    page = visitors.member(user)
    page.goto("/juri/")
    return JudgeAtWork(page)


def open_round(committee, round_):
    desk.step(committee, round_, "Tetapkan penugasan juri", "Tetapkan penugasan")
    desk.step(committee, round_, "Buka babak", "Buka babak")


def judge_the_proposals(committee, judges, round_):
    """The three do not agree, but their mean is the mark in `MARKS`."""
    for judge, opinion in zip(judges, (0, 4, -4), strict=True):
        judge.declare_no_conflict()
        judge.score({number: str(mark + opinion) for number, mark in MARKS.items()})
        judge.hand_in(len(MARKS))
    lock_and_compute(committee, round_)
    rows = committee.get_by_role("region", name="Rekap nilai").locator("tr.is-advancing")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("003 KEBUN SEHAT")
    expect(committee.locator("tr.cutline")).to_have_text("Batas 2")
    desk.step(committee, round_, "Tetapkan hasil", "Tetapkan hasil")


def judge_the_presentations(committee, judge, round_):
    """J2 in the browser, the others by the actions."""
    open_round(committee, round_)
    for assignment in round_.assignments.exclude(judge__label="J2").select_related("judge__user", "entry"):
        user = assignment.judge.user
        declare_conflicts(assignment.judge, round_, by=user, conflicts={})
        mark_all(assignment, str(FINALISTS[assignment.entry.number]))
        hand_in_assignment(assignment, by=user)
    judge.page.goto("/juri/")
    judge.declare_no_conflict()
    judge.score({number: str(mark) for number, mark in FINALISTS.items()})
    judge.hand_in(len(FINALISTS))
    lock_and_compute(committee, round_)
    desk.step(committee, round_, "Tetapkan hasil", "Tetapkan hasil")


def lock_and_compute(committee, round_):
    desk.step(committee, round_, "Tutup penilaian", "Tutup penilaian")
    desk.step(committee, round_, "Hitung peringkat sementara", "Hitung peringkat")


def name_the_winner(committee, rounds):
    desk.step(committee, rounds["final"], "Buka babak", "Buka babak")
    lock_and_compute(committee, rounds["final"])
    desk.step(committee, rounds["final"], "Tetapkan hasil", "Tetapkan hasil")
    for code in ("desk", "final"):
        desk.issue_record(committee, rounds[code])


def read_the_result(page):
    """The winner, and the same winner out of both files by a computation of one's own; every receipt holds."""
    winner = page.get_by_role("region", name="Nilai akhir finalis").locator("tr.is-advancing")
    expect(winner).to_have_count(1)
    expect(winner).to_contain_text("90,00")
    expect(page.locator(".podium")).to_contain_text("KEBUN SEHAT")
    for name in ("desk.json", "final.json"):
        first = rank_text(downloaded(page, name))["placings"][0]
        expect(winner).to_contain_text(first["entry"])
        assert (first["entry"], first["score"]) == ("003", "90.00")
    assert wrong_receipts(load(downloaded(page, "desk.json").decode())) == ()


def downloaded(page, name):
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return download.value.path().read_bytes()
