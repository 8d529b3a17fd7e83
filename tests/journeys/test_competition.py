"""The whole story, played by clicking: from the registration of a unit to a result that a stranger recomputes."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from competitions.models import StageKind
from entries.states import EntryStatus
from judging.actions.panel import declare_conflicts
from judging.actions.sheet import hand_in_assignment
from judging.models import Assignment, Judge
from judging.scoring import rank_text
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency
from tests.factories.judging import (
    hand_in_all,
    make_final_round,
    make_panel,
    make_presentation_round,
    make_round,
    mark_all,
)
from tests.factories.people import make_committee_user
from tests.journeys import desk
from tests.journeys.visitor import install_authenticator, log_in, log_in_first_time, log_in_with_code

pytestmark = pytest.mark.browser

MARKS = {"001": "70", "002": "80", "003": "90"}


def test_a_whole_competition(visitors, tmp_path):
    edition = make_edition(StageKind.SUBMISSION)
    committee_user = make_committee_user("Ketua Panitia")
    committee = visitors.stranger("committee")
    log_in_first_time(committee, committee_user)
    unit_enters(visitors, committee, edition, tmp_path)
    desk.screen_all(committee, 3)
    rounds = rounds_of(edition, committee_user)
    stranger = visitors.stranger("stranger")
    assert stranger.goto(f"/hasil/{edition.code}/").status == 404
    judge_the_proposals(visitors, committee, rounds["desk"])
    expect(committee.get_by_text("KEBUN SEHAT").first).to_be_visible()
    judge_the_presentations(committee, rounds["presentation"])
    name_the_winner(committee, rounds)
    assert stranger.goto(f"/hasil/{edition.code}/").status == 404
    publish(committee, rounds)
    read_the_result(stranger, edition)


def unit_enters(visitors, committee, edition, folder):
    """Two units are there already; the third comes by the public form, and its entry gets the last number."""
    for _ in range(2):
        entry_at(EntryStatus.SUBMITTED, edition=edition)
    unit = visitors.stranger("unit")
    email = desk.register_unit(unit, make_agency("Dinas Kebun"), folder)
    desk.verify_unit(committee, "Puskesmas Kebun Teh")
    log_in(unit, email)
    desk.write_entry(unit, folder)
    assert desk.submit_entry(unit) == "003"


def rounds_of(edition, committee):
    first = make_round(edition, committee, cutoff=2, name="Penilaian proposal")
    presentation = make_presentation_round(first, committee)
    return {"desk": first, "presentation": presentation, "final": make_final_round(first, presentation, committee)}


def judge_the_proposals(visitors, committee, round_):
    """J1 logs in with a second factor and does everything in the browser, J3 marks by keyboard, J2 is quick."""
    edition = round_.edition
    panel = make_panel(edition, committee_of(round_), 3)
    Judge.objects.filter(pk=panel[0].pk).update(pledged_at=None, pledged_by=None)
    desk.step(committee, round_, "Tetapkan penugasan|Lengkapi penugasan", "Tetapkan penugasan")
    desk.step(committee, round_, "Buka babak", "Buka babak")
    first = visitors.stranger("judge 1")
    log_in_with_code(first, panel[0].user, renewed_authenticator(panel[0].user))
    desk.take_the_seat(first)
    desk.declare_no_conflict(first)
    desk.score_by_keyboard(first, MARKS, 3)
    desk.hand_in(first, list(Assignment.objects.filter(judge=panel[0], round=round_).values_list("pk", flat=True)))
    for judge in panel[1:]:
        declare_conflicts(judge, round_, by=judge.user, conflicts={})
        for assignment in Assignment.objects.filter(judge=judge, round=round_):
            mark_all(assignment, MARKS[assignment.entry.number])
            hand_in_assignment(assignment, by=judge.user)
    close(committee, round_)


def committee_of(round_):
    return round_.shares_confirmed_by


def renewed_authenticator(user):
    user.authenticator_set.all().delete()
    return install_authenticator(user)


def close(committee, round_):
    desk.step(committee, round_, "Tutup penilaian", "Tutup penilaian")
    desk.step(committee, round_, "Hitung", "Hitung peringkat")
    desk.step(committee, round_, "Tetapkan hasil", "Tetapkan hasil")


def judge_the_presentations(committee, round_):
    desk.step(committee, round_, "Tetapkan penugasan|Lengkapi penugasan", "Tetapkan penugasan")
    desk.step(committee, round_, "Buka babak", "Buka babak")
    for judge in round_.edition.judges.all():
        declare_conflicts(judge, round_, by=judge.user, conflicts={})
    hand_in_all(round_, MARKS)
    close(committee, round_)


def name_the_winner(committee, rounds):
    desk.step(committee, rounds["final"], "Buka babak", "Buka babak")
    close(committee, rounds["final"])


def publish(committee, rounds):
    for code in ("desk", "final"):
        committee.goto(f"/admin/judging/round/{rounds[code].pk}/kendali/")
        desk.follow(committee, re.compile("berita acara", re.IGNORECASE))
        committee.locator("form button[type=submit]").last.click()
        expect(committee.get_by_text(re.compile("/BA/")).first).to_be_visible()
    committee.goto(f"/admin/judging/round/{rounds['final'].pk}/kendali/")
    desk.follow(committee, re.compile("Terbitkan hasil"))
    desk.press(committee, "Terbitkan hasil")
    expect(committee.get_by_text(re.compile("terbit", re.IGNORECASE)).first).to_be_visible()


def read_the_result(stranger, edition):
    assert stranger.goto(f"/hasil/{edition.code}/").status == 200
    expect(stranger.locator(".podium")).to_contain_text("KEBUN SEHAT")
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name=re.compile("final.json")).click()
    found = rank_text(download.value.path().read_bytes())
    assert (found["placings"][0]["entry"], found["placings"][0]["score"]) == ("003", "90.00")
    assert json.dumps(found["open_ties"]) == "[]"
    assert clock.now() - edition.publications.get().published_at < timedelta(minutes=5)
